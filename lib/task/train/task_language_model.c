/* The next word: windows cut as in the TensorFlow PTB tutorial, perplexity over as many streams as
 * a batch has rows. */
#include <math.h>

#include "lib/base/mem.h"
#include "lib/task/data/batch.h"
#include "lib/task/train/task.h"
#include "lib/task/use/eval.h"

struct windows {
    struct batcher batcher;
    size_t samples;
    int32_t *x, *y;           /* [T][B * samples] */
    int32_t *x_text, *y_text; /* [T][B], of one sample; the same arrays if there is one */
};

static void close_feed(struct task_feed *feed)
{
    struct windows *w = feed->own;
    if (w == NULL)
        return;
    if (w->x_text != w->x)
        mem_free(w->x_text);
    if (w->y_text != w->y)
        mem_free(w->y_text);
    mem_free(w->x);
    mem_free(w->y);
    mem_free(w);
}

static enum status fill(struct windows *w, const struct task_split *train,
                        const struct task_feed_settings *s, struct err *err)
{
    TRY(batcher_init(&w->batcher, train->ids, train->n, (int)s->B, (int)s->T, err));
    const size_t n = s->B * s->T;
    w->samples = s->samples > 1 ? s->samples : 1;
    w->x_text = w->x = mem_zeroed(n * w->samples, sizeof *w->x, err);
    w->y_text = w->y = mem_zeroed(n * w->samples, sizeof *w->y, err);
    if (w->x == NULL || w->y == NULL)
        return ST_NOMEM;
    if (w->samples == 1)
        return ST_OK;
    w->x_text = mem_zeroed(n, sizeof *w->x, err);
    w->y_text = mem_zeroed(n, sizeof *w->y, err);
    return w->x_text == NULL || w->y_text == NULL ? ST_NOMEM : ST_OK;
}

static enum status open_feed(struct task_feed *feed, const struct task_split *train,
                             const struct task_feed_settings *s, struct err *err)
{
    struct windows *w = mem_zeroed(1, sizeof *w, err);
    *feed = (struct task_feed){.own = w, .T = s->T};
    const enum status status = w != NULL ? fill(w, train, s, err) : ST_NOMEM;
    if (status != ST_OK) {
        close_feed(feed);
        return status;
    }
    feed->B = s->B * w->samples;
    feed->windows = w->batcher.n_windows;
    return ST_OK;
}

static void seek(struct task_feed *feed, int epoch, uint64_t window)
{
    struct windows *w = feed->own;
    (void)epoch; /* all are alike */
    w->batcher.next = (size_t)window;
}

/* Each id `samples` times, side by side. */
static void repeat_ids(const struct windows *w, size_t n, const int32_t *text, int32_t *all)
{
    for (size_t i = 0; i < n && w->samples > 1; i++)
        for (size_t k = 0; k < w->samples; k++)
            all[i * w->samples + k] = text[i];
}

static bool next(struct task_feed *feed, struct train_input *input)
{
    struct windows *w = feed->own;
    const size_t n = feed->T * feed->B / w->samples;
    *input = (struct train_input){.x = w->x, .y = w->y};
    if (!batcher_next(&w->batcher, w->x_text, w->y_text))
        return false;
    repeat_ids(w, n, w->x_text, w->x);
    repeat_ids(w, n, w->y_text, w->y);
    return true;
}

static void count(const struct task_feed *feed, struct task_counts *counts)
{
    const struct windows *w = feed->own;
    counts->targets += feed->B * feed->T / w->samples;
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
