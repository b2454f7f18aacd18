/* Which text ptblm eval evaluates. */
#ifndef PTBLM_CMD_EVAL_EVAL_TEXT_H
#define PTBLM_CMD_EVAL_EVAL_TEXT_H

#include "cmd/command.h"
#include "lib/file/json.h"
#include "lib/task/data/dataset.h"
#include "lib/task/use/lm.h"

/* Where the text is, and what owns the names of it. */
struct eval_text {
    struct dataset_request request;
    struct json *notes; /* of the model; NULL where a text is named on the command line */
    struct json *config;
};

/* A corpus that is one text is evaluated as a whole, unless --split asks for one of the parts that
 * training cuts it into; without a corpus it is the text that the model was trained on, and of it
 * the part that training had. path: the operand behind the models, or NULL. */
enum status eval_text_find(struct eval_text *p, const struct invocation *call, const struct lm *lm,
                           const char *path, struct err *err);
void eval_text_fini(struct eval_text *p);

/* Refuses a text that is not the one that the model was trained with. */
enum status eval_text_check(const struct eval_text *p, const struct lm *lm,
                            const struct dataset *data, enum split split, struct err *err);

#endif
