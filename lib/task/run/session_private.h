/* Shared by the files of a session. */
#ifndef PTBLM_TASK_RUN_SESSION_PRIVATE_H
#define PTBLM_TASK_RUN_SESSION_PRIVATE_H

#include "lib/task/run/session.h"

/* --- session_save.c: what is kept --- */

/* Writes config.json and the notes of the model files, which say how often the run went back. */
enum status session_describe(struct session *s, struct json **config, struct err *err);
enum status session_write_config(struct session *s, struct err *err);

/* Saves a checkpoint. A divergence goes back to the end of an epoch: an evaluated model, at a place
 * that does not depend on when checkpoints are due. */
enum status session_save(struct session *s, struct err *err);

/* The same, with a failure reported as an event: training continues, and the previous checkpoint
 * stays. */
void session_try_to_save(struct session *s);

/* Saves the model as that of the best epoch. It is renamed after the checkpoint with its weights
 * and hash, so that whenever the run is killed, one can restore the other. */
enum status session_save_best(struct session *s, struct err *err);

/* Checks that the model file is the one in the state; reports an event if it is not. The checkpoint
 * of that evaluation has its weights and restores it; with any other, a later epoch may be better,
 * unless the run is complete, which is ST_INPUT. */
enum status session_find_best(struct session *s, bool complete, struct err *err);
enum status session_best_is_lost(const struct session *s, struct err *err);

/* --- session_log.c: events, and lines of log.jsonl --- */

void session_tell(const struct session *s, enum session_event_kind kind, const char *reason);

enum status session_log_report(const struct session *s, const char *kind,
                               const struct train_report *r, struct err *err);
enum status session_log_retry(const struct session *s, uint64_t diverged, struct err *err);
enum status session_log_start(const struct session *s, double valid, struct err *err);
enum status session_log_test(const struct session *s, const struct session_test *test,
                             struct err *err);

#endif
