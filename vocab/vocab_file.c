/* The text form of a vocabulary: "word<TAB>count" on each line. The count follows the line's last
 * tab, so that a word may be a space or a tab. */
#include <inttypes.h>
#include <string.h>

#include "corpora/compress/codecs.h"
#include "corpora/source.h"
#include "lib/base/escape.h"
#include "lib/base/io/io.h"
#include "lib/base/utf8.h"
#include "vocab/advice/known_markers.h"
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
    bool by_id; /* the words were put in the order of their ids: messages name those */
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
    if ((size_t)id < n && line->by_id)
        return err_set(err, ST_INPUT, "'%s' has %s twice, as id %" PRId32 " and as id %zu",
                       line->name, escape_quoted(line->bytes, word_len).text, id, n);
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
    err_set(err, ST_INPUT, "'%s' has no line for %s, which every vocabulary needs: add it", name,
            token);
    return err_advise(err, ST_INPUT, REMEDY_VOCAB_ADD, 0, 0);
}

static enum status check_special(const struct vocab *v, const char *name, struct err *err)
{
    static const char *const specials[] = {TOKEN_UNK, TOKEN_EOS};
    for (size_t i = 0; i < 2; i++)
        if (vocab_find(v, specials[i], strlen(specials[i])) < 0)
            return refuse_missing(v, name, i == 0, err);
    return ST_OK;
}

static enum status add_missing(struct vocab *v, const char *token, int32_t *added, struct err *err)
{
    if (vocab_find(v, token, strlen(token)) >= 0)
        return ST_OK;
    return vocab_add(v, (struct slice){token, strlen(token)}, 0, added, err);
}

/* How a text is read, beyond what is in it; zeroed for ptblm's own. */
struct how {
    const struct markers *markers; /* NULL: none */
    bool by_id, add;
    struct vocab_taken *taken; /* where `add` */
};

static enum status parse(struct vocab **v, const char *name, const char *text, size_t len,
                         const struct how *how, struct err *err)
{
    TRY(check_text(name, text, len, err));
    struct vocab *made;
    TRY(vocab_new(&made, err));
    enum status status = ST_OK;
    struct line line = {.name = name, .number = 1, .bytes = text, .by_id = how->by_id};
    for (; line.bytes < text + len; line.bytes += line.len + 1, line.number++) {
        const char *end = memchr(line.bytes, '\n', (size_t)(text + len - line.bytes));
        line.len = (size_t)(end - line.bytes);
        TRY_OUT(parse_line(made, &line, err));
    }
    if (how->markers != NULL)
        TRY_OUT(vocab_rename_markers(&made, how->markers, err));
    if (how->add)
        TRY_OUT(add_missing(made, TOKEN_UNK, &how->taken->unk, err));
    if (how->add)
        TRY_OUT(add_missing(made, TOKEN_EOS, &how->taken->eos, err));
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
    return parse(v, name, text, len, &(struct how){.markers = NULL}, err);
}

enum status vocab_load(struct vocab **v, const char *path, struct err *err)
{
    struct buf text = {0};
    enum status status = io_read_file(path, VOCAB_FILE_MAX, &text, err);
    if (status == ST_OK)
        status = vocab_parse(v, path, text.data, text.len, err);
    buf_fini(&text);
    return status;
}

enum { UNPACKED_MAX = 1 << 27 };

static enum status unpack(struct buf *text, const char *path, struct err *err)
{
    const struct source_limits limits = SOURCE_LIMITS_DEFAULT;
    struct source *source;
    enum status status = ST_OK;
    size_t got = 1;
    TRY(source_open(&source, path, NULL, &limits, err));
    text->len = 0;
    while (status == ST_OK && got > 0) {
        TRY_OUT(buf_reserve(text, 1 << 16, err));
        TRY_OUT(source_read(source, text->data + text->len, 1 << 16, &got, err));
        text->len += got;
        if (text->len > UNPACKED_MAX)
            status = err_set(err, ST_INPUT,
                             "'%s' unpacks to more than %d bytes, the limit of a compressed "
                             "vocabulary",
                             path, UNPACKED_MAX);
    }
out:
    source_close(source);
    return status;
}

/* The bytes of a file that may be compressed. A text may begin like some compressions. */
static enum status read_any(struct buf *bytes, const char *path, struct vocab_taken *is,
                            struct err *err)
{
    TRY(io_read_file(path, VOCAB_FILE_MAX, bytes, err));
    const struct codec *codec = codecs_of_bytes((const unsigned char *)bytes->data, bytes->len);
    if (codec == NULL || utf8_span(bytes->data, bytes->len) == bytes->len)
        return ST_OK;
    is->codec = codec->name;
    return unpack(bytes, path, err);
}

/* Drops a byte-order mark, and each CR where all lines end with CR LF. */
static struct slice clean(struct buf *bytes, struct vocab_taken *is)
{
    struct slice text = {bytes->data, bytes->len};
    size_t ends = 0, crs = 0, to = 0;
    is->mark = text.len >= 3 && memcmp(text.bytes, "\xEF\xBB\xBF", 3) == 0;
    if (is->mark)
        text = (struct slice){text.bytes + 3, text.len - 3};
    for (size_t i = 0; i < text.len; i++) {
        ends += text.bytes[i] == '\n';
        crs += i > 0 && text.bytes[i] == '\n' && text.bytes[i - 1] == '\r';
    }
    is->crlf = ends > 0 && crs == ends;
    if (!is->crlf)
        return text;
    for (size_t i = 0; i < text.len; i++)
        if (text.bytes[i] != '\r' || i + 1 == text.len || text.bytes[i + 1] != '\n')
            bytes->data[to++] = text.bytes[i];
    return (struct slice){bytes->data, to};
}

/* Parses a text in a form that is known, ptblm's or another's. */
static enum status parse_form(struct vocab **v, const struct vocab_file *file,
                              const struct slice *text, const struct how *how, struct err *err)
{
    struct buf own = {0};
    struct how other = *how;
    const enum vocab_form form = how->taken->form;
    if (form == VOCAB_PTBLM)
        return parse(v, file->path, text->bytes, text->len, how, err);
    other.by_id = form == VOCAB_WORD_ID || form == VOCAB_ID_WORD || form == VOCAB_JSON;
    if (form != VOCAB_JSON)
        TRY(check_text(file->path, text->bytes, text->len, err));
    enum status status = vocab_convert(&own, form, file->path, text->bytes, text->len, err);
    if (status == ST_OK)
        status = parse(v, file->path, own.data, own.len, &other, err);
    buf_fini(&own);
    return status;
}

/* A list of words may begin with a bracket too, as "[UNK]" does. So a text that begins so is JSON
 * if it is valid; or if what stands behind is a quote, where it is broken JSON rather than words.
 */
static bool is_json(const struct slice *text)
{
    static const char blanks[] = " \t\r\n";
    size_t at = 0, next;
    while (at < text->len && memchr(blanks, text->bytes[at], 4) != NULL)
        at++;
    if (at >= text->len || (text->bytes[at] != '{' && text->bytes[at] != '['))
        return false;
    for (next = at + 1; next < text->len && memchr(blanks, text->bytes[next], 4) != NULL; next++)
        continue;
    return next < text->len && text->bytes[next] == '"';
}

static enum status parse_auto(struct vocab **v, const struct vocab_file *file,
                              const struct slice *text, const struct how *how, struct err *err)
{
    struct err json = {0};
    how->taken->form = VOCAB_JSON;
    if (is_json(text)) {
        /* Lines of words that begin so are read if they are a whole vocabulary of ptblm. */
        struct how lines = *how;
        lines.add = false;
        const enum status status = parse_form(v, file, text, how, &json);
        how->taken->form = status == ST_INPUT ? VOCAB_PTBLM : VOCAB_JSON;
        if (status == ST_INPUT && parse_form(v, file, text, &lines, err) == ST_OK)
            return ST_OK;
        if (status != ST_OK && err != NULL)
            *err = json;
        return status;
    }
    TRY(check_text(file->path, text->bytes, text->len, err));
    TRY(vocab_refuse_foreign(file->path, text->bytes, text->len, err));
    TRY(vocab_form_tell(&how->taken->form, file->path, text->bytes, text->len, err));
    return parse_form(v, file, text, how, err);
}

enum status vocab_load_as(struct vocab **v, const struct vocab_file *file,
                          const struct markers *markers, struct vocab_taken *taken, struct err *err)
{
    struct buf bytes = {0};
    struct vocab_taken is = {.form = file->form, .unk = -1, .eos = -1};
    const struct how how = {.markers = markers, .add = file->add, .taken = &is};
    struct slice text;
    enum status status;
    TRY_OUT(read_any(&bytes, file->path, &is, err));
    text = clean(&bytes, &is);
    TRY_OUT(vocab_refuse_utf16(file->path, &text, err));
    TRY_OUT((is.form == VOCAB_AUTO ? parse_auto : parse_form)(v, file, &text, &how, err));
    is.words = vocab_size(*v);
    if (taken != NULL)
        *taken = is;
out:
    buf_fini(&bytes);
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
