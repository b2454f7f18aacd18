#include "lib/task/data/features.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/ascii.h"
#include "lib/base/escape.h"
#include "lib/base/utf8.h"
#include "vocab/lower_case.h"

/* How each is written, and the numbers after it; 0 to 0 where it has none. */
static const struct feature_row {
    const char *name;
    int least, most;
} rows[] = {
    [FEATURE_COLUMN] = {"column", -FEATURE_COLUMN_MAX, FEATURE_COLUMN_MAX},
    [FEATURE_SUFFIX] = {"suffix", 1, FEATURE_CHARACTERS_MAX},
    [FEATURE_PREFIX] = {"prefix", 1, FEATURE_CHARACTERS_MAX},
    [FEATURE_SHAPE] = {"shape", 0, 0},
    [FEATURE_LOWER] = {"lower", 0, 0},
};
enum { N_FEATURE_KINDS = sizeof rows / sizeof *rows, DIGITS_MAX = 3 };

static enum status fail_unknown(struct slice item, struct err *err)
{
    return err_set(err, ST_USAGE,
                   "%s is no feature of a word: the features are suffixN, prefixN, shape, lower "
                   "and columnN, with commas between them, and +K or -K for a neighbour's",
                   escape_quoted(item.bytes, item.len).text);
}

/* Reads a number of up to DIGITS_MAX digits, after a sign that is one of `signs`; false if there is
 * none of that form. */
static bool read_digits(int *number, const char *signs, struct slice *rest)
{
    const bool sign = rest->len > 0 && strchr(signs, rest->bytes[0]) != NULL;
    size_t i = sign;
    int value = 0;
    for (; i < rest->len && i < (size_t)sign + DIGITS_MAX && ascii_is_digit(rest->bytes[i]); i++)
        value = value * 10 + (rest->bytes[i] - '0');
    if (i == (size_t)sign)
        return false;
    *number = sign && rest->bytes[0] == '-' ? -value : value;
    *rest = (struct slice){rest->bytes + i, rest->len - i};
    return true;
}

/* The number after a name, if the row has one. */
static enum status read_number(int *number, const struct feature_row *row, struct slice *rest,
                               struct slice item, struct err *err)
{
    if (row->most == 0)
        return ST_OK;
    if (read_digits(number, row->least < 0 ? "-" : "", rest) && *number >= row->least &&
        *number <= row->most && *number != 0)
        return ST_OK;
    const char *but = row->least < 0 ? " but 0" : "";
    return err_set(err, ST_USAGE, "the feature %s is not '%s' with a number from %d to %d%s",
                   escape_quoted(item.bytes, item.len).text, row->name, row->least, row->most, but);
}

/* What ends an item: nothing, or "+K" or "-K". */
static enum status read_offset(int *offset, struct slice rest, struct slice item, struct err *err)
{
    if (rest.len == 0)
        return ST_OK;
    if (strchr("+-", rest.bytes[0]) == NULL)
        return fail_unknown(item, err);
    if (read_digits(offset, "+-", &rest) && rest.len == 0 && *offset != 0 &&
        abs(*offset) <= FEATURE_OFFSET_MAX)
        return ST_OK;
    return err_set(err, ST_USAGE,
                   "the feature %s does not end with +K or -K for the token K after or before, K "
                   "from 1 to %d",
                   escape_quoted(item.bytes, item.len).text, FEATURE_OFFSET_MAX);
}

static enum status read_item(struct feature *f, struct slice item, struct err *err)
{
    for (size_t i = 0; i < N_FEATURE_KINDS; i++) {
        const struct feature_row *row = &rows[i];
        const size_t len = strlen(row->name);
        if (item.len < len || memcmp(item.bytes, row->name, len) != 0)
            continue;
        struct slice rest = {item.bytes + len, item.len - len};
        *f = (struct feature){.kind = (enum feature_kind)i};
        TRY(read_number(&f->number, row, &rest, item, err));
        return read_offset(&f->offset, rest, item, err);
    }
    return fail_unknown(item, err);
}

static enum status add_item(struct features *f, struct slice item, struct err *err)
{
    struct feature made;
    TRY(read_item(&made, item, err));
    for (size_t i = 0; i < f->n; i++)
        if (f->all[i].kind == made.kind && f->all[i].number == made.number &&
            f->all[i].offset == made.offset)
            return err_set(err, ST_USAGE, "the feature %s is there twice",
                           escape_quoted(item.bytes, item.len).text);
    if (f->n == FEATURES_MAX)
        return err_set(err, ST_USAGE, "there are more than %d features, the most", FEATURES_MAX);
    f->all[f->n++] = made;
    return ST_OK;
}

enum status features_parse(struct features *f, const char *list, struct err *err)
{
    struct features made = {0};
    const bool none = list[0] == '\0' || strcmp(list, "none") == 0;
    for (const char *at = list; !none && at != NULL;) {
        const size_t len = strcspn(at, ",");
        TRY(add_item(&made, (struct slice){at, len}, err));
        at = at[len] == ',' ? at + len + 1 : NULL;
    }
    *f = made;
    return ST_OK;
}

enum status features_check(const char *list, struct err *err)
{
    struct features unused;
    return features_parse(&unused, list, err);
}

enum status features_format(const struct features *f, struct buf *out, struct err *err)
{
    if (f->n == 0)
        return buf_add_text(out, "none", err);
    for (size_t i = 0; i < f->n; i++) {
        const struct feature_row *row = &rows[f->all[i].kind];
        TRY(buf_addf(out, err, "%s%s", i > 0 ? "," : "", row->name));
        if (row->most > 0)
            TRY(buf_addf(out, err, "%d", f->all[i].number));
        if (f->all[i].offset != 0)
            TRY(buf_addf(out, err, "%+d", f->all[i].offset));
    }
    return ST_OK;
}

/* Where the last n characters of a word begin. */
static size_t suffix_start(const char *word, size_t len, int n)
{
    size_t at = len;
    while (at > 0 && n > 0) {
        at--;
        n -= !utf8_continues(word[at]);
    }
    return at;
}

/* Where the first n characters end. */
static size_t prefix_end(const char *word, size_t len, int n)
{
    size_t at = 0;
    uint32_t code;
    while (at < len && n-- > 0)
        at += utf8_next(word + at, len - at, &code);
    return at;
}

/* The kind of a character beyond ASCII. */
static char kind_beyond(const char *bytes, size_t n)
{
    char lower[4], upper[4];
    memcpy(lower, bytes, n);
    memcpy(upper, bytes, n);
    lower_case(lower, n);
    if (memcmp(lower, bytes, n) != 0)
        return 'X';
    upper_case(upper, n);
    return memcmp(upper, bytes, n) != 0 ? 'x' : 'o';
}

static char kind_of(const char *bytes, size_t n)
{
    const char c = bytes[0];
    if (n > 1)
        return kind_beyond(bytes, n);
    if (c >= 'A' && c <= 'Z')
        return 'X';
    if (c >= 'a' && c <= 'z')
        return 'x';
    return ascii_is_digit(c) ? 'd' : c;
}

static enum status add_shape(const char *word, size_t len, struct buf *out, struct err *err)
{
    char last = '\0';
    for (size_t i = 0; i < len;) {
        uint32_t code;
        const size_t n = utf8_next(word + i, len - i, &code);
        const char kind = kind_of(word + i, n);
        if (kind != last)
            TRY(buf_add(out, &kind, 1, err));
        last = kind;
        i += n;
    }
    return ST_OK;
}

static enum status add_lower(const char *word, size_t len, struct buf *out, struct err *err)
{
    const size_t from = out->len;
    TRY(buf_add(out, word, len, err));
    lower_case(out->data + from, len);
    return ST_OK;
}

enum status feature_value(const struct feature *f, const char *word, size_t len, struct buf *out,
                          struct err *err)
{
    size_t at;
    switch (f->kind) {
    case FEATURE_SUFFIX:
        at = suffix_start(word, len, f->number);
        return buf_add(out, word + at, len - at, err);
    case FEATURE_PREFIX:
        return buf_add(out, word, prefix_end(word, len, f->number), err);
    case FEATURE_SHAPE:
        return add_shape(word, len, out, err);
    case FEATURE_LOWER:
        return add_lower(word, len, out, err);
    case FEATURE_COLUMN:
        break;
    }
    return ST_OK;
}
