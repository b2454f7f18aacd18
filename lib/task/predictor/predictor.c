#include "lib/task/predictor/predictor.h"

#include <math.h>

void predictor_begin(struct predictor *p)
{
    p->ops->begin(p, -1);
}

void predictor_begin_with(struct predictor *p, int32_t first)
{
    p->ops->begin(p, first);
}

enum status predictor_score(struct predictor *p, const int32_t *ids, size_t n, double *nats,
                            struct err *err)
{
    TRY(p->ops->score(p, ids, n, nats, err));
    for (size_t i = 0; i < n; i++)
        if (!isfinite(nats[i]))
            return err_set(err, ST_INPUT,
                           "the model gives no probability to a word: its output is not finite");
    return ST_OK;
}

size_t predictor_parts(const struct predictor *p)
{
    return p->ops->parts != NULL ? p->ops->parts(p) : 1;
}

const double *predictor_part_nats(const struct predictor *p, size_t k)
{
    return p->ops->part_nats(p, k);
}

enum status predictor_next(struct predictor *p, double *probabilities, struct err *err)
{
    return p->ops->next(p, probabilities, err);
}

void predictor_free(struct predictor *p)
{
    if (p != NULL)
        p->ops->free(p);
}
