/* A record as "key value" lines. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "cmd/report/record_field.h"
#include "cmd/report/report.h"

static enum status add_real(struct buf *out, const struct record_field *f, struct err *err)
{
    if (f->significant)
        return buf_addf(out, err, "%.*g", f->digits, f->real);
    if (fabs(f->real) < 1e12) /* above, the decimals are not true */
        return buf_addf(out, err, "%.*f", f->digits, f->real);
    return buf_addf(out, err, "%.*e", f->digits, f->real);
}

static enum status add_shape(struct buf *out, const struct record_field *f, struct err *err)
{
    TRY(buf_addf(out, err, "%zu", f->rows));
    return f->cols > 0 ? buf_addf(out, err, " x %zu", f->cols) : ST_OK;
}

/* `raw`: a text as it is. */
static enum status add_value(struct buf *out, const struct record_field *f, bool raw,
                             struct err *err)
{
    switch (f->kind) {
    case RECORD_INT:
        return buf_addf(out, err, "%" PRId64, f->integer);
    case RECORD_REAL:
        return add_real(out, f, err);
    case RECORD_SHAPE:
        return add_shape(out, f, err);
    case RECORD_VALUE:
        return json_format(f->json, out, false, err);
    default:
        return raw ? buf_add_text(out, f->text, err)
                   : report_escape(out, f->text, strlen(f->text), err);
    }
}

static enum status add_member(struct buf *out, const struct json *object, const char *key,
                              const struct json *value, struct err *err)
{
    const char *text;
    if (!json_is_string(value))
        return json_format(value, out, false, err);
    TRY(json_get_string(object, key, &text, err));
    return report_escape(out, text, strlen(text), err);
}

/* "NAME.KEY VALUE" for each member. */
static enum status add_members(struct buf *out, const struct record_field *f, struct err *err)
{
    const char *key;
    const struct json *value;
    void *it = NULL;
    while ((it = json_next(f->json, it, &key, &value)) != NULL) {
        TRY(buf_addf(out, err, "%s.%s ", f->name, key));
        TRY(add_member(out, f->json, key, value, err));
        TRY(buf_add_text(out, "\n", err));
    }
    return ST_OK;
}

static enum status add_line(struct buf *out, const struct record_field *f, const char *prefix,
                            struct err *err)
{
    if (f->kind == RECORD_VALUE && json_is_object(f->json))
        return add_members(out, f, err);
    TRY(buf_addf(out, err, "%s%s ", prefix, f->name));
    TRY(add_value(out, f, false, err));
    return buf_add_text(out, "\n", err);
}

/* The values of an item on a line; *at is its first field, and then its close. */
static enum status add_row(struct buf *out, const struct record *r, size_t *at, struct err *err)
{
    const size_t first = *at;
    for (; r->fields[*at].kind != RECORD_CLOSE; ++*at) {
        TRY(buf_add_text(out, *at > first ? "\t" : "", err));
        TRY(add_value(out, &r->fields[*at], true, err));
    }
    return buf_add_text(out, "\n", err);
}

/* The names of the fields of a table's first item, which is behind `at`. */
static enum status add_heading(struct buf *out, const struct record *r, size_t at, struct err *err)
{
    const size_t first = at + 2;
    if (at + 1 >= r->n || r->fields[at + 1].kind != RECORD_OPEN_ITEM)
        return ST_OK;
    TRY(buf_add_text(out, out->len > 0 ? "\n" : "", err));
    for (size_t i = first; r->fields[i].kind != RECORD_CLOSE; i++)
        TRY(buf_addf(out, err, "%s%s", i > first ? "\t" : "", r->fields[i].name));
    return buf_add_text(out, "\n", err);
}

enum status record_format_lines(const struct record *r, struct buf *out, struct err *err)
{
    const char *prefix = "";
    const size_t start = out->len;
    for (size_t i = 0; i < r->n; i++) {
        const struct record_field *f = &r->fields[i];
        switch (f->kind) {
        case RECORD_OPEN:
            prefix = f->before;
            break;
        case RECORD_OPEN_PART:
            TRY(buf_addf(out, err, "%s%s %s\n", out->len > start ? "\n" : "", f->before, f->name));
            break;
        case RECORD_OPEN_LIST:
            break;
        case RECORD_OPEN_TABLE:
            TRY(add_heading(out, r, i, err));
            break;
        case RECORD_OPEN_ITEM:
            i++;
            TRY(add_row(out, r, &i, err));
            break;
        case RECORD_CLOSE:
            prefix = "";
            break;
        default:
            TRY(add_line(out, f, prefix, err));
        }
    }
    return ST_OK;
}
