/* Compact files of n-gram models: what is accepted can be used. mutate_model.c puts their sums
 * right. */
#include "lib/ngram/ngram_file.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/ngrams.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {0};
    struct ngram_file f;
    if (!fuzz_accepted(ngram_open(&f, fuzz_file(data, size), &err), ST_INPUT, &err))
        return 0;
    FUZZ_REQUIRE(vocab_size(f.vocab) == f.model.V && vocab_eos(f.vocab) == f.model.eos);
    FUZZ_REQUIRE(ngram_is_in(&f.file));
    fuzz_check_ngrams(&f.model);
    ngram_close(&f);
    return 0;
}
