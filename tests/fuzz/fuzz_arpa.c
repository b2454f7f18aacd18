/* ARPA texts: what is accepted can be used. */
#include "lib/base/io/io.h"
#include "lib/ngram/arpa.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/ngrams.h"

enum { SORT_BYTES = 1 << 16 };

/* Where scratch files are: in memory, if the system has such a place. */
static const char *scratch(void)
{
    static const char *path;
    if (path == NULL)
        path = io_is_dir("/dev/shm") ? "/dev/shm/fuzz" : "/tmp/fuzz";
    return path;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {0};
    struct source *source;
    struct text *text;
    struct arpa_model a;
    FUZZ_REQUIRE(source_open_memory(&source, "fuzz", data, size, &err) == ST_OK);
    if (!fuzz_accepted(text_open(&text, source, &err), ST_INPUT, &err))
        return 0;
    if (fuzz_accepted(arpa_read(&a, text, SORT_BYTES, scratch(), &err), ST_INPUT, &err)) {
        FUZZ_REQUIRE(vocab_size(a.vocab) == a.model.V && vocab_eos(a.vocab) == a.model.eos);
        fuzz_check_ngrams(&a.model);
    }
    arpa_model_fini(&a);
    text_close(text);
    return 0;
}
