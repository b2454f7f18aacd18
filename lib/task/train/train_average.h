/* The copies of the weights that a run keeps beside them: averages over its steps
 * (lib/optim/average.h), and the weights of the best epoch for --back-to-best. */
#ifndef PTBLM_TASK_TRAIN_TRAIN_AVERAGE_H
#define PTBLM_TASK_TRAIN_TRAIN_AVERAGE_H

#include "lib/task/train/train.h"

/* How many copies a run keeps, and their names in checkpoints. */
size_t train_copies(const struct train_config *config);
const char *train_copy_name(const struct train_config *config, size_t i);

/* Makes the copies of a state (train_state_init). ST_NOMEM. */
enum status train_state_add_copies(struct train_state *s, const struct model *m,
                                   const struct train_config *config, struct err *err);

/* Adds the weights after the step that was done; place->step of place->steps are. */
void train_average_step(struct train_state *s, const struct model *m,
                        const struct train_config *config, const struct schedule_place *place);

/* Exchanges the weights of the model and those that are evaluated and kept; a second call takes it
 * back to the bit. Nothing happens where they are the same. */
void train_exchange_shown(struct train_state *s, struct model *m,
                          const struct train_config *config);

/* Keeps a copy of what is shown: the weights of the best epoch. */
void train_keep_best(struct train_state *s, const struct model *m,
                     const struct train_config *config);

/* Between two epochs. `rate` is the schedule's of the epoch before: where it falls now although the
 * epoch was no new best, --back-to-best takes up the weights of the best epoch, with fresh slots.
 * Without a best epoch's weights, nothing happens. */
void train_average_begin_epoch(struct train_state *s, const struct train_config *config);
void train_go_back_to_best(struct train_state *s, struct model *m,
                           const struct train_config *config, double rate);

#endif
