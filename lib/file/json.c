/* A `struct json` is a jansson value under another name: outside this file its pointer is only
 * passed on. */
#include "lib/file/json.h"

#include <string.h>
#include <jansson.h>

#include "lib/base/escape.h"
#include "lib/file/json_feed.h"
#include "lib/file/json_text.h"
#include "lib/file/json_view.h"

/* jansson has macros of these names. */
#undef json_is_object
#undef json_is_array
#undef json_is_string

static json_t *unwrap(const struct json *v)
{
    return (json_t *)(uintptr_t)v;
}

static struct json *wrap(json_t *v)
{
    return (struct json *)v;
}

static bool is(const struct json *v, json_type type)
{
    return v != NULL && json_typeof(unwrap(v)) == type;
}

bool json_is_object(const struct json *v)
{
    return is(v, JSON_OBJECT);
}

bool json_is_array(const struct json *v)
{
    return is(v, JSON_ARRAY);
}

bool json_is_string(const struct json *v)
{
    return is(v, JSON_STRING);
}

size_t json_size(const struct json *v)
{
    return json_is_array(v) ? json_array_size(unwrap(v)) : json_object_size(unwrap(v));
}

static enum status parse(struct json **v, const char *name, const char *text, size_t len,
                         bool is_line, struct err *err)
{
    struct json_feed feed;
    json_error_t error = {0};
    TRY(json_feed_init(&feed, text, len, err));
    json_set_alloc_funcs(json_feed_malloc, json_feed_free);
    json_t *made =
        json_load_callback(json_feed_read, &feed, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (feed.ran_out)
        json_decref(made); /* the reserve may be in it */
    if (json_feed_fini(&feed))
        return err_set(err, ST_NOMEM, "out of memory: cannot parse %s", name);
    if (made == NULL && is_line)
        return err_set(err, ST_INPUT, "%s is not valid JSON at column %d: %s", name, error.column,
                       escape_text(error.text).text);
    if (made == NULL)
        return err_set(err, ST_INPUT, "%s is not valid JSON at line %d, column %d: %s", name,
                       error.line, error.column, escape_text(error.text).text);
    *v = wrap(made);
    return ST_OK;
}

enum status json_parse(struct json **v, const char *name, const char *text, size_t len,
                       struct err *err)
{
    return parse(v, name, text, len, false, err);
}

enum status json_parse_line(struct json **v, const char *name, const char *line, size_t len,
                            struct err *err)
{
    return parse(v, name, line, len, true, err);
}

void json_free(struct json *v)
{
    json_decref(unwrap(v));
}

static enum status no_memory(struct err *err)
{
    return err_set(err, ST_NOMEM, "out of memory: cannot allocate a JSON value");
}

static enum status hand_out(struct json **v, json_t *made, struct err *err)
{
    if (made == NULL)
        return no_memory(err);
    *v = wrap(made);
    return ST_OK;
}

enum status json_new_object(struct json **v, struct err *err)
{
    return hand_out(v, json_object(), err);
}

enum status json_new_array(struct json **v, struct err *err)
{
    return hand_out(v, json_array(), err);
}

/* jansson says only that it failed, and it also fails for a text that is not UTF-8. */
static bool is_utf8(const char *text)
{
    json_t *unchecked = json_string_nocheck(text), *checked = json_string(text);
    const bool refused = unchecked != NULL && checked == NULL;
    json_decref(unchecked);
    json_decref(checked);
    return !refused;
}

/* Takes over `value`, which is NULL if memory ran out. */
static enum status set(struct json *object, const char *key, json_t *value, struct err *err)
{
    if (value == NULL)
        return no_memory(err);
    if (json_object_set_new(unwrap(object), key, value) == 0)
        return ST_OK;
    if (!json_is_object(object))
        return err_set(err, ST_INPUT, "'%s' cannot be set in a JSON value that is not an object",
                       escape_text(key).text);
    if (!is_utf8(key))
        return err_set(err, ST_INPUT, "the key '%s' is not UTF-8", escape_text(key).text);
    return no_memory(err);
}

enum status json_set_string(struct json *object, const char *key, const char *value,
                            struct err *err)
{
    json_t *made = json_string(value);
    if (made == NULL && !is_utf8(value))
        return err_set(err, ST_INPUT, "the value of '%s' is not UTF-8", escape_text(key).text);
    return set(object, key, made, err);
}

enum status json_set_path(struct json *object, const char *key, const char *path, struct err *err)
{
    struct buf text = {0};
    enum status status = ST_INPUT;
    if (strncmp(path, JSON_TEXT_PATH, strlen(JSON_TEXT_PATH)) != 0)
        status = json_set_string(object, key, path, err);
    if (status != ST_INPUT)
        return status;
    status = json_text_encode_path(&text, path, err);
    if (status == ST_OK)
        status = json_set_string(object, key, text.data, err);
    buf_fini(&text);
    return status;
}

enum status json_set_int(struct json *object, const char *key, int64_t value, struct err *err)
{
    return set(object, key, json_integer(value), err);
}

enum status json_set_double(struct json *object, const char *key, double value, struct err *err)
{
    const char *special = json_text_of_special(value);
    return set(object, key, special != NULL ? json_string(special) : json_real(value), err);
}

enum status json_set_bool(struct json *object, const char *key, bool value, struct err *err)
{
    return set(object, key, json_boolean(value), err);
}

enum status json_set_value(struct json *object, const char *key, struct json *value,
                           struct err *err)
{
    return set(object, key, unwrap(value), err);
}

static enum status append(struct json *array, json_t *value, struct err *err)
{
    if (value == NULL)
        return no_memory(err);
    if (json_array_append_new(unwrap(array), value) == 0)
        return ST_OK;
    if (!json_is_array(array))
        return err_set(err, ST_INPUT, "a value cannot be appended: the JSON value is not an array");
    return no_memory(err);
}

enum status json_append_value(struct json *array, struct json *value, struct err *err)
{
    return append(array, unwrap(value), err);
}

enum status json_append_int(struct json *array, int64_t value, struct err *err)
{
    return append(array, json_integer(value), err);
}

static const char *kind_name(const json_t *v)
{
    static const char *const names[] = {
        [JSON_OBJECT] = "an object",   [JSON_ARRAY] = "an array", [JSON_STRING] = "a string",
        [JSON_INTEGER] = "an integer", [JSON_REAL] = "a number",  [JSON_TRUE] = "true",
        [JSON_FALSE] = "false",        [JSON_NULL] = "null",
    };
    return names[json_typeof(v)];
}

static enum status wrong_kind(const char *key, const char *wanted, const json_t *found,
                              struct err *err)
{
    return err_set(err, ST_INPUT, "'%s' must be %s, not %s", escape_text(key).text, wanted,
                   kind_name(found));
}

static enum status find(const struct json *object, const char *key, json_t **value, struct err *err)
{
    *value = json_object_get(unwrap(object), key);
    if (*value != NULL)
        return ST_OK;
    return err_set(err, ST_INPUT, "'%s' is missing", escape_text(key).text);
}

enum status json_get_string(const struct json *object, const char *key, const char **value,
                            struct err *err)
{
    json_t *found;
    TRY(find(object, key, &found, err));
    if (json_typeof(found) != JSON_STRING)
        return wrong_kind(key, "a string", found, err);
    *value = json_string_value(found);
    return ST_OK;
}

enum status json_get_path(struct json *object, const char *key, const char **path, struct err *err)
{
    struct buf bytes = {0};
    TRY(json_get_string(object, key, path, err));
    if (strncmp(*path, JSON_TEXT_PATH, strlen(JSON_TEXT_PATH)) != 0)
        return ST_OK;
    enum status status = json_text_decode_path(&bytes, *path, err);
    if (status == ST_OK)
        status = set(object, key, json_string_nocheck(bytes.data), err);
    buf_fini(&bytes);
    return status == ST_OK ? json_get_string(object, key, path, err) : status;
}

enum status json_find_path(struct json *object, const char *key, const char **path, struct err *err)
{
    return json_has(object, key) ? json_get_path(object, key, path, err) : ST_OK;
}

enum status json_get_int(const struct json *object, const char *key, int64_t *value,
                         struct err *err)
{
    json_t *found;
    TRY(find(object, key, &found, err));
    if (json_typeof(found) != JSON_INTEGER)
        return wrong_kind(key, "an integer", found, err);
    *value = json_integer_value(found);
    return ST_OK;
}

enum status json_get_double(const struct json *object, const char *key, double *value,
                            struct err *err)
{
    json_t *found;
    TRY(find(object, key, &found, err));
    if (json_is_number(found))
        *value = json_number_value(found);
    else if (json_typeof(found) != JSON_STRING ||
             !json_text_read_special(json_string_value(found), value))
        return wrong_kind(key, "a number", found, err);
    return ST_OK;
}

enum status json_get_bool(const struct json *object, const char *key, bool *value, struct err *err)
{
    json_t *found;
    TRY(find(object, key, &found, err));
    if (!json_is_boolean(found))
        return wrong_kind(key, "true or false", found, err);
    *value = json_is_true(found);
    return ST_OK;
}

enum status json_get_value(const struct json *object, const char *key, const struct json **value,
                           struct err *err)
{
    json_t *found;
    TRY(find(object, key, &found, err));
    *value = wrap(found);
    return ST_OK;
}

bool json_has(const struct json *object, const char *key)
{
    return json_object_get(unwrap(object), key) != NULL;
}

enum status json_get_element(const struct json *array, size_t i, int64_t *value, struct err *err)
{
    const json_t *found = json_array_get(unwrap(array), i);
    if (found == NULL)
        return err_set(err, ST_INPUT, "element %zu is missing", i);
    if (json_typeof(found) != JSON_INTEGER)
        return err_set(err, ST_INPUT, "element %zu must be an integer, not %s", i,
                       kind_name(found));
    *value = json_integer_value(found);
    return ST_OK;
}

enum status json_get_text(const struct json *array, size_t i, const char **value, struct err *err)
{
    const json_t *found = json_array_get(unwrap(array), i);
    if (found == NULL)
        return err_set(err, ST_INPUT, "element %zu is missing", i);
    if (json_typeof(found) != JSON_STRING)
        return err_set(err, ST_INPUT, "element %zu must be a string, not %s", i, kind_name(found));
    *value = json_string_value(found);
    return ST_OK;
}

void *json_next(const struct json *object, void *it, const char **key, const struct json **value)
{
    json_t *o = unwrap(object);
    it = it == NULL ? json_object_iter(o) : json_object_iter_next(o, it);
    if (it == NULL)
        return NULL;
    *key = json_object_iter_key(it);
    *value = wrap(json_object_iter_value(it));
    return it;
}

/* jansson's getters give 0 or NULL for a value of another kind. */
struct json_view json_view(const struct json *v)
{
    static const enum json_view_kind kinds[] = {
        [JSON_OBJECT] = JSON_VIEW_OBJECT, [JSON_ARRAY] = JSON_VIEW_ARRAY,
        [JSON_STRING] = JSON_VIEW_STRING, [JSON_INTEGER] = JSON_VIEW_INT,
        [JSON_REAL] = JSON_VIEW_DOUBLE,   [JSON_TRUE] = JSON_VIEW_BOOL,
        [JSON_FALSE] = JSON_VIEW_BOOL,    [JSON_NULL] = JSON_VIEW_NULL,
    };
    const json_t *from = unwrap(v);
    return (struct json_view){
        .kind = kinds[json_typeof(from)],
        .text = json_string_value(from),
        .integer = json_integer_value(from),
        .real = json_real_value(from),
        .yes = json_is_true(from),
    };
}

const struct json *json_view_item(const struct json *array, size_t i)
{
    return wrap(json_array_get(unwrap(array), i));
}
