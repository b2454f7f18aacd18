/* Names of options: whole, cut short, negated, of one letter, or nearly right. */
#include "cmd/option/option_match.h"

#include <stdio.h>
#include <string.h>

#include "cmd/report/report.h"
#include "lib/base/near.h"
#include "lib/base/utf8.h"

enum { SHOWN = 80 }; /* bytes of a wrong argument that a message repeats */

/* What every command has; by enum option_asks. */
static const struct setting everywhere[] = {
    [OPTION_ASKS_HELP] = {.name = "help", .letter = 'h', .type = SETTING_FLAG},
    [OPTION_ASKS_ALL] = {.name = "help-all", .type = SETTING_FLAG},
    [OPTION_ASKS_VERSION] = {.name = "version", .letter = 'V', .type = SETTING_FLAG},
};

/* Walks the rows of the table, then those of `everywhere`. `m` starts zeroed. */
static bool next_row(const struct setting_group *groups, struct option_match *m)
{
    if (m->asks == OPTION_ASKS_NOTHING && setting_next(groups, &m->at))
        return true;
    if (m->asks == OPTION_ASKS_VERSION)
        return false;
    m->asks++;
    m->at.row = &everywhere[m->asks];
    return true;
}

bool option_has_negation(const struct setting *row)
{
    return row->type == SETTING_FLAG && row->dflt != NULL;
}

/* Whether the typed name is the beginning of the candidate's, "no-" before a negated one's. */
static bool begins(const struct option_match *m, const char *word, size_t len, bool *whole)
{
    const char *name = m->at.row->name;
    if (m->negated) {
        if (!option_has_negation(m->at.row) || len <= 3 || strncmp(word, "no-", 3) != 0)
            return false;
        word += 3;
        len -= 3;
    }
    *whole = strlen(name) == len;
    return strncmp(name, word, len) == 0;
}

/* How many long names begin so, the first two of them in `found`; a whole name counts alone. A
 * beginning of both --help and --help-all means --help. */
static size_t find_long(const struct setting_group *groups, const char *word, size_t len,
                        struct option_match found[2], bool *whole)
{
    size_t n = 0;
    *whole = false;
    for (struct option_match m = {0}; len > 0 && next_row(groups, &m);) {
        for (int negated = 0; negated < 2; negated++) {
            const struct option_match one = {m.at, negated == 1, m.asks};
            if (!begins(&one, word, len, whole) ||
                (m.asks == OPTION_ASKS_ALL && len <= strlen("help")))
                continue;
            if (*whole) {
                found[0] = one;
                return 1;
            }
            if (n < 2)
                found[n] = one;
            n++;
        }
    }
    return n;
}

static const char *negation(const struct option_match *m)
{
    return m->negated ? "no-" : "";
}

/* The only name that begins as the word does, or else the nearest; "" where none is near. */
static void find_hint(const struct setting_group *groups, const char *word, char hint[SHOWN])
{
    struct option_match found[2];
    bool whole;
    hint[0] = '\0';
    if (word[0] == '\0' || word[1] == '\0')
        return;
    if (find_long(groups, word, strlen(word), found, &whole) == 1) {
        snprintf(hint, SHOWN, "%s%s", negation(&found[0]), found[0].at.row->name);
        return;
    }
    struct near near = {.word = word};
    for (struct option_match m = {0}; next_row(groups, &m);)
        near_try(&near, m.at.row->name);
    if (near.name != NULL)
        snprintf(hint, SHOWN, "%s", near.name);
}

/* What is unknown is `word` up to its "=", or, where no name is near, the part of it that is given.
 */
static enum status unknown_option(const struct setting_group *groups, const char *dashes,
                                  const char *word, const char *part, struct err *err)
{
    char name[SHOWN], shown[SHOWN], hint[SHOWN];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    find_hint(groups, name, hint);
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

enum status option_match_long(const struct setting_group *groups, const char *word, size_t len,
                              struct option_match *found, struct err *err)
{
    struct option_match all[2];
    bool whole;
    const size_t n = find_long(groups, word, len, all, &whole);
    if (n == 0)
        return unknown_option(groups, "--", word, NULL, err);
    if (n > 1)
        return err_set(err, ST_USAGE, "option '--%.*s' may be '--%s%s' or '--%s%s'", (int)len, word,
                       negation(&all[0]), all[0].at.row->name, negation(&all[1]),
                       all[1].at.row->name);
    *found = all[0];
    return ST_OK;
}

static bool find_letter(const struct setting_group *groups, char letter, struct option_match *found)
{
    *found = (struct option_match){0};
    while (next_row(groups, found))
        if (found->at.row->letter == letter)
            return true;
    return false;
}

enum status option_match_letter(const struct setting_group *groups, const char *word,
                                const char *at, struct option_match *found, struct err *err)
{
    if (find_letter(groups, *at, found))
        return ST_OK;
    uint32_t code; /* a letter of UTF-8 is shown whole */
    char letter[5];
    snprintf(letter, sizeof letter, "%.*s", (int)utf8_next(at, strlen(at), &code), at);
    return unknown_option(groups, "-", word, letter, err);
}

enum status option_check_letters(const struct setting_group *groups, const char *word,
                                 struct err *err)
{
    struct option_match unused[2];
    bool whole;
    const size_t len = strcspn(word, "=");
    if (find_long(groups, word, len, unused, &whole) > 0 && (whole || len >= 3))
        return unknown_option(groups, "-", word, NULL, err);
    return ST_OK;
}

bool option_is_name(const struct setting_group *groups, const char *arg)
{
    struct option_match unused[2];
    bool whole;
    if (arg[0] != '-' || arg[1] == '\0')
        return false;
    if (strcmp(arg, "--") == 0 || (arg[2] == '\0' && find_letter(groups, arg[1], &unused[0])))
        return true;
    const char *word = arg + (arg[1] == '-' ? 2 : 1);
    return find_long(groups, word, strcspn(word, "="), unused, &whole) > 0 && whole;
}
