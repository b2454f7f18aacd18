/* The options that choose the documents of a folder or archive, order and end them; and what is
 * said of those that were taken. */
#ifndef PTBLM_CMD_OPTION_DOCUMENT_OPTIONS_H
#define PTBLM_CMD_OPTION_DOCUMENT_OPTIONS_H

#include <stdint.h>

#include "cmd/option/option.h"
#include "lib/task/data/dataset.h"

struct document_values {
    const char *include, *exclude;
    int64_t shuffle; /* the seed; 0: not shuffled */
    const char *end; /* "none" or "eos"; NULL: none */
};

/* --include, --exclude, --shuffle-documents, --document-end, for a struct document_values. */
extern const struct setting document_rows[];

struct document_choice document_choice_of(const struct document_values *values);

/* Notes on the documents of a data set: how many, how they were divided, what was left out and why.
 * Nothing where there are none. */
void document_report(const struct dataset *d, const struct document_choice *choice);

#endif
