/* The text that a run was trained on, as its config.json and the notes of its models have it: said
 * when the run begins, and held against what is found when it is resumed or evaluated. */
#ifndef PTBLM_TASK_RUN_TRAINING_TEXT_H
#define PTBLM_TASK_RUN_TRAINING_TEXT_H

#include <stdbool.h>

#include "lib/base/err.h"
#include "lib/base/hash.h"
#include "lib/file/json.h"
#include "lib/task/data/dataset.h"

/* Sets "fingerprint", of the whole data set, and "train_fingerprint", "valid_fingerprint" and
 * "test_fingerprint" of the splits that it has: who reads one can tell it without the others. */
enum status training_text_note(struct json *notes, const struct dataset *d, struct err *err);

/* The fingerprint that was noted, of a split or (N_SPLITS) of the whole, and what it is now. */
struct training_text_match {
    bool same;
    char then[21];
    struct hash_hex now;
};

/* ST_INPUT where none was noted: training_text_is_noted tells. */
enum status training_text_compare(struct training_text_match *match, const struct json *notes,
                                  const struct dataset *d, enum split s, struct err *err);
bool training_text_is_noted(const struct json *notes, enum split s);

/* The directory that the paths in config.json count from; NULL where it does not say. Borrowed. */
enum status training_text_directory(const char **directory, struct json *config, struct err *err);

/* The same of the run in `dir`, whose config.json *config then is; NULL where it has none. */
enum status training_text_find_directory(const char **directory, struct json **config,
                                         const char *dir, struct err *err);

#endif
