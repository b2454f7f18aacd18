/* Runs a target over its kept inputs, for builds without libFuzzer: replay_NAME reads the folder
 * tests/fuzz/corpus/NAME under $srcdir. TAP; each input is named before it runs, so that the last
 * one named is the one that ended the program. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/io.h"
#include "lib/base/mem.h"
#include "tests/fuzz/fuzz.h"

enum { SECONDS = 60 }; /* for one input; under a sanitizer each takes less than one */

static void fail(const struct err *err)
{
    printf("Bail out! %s\n", err->text);
    exit(EXIT_FAILURE);
}

static void replay_file(const char *folder, const char *name)
{
    struct err err;
    struct buf bytes = {0};
    char *path = io_join(folder, name, &err);
    if (path == NULL || io_read_file(path, SIZE_MAX / 2, &bytes, &err) != ST_OK)
        fail(&err);
    printf("# %s\n", name);
    fflush(stdout);
    /* a block of exactly this size, so that a sanitizer sees a byte read behind it */
    uint8_t *input = mem_resize(NULL, bytes.len, 1, &err);
    if (input == NULL)
        fail(&err);
    if (bytes.len > 0)
        memcpy(input, bytes.data, bytes.len);
    alarm(SECONDS);
    LLVMFuzzerTestOneInput(input, bytes.len);
    alarm(0);
    mem_free(input);
    mem_free(path);
    buf_fini(&bytes);
}

static int is_input(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int replay_folder(const char *folder)
{
    struct dirent **entries;
    const int n = scandir(folder, &entries, is_input, alphasort);
    for (int i = 0; i < n; i++) {
        replay_file(folder, entries[i]->d_name);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
    return n;
}

int main(int argc, char **argv)
{
    const char *srcdir = getenv("srcdir"), *name = strstr(argv[0], "replay_");
    char folder[4096];
    if (argc > 2 || name == NULL)
        return EXIT_FAILURE;
    name += strlen("replay_");
    snprintf(folder, sizeof folder, "%s/tests/fuzz/corpus/%s", srcdir != NULL ? srcdir : ".", name);
    const int n = replay_folder(argc == 2 ? argv[1] : folder);
    printf("1..1\n%s 1 - the %s target takes its %d kept inputs\n", n > 0 ? "ok" : "not ok", name,
           n);
    return n > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
