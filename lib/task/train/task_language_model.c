/* The next word: windows cut as in the TensorFlow PTB tutorial, perplexity over as many streams as
 * a batch has rows. */
#include <math.h>

#include "lib/base/mem.h"
#include "lib/task/data/batch.h"
#include "lib/task/train/task.h"
#include "lib/task/use/eval.h"

struct windows {
    struct batcher batcher;
    int32_t *x, *y; /* [T][B] */
};

static void close_feed(struct task_feed *feed)
{
    struct windows *w = feed->own;
    if (w == NULL)
        return;
    mem_free(w->x);
    mem_free(w->y);
    mem_free(w);
}

static enum status fill(struct windows *w, const struct task_split *train,
                        const struct task_feed_settings *s, struct err *err)
{
    TRY(batcher_init(&w->batcher, train->ids, train->n, (int)s->B, (int)s->T, err));
    w->x = mem_zeroed(s->B * s->T, sizeof *w->x, err);
    w->y = mem_zeroed(s->B * s->T, sizeof *w->y, err);
    return w->x == NULL || w->y == NULL ? ST_NOMEM : ST_OK;
}

static enum status open_feed(struct task_feed *feed, const struct task_split *train,
                             const struct task_feed_settings *s, struct err *err)
{
    struct windows *w = mem_zeroed(1, sizeof *w, err);
    *feed = (struct task_feed){.own = w, .B = s->B, .T = s->T};
    const enum status status = w != NULL ? fill(w, train, s, err) : ST_NOMEM;
    if (status != ST_OK)
        close_feed(feed);
    else
        feed->windows = w->batcher.n_windows;
    return status;
}

static void seek(struct task_feed *feed, int epoch, uint64_t window)
{
    struct windows *w = feed->own;
    (void)epoch; /* all are alike */
    w->batcher.next = (size_t)window;
}

static bool next(struct task_feed *feed, struct train_input *input)
{
    struct windows *w = feed->own;
    *input = (struct train_input){.x = w->x, .y = w->y};
    return batcher_next(&w->batcher, w->x, w->y);
}

static void count(const struct task_feed *feed, struct task_counts *counts)
{
    counts->targets += feed->B * feed->T;
}

static double perplexity(const struct task_counts *c)
{
    return exp(c->nats / (double)c->targets);
}

static double uniform(const struct model_shape *shape)
{
    return (double)shape->V;
}

static uint64_t targets(const struct task_split *split)
{
    return split->n > 0 ? split->n - 1 : 0;
}

static enum status evaluate(double *value, const struct model *m, const struct task_request *q,
                            struct err *err)
{
    const struct eval_request request = {.ids = q->split->ids,
                                         .n = q->split->n,
                                         .unk = q->split->unk,
                                         .streams = q->B,
                                         .progress = q->progress,
                                         .ctx = q->ctx,
                                         .stop = q->stop};
    struct eval_result result;
    TRY(eval_stream(&result, m, &request, err));
    *value = eval_perplexity(&result);
    return ST_OK;
}

static double bytes(const struct model_shape *shape, size_t B, size_t T)
{
    (void)T;
    return eval_bytes(shape, B);
}

static const struct metric metric_perplexity = {.name = "perplexity", .lower_is_better = true};

const struct task_ops task_language_model = {
    .name = "lm",
    .unit = "words",
    .train_metric = &metric_perplexity,
    .metrics = {&metric_perplexity},
    .open = open_feed,
    .close = close_feed,
    .seek = seek,
    .next = next,
    .count = count,
    .of_counts = perplexity,
    .of_guess = uniform,
    .evaluate = evaluate,
    .targets = targets,
    .eval_bytes = bytes,
};
