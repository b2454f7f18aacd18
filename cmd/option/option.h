/* Command lines, parsed by tables of settings (lib/base/setting.h): a row named "lr" is the option
 * --lr. The tables feed parsing, range checks, help and the manual's test. */
#ifndef PTBLM_CMD_OPTION_OPTION_H
#define PTBLM_CMD_OPTION_OPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/base/setting.h"

/* --help (-h), --help-all and --version (-V) are options of every command, without rows; a command
 * may have their letters for itself. */
enum option_asks { OPTION_ASKS_NOTHING, OPTION_ASKS_HELP, OPTION_ASKS_ALL, OPTION_ASKS_VERSION };

struct option_result {
    bool given[SETTINGS_MAX]; /* by row of the table: it was on the command line */
    enum option_asks asks;    /* nothing after such an option is checked */
    const char **operands; /* borrowed from argv; operands itself is freed by option_result_fini */
    size_t n_operands;
};

/* Parses the command line; argv starts after the command's name. Fills `values` (zeroed by the
 * caller) with defaults, then with what is given: "--name value", "--name=value", "-n value",
 * "-n=value", "-nvalue", "-ab" for flags, and --no-NAME for flags that are on by default; "--" ends
 * the options; operands and options may mix; "-" is an operand. An unambiguous beginning of a long
 * name is accepted after two dashes, and refused after one. Errors (ST_USAGE) name the option, the
 * value found and what would be right; an unknown name gets the nearest known one suggested. An
 * option that is given twice with different values is an error too. A value that is itself "--" or
 * the name of an option must be written with "=". */
enum status option_parse(struct option_result *r, void *values, const struct setting_group *groups,
                         int argc, char *const *argv, struct err *err);
void option_result_fini(struct option_result *r);

/* ST_USAGE where an option was given that has no part in what its owner is set to. To be called
 * when all settings have their values. */
enum status option_check_owners(const struct setting_values *values, struct err *err);

/* Appends the rows as lines for --help: the groups' titles, names, values, help text, [default], at
 * most 80 columns; with `all`, the rare ones too. */
enum status option_help(const struct setting_group *groups, bool all, struct buf *out,
                        struct err *err);

/* Rows that only --help-all shows. */
size_t option_count_rare(const struct setting_group *groups);

#endif
