#include "cmd/option/option_value.h"

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/report/report.h"

enum { SHOWN = 80 }; /* bytes of a wrong value that a message repeats */

static bool is_whole(const struct option_def *row)
{
    return row->type == OPTION_INT;
}

static int64_t whole_bound(double bound)
{
    return bound >= 0x1p63 ? INT64_MAX : (int64_t)bound;
}

/* Whole numbers in full: the last digits of a large bound count. */
static const char *show_bound(const struct option_def *row, double bound, char out[32])
{
    if (!is_whole(row))
        snprintf(out, 32, "%.15g", fmin(bound, DBL_MAX));
    else
        snprintf(out, 32, "%" PRId64, whole_bound(bound));
    return out;
}

/* "a whole number from 1 to 64"; a bound that nobody would type is left out unless the number is
 * beyond it. */
static enum status wrong_number(const struct option_def *row, const char *text, bool too_large,
                                struct err *err)
{
    char shown[SHOWN], min[32], max[32];
    report_escape_cut(shown, sizeof shown, text);
    show_bound(row, row->min, min);
    show_bound(row, row->max, max);
    const char *kind = is_whole(row) ? "a whole number" : "a number";
    if (row->max < 0x1p53)
        return err_set(err, ST_USAGE, "option '--%s' wants %s from %s to %s, not '%s'", row->name,
                       kind, min, max, shown);
    return err_set(err, ST_USAGE, "option '--%s' wants %s of at %s %s, not '%s'", row->name, kind,
                   too_large ? "most" : "least", too_large ? max : min, shown);
}

/* strtoll and strtod take blanks, hexadecimal, "inf" and "nan" as well; options do not. */
static bool looks_decimal(const char *text)
{
    if (*text == '+' || *text == '-')
        text++;
    if (!isdigit((unsigned char)*text) && *text != '.')
        return false;
    return strpbrk(text, "xX") == NULL;
}

static enum status set_int(const struct option_def *row, int64_t *field, const char *text,
                           struct err *err)
{
    char *end;
    errno = 0;
    const long long n = strtoll(text, &end, 10);
    const bool in_range = n >= whole_bound(row->min) && n <= whole_bound(row->max);
    const bool is_number = looks_decimal(text) && end != text && *end == '\0';
    if (!is_number || errno != 0 || !in_range)
        return wrong_number(row, text, is_number && n > whole_bound(row->min), err);
    *field = n;
    return ST_OK;
}

static enum status set_float(const struct option_def *row, double *field, const char *text,
                             struct err *err)
{
    char *end;
    const double x = strtod(text, &end);
    const bool in_range = isfinite(x) && x >= row->min && x <= row->max;
    const bool is_number = looks_decimal(text) && end != text && *end == '\0';
    if (!is_number || !in_range)
        return wrong_number(row, text, is_number && x > row->min, err);
    *field = x;
    return ST_OK;
}

/* "'a', 'b' or 'c'", cut where there are very many. */
static void list_choices(const struct option_def *row, char *out, size_t size)
{
    size_t n = 0;
    out[0] = '\0';
    for (size_t i = 0; row->choice_at(i) != NULL && n < size; i++) {
        const char *joint = i == 0 ? "" : row->choice_at(i + 1) != NULL ? ", " : " or ";
        n += (size_t)snprintf(out + n, size - n, "%s'%s'", joint, row->choice_at(i));
    }
}

static enum status set_choice(const struct option_def *row, const char **field, const char *text,
                              struct err *err)
{
    for (size_t i = 0; row->choice_at(i) != NULL; i++) {
        if (strcmp(text, row->choice_at(i)) == 0) {
            *field = row->choice_at(i);
            return ST_OK;
        }
    }
    char shown[SHOWN], choices[512];
    report_escape_cut(shown, sizeof shown, text);
    list_choices(row, choices, sizeof choices);
    const char *near = option_nearest(text, row->choice_at);
    if (near == NULL)
        return err_set(err, ST_USAGE, "option '--%s' wants %s, not '%s'", row->name, choices,
                       shown);
    return err_set(err, ST_USAGE, "option '--%s' wants %s, not '%s'; did you mean '%s'?", row->name,
                   choices, shown, near);
}

/* "-" is a stream wherever a file is read; a directory of that name would be an accident. */
static enum status set_dir(const struct option_def *row, const char **field, const char *text,
                           struct err *err)
{
    if (text[0] == '\0')
        return err_set(err, ST_USAGE, "option '--%s' wants a directory, not an empty name",
                       row->name);
    if (strcmp(text, "-") == 0)
        return err_set(
            err, ST_USAGE,
            "option '--%s' wants a directory, and '-' is standard input or output: './-' "
            "is a directory of that name",
            row->name);
    *field = text;
    return ST_OK;
}

enum status option_value_set(const struct option_def *row, void *values, const char *text,
                             struct err *err)
{
    void *field = (char *)values + row->offset;
    switch (row->type) {
    case OPTION_FLAG:
        *(bool *)field = strcmp(text, "yes") == 0;
        break;
    case OPTION_INT:
        return set_int(row, field, text, err);
    case OPTION_FLOAT:
        return set_float(row, field, text, err);
    case OPTION_STRING:
        *(const char **)field = text;
        break;
    case OPTION_DIR:
        return set_dir(row, field, text, err);
    case OPTION_CHOICE:
        return set_choice(row, field, text, err);
    }
    return ST_OK;
}
