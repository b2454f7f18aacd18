/* Features of a word at a step, beside the word itself: each is one column of ids. */
#ifndef PTBLM_TASK_DATA_FEATURES_H
#define PTBLM_TASK_DATA_FEATURES_H

#include <stddef.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"

enum feature_kind {
    FEATURE_COLUMN, /* another column of the token's line, counted from 1, from the end if below 0
                     */
    FEATURE_SUFFIX, /* the last n characters (code points) of the word; of a shorter one all */
    FEATURE_PREFIX, /* the first n */
    FEATURE_SHAPE,  /* "Xx", "d.d", "X-xd": capital, small letter and digit as X, x and d, other
                     * ASCII as it is, the rest o; a run of one kind is written once */
    FEATURE_LOWER,  /* the word in lower case */
};

enum {
    FEATURES_MAX = 16,
    FEATURE_CHARACTERS_MAX = 16, /* of a suffix or prefix */
    FEATURE_COLUMN_MAX = 100,
    FEATURE_OFFSET_MAX = 9, /* tokens before or after */
};

struct features {
    size_t n;
    struct feature {
        enum feature_kind kind;
        int number; /* N of "suffixN", "prefixN", "columnN"; else 0 */
        int offset; /* K of "shape+K" or "shape-K": of the token K after or before; 0: its own */
    } all[FEATURES_MAX];
};

/* What stands for a token before the first of a sentence, and after the last. */
#define FEATURE_BEFORE "<s>"
#define FEATURE_AFTER  "</s>"

/* Reads a list with commas: "suffix2,suffix3,shape,column2,lower+1"; "" and "none" are none.
 * ST_USAGE says what is wrong with it. */
enum status features_parse(struct features *f, const char *list, struct err *err);

/* The same without a result, for settings (struct setting's check). */
enum status features_check(const char *list, struct err *err);

/* Appends the list; of none "none". */
enum status features_format(const struct features *f, struct buf *out, struct err *err);

/* The value of a feature that is no column: appended to *out. */
enum status feature_value(const struct feature *f, const char *word, size_t len, struct buf *out,
                          struct err *err);

#endif
