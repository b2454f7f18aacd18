/* Perplexity of a stream of ids under any predictor. */
#ifndef PTBLM_TASK_PREDICTOR_PREDICTOR_EVAL_H
#define PTBLM_TASK_PREDICTOR_PREDICTOR_EVAL_H

#include "lib/task/predictor/predictor.h"
#include "lib/task/use/eval.h"

/* As eval_stream, with one stream: all words but the first. parts: unless NULL, [predictor_parts],
 * what each part would have. Ends at the first word without a probability, as ST_INPUT. */
enum status predictor_eval(struct eval_result *r, struct eval_result *parts, struct predictor *p,
                           const struct eval_request *request, struct err *err);

#endif
