#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/base/utf8.h"

void fuzz_require(bool holds, const char *condition, const char *file, int line)
{
    if (holds)
        return;
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

const char *fuzz_file(const uint8_t *data, size_t size)
{
    static int fd = -1;
    static char path[64];
    if (fd < 0) {
        fd = memfd_create("fuzz", MFD_CLOEXEC);
        FUZZ_REQUIRE(fd >= 0);
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    }
    FUZZ_REQUIRE(ftruncate(fd, 0) == 0);
    FUZZ_REQUIRE(pwrite(fd, data, size, 0) == (ssize_t)size);
    return path;
}

bool fuzz_accepted(enum status status, enum status refusal, const struct err *err)
{
    if (status == ST_OK)
        return true;
    if (status != refusal)
        fprintf(stderr, "status %d: %s\n", (int)status, err->text);
    FUZZ_REQUIRE(status == refusal);
    FUZZ_REQUIRE(err->code == refusal);
    const size_t len = strlen(err->text);
    FUZZ_REQUIRE(len > 0 && len < sizeof err->text);
    for (size_t i = 0; i < len; i++) {
        const unsigned char c = (unsigned char)err->text[i];
        if (c < ' ' || c == 0x7F)
            fprintf(stderr, "byte %zu of: %s\n", i, err->text);
        FUZZ_REQUIRE(c >= ' ' && c != 0x7F);
    }
    return false;
}

const struct vocab *fuzz_vocab(void)
{
    static const char text[] = "<unk>\t3\n<eos>\t2\na\t2\nb\t1\nc\t1\nd\t1\n";
    static struct vocab *vocab;
    struct err err;
    if (vocab == NULL)
        FUZZ_REQUIRE(vocab_parse(&vocab, "fuzz", text, sizeof text - 1, &err) == ST_OK);
    return vocab;
}
