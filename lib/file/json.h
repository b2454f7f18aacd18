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

/* Values take up to twenty times the memory of their text. So a text of settings, records or notes
 * that somebody else may have written is not parsed where it has more bytes than this; of a larger
 * one, such as a header, the values are to be counted before. */
enum { JSON_TEXT_MAX = 1 << 20 };

/* `name` is what messages call the text, printed as it stands: "'run.json'", "the header of 'x'".
 * White space around the value is allowed, anything else behind it is not. */
enum status json_parse(struct json **v, const char *name, const char *text, size_t len,
                       struct err *err);

/* One line without any white space, keys in the order in which they were set (or parsed), no
 * newline; or indented by two spaces and ended by a newline. Doubles are written with the fewest
 * digits that read back equal. The text is appended to *out. */
enum status json_format(const struct json *v, struct buf *out, bool indent, struct err *err);
void json_free(struct json *v); /* NULL is allowed */

enum status json_new_object(struct json **v, struct err *err);
enum status json_new_array(struct json **v, struct err *err);

/* Setting replaces, in the old place. A non-finite double is written as the string "inf", "-inf" or
 * "nan". A key or text that is not UTF-8 is ST_INPUT. */
enum status json_set_string(struct json *object, const char *key, const char *value,
                            struct err *err);
enum status json_set_int(struct json *object, const char *key, int64_t value, struct err *err);
enum status json_set_double(struct json *object, const char *key, double value, struct err *err);
enum status json_set_bool(struct json *object, const char *key, bool value, struct err *err);

/* A path, which need not be UTF-8: see lib/file/json_text.h. */
enum status json_set_path(struct json *object, const char *key, const char *path, struct err *err);

/* The object or array takes `value` over, also when this fails. */
enum status json_set_value(struct json *object, const char *key, struct json *value,
                           struct err *err);
enum status json_append_value(struct json *array, struct json *value, struct err *err);
enum status json_append_int(struct json *array, int64_t value, struct err *err);

/* Getting: ST_INPUT where the key is missing or of another kind; the text names the key. Strings
 * and values are borrowed from the object. A double may be written as an integer, or as one of
 * the strings that json_set_double writes: what must be finite is for the caller to check. */
enum status json_get_string(const struct json *object, const char *key, const char **value,
                            struct err *err);
enum status json_get_int(const struct json *object, const char *key, int64_t *value,
                         struct err *err);
enum status json_get_double(const struct json *object, const char *key, double *value,
                            struct err *err);
enum status json_get_bool(const struct json *object, const char *key, bool *value, struct err *err);
enum status json_get_value(const struct json *object, const char *key, const struct json **value,
                           struct err *err);

/* The path that json_set_path was given. It is borrowed, and takes the place of its written form in
 * the object: to be got once, from an object that is not formatted any more. */
enum status json_get_path(struct json *object, const char *key, const char **path, struct err *err);

bool json_has(const struct json *object, const char *key);

bool json_is_object(const struct json *v);
bool json_is_array(const struct json *v);
bool json_is_string(const struct json *v);
size_t json_size(const struct json *v); /* members or elements; 0 for other values */
enum status json_get_element(const struct json *array, size_t i, int64_t *value, struct err *err);

/* Walks the members in order: `it` starts as NULL, and is NULL again behind the last. So:
 *     void *it = NULL;
 *     while ((it = json_next(object, it, &key, &value)) != NULL) ... */
void *json_next(const struct json *object, void *it, const char **key, const struct json **value);

#endif
