/* Values of settings from text, and as text. */
#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/escape.h"
#include "lib/base/near.h"
#include "lib/base/setting.h"

enum { SHOWN = 80 }; /* bytes of a wrong value that a message repeats */

struct shown {
    char text[SHOWN];
};

static struct shown show(const char *value)
{
    struct shown s;
    escape_cut(s.text, sizeof s.text, value, strlen(value), 0);
    return s;
}

/* --- numbers --- */

static int64_t whole_bound(double bound)
{
    return bound >= 0x1p63 ? INT64_MAX : (int64_t)bound;
}

/* Whole numbers in full: the last digits of a large bound count. */
static const char *show_bound(const struct setting *row, double bound, char out[32])
{
    if (row->type == SETTING_FLOAT)
        snprintf(out, 32, "%.15g", fmin(bound, DBL_MAX));
    else
        snprintf(out, 32, "%" PRId64, whole_bound(bound));
    return out;
}

/* "a whole number from 1 to 64"; a bound that nobody would type is left out unless the number is
 * beyond it. */
static enum status wrong_number(const struct setting *row, const char *called, const char *text,
                                bool too_large, struct err *err)
{
    char min[32], max[32];
    show_bound(row, row->min, min);
    show_bound(row, row->max, max);
    const char *kind = row->type == SETTING_FLOAT ? "a number" : "a whole number";
    if (row->max < 0x1p53)
        return err_set(err, ST_USAGE, "%s wants %s from %s to %s, not '%s'", called, kind, min, max,
                       show(text).text);
    return err_set(err, ST_USAGE, "%s wants %s of at %s %s, not '%s'", called, kind,
                   too_large ? "most" : "least", too_large ? max : min, show(text).text);
}

/* strtoll and strtod take blanks, hexadecimal, "inf" and "nan" as well; settings do not. */
static bool looks_decimal(const char *text)
{
    if (*text == '+' || *text == '-')
        text++;
    if (!isdigit((unsigned char)*text) && *text != '.')
        return false;
    return strpbrk(text, "xX") == NULL;
}

static bool in_whole_range(const struct setting *row, long long n)
{
    return n >= whole_bound(row->min) && n <= whole_bound(row->max);
}

static enum status set_int(const struct setting *row, int64_t *field, const char *called,
                           const char *text, struct err *err)
{
    char *end;
    errno = 0;
    const long long n = strtoll(text, &end, 10);
    const bool is_number = looks_decimal(text) && end != text && *end == '\0';
    if (!is_number || errno != 0 || !in_whole_range(row, n))
        return wrong_number(row, called, text, is_number && n > whole_bound(row->min), err);
    *field = n;
    return ST_OK;
}

static enum status set_float(const struct setting *row, double *field, const char *called,
                             const char *text, struct err *err)
{
    char *end;
    const double x = strtod(text, &end);
    const bool in_range = isfinite(x) && x >= row->min && x <= row->max;
    const bool is_number = looks_decimal(text) && end != text && *end == '\0';
    if (!is_number || !in_range)
        return wrong_number(row, called, text, is_number && x > row->min, err);
    *field = x;
    return ST_OK;
}

/* Reads the items; false where one is not what it must be, or there are too many. */
static bool read_list(const struct setting *row, struct setting_list *list, const char *text)
{
    char *end;
    do {
        errno = 0;
        const long long n = strtoll(text, &end, 10);
        if (!isdigit((unsigned char)*text) || errno != 0 || !in_whole_range(row, n) ||
            list->n == SETTING_LIST_MAX)
            return false;
        list->items[list->n++] = (size_t)n;
        text = end + 1;
    } while (*end == ',');
    return *end == '\0';
}

static enum status set_list(const struct setting *row, struct setting_list *field,
                            const char *called, const char *text, struct err *err)
{
    struct setting_list list = {0};
    char min[32], max[32];
    if (read_list(row, &list, text)) {
        *field = list;
        return ST_OK;
    }
    return err_set(
        err, ST_USAGE,
        "%s wants a whole number from %s to %s, or up to %d of them separated by commas, "
        "not '%s'",
        called, show_bound(row, row->min, min), show_bound(row, row->max, max), SETTING_LIST_MAX,
        show(text).text);
}

/* --- words --- */

/* "'a', 'b' or 'c'", cut where there are very many. */
static void list_choices(const struct setting *row, char *out, size_t size)
{
    size_t n = 0;
    out[0] = '\0';
    for (size_t i = 0; row->choice_at(i) != NULL && n < size; i++) {
        const char *joint = i == 0 ? "" : row->choice_at(i + 1) != NULL ? ", " : " or ";
        n += (size_t)snprintf(out + n, size - n, "%s'%s'", joint, row->choice_at(i));
    }
}

static enum status set_choice(const struct setting *row, const char **field, const char *called,
                              const char *text, struct err *err)
{
    char choices[512];
    for (size_t i = 0; row->choice_at(i) != NULL; i++) {
        if (strcmp(text, row->choice_at(i)) == 0) {
            *field = row->choice_at(i);
            return ST_OK;
        }
    }
    list_choices(row, choices, sizeof choices);
    const char *near = near_find(text, row->choice_at);
    err_set(err, ST_USAGE, "%s wants %s, not '%s'", called, choices, show(text).text);
    return near == NULL ? ST_USAGE : err_add(err, "did you mean '%s'?", near);
}

static enum status set_flag(bool *field, const char *called, const char *text, struct err *err)
{
    if (strcmp(text, "yes") != 0 && strcmp(text, "no") != 0)
        return err_set(err, ST_USAGE, "%s wants 'yes' or 'no', not '%s'", called, show(text).text);
    *field = text[0] == 'y';
    return ST_OK;
}

/* "-" is a stream wherever a file is read; a directory of that name would be an accident. */
static enum status set_dir(const char **field, const char *called, const char *text,
                           struct err *err)
{
    if (text[0] == '\0')
        return err_set(err, ST_USAGE, "%s wants a directory, not an empty name", called);
    if (strcmp(text, "-") == 0)
        return err_set(err, ST_USAGE,
                       "%s wants a directory, and '-' is standard input or output: './-' is a "
                       "directory of that name",
                       called);
    *field = text;
    return ST_OK;
}

static enum status set_text(const struct setting *row, const char **field, const char *called,
                            const char *text, struct err *err)
{
    if (row->check != NULL && row->check(text, err) != ST_OK)
        return err_wrap(err, err, "%s", called);
    *field = text;
    return ST_OK;
}

enum status setting_set(const struct setting *row, void *base, const char *called, const char *text,
                        struct err *err)
{
    void *field = (char *)base + row->offset;
    switch (row->type) {
    case SETTING_FLAG:
        return set_flag(field, called, text, err);
    case SETTING_INT:
        return set_int(row, field, called, text, err);
    case SETTING_FLOAT:
        return set_float(row, field, called, text, err);
    case SETTING_TEXT:
        return set_text(row, field, called, text, err);
    case SETTING_PATH:
        *(const char **)field = text;
        return ST_OK;
    case SETTING_DIR:
        return set_dir(field, called, text, err);
    case SETTING_CHOICE:
        return set_choice(row, field, called, text, err);
    case SETTING_LIST:
        return set_list(row, field, called, text, err);
    }
    return ST_OK;
}

/* --- back to text --- */

bool setting_is_set(const struct setting *row, const void *base)
{
    const void *field = (const char *)base + row->offset;
    switch (row->type) {
    case SETTING_FLAG:
        return true;
    case SETTING_INT:
        return *(const int64_t *)field != 0 || (row->min <= 0.0 && row->max >= 0.0);
    case SETTING_FLOAT:
        return *(const double *)field != 0.0 || (row->min <= 0.0 && row->max >= 0.0);
    case SETTING_TEXT:
    case SETTING_PATH:
    case SETTING_DIR:
    case SETTING_CHOICE:
        return *(const char *const *)field != NULL;
    case SETTING_LIST:
        return ((const struct setting_list *)field)->n > 0;
    }
    return false;
}

static enum status format_float(double x, struct buf *out, struct err *err)
{
    char text[32];
    int digits = 15;
    do
        snprintf(text, sizeof text, "%.*g", digits, x);
    while (strtod(text, NULL) != x && digits++ < 17);
    return buf_add_text(out, text, err);
}

static enum status format_list(const struct setting_list *list, struct buf *out, struct err *err)
{
    for (size_t i = 0; i < list->n; i++)
        TRY(buf_addf(out, err, "%s%zu", i == 0 ? "" : ",", list->items[i]));
    return ST_OK;
}

enum status setting_format(const struct setting *row, const void *base, struct buf *out,
                           struct err *err)
{
    const void *field = (const char *)base + row->offset;
    switch (row->type) {
    case SETTING_FLAG:
        return buf_add_text(out, *(const bool *)field ? "yes" : "no", err);
    case SETTING_INT:
        return buf_addf(out, err, "%" PRId64, *(const int64_t *)field);
    case SETTING_FLOAT:
        return format_float(*(const double *)field, out, err);
    case SETTING_TEXT:
    case SETTING_PATH:
    case SETTING_DIR:
    case SETTING_CHOICE:
        return buf_add_text(out, *(const char *const *)field, err);
    case SETTING_LIST:
        return format_list(field, out, err);
    }
    return ST_OK;
}
