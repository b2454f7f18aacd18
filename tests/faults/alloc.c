/* Preloaded into a program, makes one of its allocations fail, or all from one on, and says how
 * many there were and which blocks were never freed. Only what happens between the beginning and
 * the end of main counts: what the loader and the libraries' constructors take is not the
 * program's. A program that hangs is ended by SIGALRM. The real allocator is glibc's, by the names
 * that it keeps for this.
 *
 * Environment: ALLOC_FAIL_AT, the number of the allocation that fails, from 1; ALLOC_FAIL_MODE,
 * once or ever (once); ALLOC_SPARE, parts of the names of libraries whose allocations neither count
 * nor fail, a blank behind each; ALLOC_COUNT_FILE, gets at the end of main the line "calls N" and a
 * line "live NUMBER BYTES OBJECT" for each block that was not freed, with the program or library
 * whose code asked for it. */
#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void *__libc_malloc(size_t bytes);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t bytes);
extern void *__libc_memalign(size_t align, size_t bytes);
extern void __libc_free(void *block);

typedef int main_function(int argc, char **argv, char **env);

struct block {
    void *at; /* NULL: free place; &gone: was taken, and the search goes on behind it */
    void *caller;
    size_t bytes;
    uint64_t number;
};

enum { BLOCKS = 1 << 18, HANG_SECONDS = 300 };

static struct {
    pthread_mutex_t lock;
    bool counting;
    bool for_ever;
    uint64_t fail_at, calls;
    const char *spared;
    main_function *real_main;
    struct block blocks[BLOCKS];
} state = {.lock = PTHREAD_MUTEX_INITIALIZER};

static char gone;

static size_t place_of(const void *at)
{
    return (size_t)((uint64_t)(uintptr_t)at * UINT64_C(0x9E3779B97F4A7C15) >> 46) % BLOCKS;
}

static void keep(void *at, size_t bytes, void *caller, uint64_t number)
{
    if (at == NULL || number == 0)
        return;
    pthread_mutex_lock(&state.lock);
    size_t i = place_of(at);
    while (state.blocks[i].at != NULL && state.blocks[i].at != &gone)
        i = (i + 1) % BLOCKS;
    state.blocks[i] = (struct block){at, caller, bytes, number};
    pthread_mutex_unlock(&state.lock);
}

static void forget(const void *at)
{
    if (at == NULL)
        return;
    pthread_mutex_lock(&state.lock);
    for (size_t i = place_of(at); state.blocks[i].at != NULL; i = (i + 1) % BLOCKS)
        if (state.blocks[i].at == at) {
            state.blocks[i].at = &gone;
            break;
        }
    pthread_mutex_unlock(&state.lock);
}

static const char *object_of(const void *code)
{
    Dl_info info;
    return dladdr(code, &info) != 0 ? info.dli_fname : "?";
}

static bool is_spared(const void *caller)
{
    char part[64];
    const char *at = state.spared, *end;
    for (; at != NULL && (end = strchr(at, ' ')) != NULL; at = end + 1) {
        snprintf(part, sizeof part, "%.*s", (int)(end - at), at);
        if (strstr(object_of(caller), part) != NULL)
            return true;
    }
    return false;
}

/* Counts an allocation; false where it is one that is to fail. *number is 0 where it does not
 * count. */
static bool granted(uint64_t *number, const void *caller)
{
    const bool spared = is_spared(caller);
    pthread_mutex_lock(&state.lock);
    *number = state.counting && !spared ? ++state.calls : 0;
    pthread_mutex_unlock(&state.lock);
    if (*number == 0 || state.fail_at == 0 || *number < state.fail_at ||
        (*number > state.fail_at && !state.for_ever))
        return true;
    errno = ENOMEM;
    return false;
}

void *malloc(size_t bytes)
{
    uint64_t number;
    if (!granted(&number, __builtin_return_address(0)))
        return NULL;
    void *at = __libc_malloc(bytes);
    keep(at, bytes, __builtin_return_address(0), number);
    return at;
}

void *calloc(size_t count, size_t size)
{
    uint64_t number;
    if (!granted(&number, __builtin_return_address(0)))
        return NULL;
    void *at = __libc_calloc(count, size);
    keep(at, count * size, __builtin_return_address(0), number);
    return at;
}

void *realloc(void *block, size_t bytes)
{
    uint64_t number;
    if (!granted(&number, __builtin_return_address(0)))
        return NULL;
    /* before the block is given back: another thread may get its address at once */
    forget(block);
    void *at = __libc_realloc(block, bytes);
    keep(at, bytes, __builtin_return_address(0), number);
    return at;
}

void *memalign(size_t align, size_t bytes)
{
    uint64_t number;
    if (!granted(&number, __builtin_return_address(0)))
        return NULL;
    void *at = __libc_memalign(align, bytes);
    keep(at, bytes, __builtin_return_address(0), number);
    return at;
}

void *aligned_alloc(size_t align, size_t bytes)
{
    uint64_t number;
    if (!granted(&number, __builtin_return_address(0)))
        return NULL;
    void *at = __libc_memalign(align, bytes);
    keep(at, bytes, __builtin_return_address(0), number);
    return at;
}

int posix_memalign(void **block, size_t align, size_t bytes)
{
    uint64_t number;
    if (!granted(&number, __builtin_return_address(0)))
        return ENOMEM;
    void *at = __libc_memalign(align, bytes);
    keep(at, bytes, __builtin_return_address(0), number);
    if (at == NULL)
        return ENOMEM;
    *block = at;
    return 0;
}

void free(void *block)
{
    forget(block);
    __libc_free(block);
}

static uint64_t number_in(const char *variable)
{
    const char *text = getenv(variable);
    return text != NULL ? strtoull(text, NULL, 10) : 0;
}

static void write_count(const char *path)
{
    FILE *file = fopen(path, "w");
    if (file == NULL)
        return;
    fprintf(file, "calls %" PRIu64 "\n", state.calls);
    for (size_t i = 0; i < BLOCKS; i++) {
        const struct block *b = &state.blocks[i];
        if (b->at != NULL && b->at != &gone)
            fprintf(file, "live %" PRIu64 " %zu %s\n", b->number, b->bytes, object_of(b->caller));
    }
    fclose(file);
}

static int counted_main(int argc, char **argv, char **env)
{
    const char *mode = getenv("ALLOC_FAIL_MODE"), *path = getenv("ALLOC_COUNT_FILE");
    state.spared = getenv("ALLOC_SPARE");
    state.fail_at = number_in("ALLOC_FAIL_AT");
    state.for_ever = mode != NULL && strcmp(mode, "ever") == 0;
    alarm(HANG_SECONDS);
    state.counting = true;
    const int status = state.real_main(argc, argv, env);
    pthread_mutex_lock(&state.lock);
    state.counting = false;
    pthread_mutex_unlock(&state.lock);
    if (path != NULL)
        write_count(path);
    return status;
}

int __libc_start_main(main_function *real_main, int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*rtld_fini)(void), void *stack_end);

/* The beginning of every program, which calls main. */
int __libc_start_main(main_function *real_main, int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*rtld_fini)(void), void *stack_end)
{
    typedef int start(main_function *, int, char **, void (*)(void), void (*)(void), void (*)(void),
                      void *);
    start *next;
    *(void **)&next = dlsym(RTLD_NEXT, "__libc_start_main");
    state.real_main = real_main;
    return next(counted_main, argc, argv, init, fini, rtld_fini, stack_end);
}
