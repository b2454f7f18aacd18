/* JSON values as text: jansson would write 0.1 as 0.10000000000000001 or lose digits, and its
 * escapes differ from those of the reference writer of safetensors. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file/json.h"
#include "lib/file/json_view.h"

/* The letter after the backslash, or 0. */
static char short_escape(unsigned char c)
{
    switch (c) {
    case '"':
    case '\\':
        return (char)c;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return 0;
    }
}

static bool needs_escape(unsigned char c)
{
    return c < 0x20 || c == '"' || c == '\\';
}

/* Escapes what RFC 8259 wants escaped and nothing else, as serde_json does: a backslash and a
 * letter if there is one, otherwise \u00 and lower-case digits. */
static enum status add_string(struct buf *out, const char *text, struct err *err)
{
    TRY(buf_add(out, "\"", 1, err));
    while (*text != '\0') {
        size_t plain = 0;
        while (text[plain] != '\0' && !needs_escape((unsigned char)text[plain]))
            plain++;
        TRY(buf_add(out, text, plain, err));
        text += plain;
        if (*text == '\0')
            break;
        const unsigned char c = (unsigned char)*text++;
        const char letter = short_escape(c);
        if (letter != 0)
            TRY(buf_addf(out, err, "\\%c", letter));
        else
            TRY(buf_addf(out, err, "\\u%04x", c));
    }
    return buf_add(out, "\"", 1, err);
}

/* The fewest digits that read back equal, with a point or an exponent, which an integer lacks. */
static enum status add_double(struct buf *out, double value, struct err *err)
{
    char digits[32];
    int precision = 1;
    /* 17 significant digits always read back equal (IEEE 754, 5.12.2). */
    for (; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*e", precision - 1, value);
        if (strtod(digits, NULL) == value)
            break;
    }
    /* 20.0 rather than 2e+01, for doubles that are exact whole numbers. */
    const int exponent = atoi(strchr(digits, 'e') + 1);
    if (exponent < 16 && precision <= exponent)
        precision = exponent + 1;
    snprintf(digits, sizeof digits, "%.*g", precision, value);
    const bool looks_integer = strpbrk(digits, ".e") == NULL;
    return buf_addf(out, err, "%s%s", digits, looks_integer ? ".0" : "");
}

struct form {
    struct buf *out;
    bool indent;
};

static enum status add_value(const struct form *f, const struct json *v, int depth,
                             struct err *err);

static enum status add_break(const struct form *f, int depth, struct err *err)
{
    return f->indent ? buf_addf(f->out, err, "\n%*s", 2 * depth, "") : ST_OK;
}

static enum status add_object(const struct form *f, const struct json *v, int depth,
                              struct err *err)
{
    const char *key, *between = "{";
    const struct json *value;
    void *it = NULL;
    while ((it = json_next(v, it, &key, &value)) != NULL) {
        TRY(buf_add_text(f->out, between, err));
        TRY(add_break(f, depth + 1, err));
        TRY(add_string(f->out, key, err));
        TRY(buf_add_text(f->out, f->indent ? ": " : ":", err));
        TRY(add_value(f, value, depth + 1, err));
        between = ",";
    }
    if (json_size(v) == 0)
        return buf_add_text(f->out, "{}", err);
    TRY(add_break(f, depth, err));
    return buf_add_text(f->out, "}", err);
}

static enum status add_array(const struct form *f, const struct json *v, int depth, struct err *err)
{
    const size_t n = json_size(v);
    if (n == 0)
        return buf_add_text(f->out, "[]", err);
    for (size_t i = 0; i < n; i++) {
        TRY(buf_add_text(f->out, i == 0 ? "[" : ",", err));
        TRY(add_break(f, depth + 1, err));
        TRY(add_value(f, json_view_item(v, i), depth + 1, err));
    }
    TRY(add_break(f, depth, err));
    return buf_add_text(f->out, "]", err);
}

static enum status add_value(const struct form *f, const struct json *v, int depth, struct err *err)
{
    const struct json_view view = json_view(v);
    switch (view.kind) {
    case JSON_VIEW_OBJECT:
        return add_object(f, v, depth, err);
    case JSON_VIEW_ARRAY:
        return add_array(f, v, depth, err);
    case JSON_VIEW_STRING:
        return add_string(f->out, view.text, err);
    case JSON_VIEW_INT:
        return buf_addf(f->out, err, "%" PRId64, view.integer);
    case JSON_VIEW_DOUBLE:
        return add_double(f->out, view.real, err);
    case JSON_VIEW_BOOL:
        return buf_add_text(f->out, view.yes ? "true" : "false", err);
    case JSON_VIEW_NULL:
    default:
        return buf_add_text(f->out, "null", err);
    }
}

enum status json_format(const struct json *v, struct buf *out, bool indent, struct err *err)
{
    const struct form f = {.out = out, .indent = indent};
    TRY(add_value(&f, v, 0, err));
    return indent ? buf_add(out, "\n", 1, err) : ST_OK;
}
