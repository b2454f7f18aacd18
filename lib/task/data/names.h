/* Lists of different texts with their ids: the labels of examples, and the values of a feature of a
 * word. Ids count from 0. */
#ifndef PTBLM_TASK_DATA_NAMES_H
#define PTBLM_TASK_DATA_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "vocab/vocab.h"

enum {
    LABEL_MAX = 200,         /* bytes of a label */
    LABELS_MAX = 1 << 16,    /* labels */
    NAMES_UNKNOWN = 0,       /* the id of TOKEN_UNK among the values of a feature */
    FEATURE_LEAST_COUNT = 2, /* values seen less often are TOKEN_UNK */
};

struct names;

/* The labels that were counted, whatever their counts: whole numbers by their value, if all are
 * such, otherwise sorted by their bytes. */
enum status names_from_labels(struct names **n, const struct vocab_counts *counts, struct err *err);

/* The values of a feature that were counted: TOKEN_UNK first, then those seen at least
 * FEATURE_LEAST_COUNT times by falling count, ties by their bytes. */
enum status names_from_values(struct names **n, const struct vocab_counts *counts, struct err *err);

/* The text form: one a line, in the order of their ids, a line feed after each. ST_INPUT, naming
 * `called` and the line, where a line is empty, is twice, or has control characters. */
enum status names_parse(struct names **n, const char *called, const char *text, size_t len,
                        struct err *err);
enum status names_format(const struct names *n, struct buf *out, struct err *err);

size_t names_size(const struct names *n);

/* Of id 0 <= id < size: NUL-terminated, lives as long as the list. */
struct slice names_get(const struct names *n, int32_t id);

/* The id of a text, or -1. */
int32_t names_find(const struct names *n, const char *bytes, size_t len);

/* The hash of the text form: equal hashes mean equal ids. */
uint64_t names_hash(const struct names *n);

void names_free(struct names *n); /* NULL is allowed */

/* ST_INPUT, as words that follow a place ("'x' line 3"), where a text cannot be a label: it is
 * empty, longer than LABEL_MAX, or has control characters in it. */
enum status label_check(const char *bytes, size_t len, struct err *err);

#endif
