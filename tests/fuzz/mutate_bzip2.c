/* Asks for the smallest blocks, since memory for them is most of the time. */
#include <string.h>

#include "tests/fuzz/fuzz.h"

enum { LEVEL_AT = 3 };

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    size = LLVMFuzzerMutate(data, size, max_size);
    for (uint8_t *at = data; (at = memmem(at, size - (size_t)(at - data), "BZh", 3)) != NULL; at++)
        if ((size_t)(at - data) + LEVEL_AT < size && at[LEVEL_AT] > '1' && seed % 32 != 0)
            at[LEVEL_AT] = '1';
    return size;
}
