/* The help lines of option rows: "  -o, --output DIR   where to write [default]", wrapped where
 * they would pass 80 columns. */
#include <stdio.h>
#include <string.h>

#include "cmd/option/option.h"
#include "cmd/option/option_match.h"

enum {
    COLUMNS = 80,
    LABEL_MAX = 26, /* columns of "  -x, --name VALUE" that the help texts start after */
    NAME_SIZE = 80,
    TEXT_SIZE = 512,
};

/* The names joined by `joint`. */
static void join_choices(const struct setting *row, const char *joint, char *out, size_t size)
{
    size_t n = 0;
    out[0] = '\0';
    for (size_t i = 0; row->choice_at(i) != NULL && n < size; i++)
        n += (size_t)snprintf(out + n, size - n, "%s%s", i == 0 ? "" : joint, row->choice_at(i));
}

/* Everything of the label but the value. */
static void label_name(const struct setting *row, char *out, size_t size)
{
    char letter[8] = "    ";
    if (row->letter != 0)
        snprintf(letter, sizeof letter, "-%c, ", row->letter);
    snprintf(out, size, "  %s--%s%s", letter, option_has_negation(row) ? "[no-]" : "", row->name);
}

/* Choices stand in the label where they fit, else in the text. */
static bool choices_in_label(const struct setting *row)
{
    char name[NAME_SIZE], choices[TEXT_SIZE];
    if (row->type != SETTING_CHOICE)
        return false;
    label_name(row, name, sizeof name);
    join_choices(row, "|", choices, sizeof choices);
    return strlen(name) + 1 + strlen(choices) <= LABEL_MAX;
}

static void label(const struct setting *row, char *out, size_t size)
{
    char name[NAME_SIZE], value[TEXT_SIZE] = "";
    label_name(row, name, sizeof name);
    if (choices_in_label(row))
        join_choices(row, "|", value, sizeof value);
    else if (row->value_name != NULL)
        snprintf(value, sizeof value, "%s", row->value_name);
    snprintf(out, size, "%s%s%s", name, value[0] != '\0' ? " " : "", value);
}

/* "help: choices [default]". A help text may end with a default of its own in brackets, for what
 * one word cannot say; the choices go before it. */
static void text(const struct setting *row, char *out, size_t size)
{
    char choices[TEXT_SIZE] = "";
    const size_t len = strlen(row->help);
    const size_t words = len > 0 && row->help[len - 1] == ']' ? strcspn(row->help, "[") : len;
    if (row->type == SETTING_CHOICE && !choices_in_label(row))
        join_choices(row, ", ", choices, sizeof choices);
    const size_t end = words > 0 && row->help[words - 1] == ' ' ? words - 1 : words;
    const bool joined = choices[0] != '\0' && end > 0;
    const int n = snprintf(out, size, "%.*s%s%s%s%s", (int)end, row->help, joined ? ": " : "",
                           choices, words < len ? " " : "", row->help + words);
    if (row->dflt != NULL && strcmp(row->dflt, "no") != 0)
        snprintf(out + n, size - (size_t)n, " [%s]", row->dflt);
}

/* Adds the text from column `at` on, broken at blanks to lines that start at column `indent`. */
static enum status add_wrapped(struct buf *out, const char *words, size_t at, size_t indent,
                               struct err *err)
{
    while (*words != '\0') {
        const size_t len = strcspn(words, " ");
        if (at > indent && at + 1 + len > COLUMNS) {
            TRY(buf_addf(out, err, "\n%*s", (int)indent, ""));
            at = indent;
        }
        TRY(buf_addf(out, err, "%s%.*s", at > indent ? " " : "", (int)len, words));
        at += len + (at > indent);
        words += len + strspn(words + len, " ");
    }
    return buf_add_text(out, "\n", err);
}

static size_t label_width(const struct setting_group *groups, bool all)
{
    size_t width = 0;
    for (struct setting_ref at = {0}; setting_next(groups, &at);) {
        char left[NAME_SIZE + TEXT_SIZE];
        label(at.row, left, sizeof left);
        if ((all || !at.row->rare) && strlen(left) > width && strlen(left) <= LABEL_MAX)
            width = strlen(left);
    }
    return width;
}

static enum status add_row(struct buf *out, const struct setting *row, size_t width,
                           struct err *err)
{
    char left[NAME_SIZE + TEXT_SIZE], right[2 * TEXT_SIZE];
    const size_t indent = width + 2;
    label(row, left, sizeof left);
    text(row, right, sizeof right);
    const size_t at = strlen(left) <= width ? indent : strlen(left) + 2;
    TRY(buf_addf(out, err, "%-*s  ", (int)width, left));
    return add_wrapped(out, right, at, indent, err);
}

enum status option_help(const struct setting_group *groups, bool all, struct buf *out,
                        struct err *err)
{
    const size_t width = label_width(groups, all);
    const struct setting_group *titled = NULL;
    for (struct setting_ref at = {0}; setting_next(groups, &at);) {
        if (at.row->rare && !all)
            continue;
        if (at.group->title != NULL && at.group != titled) {
            TRY(buf_addf(out, err, "%s:\n", at.group->title));
            titled = at.group;
        }
        TRY(add_row(out, at.row, width, err));
    }
    return ST_OK;
}

size_t option_count_rare(const struct setting_group *groups)
{
    size_t n = 0;
    for (struct setting_ref at = {0}; setting_next(groups, &at);)
        n += at.row->rare;
    return n;
}
