/* Options as tables: each row is the master copy of an option's name, type, range, default and
 * help. Parsing, range checks, help and the man page's check walk the rows. */
#ifndef PTBLM_CMD_OPTION_OPTION_H
#define PTBLM_CMD_OPTION_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"

enum option_type {
    OPTION_FLAG,   /* bool, no value; --NAME, and --no-NAME where dflt is "yes" */
    OPTION_INT,    /* int64_t in [min, max] */
    OPTION_FLOAT,  /* double in [min, max], finite */
    OPTION_STRING, /* const char *; NULL where not given and without default */
    OPTION_DIR,    /* the same, a directory that is written to: not empty, and not "-" */
    OPTION_CHOICE, /* const char *, one of the names that choice_at gives */
};

struct option_def {
    const char *name; /* long name without the dashes */
    char letter;      /* 0 for none */
    enum option_type type;
    size_t offset;                      /* of the field in the command's values struct */
    double min, max;                    /* OPTION_INT and OPTION_FLOAT */
    const char *dflt;                   /* as one would type it; NULL: field is left zero */
    const char *(*choice_at)(size_t i); /* OPTION_CHOICE: i-th name, NULL behind the last */
    const char *value_name;             /* "N", "FILE", ...; NULL for flags */
    const char *help; /* one line, no full stop; the default and the choices are added to it */
};

enum { OPTIONS_MAX = 64 };

/* The rows of a command, its own and the shared ones (cmd/option/common.h). The offsets of all are
 * into one values struct. */
struct option_list {
    const struct option_def *rows;
    size_t n;
};

/* The parsed command line; argv starts behind the command's name. Fills `values` (zeroed by the
 * caller) with defaults, then with what is given: "--name value", "--name=value", "-n value",
 * "-n=value", "-nvalue", "-ab" for flags; "--" ends the options; operands and options may mix; "-"
 * is an operand. An unambiguous beginning of a long name is accepted behind two dashes, and refused
 * behind one. Errors (ST_USAGE) name the option, the value found and what would be right; an
 * unknown name gets the nearest known one suggested. Values given twice: the last counts. A value
 * that is itself "--" or the name of an option must be written with "=". given[i] says whether row
 * i was on the command line. --help (-h) and --version (-V) are options without rows; a row may
 * have their letters for itself. */
struct option_result {
    bool given[OPTIONS_MAX];
    bool help, version;    /* --help, --version or their letters: nothing behind is checked */
    const char **operands; /* borrowed from argv; operands itself is freed by option_result_fini */
    size_t n_operands;
};
enum status option_parse(struct option_result *r, void *values, const struct option_list *list,
                         int argc, char *const *argv, struct err *err);
void option_result_fini(struct option_result *r);

/* Appends the rows as lines for --help: names, value, help text, [default], at most 80 columns. */
enum status option_help(const struct option_list *list, struct buf *out, struct err *err);

/* The nearest of the names that `name_at` gives, for "did you mean"; NULL where none is near. */
const char *option_nearest(const char *word, const char *(*name_at)(size_t i));

#endif
