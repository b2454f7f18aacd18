/* Subcommands: one file and one row of the table in command.c each. */
#ifndef PTBLM_CMD_COMMAND_H
#define PTBLM_CMD_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/option/option.h"
#include "lib/base/err.h"

/* What a command's `run` is given. */
struct invocation {
    const struct command *command;
    void *values;      /* the command's values struct, filled */
    const bool *given; /* by row of command->options; SETTINGS_MAX of them */
    const char *const *operands;
    size_t n_operands;
};

/* Two options that exclude each other: one of them would be ignored. */
struct option_clash {
    const char *one, *other; /* names of rows */
    const char *why;         /* the end of "--one and --other exclude each other: " */
};

struct command {
    const char *name;
    const char *summary;  /* one line, no full stop */
    const char *operands; /* "MODEL [FILE|-]", as help shows them */
    size_t min_operands, max_operands;
    const char *example; /* one or two lines, which --help shows first */
    const struct setting_group *options;
    const struct option_clash *clashes; /* ending with one without names; NULL: none */
    size_t values_size;
    enum status (*run)(const struct invocation *call, struct err *err);
};

extern const struct command cmd_prepare, cmd_batches, cmd_train, cmd_eval, cmd_next, cmd_score,
    cmd_predict, cmd_sample, cmd_info, cmd_corpus, cmd_bench, cmd_ngram;

/* The i-th command of the table, NULL after the last. */
const struct command *command_at(size_t i);
const struct command *command_find(const char *name);

/* Whether the command has an option of that name, without dashes. */
bool command_has_option(const struct command *command, const char *name);

/* Whether that option was on the command line; the command must have it. */
bool invocation_given(const struct invocation *call, const char *name);

/* Parses the arguments after the command's name, checks the operands and the clashes, and runs the
 * command; or prints its help if --help is among them. */
enum status command_run(const struct command *command, int argc, char *const *argv,
                        struct err *err);

/* The texts of "ptblm COMMAND --help" and of "ptblm --help", appended to *out. With `all`, or where
 * the command has few options, the rare ones are shown too. */
enum status command_help(const struct command *command, bool all, struct buf *out, struct err *err);
enum status command_overview(struct buf *out, struct err *err);

/* The exit code that the manual documents for a status: 0, 1, 2, 3, 4, 130. */
int command_exit_code(enum status status);

#endif
