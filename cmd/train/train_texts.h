/* The texts of a training run. */
#ifndef PTBLM_CMD_TRAIN_TRAIN_TEXTS_H
#define PTBLM_CMD_TRAIN_TRAIN_TEXTS_H

#include "cmd/train/train_resume.h"
#include "lib/task/data/dataset.h"
#include "lib/task/train/train.h"

/* What texts are read with; must outlive *data. */
struct train_reading {
    const struct vocab *vocab;           /* NULL: their own */
    const struct example_coding *coding; /* of a model that gives labels; NULL: their own */
    const struct setting_values *table;  /* what was given, to be refused if the form has no use */
};

/* Reads and reports the texts that the options and the operand ask for. `resume`, unless NULL, is a
 * run whose texts they must be, unchanged (ST_INPUT). ST_USAGE where an option was given that has
 * no part in examples of their form. */
enum status train_read_texts(struct dataset *data, const struct train_values *values,
                             const char *corpus, const struct train_resume *resume,
                             const struct train_reading *reading, struct err *err);

/* Where a task but no preset is given and the data are images, the preset is theirs. */
enum status train_choose_preset(struct train_values *values, const struct setting_values *table,
                                const char *corpus, struct err *err);

/* Reads the train text alone, for its words; relative paths start from `directory`. */
enum status train_read_words(struct dataset *data, const struct train_values *values,
                             const char *corpus, const char *directory, struct err *err);

/* ST_INPUT if the chunks of the train text are none that --bio lets be predicted. */
enum status train_check_bio(const struct dataset *data, const struct train_config *config,
                            struct err *err);

/* How many windows an epoch has. ST_INPUT if a text is too short to be trained on or evaluated. */
enum status train_check_lengths(uint64_t *windows, const struct dataset *data,
                                const struct train_config *config, struct err *err);

/* Completes a shape by what was read: words, labels, features, the width of numbers. */
void train_fit_shape(struct model_shape *shape, const struct dataset *data, size_t feature_size);

/* Bytes that training on it needs (train_bytes). */
double train_memory(const struct dataset *data, const struct model_shape *shape,
                    const struct train_config *config);

#endif
