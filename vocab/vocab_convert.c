/* The lines of other programs' vocabularies as those of ptblm's. */
#include <inttypes.h>
#include <string.h>

#include "lib/base/escape.h"
#include "lib/base/mem.h"
#include "vocab/vocab_private.h"

enum status vocab_placed_init(struct vocab_placed *p, const char *name, size_t n, struct err *err)
{
    *p = (struct vocab_placed){.name = name, .n = n};
    p->words = mem_zeroed(n, sizeof *p->words, err);
    return p->words == NULL ? ST_NOMEM : ST_OK;
}

enum status vocab_placed_put(struct vocab_placed *p, uint64_t id, struct slice word,
                             struct err *err)
{
    if (id >= p->n)
        return err_set(err, ST_INPUT,
                       "'%s' gives %s the id %" PRIu64 ", but its %zu words have the ids 0 to %zu",
                       p->name, escape_quoted(word.bytes, word.len).text, id, p->n, p->n - 1);
    const struct slice *there = &p->words[id];
    if (there->bytes != NULL)
        return err_set(err, ST_INPUT, "'%s' gives the id %" PRIu64 " to %s and to %s", p->name, id,
                       escape_quoted(there->bytes, there->len).text,
                       escape_quoted(word.bytes, word.len).text);
    p->words[id] = word;
    return ST_OK;
}

enum status vocab_placed_write(const struct vocab_placed *p, struct buf *out, struct err *err)
{
    for (size_t id = 0; id < p->n; id++) {
        const struct slice *word = &p->words[id];
        if (memchr(word->bytes, '\n', word->len) != NULL)
            return err_set(err, ST_INPUT,
                           "'%s' has %s as the word of id %zu: no word may have a line end in it",
                           p->name, escape_quoted(word->bytes, word->len).text, id);
        TRY(buf_add(out, word->bytes, word->len, err));
        TRY(buf_add(out, "\t0\n", 3, err));
    }
    return ST_OK;
}

void vocab_placed_fini(struct vocab_placed *p)
{
    mem_free(p->words);
    *p = (struct vocab_placed){0};
}

/* A line as its form says; number is a count or an id. */
static bool take_apart(enum vocab_form form, const struct slice *line, struct slice *word,
                       uint64_t *number)
{
    struct slice first, second;
    *word = *line;
    *number = 0;
    if (form == VOCAB_WORDS)
        return true;
    const bool number_first = form == VOCAB_COUNT_WORD || form == VOCAB_ID_WORD;
    if (!vocab_fields(line, &first, &second))
        return false;
    *word = number_first ? second : first;
    return vocab_number(number_first ? &first : &second, number);
}

static enum status convert_line(struct buf *out, struct vocab_placed *placed, enum vocab_form form,
                                const struct vocab_lines *at, const char *name,
                                const struct slice *line, struct err *err)
{
    struct slice word;
    uint64_t number;
    if (!take_apart(form, line, &word, &number))
        return err_set(err, ST_INPUT, "'%s' line %zu has %s, which is not %s", name, at->number,
                       escape_quoted(line->bytes, line->len).text, vocab_form_text(form));
    if (placed->words != NULL)
        return vocab_placed_put(placed, number, word, err);
    TRY(buf_add(out, word.bytes, word.len, err));
    return buf_addf(out, err, "\t%" PRIu64 "\n", number);
}

static size_t count_lines(const char *text, size_t len)
{
    struct vocab_lines lines = {text, text + len, 0};
    struct slice line;
    while (vocab_lines_next(&lines, &line))
        continue;
    return lines.number;
}

enum status vocab_convert(struct buf *out, enum vocab_form form, const char *name, const char *text,
                          size_t len, struct err *err)
{
    struct vocab_placed placed = {0};
    struct vocab_lines lines = {text, text + len, 0};
    struct slice line;
    enum status status = ST_OK;
    if (form == VOCAB_JSON)
        return vocab_convert_json(out, name, text, len, err);
    if (form == VOCAB_WORD_ID || form == VOCAB_ID_WORD)
        TRY(vocab_placed_init(&placed, name, count_lines(text, len), err));
    while (status == ST_OK && vocab_lines_next(&lines, &line))
        status = convert_line(out, &placed, form, &lines, name, &line, err);
    if (status == ST_OK && placed.words != NULL)
        status = vocab_placed_write(&placed, out, err);
    vocab_placed_fini(&placed);
    return status;
}
