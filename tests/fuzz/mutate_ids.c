/* Puts the sums of a file of word ids right; see vocab/ids.h for the header. */
#include <string.h>

#include "lib/base/hash.h"
#include "tests/fuzz/fuzz.h"

enum { HEADER = 64, N_AT = 24, DATA_HASH_AT = 48, HASH_AT = 56 };

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    size = LLVMFuzzerMutate(data, size, max_size);
    if (size < HEADER || seed % 8 == 0)
        return size;
    const uint64_t n = (size - HEADER) / sizeof(int32_t);
    if (seed % 4 == 1)
        memcpy(data + N_AT, &n, sizeof n);
    const uint64_t data_hash = hash_bytes(data + HEADER, size - HEADER);
    memcpy(data + DATA_HASH_AT, &data_hash, sizeof data_hash);
    const uint64_t hash = hash_bytes(data, HASH_AT);
    memcpy(data + HASH_AT, &hash, sizeof hash);
    return size;
}
