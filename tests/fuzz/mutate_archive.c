/* Puts the sums in the headers of a tar right. */
#include <stdio.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

enum { BLOCK = 512, SUM_AT = 148, SUM_BYTES = 8, MAGIC_AT = 257 };

static void repair_header(uint8_t *h)
{
    unsigned sum = 0;
    memset(h + SUM_AT, ' ', SUM_BYTES);
    for (size_t i = 0; i < BLOCK; i++)
        sum += h[i];
    char text[SUM_BYTES];
    snprintf(text, sizeof text, "%06o", sum);
    memcpy(h + SUM_AT, text, SUM_BYTES - 1);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    size = LLVMFuzzerMutate(data, size, max_size);
    for (size_t at = 0; at + BLOCK <= size && seed % 8 != 0; at += BLOCK)
        if (memcmp(data + at + MAGIC_AT, "ustar", 5) == 0)
            repair_header(data + at);
    return size;
}
