/* Runs a target over its kept inputs, for builds without libFuzzer: replay_NAME takes the members
 * of tests/fuzz/corpus/NAME.tar under $srcdir, or the files that it is given. The form is ustar,
 * read here by itself, for the project's own reader of archives is one of the targets. TAP; each
 * input is named before it runs, so that the last one named is the one that ended the program. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

enum { SECONDS = 60 }; /* for one input; under a sanitizer each takes less than one */

/* A header of ustar (POSIX.1-1988): offsets and lengths of the fields that are looked at. */
enum {
    BLOCK = 512,
    NAME_LEN = 100,
    SIZE_AT = 124,
    SUM_AT = 148,
    NUMBER_LEN = 12,
    SUM_LEN = 8,
    MAGIC_AT = 257,
};

__attribute__((format(printf, 1, 2))) static _Noreturn void fail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    printf("Bail out! ");
    vprintf(format, args);
    putchar('\n');
    va_end(args);
    exit(EXIT_FAILURE);
}

static void read_bytes(FILE *file, const char *path, void *to, size_t n)
{
    if (fread(to, 1, n, file) != n)
        fail("%s is cut off", path);
}

/* The next `size` bytes of the file. */
static void replay(FILE *file, const char *path, const char *name, size_t size)
{
    /* a block of exactly this size, so that a sanitizer sees a byte read after its end */
    uint8_t *input = malloc(size);
    if (input == NULL && size > 0)
        fail("no memory for %s", name);
    read_bytes(file, path, input, size);
    printf("# %s\n", name);
    fflush(stdout);
    alarm(SECONDS);
    LLVMFuzzerTestOneInput(input, size);
    alarm(0);
    free(input);
}

static unsigned long sum_of(const unsigned char header[BLOCK])
{
    unsigned long sum = SUM_LEN * (unsigned long)' '; /* its own field counts as blanks */
    for (size_t i = 0; i < BLOCK; i++)
        sum += i < SUM_AT || i >= SUM_AT + SUM_LEN ? header[i] : 0;
    return sum;
}

/* The header of a member; false at the end of the pack. */
static bool read_header(FILE *file, const char *path, char name[NAME_LEN + 1], size_t *size)
{
    unsigned char header[BLOCK];
    char number[NUMBER_LEN + 1] = "", sum[SUM_LEN + 1] = "";
    read_bytes(file, path, header, BLOCK);
    if (header[0] == '\0')
        return false;
    memcpy(name, header, NAME_LEN);
    name[NAME_LEN] = '\0';
    memcpy(number, header + SIZE_AT, NUMBER_LEN);
    memcpy(sum, header + SUM_AT, SUM_LEN);
    if (memcmp(header + MAGIC_AT, "ustar", 6) != 0 || strtoul(sum, NULL, 8) != sum_of(header))
        fail("%s has no ustar header before or in place of %s", path, name);
    *size = strtoul(number, NULL, 8);
    return true;
}

static int replay_pack(const char *path)
{
    char name[NAME_LEN + 1];
    unsigned char padding[BLOCK];
    size_t size;
    int n = 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        fail("cannot open %s", path);
    for (; read_header(file, path, name, &size); n++) {
        replay(file, path, name, size);
        read_bytes(file, path, padding, (BLOCK - size % BLOCK) % BLOCK);
    }
    fclose(file);
    return n;
}

static void replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || ftell(file) < 0)
        fail("cannot read %s", path);
    const size_t size = (size_t)ftell(file);
    rewind(file);
    replay(file, path, path, size);
    fclose(file);
}

int main(int argc, char **argv)
{
    const char *srcdir = getenv("srcdir"), *name = strstr(argv[0], "replay_");
    char path[4096];
    int n = argc - 1;
    if (name == NULL)
        return EXIT_FAILURE;
    name += strlen("replay_");
    snprintf(path, sizeof path, "%s/tests/fuzz/corpus/%s.tar", srcdir != NULL ? srcdir : ".", name);
    for (int i = 1; i < argc; i++)
        replay_file(argv[i]);
    if (argc == 1)
        n = replay_pack(path);
    printf("1..1\n%s 1 - the %s target takes its %d kept inputs\n", n > 0 ? "ok" : "not ok", name,
           n);
    return n > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
