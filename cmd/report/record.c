#include "cmd/report/record.h"

#include <string.h>

#include "cmd/report/record_field.h"
#include "cmd/report/report.h"
#include "lib/base/mem.h"

/* A new field, or NULL where there is no memory for it, now or before. */
static struct record_field *add(struct record *r, enum record_kind kind, const char *name)
{
    if (r->n == r->cap && !r->failed) {
        const size_t cap = r->cap < 16 ? 16 : 2 * r->cap;
        struct record_field *fields = mem_resize(r->fields, cap, sizeof *fields, NULL);
        r->failed = fields == NULL;
        r->fields = r->failed ? r->fields : fields;
        r->cap = r->failed ? r->cap : cap;
    }
    if (r->failed)
        return NULL;
    r->fields[r->n] = (struct record_field){.kind = kind, .name = name};
    return &r->fields[r->n++];
}

void record_add_int(struct record *r, const char *name, int64_t value)
{
    struct record_field *f = add(r, RECORD_INT, name);
    if (f != NULL)
        f->integer = value;
}

static void add_real(struct record *r, const char *name, double value, int digits, bool significant)
{
    struct record_field *f = add(r, RECORD_REAL, name);
    if (f == NULL)
        return;
    f->real = value;
    f->digits = digits;
    f->significant = significant;
}

void record_add_real(struct record *r, const char *name, double value, int decimals)
{
    add_real(r, name, value, decimals, false);
}

void record_add_digits(struct record *r, const char *name, double value, int digits)
{
    add_real(r, name, value, digits, true);
}

static void add_text(struct record *r, enum record_kind kind, const char *name, const char *value)
{
    struct record_field *f = add(r, kind, name);
    if (f == NULL)
        return;
    f->text = mem_copy_string(value, strlen(value), NULL);
    r->failed = f->text == NULL;
}

void record_add_text(struct record *r, const char *name, const char *value)
{
    add_text(r, RECORD_TEXT, name, value);
}

void record_add_path(struct record *r, const char *name, const char *value)
{
    add_text(r, RECORD_PATH, name, value);
}

void record_add_shape(struct record *r, const char *name, size_t rows, size_t cols)
{
    struct record_field *f = add(r, RECORD_SHAPE, name);
    if (f == NULL)
        return;
    f->rows = rows;
    f->cols = cols;
}

void record_add_json(struct record *r, const char *name, struct json *value)
{
    struct record_field *f = add(r, RECORD_VALUE, name);
    if (f != NULL)
        f->json = value;
    else
        json_free(value);
}

void record_open(struct record *r, const char *name, const char *prefix)
{
    struct record_field *f = add(r, RECORD_OPEN, name);
    if (f != NULL)
        f->before = prefix;
}

void record_open_part(struct record *r, const char *kind, const char *name)
{
    struct record_field *f = add(r, RECORD_OPEN_PART, name);
    if (f != NULL)
        f->before = kind;
}

void record_open_list(struct record *r, const char *name)
{
    add(r, RECORD_OPEN_LIST, name);
}

void record_open_table(struct record *r, const char *name)
{
    add(r, RECORD_OPEN_TABLE, name);
}

void record_open_item(struct record *r)
{
    add(r, RECORD_OPEN_ITEM, NULL);
}

void record_close(struct record *r)
{
    add(r, RECORD_CLOSE, NULL);
}

enum status record_format(const struct record *r, enum record_form form, struct buf *out,
                          struct err *err)
{
    if (r->failed)
        return err_set(err, ST_NOMEM, "out of memory for the results");
    return form == RECORD_JSON ? record_format_json(r, out, err) : record_format_lines(r, out, err);
}

enum status record_print(const struct record *r, enum record_form form, struct err *err)
{
    struct buf text = {0};
    enum status status = record_format(r, form, &text, err);
    if (status == ST_OK && text.len > 0)
        status = report_write(text.data, text.len, err);
    buf_fini(&text);
    return status;
}

void record_fini(struct record *r)
{
    for (size_t i = 0; i < r->n; i++) {
        mem_free(r->fields[i].text);
        json_free(r->fields[i].json);
    }
    mem_free(r->fields);
    *r = (struct record){0};
}
