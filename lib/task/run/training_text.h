/* The text that a run was trained on, as recorded in its config.json and the notes of its models
 * when it begins, and compared with the text that is found when it is resumed or evaluated. */
#ifndef PTBLM_TASK_RUN_TRAINING_TEXT_H
#define PTBLM_TASK_RUN_TRAINING_TEXT_H

#include <stdbool.h>

#include "lib/base/err.h"
#include "lib/base/hash.h"
#include "lib/file/json.h"
#include "lib/task/data/dataset.h"

/* Sets "fingerprint", of the whole data set, and "train_fingerprint", "valid_fingerprint" and
 * "test_fingerprint" of the splits that it has, so that one can be checked without the others. */
/* With a vocabulary that has no counts, also "train_unk", the share of <unk> in the train text. */
enum status training_text_note(struct json *notes, const struct dataset *d, struct err *err);

/* That share; -1 if none was recorded. ST_INPUT if it is not a number. */
enum status training_text_unk_share(double *share, const struct json *notes, struct err *err);

/* The recorded fingerprint of a split, or (N_SPLITS) of the whole, and the current one. */
struct training_text_match {
    bool same;
    char then[21];
    struct hash_hex now;
};

/* ST_INPUT if none was recorded; training_text_is_noted tells. */
enum status training_text_compare(struct training_text_match *match, const struct json *notes,
                                  const struct dataset *d, enum split s, struct err *err);
bool training_text_is_noted(const struct json *notes, enum split s);

/* The directory that relative paths in config.json start from; NULL if it has none. Borrowed. */
enum status training_text_directory(const char **directory, struct json *config, struct err *err);

/* The same for the run in `dir`; sets *config to its config.json, or NULL if it has none. */
enum status training_text_find_directory(const char **directory, struct json **config,
                                         const char *dir, struct err *err);

#endif
