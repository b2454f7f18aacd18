/* Labelled lines (lib/task/data): the first byte chooses tokenizer, form and division, the rest is
 * the text. What is read is read again with the model's part of it, and line by line. */
#include <string.h>

#include "lib/base/utf8.h"
#include "lib/task/data/example_coder.h"
#include "tests/fuzz/examples.h"
#include "tests/fuzz/fuzz.h"

static const char *const tokenizers[] = {"words",   "chars", "treebank",
                                         "unicode", "bpe",   "bpe-bytes"};
static const enum example_form forms[] = {EXAMPLE_FORM_AUTO, EXAMPLE_FORM_TAB,
                                          EXAMPLE_FORM_FASTTEXT, EXAMPLE_FORM_TREC,
                                          EXAMPLE_FORM_TREC_FINE};
enum { N_TOKENIZERS = 6, N_FORMS = 5 };

/* Lines as texts without labels, given in two parts. */
static void code_lines(const struct dataset *d, const char *text, size_t size)
{
    struct example_coder *coder;
    struct err err = {0};
    size_t added = 0, given = 0;
    uint64_t number = 0;
    FUZZ_REQUIRE(example_coder_new(&coder, &d->coding, "fuzz", &err) == ST_OK);
    for (size_t at = 0; at < size;) {
        const char *end = memchr(text + at, '\n', size - at);
        const size_t len = end == NULL ? size - at : (size_t)(end - text) - at;
        struct examples e;
        bool ended;
        const enum status status = example_coder_add(coder, text + at, len, ++number, &ended, &err);
        if (fuzz_accepted(status, ST_INPUT, &err))
            added += ended;
        else
            break;
        at += len + 1;
        if (number % 3 == 0 || at >= size) {
            FUZZ_REQUIRE(example_coder_give(coder, &e, &err) == ST_OK);
            fuzz_check_examples(&e, &d->coding);
            given += e.n;
            examples_fini(&e);
            FUZZ_REQUIRE(given == added);
        }
    }
    example_coder_free(coder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dataset d;
    struct err err = {0};
    const unsigned how = size > 0 ? data[0] : 0;
    const char *path = fuzz_file(data + (size > 0), size - (size > 0));
    const bool cut = (how / (N_TOKENIZERS * N_FORMS)) % 2 == 1;
    const struct dataset_request request = {.path = cut ? path : NULL,
                                            .named[SPLIT_TRAIN] = cut ? NULL : path,
                                            .needed = 1U << SPLIT_TRAIN,
                                            .wanted = SPLITS_ALL,
                                            .merges = how % N_TOKENIZERS >= 4 ? 8 : 0,
                                            .tokenizer = tokenizers[how % N_TOKENIZERS]};
    const struct example_request asked = {.form = forms[how / N_TOKENIZERS % N_FORMS],
                                          .keep_train = how % 2 == 1};
    const enum status status = dataset_read_examples(&d, &request, &asked, &err);
    if (fuzz_accepted(status, ST_INPUT, &err)) {
        const size_t n = fuzz_check_dataset(&d);
        FUZZ_REQUIRE(fuzz_check_again(&d, path, false) == n);
        if (utf8_span((const char *)data + 1, size - 1) == size - 1) /* else it was converted */
            code_lines(&d, (const char *)data + 1, size - 1);
    }
    dataset_fini(&d);
    return 0;
}
