/* Puts the sums of xz's headers, of its index and of its footer right, and asks for a small
 * dictionary, since memory for it is most of the time. The form:
 * https://tukaani.org/xz/xz-file-format.txt */
#include <lzma.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

enum { STREAM_HEADER = 12, FOOTER = 12, LZMA2 = 0x21, SMALL_DICTIONARY = 8 /* 64 KiB */ };

static void put_u32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static void put_crc(uint8_t *data, size_t from, size_t n, size_t at)
{
    put_u32(data + at, lzma_crc32(data + from, n, 0));
}

/* The header of the first block, at `at`. */
static void correct_block(uint8_t *data, size_t size, size_t at)
{
    const size_t len = ((size_t)data[at] + 1) * 4;
    if (data[at] == 0 || len > size - at)
        return;
    uint8_t *filter = data + at + 2;
    if (filter[-1] == 0 && filter[0] == LZMA2 && filter[2] > SMALL_DICTIONARY)
        filter[2] %= SMALL_DICTIONARY;
    put_crc(data, at, len - 4, at + len - 4);
}

static void correct_end(uint8_t *data, size_t size)
{
    uint8_t *footer = data + size - FOOTER;
    const size_t words = (size_t)footer[4] + 1; /* of the index, which is short here */
    if (memcmp(footer + FOOTER - 2, "YZ", 2) != 0)
        return;
    put_crc(footer, 4, 6, 0);
    if (footer[5] == 0 && words * 4 + FOOTER + STREAM_HEADER <= size)
        put_crc(footer - words * 4, 0, words * 4 - 4, words * 4 - 4);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    static const uint8_t magic[] = {0xFD, '7', 'z', 'X', 'Z', 0};
    size = LLVMFuzzerMutate(data, size, max_size);
    if (size < STREAM_HEADER + 8 + FOOTER || memcmp(data, magic, sizeof magic) != 0 ||
        seed % 32 == 0)
        return size;
    put_crc(data, 6, 2, 8);
    correct_block(data, size, STREAM_HEADER);
    correct_end(data, size);
    return size;
}
