/* Puts the CRC-32 and the length behind each gzip member right. */
#include <string.h>
#include <zlib.h>

#include "tests/fuzz/fuzz.h"

enum { HEADER = 10, TRAILER = 8 };

static void put_u32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

/* Inflates what is behind a member's header, which is taken to be one without further fields;
 * returns the bytes of its data, 0 where they do not end. */
static size_t inflate_member(const uint8_t *data, size_t size, uint32_t *crc, uint32_t *len)
{
    static uint8_t out[1 << 16];
    z_stream z = {.next_in = (uint8_t *)(uintptr_t)data, .avail_in = (uInt)size};
    int code = Z_OK;
    if (inflateInit2(&z, -15) != Z_OK)
        return 0;
    for (*crc = 0, *len = 0; code == Z_OK && *len < 1 << 17;) {
        z.next_out = out;
        z.avail_out = sizeof out;
        code = inflate(&z, Z_NO_FLUSH);
        const uInt got = (uInt)sizeof out - z.avail_out;
        *crc = (uint32_t)crc32(*crc, out, got);
        *len += got;
    }
    const size_t used = code == Z_STREAM_END ? size - z.avail_in : 0;
    inflateEnd(&z);
    return used;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    size = LLVMFuzzerMutate(data, size, max_size);
    for (size_t at = 0; at + HEADER + TRAILER <= size && data[at] == 0x1F && seed % 8 != 0;) {
        uint32_t crc, len;
        const size_t used = inflate_member(data + at + HEADER, size - at - HEADER, &crc, &len);
        at += HEADER + used;
        if (used == 0 || at + TRAILER > size)
            break;
        put_u32(data + at, crc);
        put_u32(data + at + 4, len);
        at += TRAILER;
    }
    return size;
}
