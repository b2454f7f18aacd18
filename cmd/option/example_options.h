/* The options that say how sequences with labels are written: lines, columns, folders, images. */
#ifndef PTBLM_CMD_OPTION_EXAMPLE_OPTIONS_H
#define PTBLM_CMD_OPTION_EXAMPLE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "cmd/option/option.h"
#include "lib/file/json.h"
#include "lib/task/data/dataset.h"

struct example_values {
    const char *form, *sequence, *features; /* NULL: the usual */
    int64_t sequence_seed, word_column, label_column;
    bool lower, zero_digits, keep_train;
};

/* --form, --sequence and the rest, for a struct example_values. */
extern const struct setting example_rows[];

/* The form alone, for commands that have all else from a model. */
extern const struct setting example_form_rows[];

/* What the values ask for. */
struct example_request example_request_of(const struct example_values *values, bool per_step);

/* Takes from the record of a run what it says of how its examples were divided. ST_INPUT as
 * setting_json_read. */
enum status example_request_take(struct example_request *request, struct json *record,
                                 struct err *err);

/* Notes on what was read: form, features, vocabulary, labels, a line for each split and how they
 * were divided, the fingerprint. */
void example_report(const struct dataset *d);

#endif
