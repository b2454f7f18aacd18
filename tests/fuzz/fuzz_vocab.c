/* Vocabulary files: what is read must come back from its own text form. */
#include <string.h>

#include "lib/base/buf.h"
#include "tests/fuzz/fuzz.h"

static void check_words(const struct vocab *v)
{
    for (int32_t id = 0; (size_t)id < vocab_size(v); id++) {
        const char *word = vocab_word(v, id);
        FUZZ_REQUIRE(vocab_find(v, word, strlen(word)) == id);
    }
    FUZZ_REQUIRE(strcmp(vocab_word(v, vocab_unk(v)), "<unk>") == 0);
    FUZZ_REQUIRE(strcmp(vocab_word(v, vocab_eos(v)), "<eos>") == 0);
}

/* The same bytes as a file of any form. What is accepted comes back from ptblm's own form. */
static void load_as(const char *path, enum vocab_form form, bool add, const struct markers *markers)
{
    struct err err = {0};
    struct vocab *v, *again;
    struct vocab_taken taken;
    struct buf text = {0};
    const struct vocab_file file = {path, form, add};
    if (!fuzz_accepted(vocab_load_as(&v, &file, markers, &taken, &err), ST_INPUT, &err))
        return;
    check_words(v);
    FUZZ_REQUIRE(taken.words == vocab_size(v) && taken.form != VOCAB_AUTO);
    FUZZ_REQUIRE(form == VOCAB_AUTO || taken.form == form);
    FUZZ_REQUIRE(add || (taken.unk < 0 && taken.eos < 0));
    FUZZ_REQUIRE(vocab_format(v, &text, &err) == ST_OK);
    FUZZ_REQUIRE(vocab_parse(&again, "fuzz", text.data, text.len, &err) == ST_OK);
    FUZZ_REQUIRE(vocab_hash(v) == vocab_hash(again));
    vocab_free(v);
    vocab_free(again);
    buf_fini(&text);
}

static void check_own(const uint8_t *data, size_t size)
{
    struct err err = {0};
    struct vocab *first, *second;
    struct buf text = {0}, again = {0};
    if (!fuzz_accepted(vocab_parse(&first, "fuzz", (const char *)data, size, &err), ST_INPUT, &err))
        return;
    check_words(first);
    FUZZ_REQUIRE(vocab_format(first, &text, &err) == ST_OK);
    FUZZ_REQUIRE(vocab_parse(&second, "fuzz", text.data, text.len, &err) == ST_OK);
    FUZZ_REQUIRE(vocab_hash(first) == vocab_hash(second));
    FUZZ_REQUIRE(vocab_format(second, &again, &err) == ST_OK);
    FUZZ_REQUIRE(text.len == again.len && memcmp(text.data, again.data, text.len) == 0);
    vocab_free(first);
    vocab_free(second);
    buf_fini(&text);
    buf_fini(&again);
}

/* A NUL and the number of a form behind the file ask for that form, since opening takes most of the
 * time; without them the form is to be told. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct markers markers = {.eos = "</s>", .unk = "[UNK]"};
    enum vocab_form form = VOCAB_AUTO;
    if (size >= 2 && data[size - 2] == 0 && data[size - 1] < VOCAB_FORMS) {
        form = (enum vocab_form)data[size - 1];
        size -= 2;
    }
    const char *path = fuzz_file(data, size);
    load_as(path, form, false, NULL);
    load_as(path, form, true, &markers);
    if (form == VOCAB_AUTO)
        check_own(data, size);
    return 0;
}
