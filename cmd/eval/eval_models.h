/* The models of ptblm eval: one, or several that are mixed. */
#ifndef PTBLM_CMD_EVAL_EVAL_MODELS_H
#define PTBLM_CMD_EVAL_EVAL_MODELS_H

#include <stdbool.h>

#include "cmd/command.h"
#include "lib/task/predictor/predictor.h"
#include "lib/task/use/lm.h"

enum { EVAL_MODELS_MAX = 64 };

struct eval_models {
    struct lm lms[EVAL_MODELS_MAX]; /* the first says how text is read, and the ids of words */
    const char *paths[EVAL_MODELS_MAX];
    size_t n;
    const char *text; /* the operand behind the models; NULL: there is none */
};

/* Opens what the operands name. ST_USAGE where one between models is none. eval_models_close must
 * be called whatever the result. */
enum status eval_models_open(struct eval_models *m, const struct invocation *call, struct err *err);
void eval_models_close(struct eval_models *m);

/* Whether the options and models want a predictor; otherwise there is one network as it is. */
bool eval_models_predict(const struct eval_models *m, const struct invocation *call);

/* ST_USAGE where options contradict the models or each other. */
enum status eval_models_check(const struct eval_models *m, const struct invocation *call,
                              struct err *err);

/* The predictor that the options ask for; the models must outlive it. */
enum status eval_models_predictor(struct predictor **p, const struct eval_models *m,
                                  const struct invocation *call, struct err *err);

#endif
