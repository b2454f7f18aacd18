#include "lib/file/json_text.h"

#include <math.h>
#include <string.h>

#include "lib/base/escape.h"
#include "lib/base/utf8.h"

bool json_text_has_control(const char *text)
{
    const size_t len = strlen(text);
    for (size_t i = 0; i < len;) {
        uint32_t code;
        i += utf8_next(text + i, len - i, &code);
        if (utf8_is_control(code))
            return true;
    }
    return false;
}

size_t json_text_count_marks(const char *text, size_t len)
{
    size_t n = 0;
    bool quoted = false;
    for (size_t i = 0; i < len; i++) {
        const char c = text[i];
        if (quoted && c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == ',' || c == '[' || c == '{'))
            n++;
    }
    return n;
}

const char *json_text_of_special(double value)
{
    if (isnan(value))
        return "nan";
    if (isinf(value))
        return value > 0 ? "inf" : "-inf";
    return NULL;
}

bool json_text_read_special(const char *text, double *value)
{
    static const struct {
        const char *text;
        double value;
    } table[] = {{"inf", HUGE_VAL}, {"-inf", -HUGE_VAL}, {"nan", (double)NAN}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(text, table[i].text) == 0) {
            *value = table[i].value;
            return true;
        }
    }
    return false;
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._~/", c) != NULL);
}

enum status json_text_encode_path(struct buf *out, const char *path, struct err *err)
{
    TRY(buf_add_text(out, JSON_TEXT_PATH, err));
    for (const char *at = path; *at != '\0'; at++) {
        if (is_plain(*at))
            TRY(buf_add(out, at, 1, err));
        else
            TRY(buf_addf(out, err, "%%%02X", (unsigned char)*at));
    }
    return ST_OK;
}

/* The value of a hexadecimal digit, or -1. */
static int digit_value(char c)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;
    return at != NULL ? (int)((at - digits) % 16) : -1;
}

enum status json_text_decode_path(struct buf *out, const char *text, struct err *err)
{
    for (const char *at = text + strlen(JSON_TEXT_PATH); *at != '\0'; at++) {
        char byte = *at;
        if (byte == '%') {
            const int high = digit_value(at[1]), low = high < 0 ? -1 : digit_value(at[2]);
            if (low < 0 || 16 * high + low == 0)
                return err_set(err, ST_INPUT,
                               "'%s' is not a path: a '%%' in it has no two digits after it",
                               escape_text(text).text);
            byte = (char)(16 * high + low);
            at += 2;
        }
        TRY(buf_add(out, &byte, 1, err));
    }
    return buf_reserve(out, 0, err); /* an empty path is still a string */
}
