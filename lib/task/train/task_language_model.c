/* The next word: windows cut as in the TensorFlow PTB tutorial, perplexity over as many streams as
 * a batch has rows. */
#include <math.h>

#include "lib/task/train/task.h"

static enum status open(struct batcher *b, const struct train_data *data, size_t B, size_t T,
                        struct err *err)
{
    return batcher_init(b, data->train, data->n_train, (int)B, (int)T, err);
}

static double perplexity(double nats, uint64_t targets)
{
    return exp(nats / (double)targets);
}

static double uniform(const struct model_shape *shape)
{
    return (double)shape->V;
}

static enum status evaluate(double *value, const struct model *m,
                            const struct eval_request *request, struct err *err)
{
    struct eval_result result;
    TRY(eval_stream(&result, m, request, err));
    *value = eval_perplexity(&result);
    return ST_OK;
}

const struct task_ops task_language_model = {
    .name = "lm",
    .metric = {"perplexity", true},
    .open = open,
    .next = batcher_next,
    .of_loss = perplexity,
    .of_guess = uniform,
    .evaluate = evaluate,
};
