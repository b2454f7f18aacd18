#include "lib/file/setting_json.h"

#include <inttypes.h>
#include <stdio.h>

const char *setting_json_key(char out[SETTING_KEY_SIZE], const struct setting *row)
{
    size_t i = 0;
    for (; row->name[i] != '\0' && i + 1 < SETTING_KEY_SIZE; i++)
        out[i] = row->name[i] == '-' ? '_' : row->name[i];
    out[i] = '\0';
    return out;
}

/* --- writing --- */

static bool is_even(const struct setting_list *list)
{
    for (size_t i = 1; i < list->n; i++)
        if (list->items[i] != list->items[0])
            return false;
    return true;
}

static enum status set_list(struct json *object, const char *key, const struct setting_list *list,
                            struct err *err)
{
    struct json *array;
    enum status status;
    if (is_even(list))
        return json_set_int(object, key, (int64_t)list->items[0], err);
    TRY(json_new_array(&array, err));
    for (size_t i = 0; i < list->n; i++)
        TRY_OUT(json_append_int(array, (int64_t)list->items[i], err));
    return json_set_value(object, key, array, err);
out:
    json_free(array);
    return status;
}

static enum status write_value(struct json *object, const struct setting *row, const void *base,
                               struct err *err)
{
    const void *field = (const char *)base + row->offset;
    char key[SETTING_KEY_SIZE];
    setting_json_key(key, row);
    switch (row->type) {
    case SETTING_FLAG:
        return json_set_bool(object, key, *(const bool *)field, err);
    case SETTING_INT:
        return json_set_int(object, key, *(const int64_t *)field, err);
    case SETTING_FLOAT:
        return json_set_double(object, key, *(const double *)field, err);
    case SETTING_TEXT:
    case SETTING_CHOICE:
        return json_set_string(object, key, *(const char *const *)field, err);
    case SETTING_PATH:
    case SETTING_DIR:
        return json_set_path(object, key, *(const char *const *)field, err);
    case SETTING_LIST:
        return set_list(object, key, field, err);
    }
    return ST_OK;
}

enum status setting_json_write(struct json *object, const struct setting_values *values,
                               enum setting_record record, struct err *err)
{
    for (struct setting_ref at = {0}; setting_next(values->groups, &at);) {
        const void *base = setting_base(&at, values->all);
        if (at.row->record == record && setting_is_set(at.row, base) &&
            setting_applies(values, at.row))
            TRY(write_value(object, at.row, base, err));
    }
    return ST_OK;
}

/* --- reading --- */

/* A number or an array of numbers, as a text. */
static enum status read_list(const struct json *object, const char *key, struct buf *text,
                             struct err *err)
{
    const struct json *value;
    int64_t item;
    TRY(json_get_value(object, key, &value, err));
    if (!json_is_array(value)) {
        TRY(json_get_int(object, key, &item, err));
        return buf_addf(text, err, "%" PRId64, item);
    }
    TRY(buf_add_text(text, "", err)); /* of no items */
    for (size_t i = 0; i < json_size(value); i++) {
        if (json_get_element(value, i, &item, err) != ST_OK)
            return err_wrap(err, err, "'%s'", key);
        TRY(buf_addf(text, err, "%s%" PRId64, i == 0 ? "" : ",", item));
    }
    return ST_OK;
}

/* The text that setting_set would be given, for a value that has a text of its own only in JSON. */
static enum status read_as_text(const struct json *object, const char *key, enum setting_type type,
                                struct buf *text, struct err *err)
{
    bool yes;
    int64_t n;
    double x;
    switch (type) {
    case SETTING_FLAG:
        TRY(json_get_bool(object, key, &yes, err));
        return buf_add_text(text, yes ? "yes" : "no", err);
    case SETTING_INT:
        TRY(json_get_int(object, key, &n, err));
        return buf_addf(text, err, "%" PRId64, n);
    case SETTING_FLOAT:
        TRY(json_get_double(object, key, &x, err));
        return buf_addf(text, err, "%.17g", x);
    default:
        return read_list(object, key, text, err);
    }
}

static bool is_textual(enum setting_type type)
{
    return type == SETTING_TEXT || type == SETTING_CHOICE || type == SETTING_PATH ||
           type == SETTING_DIR;
}

static enum status read_textual(struct json *object, const char *key, enum setting_type type,
                                const char **text, struct err *err)
{
    if (type == SETTING_PATH || type == SETTING_DIR)
        return json_get_path(object, key, text, err);
    return json_get_string(object, key, text, err);
}

/* `key` is what messages have in quotes. */
static enum status read_value(struct json *object, const char *key, const struct setting *row,
                              void *base, struct err *err)
{
    char called[SETTING_KEY_SIZE + 2];
    struct buf text = {0};
    const char *borrowed;
    snprintf(called, sizeof called, "'%s'", key);
    if (is_textual(row->type)) {
        TRY(read_textual(object, key, row->type, &borrowed, err));
        return setting_set(row, base, called, borrowed, err);
    }
    enum status status = read_as_text(object, key, row->type, &text, err);
    if (status == ST_OK)
        status = setting_set(row, base, called, text.data, err);
    buf_fini(&text);
    return status;
}

enum status setting_json_read(struct json *object, const struct setting_values *values,
                              struct err *err)
{
    struct err why;
    for (struct setting_ref at = {0}; setting_next(values->groups, &at);) {
        char key[SETTING_KEY_SIZE];
        setting_json_key(key, at.row);
        if (at.row->record == SETTING_UNRECORDED || values->given[at.index] ||
            !json_has(object, key))
            continue;
        const enum status status =
            read_value(object, key, at.row, setting_base(&at, values->all), &why);
        if (status != ST_OK)
            return err_set(err, status == ST_USAGE ? ST_INPUT : status, "%s", why.text);
        values->given[at.index] = true;
    }
    return ST_OK;
}
