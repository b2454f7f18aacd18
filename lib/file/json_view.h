/* A value as json_format.c sees it, so that only json.c knows jansson. */
#ifndef PTBLM_FILE_JSON_VIEW_H
#define PTBLM_FILE_JSON_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/file/json.h"

enum json_view_kind {
    JSON_VIEW_OBJECT,
    JSON_VIEW_ARRAY,
    JSON_VIEW_STRING,
    JSON_VIEW_INT,
    JSON_VIEW_DOUBLE,
    JSON_VIEW_BOOL,
    JSON_VIEW_NULL,
};

struct json_view {
    enum json_view_kind kind; /* says which of the others is set */
    const char *text;
    int64_t integer;
    double real;
    bool yes;
};

struct json_view json_view(const struct json *v);

/* Element i of an array; NULL after the last. */
const struct json *json_view_item(const struct json *array, size_t i);

#endif
