/* One line of a file of word vectors; for the files of this folder only. */
#ifndef PTBLM_VOCAB_VECTORS_PARSE_H
#define PTBLM_VOCAB_VECTORS_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/buf.h"

/* What a field is as a value. */
enum vectors_number {
    VECTORS_NO_NUMBER,
    VECTORS_NUMBER,     /* decimal: "-1", ".5", "2e-3" */
    VECTORS_NOT_FINITE, /* "nan", "inf", or more than a float holds */
};

/* *x is the nearest float, or one next to it; it is set where the field is a number. Where a number
 * is too small for a float, it is 0. */
enum vectors_number vectors_parse_number(const char *bytes, size_t len, float *x);

/* Takes the last field off a line, with the blanks around it; one of length 0 if there is none. */
struct slice vectors_last_field(struct slice *line);

size_t vectors_count_fields(struct slice line);

/* Whether the line is two whole numbers, "N D". */
bool vectors_parse_sizes(struct slice line, uint64_t *n, uint64_t *width);

/* The number of values of a line that may have blanks in its word: fields at its end that are
 * numbers, all but one at the most. 0 where it has none, or one of them is not finite. */
size_t vectors_guess_width(struct slice line);

/* What is wrong with a line. */
enum vectors_defect {
    VECTORS_FINE,
    VECTORS_OTHER_WIDTH, /* `found` values */
    VECTORS_BAD_VALUE,   /* the `found`-th value, from 1, is `field` */
};
struct vectors_line {
    struct slice word; /* without blanks around it; perhaps empty */
    size_t found;
    struct slice field;
};

/* values [width] */
enum vectors_defect vectors_parse_line(struct vectors_line *parsed, struct slice line, size_t width,
                                       float *values);

#endif
