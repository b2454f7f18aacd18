/* Vocabularies as JSON: {"the": 0, ...}, as vocab.json of many programs, or ["the", ...]. */
#include <string.h>

#include "lib/base/escape.h"
#include "lib/file/json.h"
#include "lib/file/json_text.h"
#include "vocab/vocab_private.h"

/* tokenizer.json of Hugging Face has the words two floors down. */
static bool is_tokenizer(const struct json *object)
{
    const struct json *model, *words;
    struct err why;
    return json_is_object(object) && json_get_value(object, "model", &model, &why) == ST_OK &&
           json_is_object(model) && json_get_value(model, "vocab", &words, &why) == ST_OK &&
           json_is_object(words);
}

/* Values take far more memory than their text, so both are limited. */
enum { TEXT_MAX = 1 << 25, WORDS_MAX = 1 << 21 };

static enum status put_members(struct vocab_placed *p, const struct json *object, struct err *err)
{
    const char *word;
    const struct json *value;
    void *it = NULL;
    while ((it = json_next(object, it, &word, &value)) != NULL) {
        struct err why;
        int64_t id;
        if (json_get_int(object, word, &id, &why) != ST_OK || id < 0)
            return err_set(err, ST_INPUT,
                           "'%s' has a value for %s that is no id: a vocabulary is an object of "
                           "words and their ids, or a list of words",
                           p->name, escape_quoted(word, strlen(word)).text);
        TRY(vocab_placed_put(p, (uint64_t)id, (struct slice){word, strlen(word)}, err));
    }
    return ST_OK;
}

static enum status put_elements(struct vocab_placed *p, const struct json *array, struct err *err)
{
    for (size_t i = 0; i < p->n; i++) {
        const char *word;
        struct err why;
        if (json_get_text(array, i, &word, &why) != ST_OK)
            return err_set(err, ST_INPUT, "'%s' is a list whose %s: it must have words alone",
                           p->name, why.text);
        TRY(vocab_placed_put(p, i, (struct slice){word, strlen(word)}, err));
    }
    return ST_OK;
}

static enum status check_size(const char *name, const char *text, size_t len, struct err *err)
{
    if (len > TEXT_MAX)
        return err_set(err, ST_INPUT,
                       "'%s' has %zu bytes, the limit of a vocabulary in JSON is %d: write it as "
                       "one word on each line",
                       name, len, TEXT_MAX);
    if (json_text_count_marks(text, len) > WORDS_MAX)
        return err_set(err, ST_INPUT,
                       "'%s' has more than %d JSON values: write it as one word on each line", name,
                       WORDS_MAX);
    return ST_OK;
}

enum status vocab_convert_json(struct buf *out, const char *name, const char *text, size_t len,
                               struct err *err)
{
    struct vocab_placed placed = {0};
    struct json *v = NULL;
    struct err why;
    enum status status;
    TRY(check_size(name, text, len, err));
    status = json_parse(&v, "it", text, len, &why);
    if (status != ST_OK)
        return err_wrap(err, &why, "'%s' cannot be read as a vocabulary", name);
    if ((!json_is_object(v) && !json_is_array(v)) || json_size(v) == 0) {
        status = err_set(err, ST_INPUT,
                         "'%s' has no words: a vocabulary in JSON is an object of words and their "
                         "ids, or a list of words",
                         name);
    } else if (is_tokenizer(v)) {
        status = err_set(err, ST_INPUT,
                         "'%s' describes a tokenizer, of which the vocabulary is a part: take it "
                         "out, with 'jq .model.vocab'",
                         name);
    } else {
        status = vocab_placed_init(&placed, name, json_size(v), err);
        if (status == ST_OK)
            status = (json_is_object(v) ? put_members : put_elements)(&placed, v, err);
        if (status == ST_OK)
            status = vocab_placed_write(&placed, out, err);
    }
    vocab_placed_fini(&placed);
    json_free(v);
    return status;
}
