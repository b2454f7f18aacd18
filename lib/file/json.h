/* JSON values: a thin layer over jansson, the only place that includes it. Strict: duplicate keys
 * are refused, numbers are finite, text is UTF-8. */
#ifndef PTBLM_FILE_JSON_H
#define PTBLM_FILE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"

struct json; /* an object, an array, or any other value */

/* Values take up to twenty times the memory of their text. So settings, records and notes that
 * somebody else may have written are not parsed if they have more bytes than this; in a larger
 * text, such as a header, the values must be counted first. */
enum { JSON_TEXT_MAX = 1 << 20 };

/* `name` is what messages call the text, printed as it is: "'run.json'", "the header of 'x'". White
 * space around the value is allowed, anything else after it is not. */
enum status json_parse(struct json **v, const char *name, const char *text, size_t len,
                       struct err *err);

/* The same for one line of a longer text: messages name no line but that in `name`. */
enum status json_parse_line(struct json **v, const char *name, const char *line, size_t len,
                            struct err *err);

/* Appends the text to *out: one line without white space or newline, or indented by two spaces and
 * ended by a newline. Keys are in the order in which they were set or parsed. Doubles have the
 * fewest digits that read back equal. */
enum status json_format(const struct json *v, struct buf *out, bool indent, struct err *err);
void json_free(struct json *v); /* NULL is allowed */

enum status json_new_object(struct json **v, struct err *err);
enum status json_new_array(struct json **v, struct err *err);

/* Setting a key again replaces its value, in the old place. A non-finite double is written as the
 * string "inf", "-inf" or "nan". A key or text that is not UTF-8 is ST_INPUT. */
enum status json_set_string(struct json *object, const char *key, const char *value,
                            struct err *err);
enum status json_set_int(struct json *object, const char *key, int64_t value, struct err *err);
enum status json_set_double(struct json *object, const char *key, double value, struct err *err);
enum status json_set_bool(struct json *object, const char *key, bool value, struct err *err);

/* A path, which need not be UTF-8: see lib/file/json_text.h. */
enum status json_set_path(struct json *object, const char *key, const char *path, struct err *err);

/* The object or array takes over `value`, even if this fails. */
enum status json_set_value(struct json *object, const char *key, struct json *value,
                           struct err *err);
enum status json_append_value(struct json *array, struct json *value, struct err *err);
enum status json_append_int(struct json *array, int64_t value, struct err *err);

/* Getting: ST_INPUT, naming the key, if it is missing or its value is of another kind. Strings and
 * values are borrowed from the object. A double may be written as an integer, or as one of the
 * strings that json_set_double writes: the caller checks what must be finite. */
enum status json_get_string(const struct json *object, const char *key, const char **value,
                            struct err *err);
enum status json_get_int(const struct json *object, const char *key, int64_t *value,
                         struct err *err);
enum status json_get_double(const struct json *object, const char *key, double *value,
                            struct err *err);
enum status json_get_bool(const struct json *object, const char *key, bool *value, struct err *err);
enum status json_get_value(const struct json *object, const char *key, const struct json **value,
                           struct err *err);

/* The path that json_set_path was given. It is borrowed, and replaces its written form in the
 * object: get it once, from an object that will not be formatted again. */
enum status json_get_path(struct json *object, const char *key, const char **path, struct err *err);

/* The same where there may be none: then *path stays as it is. */
enum status json_find_path(struct json *object, const char *key, const char **path,
                           struct err *err);

bool json_has(const struct json *object, const char *key);

bool json_is_object(const struct json *v);
bool json_is_array(const struct json *v);
bool json_is_string(const struct json *v);
size_t json_size(const struct json *v); /* members or elements; 0 for other values */
enum status json_get_element(const struct json *array, size_t i, int64_t *value, struct err *err);
enum status json_get_text(const struct json *array, size_t i, const char **value, struct err *err);

/* Walks the members in order: `it` starts as NULL, and is NULL again after the last:
 *     void *it = NULL;
 *     while ((it = json_next(object, it, &key, &value)) != NULL) ... */
void *json_next(const struct json *object, void *it, const char **key, const struct json **value);

#endif
