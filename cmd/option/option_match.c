/* Names of options: whole, cut short, negated, of one letter, or nearly right. */
#include "cmd/option/option_match.h"

#include <stdio.h>
#include <string.h>

#include "cmd/option/option_value.h"
#include "cmd/report/report.h"

enum { SHOWN = 80 }; /* bytes of a wrong argument that a message repeats */

const struct option_def option_help_row = {.name = "help", .letter = 'h', .type = OPTION_FLAG};
const struct option_def option_version_row = {
    .name = "version", .letter = 'V', .type = OPTION_FLAG};

static const struct option_def *const everywhere[] = {&option_help_row, &option_version_row};

static size_t row_count(const struct option_list *list)
{
    return list->n + sizeof everywhere / sizeof *everywhere;
}

static const struct option_def *row_at(const struct option_list *list, size_t i)
{
    return i < list->n ? &list->rows[i] : everywhere[i - list->n];
}

static bool has_negation(const struct option_def *row)
{
    return row->type == OPTION_FLAG && row->dflt != NULL && strcmp(row->dflt, "yes") == 0;
}

/* Whether the typed name is the beginning of the candidate's, "no-" before a negated one's. */
static bool begins(const struct option_match *m, const char *word, size_t len, bool *whole)
{
    const char *name = m->row->name;
    if (m->negated) {
        if (len <= 3 || strncmp(word, "no-", 3) != 0)
            return false;
        word += 3;
        len -= 3;
    }
    *whole = strlen(name) == len;
    return strncmp(name, word, len) == 0;
}

/* How many long names begin so, the first two of them in `found`; a whole name counts alone. */
static size_t find_long(const struct option_list *list, const char *word, size_t len,
                        struct option_match found[2], bool *whole)
{
    size_t n = 0;
    *whole = false;
    for (size_t i = 0; i < 2 * row_count(list) && len > 0; i++) {
        const struct option_match m = {row_at(list, i / 2), i % 2 == 1};
        if ((m.negated && !has_negation(m.row)) || !begins(&m, word, len, whole))
            continue;
        if (*whole) {
            found[0] = m;
            return 1;
        }
        if (n < 2)
            found[n] = m;
        n++;
    }
    return n;
}

static const char *negation(const struct option_match *m)
{
    return m->negated ? "no-" : "";
}

/* The only name that begins as the word does, or else the nearest; "" where none is near. */
static void find_hint(const struct option_list *list, const char *word, char hint[SHOWN])
{
    struct option_match found[2];
    bool whole;
    hint[0] = '\0';
    if (word[0] == '\0' || word[1] == '\0')
        return;
    if (find_long(list, word, strlen(word), found, &whole) == 1) {
        snprintf(hint, SHOWN, "%s%s", negation(&found[0]), found[0].row->name);
        return;
    }
    struct option_near near = {.word = word};
    for (size_t i = 0; i < row_count(list); i++)
        option_near_try(&near, row_at(list, i)->name);
    if (near.name != NULL)
        snprintf(hint, SHOWN, "%s", near.name);
}

/* What is unknown is `word` up to its "=", or, where no name is near, the part of it that is given.
 */
static enum status unknown_option(const struct option_list *list, const char *dashes,
                                  const char *word, const char *part, struct err *err)
{
    char name[SHOWN], shown[SHOWN], hint[SHOWN];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    find_hint(list, name, hint);
    report_escape_cut(shown, sizeof shown, name);
    if (hint[0] != '\0')
        return err_set(err, ST_USAGE, "unknown option '%s%s'; did you mean '--%s'?", dashes, shown,
                       hint);
    if (part == NULL || strcmp(part, word) == 0)
        return err_set(err, ST_USAGE, "unknown option '%s%s'", dashes, shown);
    char letter[SHOWN];
    return err_set(err, ST_USAGE, "unknown option '-%s' in '-%s'",
                   report_escape_cut(letter, sizeof letter, part), shown);
}

enum status option_match_long(const struct option_list *list, const char *word, size_t len,
                              struct option_match *found, struct err *err)
{
    struct option_match all[2];
    bool whole;
    const size_t n = find_long(list, word, len, all, &whole);
    if (n == 0)
        return unknown_option(list, "--", word, NULL, err);
    if (n > 1)
        return err_set(err, ST_USAGE, "option '--%.*s' may be '--%s%s' or '--%s%s'", (int)len, word,
                       negation(&all[0]), all[0].row->name, negation(&all[1]), all[1].row->name);
    *found = all[0];
    return ST_OK;
}

static const struct option_def *find_letter(const struct option_list *list, char letter)
{
    for (size_t i = 0; i < row_count(list); i++)
        if (row_at(list, i)->letter == letter)
            return row_at(list, i);
    return NULL;
}

enum status option_match_letter(const struct option_list *list, const char *word, const char *at,
                                const struct option_def **row, struct err *err)
{
    *row = find_letter(list, *at);
    if (*row != NULL)
        return ST_OK;
    size_t n = 1; /* a letter of UTF-8 is shown whole */
    while (((unsigned char)at[n] & 0xc0) == 0x80 && n < 4)
        n++;
    char letter[5];
    snprintf(letter, sizeof letter, "%.*s", (int)n, at);
    return unknown_option(list, "-", word, letter, err);
}

enum status option_check_letters(const struct option_list *list, const char *word, struct err *err)
{
    struct option_match unused[2];
    bool whole;
    const size_t len = strcspn(word, "=");
    if (find_long(list, word, len, unused, &whole) > 0 && (whole || len >= 3))
        return unknown_option(list, "-", word, NULL, err);
    return ST_OK;
}

bool option_is_name(const struct option_list *list, const char *arg)
{
    struct option_match unused[2];
    bool whole;
    if (arg[0] != '-' || arg[1] == '\0')
        return false;
    if (strcmp(arg, "--") == 0 || (arg[2] == '\0' && find_letter(list, arg[1]) != NULL))
        return true;
    const char *word = arg + (arg[1] == '-' ? 2 : 1);
    return find_long(list, word, strcspn(word, "="), unused, &whole) > 0 && whole;
}
