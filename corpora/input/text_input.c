#include "corpora/input/text_input.h"

#include <string.h>

#include "corpora/input/encoding.h"
#include "corpora/file_form.h"
#include "corpora/input/foreign.h"
#include "corpora/input/json_lines.h"
#include "lib/base/hash.h"
#include "lib/base/mem.h"

enum { MARK_MAX = 4 };

struct text_input {
    struct source *source;
    struct hash *hash;
    struct converter *converter; /* NULL: the bytes are UTF-8 */
    struct json_lines *lines;    /* NULL: the text is the whole file */
    bool begun, ended;           /* the source */
    const char *guess, *doubt;
    size_t head_at, head_len;
    char head[FOREIGN_HEAD];
};

static enum status read_source(struct text_input *in, void *buf, size_t cap, size_t *got,
                               struct err *err)
{
    TRY(source_read(in->source, buf, cap, got, err));
    hash_add(in->hash, buf, *got);
    in->ended = *got == 0;
    return ST_OK;
}

/* The head first, then the source. */
static enum status read_raw(void *ctx, void *buf, size_t cap, size_t *got, struct err *err)
{
    struct text_input *in = ctx;
    const size_t left = in->head_len - in->head_at;
    if (left == 0)
        return in->ended ? (*got = 0, ST_OK) : read_source(in, buf, cap, got, err);
    *got = left < cap ? left : cap;
    memcpy(buf, in->head + in->head_at, *got);
    in->head_at += *got;
    return ST_OK;
}

static enum status read_utf8(void *ctx, void *buf, size_t cap, size_t *got, struct err *err)
{
    struct text_input *in = ctx;
    const struct byte_reader raw = {read_raw, in};
    return in->converter != NULL ? converter_read(in->converter, &raw, buf, cap, got, err)
                                 : read_raw(in, buf, cap, got, err);
}

static bool may_be_mark(const struct text_input *in)
{
    return in->head_len < MARK_MAX &&
           (in->head_len == 0 || memchr("\xEF\xFF\xFE\0", in->head[0], 4) != NULL);
}

/* As much of the beginning as is there without waiting, or as tells whether it is a mark. */
static enum status fill_head(struct text_input *in, struct err *err)
{
    size_t got;
    while (!in->ended && in->head_len < FOREIGN_HEAD &&
           (may_be_mark(in) || !source_waits(in->source))) {
        TRY(read_source(in, in->head + in->head_len, FOREIGN_HEAD - in->head_len, &got, err));
        in->head_len += got;
    }
    return ST_OK;
}

static enum status refuse_mark(const struct text_input *in, const char *encoding,
                               const char *marked, struct err *err)
{
    if (marked == NULL)
        return err_advise(
            err,
            err_set(err, ST_INPUT,
                    "'%s' has no byte-order mark, without which '%s' is ambiguous: it "
                    "is '%.6sLE' or '%.6sBE'",
                    source_name(in->source), encoding, encoding, encoding),
            REMEDY_OTHER_ENCODING, 0, 0);
    return err_advise(err,
                      err_set(err, ST_INPUT,
                              "'%s' begins with the byte-order mark of %s, not of '%s'",
                              source_name(in->source), marked, encoding),
                      REMEDY_OTHER_ENCODING, 0, 0);
}

/* Drops a byte-order mark; what it says holds, unless another encoding was asked for. */
static enum status choose_encoding(struct text_input *in, struct err *err)
{
    size_t len;
    const char *asked = source_reading(in->source)->encoding;
    const char *marked = encoding_of_mark((unsigned char *)in->head, in->head_len, &len);
    if (asked != NULL && marked != NULL && !encoding_takes_mark(asked, marked))
        return refuse_mark(in, asked, marked, err);
    if (asked != NULL && marked == NULL && encoding_needs_mark(asked) && in->head_len > 0)
        return refuse_mark(in, asked, NULL, err);
    in->head_at = len;
    const char *encoding = marked != NULL ? marked : asked;
    if (encoding != NULL && !encoding_is_utf8(encoding))
        return converter_new(&in->converter, encoding, source_name(in->source), len, err);
    if (asked == NULL)
        in->guess = encoding_guess((unsigned char *)in->head, in->head_len);
    return ST_OK;
}

static enum status refuse_foreign(const struct text_input *in, const struct foreign *f,
                                  struct err *err)
{
    const char *name = source_name(in->source);
    if (!f->is_text)
        return err_set(err, ST_INPUT, "'%s' is %s, not plain text%s%s", name, f->name,
                       f->remedy != NULL ? ": " : "", f->remedy != NULL ? f->remedy : "");
    return err_advise(err,
                      err_set(err, ST_INPUT,
                              "'%s' is %s, not plain text: %s%sto read it as it is, give it a name "
                              "that ends in .txt",
                              name, f->name, f->remedy != NULL ? f->remedy : "",
                              f->remedy != NULL ? ", or, " : ""),
                      f->json_lines ? REMEDY_NAME_FIELD : REMEDY_NONE, 0, 0);
}

/* Names what is no plain text. What could be one is refused only if it is sure and comes from a
 * file whose name does not say text. */
static enum status look_for_foreign(struct text_input *in, struct err *err)
{
    struct foreign f;
    bool is;
    const char *name = source_name(in->source);
    TRY(foreign_find(&f, &is, in->head + in->head_at, in->head_len - in->head_at, err));
    if (!is)
        return ST_OK;
    const bool sure = f.suffix == NULL || file_form_name_ends(name, f.suffix);
    if (!f.is_text || (sure && source_has_path(in->source) && !file_form_name_says_text(name)))
        return refuse_foreign(in, &f, err);
    in->doubt = f.name;
    return ST_OK;
}

static enum status begin(struct text_input *in, struct err *err)
{
    const char *field = source_reading(in->source)->json_field;
    in->begun = true;
    TRY(fill_head(in, err));
    TRY(choose_encoding(in, err));
    if (field != NULL)
        return json_lines_new(&in->lines, field, source_name(in->source), err);
    return in->converter == NULL ? look_for_foreign(in, err) : ST_OK;
}

enum status text_input_read(struct text_input *in, void *buf, size_t cap, size_t *got,
                            struct err *err)
{
    const struct byte_reader utf8 = {read_utf8, in};
    if (!in->begun)
        TRY(begin(in, err));
    return in->lines != NULL ? json_lines_read(in->lines, &utf8, buf, cap, got, err)
                             : read_utf8(in, buf, cap, got, err);
}

enum status text_input_finish(struct text_input *in, uint64_t *hash, struct err *err)
{
    size_t got;
    in->begun = true;
    while (!in->ended)
        TRY(read_source(in, in->head, FOREIGN_HEAD, &got, err));
    in->head_at = in->head_len;
    *hash = hash_digest(in->hash);
    return ST_OK;
}

bool text_input_waits(const struct text_input *in)
{
    const bool ready = in->ended || in->head_at < in->head_len ||
                       (in->lines != NULL && json_lines_has_more(in->lines)) ||
                       (in->converter != NULL && converter_has_more(in->converter));
    return !ready && source_waits(in->source);
}

uint64_t text_input_line(const struct text_input *in)
{
    return in->lines != NULL ? json_lines_at(in->lines) : 0;
}

const char *text_input_doubt(const struct text_input *in)
{
    return in->doubt;
}

const char *text_input_guess(const struct text_input *in)
{
    return in->guess;
}

enum status text_input_begin_again(struct text_input *in, struct err *err)
{
    struct hash *hash;
    TRY(hash_new(&hash, err));
    hash_free(in->hash);
    converter_free(in->converter);
    json_lines_free(in->lines);
    in->hash = hash;
    in->converter = NULL;
    in->lines = NULL;
    in->begun = in->ended = false;
    in->guess = in->doubt = NULL;
    in->head_at = in->head_len = 0;
    return ST_OK;
}

enum status text_input_new(struct text_input **out, struct source *source, struct err *err)
{
    struct text_input *in = mem_zeroed(1, sizeof *in, err);
    if (in == NULL)
        return ST_NOMEM;
    in->source = source;
    const enum status status = hash_new(&in->hash, err);
    if (status != ST_OK)
        text_input_free(in);
    else
        *out = in;
    return status;
}

void text_input_free(struct text_input *in)
{
    if (in == NULL)
        return;
    hash_free(in->hash);
    converter_free(in->converter);
    json_lines_free(in->lines);
    mem_free(in);
}
