/* Settings in JSON objects: config.json, and the record in model files. A setting's key is its
 * name, with '_' for '-'. Flags are true or false; numbers are numbers; a list is one number where
 * all its items are equal, otherwise an array; all else is a string. */
#ifndef PTBLM_FILE_SETTING_JSON_H
#define PTBLM_FILE_SETTING_JSON_H

#include "lib/base/setting.h"
#include "lib/file/json.h"

enum { SETTING_KEY_SIZE = 64 };
const char *setting_json_key(char out[SETTING_KEY_SIZE], const struct setting *row);

/* Sets a key for each setting of this record that is set and applies. */
enum status setting_json_write(struct json *object, const struct setting_values *values,
                               enum setting_record record, struct err *err);

/* Sets each setting that is recorded anywhere, has not been given and has a key in the object, and
 * marks it as given. Texts are borrowed from the object, which must not be formatted any more.
 * Settings without a key stay as they are, so that a record of an older version can be read; keys
 * that belong to no setting are not looked at. ST_INPUT with the key where a value is of another
 * kind or out of range. */
enum status setting_json_read(struct json *object, const struct setting_values *values,
                              struct err *err);

#endif
