/* Settings as tables. A row is the only copy of a setting's name, type, range, default and help:
 * the parser of options, --help, the presets, the records of a run (config.json, the model file),
 * the check at resume and the manual's test all walk the rows. So adding a setting takes a row and
 * a field. Every option of every command is such a row.
 *
 * Rows come in groups. The part of the program that a setting belongs to (an optimiser, a schedule,
 * a command) has a struct for the values of its own, and rows whose offsets are into that struct. A
 * table puts groups together, each with the place of its struct in a larger one:
 *
 *     struct brew_settings { double heat; int64_t minutes; };          brew.h
 *     const struct setting brew_rows[] = {                             brew.c
 *         {.name = "heat", .type = SETTING_FLOAT, .offset = offsetof(struct brew_settings, heat),
 *          .min = 0, .max = 100, .dflt = "94", .value_name = "C", .help = "degrees of the water"},
 *         ...
 *         {.name = NULL},
 *     };
 *
 *     struct values { bool quiet; struct brew_settings brew; };        the table
 *     const struct setting_group groups[] = {
 *         {.title = "Brewing", .rows = brew_rows, .offset = offsetof(struct values, brew)},
 *         ...
 *         {.rows = NULL},
 *     };
 */
#ifndef PTBLM_BASE_SETTING_H
#define PTBLM_BASE_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"

/* The field of a row has the type that stands beside the row's. */
enum setting_type {
    SETTING_FLAG,   /* bool: "yes" or "no" */
    SETTING_INT,    /* int64_t in [min, max] */
    SETTING_FLOAT,  /* double in [min, max], finite */
    SETTING_TEXT,   /* const char *: any text */
    SETTING_PATH,   /* const char *: a file, perhaps "-" */
    SETTING_DIR,    /* const char *: a directory that is written to: not empty, and not "-" */
    SETTING_CHOICE, /* const char *: one of the names that choice_at gives */
    SETTING_LIST,   /* struct setting_list of whole numbers in [min, max]: "200" or "400,300,200" */
};

enum { SETTING_LIST_MAX = 32 };

struct setting_list {
    size_t n; /* 0: not set */
    size_t items[SETTING_LIST_MAX];
};

/* Whether a run that is resumed may be given another value. */
enum setting_change {
    SETTING_FIXED, /* no: it decides what the run computes */
    SETTING_FREE,  /* yes: the weights of each epoch are the same with any value */
};

/* Where a run notes its value. */
enum setting_record {
    SETTING_IN_MODEL,  /* in the model files and in config.json */
    SETTING_IN_CONFIG, /* in config.json alone: models are the same to the byte with any value */
    SETTING_UNRECORDED,
};

struct setting {
    const char *name; /* as in --NAME; NULL ends the rows */
    char letter;      /* as in -L; 0: none */
    enum setting_type type;
    size_t offset;    /* of the field in the group's struct */
    double min, max;  /* of SETTING_INT, SETTING_FLOAT and SETTING_LIST */
    const char *dflt; /* as one would type it; NULL: the field is left zero, which is "not set" */
    const char *(*choice_at)(size_t i); /* SETTING_CHOICE: the i-th name, NULL after the last */
    const char *value_name;             /* in help: "N", "FILE"; NULL for flags */
    const char *help;  /* one line, no full stop; the choices and the default are added. It may end
                        * with a default of its own, "[as --hidden]" */
    bool rare;         /* --help-all shows it, --help does not */
    const char *twice; /* how several values are given, for who names it twice; NULL: not at all */
    /* Of SETTING_TEXT: what is wrong with a text (ST_USAGE); NULL: nothing can be. */
    enum status (*check)(const char *text, struct err *err);
    enum setting_change change;
    enum setting_record record;
    /* A setting that has a part only in some choices of another: the name of that setting, and
     * either those choices, separated by blanks ("adam adamw"), or a function that tells. Given
     * with any other choice it is refused; it is then not recorded either. NULL: always applies. */
    const char *owner;
    const char *owner_choices;
    bool (*applies)(const struct setting *row, const char *owner_choice);
};

struct setting_group {
    const char *title;          /* of its part of --help; NULL: goes on with the part before */
    const struct setting *rows; /* NULL ends the groups */
    size_t offset;              /* of the group's struct in the struct of all settings */
};

/* Rows of a table at the most. */
enum { SETTINGS_MAX = 160 };

/* A table with its values. */
struct setting_values {
    const struct setting_group *groups;
    void *all;   /* the struct of all settings */
    bool *given; /* by row: it was said, on the command line or by a record; SETTINGS_MAX of them */
};

/* Converts `text` to the row's type, checks its range, and stores it in the row's field of `base`,
 * the group's struct. Texts, paths and directories are borrowed; choices are the table's own. A
 * failure is ST_USAGE, says what is wanted and what was found, and leaves the field as it was;
 * `called` is how it names the setting: "option '--lr'", "'lr'". */
enum status setting_set(const struct setting *row, void *base, const char *called, const char *text,
                        struct err *err);

/* False where the field is zero because nothing was given and there is no default: a text that is
 * NULL, a list without items, a number that is 0 and out of range. */
bool setting_is_set(const struct setting *row, const void *base);

/* Appends the value as a text that setting_set turns into the same value; doubles have 15 digits,
 * or 16 or 17 where it takes them. The setting must be set. */
enum status setting_format(const struct setting *row, const void *base, struct buf *out,
                           struct err *err);

/* A row and where it stands in a table. */
struct setting_ref {
    const struct setting *row;
    const struct setting_group *group;
    size_t index; /* among all rows of the table */
};

/* Walks all rows of a table. `at` starts zeroed; false after the last. */
bool setting_next(const struct setting_group *groups, struct setting_ref *at);
bool setting_find(const struct setting_group *groups, const char *name, struct setting_ref *found);

size_t setting_count(const struct setting_group *groups);

/* Whether a name is in a list that ends with NULL. */
bool setting_is_listed(const char *const *names, const char *name);

/* Whether it was given; false where the table has none of that name. */
bool setting_is_given(const struct setting_values *values, const char *name);

/* The group's struct in the struct of all settings. */
void *setting_base(const struct setting_ref *at, const void *all);

/* Sets each setting of a table that has a default. */
enum status setting_set_defaults(const struct setting_group *groups, void *all, struct err *err);

/* Takes over, from a struct like the group's that has these rows, what has neither been given nor
 * has a default: for defaults that depend on a choice, such as an optimiser's. */
void setting_fill(const struct setting_values *values, const struct setting *rows,
                  const void *from);

/* Whether the setting has a part in what its owner is set to; true where it has no owner. */
bool setting_applies(const struct setting_values *values, const struct setting *row);

/* Whether it would have one in that choice of its owner. */
bool setting_applies_to(const struct setting *row, const char *owner_choice);

#endif
