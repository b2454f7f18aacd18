/* What the tests of JSON share: values from texts and back. */
#ifndef PTBLM_TESTS_SUPPORT_JSON_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_JSON_SUPPORT_H

#include <check.h>
#include <string.h>

#include "lib/file/json.h"

static inline struct json *parse(const char *text)
{
    struct json *v = NULL;
    struct err err = {0};
    ck_assert_msg(json_parse(&v, "a test text", text, strlen(text), &err) == ST_OK, "%s: %s", text,
                  err.text);
    return v;
}

/* Appended to nothing; the caller frees data. */
static inline struct buf format(const struct json *v, bool indent)
{
    struct buf out = {0};
    struct err err;
    ck_assert_int_eq(json_format(v, &out, indent, &err), ST_OK);
    return out;
}

static inline void assert_formats(const struct json *v, const char *expected)
{
    struct buf out = format(v, false);
    ck_assert_str_eq(out.data, expected);
    buf_fini(&out);
}

#endif
