/* A record as a line of JSON. */
#include "cmd/report/record_field.h"

static enum status add_fields(struct json *into, const struct record *r, size_t *at,
                              struct err *err);

/* The object or list that *at is the first field of; *at is then the field after its close. */
static enum status make(struct json **made, bool is_list, const struct record *r, size_t *at,
                        struct err *err)
{
    TRY(is_list ? json_new_array(made, err) : json_new_object(made, err));
    const enum status status = add_fields(*made, r, at, err);
    if (status != ST_OK)
        json_free(*made);
    return status;
}

static enum status add_nested(struct json *into, const struct record *r, size_t *at,
                              struct err *err)
{
    struct json *inner;
    const struct record_field *open = &r->fields[(*at)++];
    TRY(make(&inner, record_opens_list(open->kind), r, at, err));
    return open->kind == RECORD_OPEN_ITEM ? json_append_value(into, inner, err)
                                          : json_set_value(into, open->name, inner, err);
}

static enum status add_shape(struct json *into, const struct record_field *f, struct err *err)
{
    struct json *shape;
    TRY(json_new_array(&shape, err));
    enum status status = json_append_int(shape, (int64_t)f->rows, err);
    if (status == ST_OK && f->cols > 0)
        status = json_append_int(shape, (int64_t)f->cols, err);
    if (status == ST_OK)
        return json_set_value(into, f->name, shape, err);
    json_free(shape);
    return status;
}

/* A copy, for an object takes over what it is given. */
static enum status add_copy(struct json *into, const struct record_field *f, struct err *err)
{
    struct buf text = {0};
    struct json *copy;
    enum status status = json_format(f->json, &text, false, err);
    if (status == ST_OK)
        status = json_parse(&copy, f->name, text.data, text.len, err);
    buf_fini(&text);
    return status == ST_OK ? json_set_value(into, f->name, copy, err) : status;
}

static enum status add_value(struct json *into, const struct record_field *f, struct err *err)
{
    switch (f->kind) {
    case RECORD_INT:
        return json_set_int(into, f->name, f->integer, err);
    case RECORD_REAL:
        return json_set_double(into, f->name, f->real, err);
    case RECORD_TEXT:
        return json_set_string(into, f->name, f->text, err);
    case RECORD_PATH:
        return json_set_path(into, f->name, f->text, err);
    case RECORD_SHAPE:
        return add_shape(into, f, err);
    default:
        return add_copy(into, f, err);
    }
}

static enum status add_fields(struct json *into, const struct record *r, size_t *at,
                              struct err *err)
{
    while (*at < r->n) {
        const struct record_field *f = &r->fields[*at];
        if (f->kind == RECORD_CLOSE) {
            ++*at;
            return ST_OK;
        }
        if (f->kind >= RECORD_OPEN) {
            TRY(add_nested(into, r, at, err));
            continue;
        }
        TRY(add_value(into, f, err));
        ++*at;
    }
    return ST_OK;
}

enum status record_format_json(const struct record *r, struct buf *out, struct err *err)
{
    struct json *all;
    const bool is_list =
        r->n > 0 && record_opens_list(r->fields[0].kind) && r->fields[0].name == NULL;
    size_t at = is_list ? 1 : 0;
    TRY(make(&all, is_list, r, &at, err));
    enum status status = json_format(all, out, false, err);
    if (status == ST_OK)
        status = buf_add_text(out, "\n", err);
    json_free(all);
    return status;
}
