#include "lib/task/data/names.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/ascii.h"
#include "lib/base/escape.h"
#include "lib/base/hash.h"
#include "lib/base/hash_table.h"
#include "lib/base/mem.h"
#include "lib/base/utf8.h"

struct names {
    struct hash_table table;
    uint64_t hash;
};

/* A text with what it is sorted by: of labels a value, of values a count. */
struct sorted_name {
    struct slice text;
    int64_t value;
    uint64_t count;
};

static int compare_bytes(struct slice a, struct slice b)
{
    const int order = memcmp(a.bytes, b.bytes, a.len < b.len ? a.len : b.len);
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static int by_value(const void *a, const void *b)
{
    const struct sorted_name *x = a, *y = b;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return compare_bytes(x->text, y->text);
}

static int by_falling_count(const void *a, const void *b)
{
    const struct sorted_name *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return compare_bytes(x->text, y->text);
}

enum { DIGITS_MAX = 18 }; /* that fit an int64_t */

/* Whether a text is a whole number, and which. */
static bool read_number(struct slice text, int64_t *value)
{
    const bool negative = text.len > 0 && text.bytes[0] == '-';
    *value = 0;
    if (text.len == negative || text.len > DIGITS_MAX + (size_t)negative)
        return false;
    for (size_t i = negative; i < text.len; i++) {
        if (!ascii_is_digit(text.bytes[i]))
            return false;
        *value = *value * 10 + (text.bytes[i] - '0');
    }
    if (negative)
        *value = -*value;
    return true;
}

static enum status list_counted(struct sorted_name **list, const struct vocab_counts *counts,
                                struct err *err)
{
    const size_t n = vocab_counts_size(counts);
    *list = mem_zeroed(n, sizeof **list, err);
    if (*list == NULL)
        return ST_NOMEM;
    for (size_t i = 0; i < n; i++)
        (*list)[i] = (struct sorted_name){.text = vocab_counts_word(counts, (int32_t)i),
                                          .count = vocab_counts_count(counts, (int32_t)i)};
    return ST_OK;
}

static enum status new_names(struct names **n, struct err *err)
{
    *n = mem_zeroed(1, sizeof **n, err);
    return *n == NULL ? ST_NOMEM : ST_OK;
}

static enum status add(struct names *n, struct slice text, struct err *err)
{
    int32_t id;
    return hash_table_add(&n->table, text.bytes, text.len, &id, err);
}

static enum status set_hash(struct names *n, struct err *err)
{
    struct hash *h;
    TRY(hash_new(&h, err));
    for (size_t i = 0; i < names_size(n); i++) {
        const struct slice text = names_get(n, (int32_t)i);
        hash_add(h, text.bytes, text.len);
        hash_add(h, "\n", 1);
    }
    n->hash = hash_digest(h);
    hash_free(h);
    return ST_OK;
}

/* Completes *n, or releases it. */
static enum status finish(struct names **out, struct names *n, enum status status, struct err *err)
{
    if (status == ST_OK)
        status = set_hash(n, err);
    if (status != ST_OK)
        names_free(n);
    else
        *out = n;
    return status;
}

enum status names_from_labels(struct names **out, const struct vocab_counts *counts,
                              struct err *err)
{
    const size_t n = vocab_counts_size(counts);
    struct sorted_name *list;
    struct names *made;
    bool all = true;
    if (n > LABELS_MAX)
        return err_set(err, ST_INPUT, "there are %zu labels, and %d are the most", n, LABELS_MAX);
    TRY(new_names(&made, err));
    enum status status;
    TRY_OUT(list_counted(&list, counts, err));
    for (size_t i = 0; i < n && all; i++)
        all = read_number(list[i].text, &list[i].value);
    for (size_t i = 0; i < n && !all; i++)
        list[i].value = 0;
    qsort(list, n, sizeof *list, by_value);
    for (size_t i = 0; i < n && status == ST_OK; i++)
        status = add(made, list[i].text, err);
    mem_free(list);
out:
    return finish(out, made, status, err);
}

enum status names_from_values(struct names **out, const struct vocab_counts *counts,
                              struct err *err)
{
    const size_t n = vocab_counts_size(counts);
    const struct slice unknown = {TOKEN_UNK, strlen(TOKEN_UNK)};
    struct sorted_name *list;
    struct names *made;
    TRY(new_names(&made, err));
    enum status status;
    TRY_OUT(list_counted(&list, counts, err));
    qsort(list, n, sizeof *list, by_falling_count);
    status = add(made, unknown, err);
    for (size_t i = 0; i < n && status == ST_OK && list[i].count >= FEATURE_LEAST_COUNT; i++)
        status = add(made, list[i].text, err);
    mem_free(list);
out:
    return finish(out, made, status, err);
}

/* The first control character of a text, or its end. */
static size_t find_control(const char *bytes, size_t len)
{
    for (size_t i = 0; i < len;) {
        uint32_t code;
        const size_t n = utf8_next(bytes + i, len - i, &code);
        if (code == UTF8_BAD || utf8_is_control(code))
            return i;
        i += n;
    }
    return len;
}

static enum status parse_line(struct names *n, const char *called, struct slice line,
                              struct err *err)
{
    const size_t at = names_size(n) + 1;
    if (line.len == 0 || find_control(line.bytes, line.len) < line.len)
        return err_set(err, ST_INPUT, "%s: line %zu is %s, and no name", called, at,
                       line.len == 0 ? "empty" : escape_quoted(line.bytes, line.len).text);
    if (names_find(n, line.bytes, line.len) >= 0)
        return err_set(err, ST_INPUT, "%s: %s is there twice, the second time in line %zu", called,
                       escape_quoted(line.bytes, line.len).text, at);
    return add(n, line, err);
}

enum status names_parse(struct names **out, const char *called, const char *text, size_t len,
                        struct err *err)
{
    struct names *made;
    TRY(new_names(&made, err));
    enum status status = ST_OK;
    for (size_t at = 0; at < len && status == ST_OK;) {
        const char *end = memchr(text + at, '\n', len - at);
        const size_t n = end == NULL ? len - at : (size_t)(end - text) - at;
        status = parse_line(made, called, (struct slice){text + at, n}, err);
        at += n + 1;
    }
    return finish(out, made, status, err);
}

enum status names_format(const struct names *n, struct buf *out, struct err *err)
{
    for (size_t i = 0; i < names_size(n); i++) {
        const struct slice text = names_get(n, (int32_t)i);
        TRY(buf_add(out, text.bytes, text.len, err));
        TRY(buf_add(out, "\n", 1, err));
    }
    return ST_OK;
}

size_t names_size(const struct names *n)
{
    return hash_table_size(&n->table);
}

struct slice names_get(const struct names *n, int32_t id)
{
    return hash_table_get(&n->table, id);
}

int32_t names_find(const struct names *n, const char *bytes, size_t len)
{
    return hash_table_find(&n->table, bytes, len);
}

uint64_t names_hash(const struct names *n)
{
    return n->hash;
}

void names_free(struct names *n)
{
    if (n == NULL)
        return;
    hash_table_fini(&n->table);
    mem_free(n);
}

enum status label_check(const char *bytes, size_t len, struct err *err)
{
    if (len == 0)
        return err_set(err, ST_INPUT, "has no label");
    if (len > LABEL_MAX)
        return err_set(err, ST_INPUT, "has a label of %zu bytes, %s, and %d are the most", len,
                       escape_quoted(bytes, len).text, LABEL_MAX);
    if (find_control(bytes, len) < len)
        return err_set(err, ST_INPUT, "has the label %s, with a control character in it",
                       escape_quoted(bytes, len).text);
    return ST_OK;
}
