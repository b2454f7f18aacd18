/* Files of word ids, for a vocabulary of six words. */
#include "tests/fuzz/fuzz.h"
#include "vocab/ids.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {0};
    struct ids ids = {0};
    const char *path = fuzz_file(data, size);
    if (!fuzz_accepted(ids_load(&ids, fuzz_vocab(), path, &err), ST_INPUT, &err))
        return 0;
    FUZZ_REQUIRE(ids.n > 0 && ids.n <= size / sizeof *ids.data);
    for (size_t i = 0; i < ids.n; i++)
        FUZZ_REQUIRE(ids.data[i] >= 0 && (size_t)ids.data[i] < vocab_size(fuzz_vocab()));
    ids_fini(&ids);
    return 0;
}
