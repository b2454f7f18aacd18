/* The text form of a vocabulary: "word<TAB>count" on each line. The count follows the line's last
 * tab, so that a word may be a space or a tab. */
#include <inttypes.h>
#include <string.h>

#include "lib/base/escape.h"
#include "lib/base/io/io.h"
#include "lib/base/utf8.h"
#include "vocab/known_markers.h"
#include "vocab/tokenizer/tokenizer.h"
#include "vocab/vocab.h"
#include "vocab/vocab_private.h"

/* More than VOCAB_MAX words of the usual length take. */
#define VOCAB_FILE_MAX ((size_t)1 << 30)

struct line {
    const char *name; /* of the file */
    size_t number;    /* from 1 */
    const char *bytes;
    size_t len;
};

static size_t count_lines(const char *text, size_t len)
{
    size_t lines = 0;
    for (const char *at = text; (at = memchr(at, '\n', (size_t)(text + len - at))) != NULL; at++)
        lines++;
    return lines;
}

static enum status check_text(const char *name, const char *text, size_t len, struct err *err)
{
    if (len == 0)
        return err_set(err, ST_INPUT, "'%s' is empty: a vocabulary has a word on each line", name);
    const size_t good = utf8_span(text, len);
    if (good < len)
        return err_set(err, ST_INPUT, "'%s' line %zu has %s: it is not a vocabulary", name,
                       count_lines(text, good) + 1, utf8_defect(text + good, len - good));
    if (text[len - 1] != '\n')
        return err_set(err, ST_INPUT,
                       "'%s' does not end with a line end: it looks cut short; if it is "
                       "complete, add a line end",
                       name);
    const size_t lines = count_lines(text, len);
    if (lines > VOCAB_MAX)
        return err_set(err, ST_INPUT, "'%s' has %zu lines, a vocabulary has %d words at the most",
                       name, lines, VOCAB_MAX);
    return ST_OK;
}

static enum status parse_count(const struct line *line, size_t at, uint64_t *count, struct err *err)
{
    uint64_t value = 0;
    size_t i = at;
    for (; i < line->len && line->bytes[i] >= '0' && line->bytes[i] <= '9'; i++)
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(line->bytes[i] - '0'), &value))
            break;
    if (i < line->len || i == at)
        return err_set(err, ST_INPUT,
                       "'%s' line %zu has %s after its last tab, where a count belongs: write "
                       "a word, a tab and a whole number, or the word alone",
                       line->name, line->number,
                       escape_quoted(line->bytes + at, line->len - at).text);
    *count = value;
    return ST_OK;
}

static enum status parse_line(struct vocab *v, const struct line *line, struct err *err)
{
    if (line->len > 0 && line->bytes[line->len - 1] == '\r')
        return err_set(err, ST_INPUT,
                       "'%s' line %zu ends with CR LF: save the file with LF line ends", line->name,
                       line->number);
    const char *tab = memrchr(line->bytes, '\t', line->len);
    const size_t word_len = tab == NULL ? line->len : (size_t)(tab - line->bytes);
    uint64_t count = 0;
    if (tab != NULL)
        TRY(parse_count(line, word_len + 1, &count, err));
    if (word_len == 0)
        return err_set(err, ST_INPUT, "'%s' line %zu has no word: every line must have one",
                       line->name, line->number);
    if (word_len > TOKEN_MAX)
        return err_set(err, ST_INPUT, "'%s' line %zu has %s, a word of %zu bytes: the most is %d",
                       line->name, line->number, escape_quoted(line->bytes, word_len).text,
                       word_len, TOKEN_MAX);
    const size_t n = vocab_size(v);
    int32_t id;
    TRY(vocab_add(v, (struct slice){line->bytes, word_len}, count, &id, err));
    if ((size_t)id < n)
        return err_set(err, ST_INPUT,
                       "'%s' line %zu has %s, which is on line %" PRId32 " already: remove one",
                       line->name, line->number, escape_quoted(line->bytes, word_len).text, id + 1);
    return ST_OK;
}

/* Says which of the words may be what is missing. */
static enum status refuse_missing(const struct vocab *v, const char *name, bool is_unk,
                                  struct err *err)
{
    const struct known_marker *k;
    const char *token = is_unk ? TOKEN_UNK : TOKEN_EOS;
    for (size_t i = 0; (k = known_marker_at(i)) != NULL; i++) {
        if (k->kind != (is_unk ? MARKER_UNK : MARKER_EOS) ||
            vocab_find(v, k->text, strlen(k->text)) < 0)
            continue;
        err_set(err, ST_INPUT,
                "'%s' has no line for %s, which every vocabulary needs: add it, unless its '%s' is "
                "what other programs write for it",
                name, token, k->text);
        return err_advise(err, ST_INPUT, is_unk ? REMEDY_MARKER_UNK : REMEDY_MARKER_EOS, 0, 0);
    }
    return err_set(err, ST_INPUT, "'%s' has no line for %s, which every vocabulary needs: add it",
                   name, token);
}

static enum status check_special(const struct vocab *v, const char *name, struct err *err)
{
    static const char *const specials[] = {TOKEN_UNK, TOKEN_EOS};
    for (size_t i = 0; i < 2; i++)
        if (vocab_find(v, specials[i], strlen(specials[i])) < 0)
            return refuse_missing(v, name, i == 0, err);
    return ST_OK;
}

static enum status parse(struct vocab **v, const char *name, const char *text, size_t len,
                         const struct markers *markers, struct err *err)
{
    TRY(check_text(name, text, len, err));
    struct vocab *made;
    TRY(vocab_new(&made, err));
    enum status status = ST_OK;
    struct line line = {.name = name, .number = 1, .bytes = text};
    for (; line.bytes < text + len; line.bytes += line.len + 1, line.number++) {
        const char *end = memchr(line.bytes, '\n', (size_t)(text + len - line.bytes));
        line.len = (size_t)(end - line.bytes);
        TRY_OUT(parse_line(made, &line, err));
    }
    if (markers != NULL)
        TRY_OUT(vocab_rename_markers(&made, markers, err));
    TRY_OUT(check_special(made, name, err));
    TRY_OUT(vocab_finish(made, err));
    *v = made;
out:
    if (status != ST_OK)
        vocab_free(made);
    return status;
}

enum status vocab_parse(struct vocab **v, const char *name, const char *text, size_t len,
                        struct err *err)
{
    return parse(v, name, text, len, NULL, err);
}

enum status vocab_load(struct vocab **v, const char *path, struct err *err)
{
    return vocab_load_marked(v, path, NULL, err);
}

enum status vocab_load_marked(struct vocab **v, const char *path, const struct markers *markers,
                              struct err *err)
{
    struct buf text = {0};
    enum status status = io_read_file(path, VOCAB_FILE_MAX, &text, err);
    if (status == ST_OK)
        status = parse(v, path, text.data, text.len, markers, err);
    buf_fini(&text);
    return status;
}

enum status vocab_format(const struct vocab *v, struct buf *out, struct err *err)
{
    for (int32_t id = 0; id < (int32_t)vocab_size(v); id++) {
        TRY(buf_add_text(out, vocab_word(v, id), err));
        TRY(buf_addf(out, err, "\t%" PRIu64 "\n", vocab_count(v, id)));
    }
    return ST_OK;
}
