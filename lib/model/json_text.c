#include "lib/model/json_text.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* The bytes of the control character at `at`; 0 where there is another. */
static size_t control_len(const unsigned char *at)
{
    if (at[0] < 0x20 || at[0] == 0x7f)
        return 1;
    return at[0] == 0xc2 && at[1] >= 0x80 && at[1] <= 0x9f ? 2 : 0;
}

bool json_text_has_control(const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++)
        if (control_len(at) > 0)
            return true;
    return false;
}

struct json_text_shown json_text_show(const char *text)
{
    struct json_text_shown shown = {{0}};
    static const char ellipsis[] = "...";
    const size_t room = sizeof shown.text - sizeof ellipsis;
    size_t len = 0;
    const unsigned char *at = (const unsigned char *)text;
    while (*at != '\0') {
        const size_t n_control = control_len(at);
        /* A character is copied whole or not at all. */
        size_t n = 1;
        while (n_control == 0 && (at[n] & 0xc0) == 0x80 && n < 4)
            n++;
        const size_t need = n_control > 0 ? 4 * n_control : n;
        if (len + need > room) {
            memcpy(shown.text + len, ellipsis, sizeof ellipsis);
            break;
        }
        for (size_t i = 0; i < n_control; i++)
            snprintf(shown.text + len + 4 * i, 5, "\\x%02x", at[i]);
        if (n_control == 0)
            memcpy(shown.text + len, at, n);
        len += need;
        at += n_control > 0 ? n_control : n;
    }
    return shown;
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
