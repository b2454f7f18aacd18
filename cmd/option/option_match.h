/* The part of the option parser that knows names: which row a word or letter means. */
#ifndef PTBLM_CMD_OPTION_OPTION_MATCH_H
#define PTBLM_CMD_OPTION_OPTION_MATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/option/option.h"
#include "lib/base/err.h"

/* An option as typed. */
struct option_match {
    struct setting_ref at;
    bool negated;          /* --no-NAME */
    enum option_asks asks; /* not OPTION_ASKS_NOTHING: the row is of no table */
};

/* Whether a row can be given as --no-NAME: a flag that has a default, because it is on otherwise or
 * a preset may set it. */
bool option_has_negation(const struct setting *row);

/* Finds what `len` bytes of a long name mean: the exact name, or the only one that begins so. */
enum status option_match_long(const struct setting_group *groups, const char *word, size_t len,
                              struct option_match *found, struct err *err);

/* The row of the letter at `at` in `word`, the letters after one dash. */
enum status option_match_letter(const struct setting_group *groups, const char *word,
                                const char *at, struct option_match *found, struct err *err);

/* ST_USAGE where the word after one dash is a long name, or three letters of one or more: taken as
 * letters, "-output" would write to "utput". */
enum status option_check_letters(const struct setting_group *groups, const char *word,
                                 struct err *err);

/* Whether an argument is an option by its whole name, or the end of all options. */
bool option_is_name(const struct setting_group *groups, const char *arg);

#endif
