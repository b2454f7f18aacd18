/* Mutates the header of a model file, or what is behind it, and puts its length and the checksum
 * right. */
#include <string.h>

#include "lib/file/safetensors_header.h"
#include "tests/fuzz/fuzz.h"

static void repair_checksum(uint8_t *data, size_t size, size_t len)
{
    struct err err;
    struct hash *h;
    char *header = (char *)data + SAFETENSORS_LENGTH_BYTES;
    const char *digits = safetensors_find_digits(header, len);
    if (digits == NULL || hash_new(&h, &err) != ST_OK)
        return;
    safetensors_hash_header(h, header, len, digits);
    hash_add(h, header + len, size - SAFETENSORS_LENGTH_BYTES - len);
    char value[SAFETENSORS_CHECKSUM_SIZE];
    safetensors_format_checksum(hash_digest(h), value);
    hash_free(h);
    memcpy(header + (digits - header), value + strlen(SAFETENSORS_CHECKSUM_PREFIX),
           SAFETENSORS_DIGITS);
}

/* Mutates `len` bytes at `at`, with the bytes behind them moved; returns their new number. */
static size_t mutate_part(uint8_t *data, size_t size, size_t max_size, size_t at, size_t len)
{
    static uint8_t part[1 << 20];
    const size_t behind = size - at - len, room = max_size - at - behind;
    if (room > sizeof part || len > room)
        return len;
    memcpy(part, data + at, len);
    const size_t now = LLVMFuzzerMutate(part, len, room);
    memmove(data + at + now, data + at + len, behind);
    memcpy(data + at, part, now);
    return now;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    uint64_t len = 0;
    if (size >= SAFETENSORS_LENGTH_BYTES)
        memcpy(&len, data, sizeof len);
    if (size < SAFETENSORS_LENGTH_BYTES || len > size - SAFETENSORS_LENGTH_BYTES ||
        size > max_size || seed % 8 == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    const size_t end = SAFETENSORS_LENGTH_BYTES + len;
    if (seed % 4 == 1) {
        size = end + mutate_part(data, size, max_size, end, size - end);
    } else {
        const size_t now = mutate_part(data, size, max_size, SAFETENSORS_LENGTH_BYTES, len);
        size = size - len + now;
        len = now;
        memcpy(data, &len, sizeof len);
    }
    repair_checksum(data, size, len);
    return size;
}
