/* Keeps a mutated input in the notation's letters. */
#include "tests/fuzz/fuzz.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    (void)seed;
    size = LLVMFuzzerMutate(data, size, max_size);
    for (size_t i = 0; i < size; i++)
        if (data[i] != '\n' && (data[i] < ' ' || data[i] > '~'))
            data[i] = (uint8_t)(' ' + data[i] % ('~' - ' ' + 1));
    return size;
}
