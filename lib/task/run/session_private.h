/* What the files of a session share. */
#ifndef PTBLM_TASK_RUN_SESSION_PRIVATE_H
#define PTBLM_TASK_RUN_SESSION_PRIVATE_H

#include "lib/task/run/session.h"

/* --- session_save.c: what is kept --- */

/* Writes config.json and the notes of the model files, which say how often the run went back. */
enum status session_describe(struct session *s, struct json **config, struct err *err);
enum status session_write_config(struct session *s, struct err *err);

/* A divergence goes back to the end of an epoch: a model that has been evaluated, and a place that
 * does not depend on when checkpoints were due. */
enum status session_save(struct session *s, struct err *err);

/* The same, or an event: training goes on, and the checkpoint before stands. */
void session_try_to_save(struct session *s);

/* Saves the model as that of the best epoch. It takes its name after the checkpoint that has its
 * weights and its hash, so that whenever the run is killed one mends the other. */
enum status session_save_best(struct session *s, struct err *err);

/* Whether the model file is the one that the state speaks of: an event where it is not. The
 * checkpoint of that evaluation has its weights, and mends it; with any other, what is lost may
 * come again with an epoch that is better, unless the run is complete: then it is ST_INPUT. */
enum status session_find_best(struct session *s, bool complete, struct err *err);
enum status session_best_is_lost(const struct session *s, struct err *err);

/* --- session_log.c: events, and a line of log.jsonl each --- */

void session_tell(const struct session *s, enum session_event_kind kind, const char *reason);

enum status session_log_report(const struct session *s, const char *kind,
                               const struct train_report *r, struct err *err);
enum status session_log_retry(const struct session *s, uint64_t diverged, struct err *err);
enum status session_log_test(const struct session *s, double value, uint64_t tokens,
                             struct err *err);

#endif
