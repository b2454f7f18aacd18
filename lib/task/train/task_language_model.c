/* The next word: windows cut as in the TensorFlow PTB tutorial or in the code of AWD-LSTM,
 * perplexity over as many streams as a batch has rows. */
#include <math.h>

#include "lib/base/mem.h"
#include "lib/base/rng.h"
#include "lib/task/data/batch.h"
#include "lib/task/train/task.h"
#include "lib/task/use/eval.h"

enum { STEPS_MIN = 5 }; /* of a window of random length */

struct windows {
    struct batcher batcher;
    struct task_feed_settings how;
    size_t *offsets;    /* [B] of the epoch */
    struct rng lengths; /* at the next window of the epoch */
    size_t at, T;       /* where that window begins; the length of the last one */
    int32_t *x, *y;     /* [T][B * samples] */
};

/* --- windows of random length --- */

/* Numbers of their own for each epoch. */
static struct rng rng_of_epoch(const struct windows *w, enum rng_stream stream, int epoch)
{
    struct rng rng;
    rng_init(&rng, w->how.seed, stream);
    rng.position = (uint64_t)epoch << 32;
    return rng;
}

/* As in the code of Merity et al. 2018 (get_batch, main.py): T, or with probability 0.05 half of
 * it, is the mean of a normal number of deviation 5, of which at least 5 are taken. */
static size_t draw_length(struct rng *rng, size_t T, size_t left)
{
    const double mean = rng_uniform(rng) < 0.95 ? (double)T : (double)T / 2.0;
    const double drawn = floor(mean + 5.0 * rng_normal(rng));
    const double n = fmin(fmax(drawn, STEPS_MIN), (double)(T + TASK_STEPS_BEYOND));
    return n < (double)left ? (size_t)n : left;
}

/* Columns of a row that have a next one. */
static size_t columns(const struct windows *w)
{
    return w->batcher.batch_len - 1;
}

static uint64_t windows_of(const struct task_feed *feed, int epoch)
{
    const struct windows *w = feed->own;
    struct rng rng = rng_of_epoch(w, RNG_WINDOWS, epoch);
    uint64_t n = 0;
    if (!w->how.random_steps)
        return w->batcher.n_windows;
    for (size_t at = 0; at < columns(w); n++)
        at += draw_length(&rng, w->how.T, columns(w) - at);
    return n;
}

/* --- the feed --- */

static void close_feed(struct task_feed *feed)
{
    struct windows *w = feed->own;
    if (w == NULL)
        return;
    mem_free(w->x);
    mem_free(w->y);
    mem_free(w->offsets);
    mem_free(w);
}

/* Of so many rows, for windows of up to T steps of `columns` ids. */
static enum status allocate(struct windows *w, size_t rows, size_t T, size_t columns,
                            struct err *err)
{
    w->x = mem_zeroed(T * columns, sizeof *w->x, err);
    w->y = mem_zeroed(T * columns, sizeof *w->y, err);
    w->offsets = mem_zeroed(rows, sizeof *w->offsets, err);
    return w->x == NULL || w->y == NULL || w->offsets == NULL ? ST_NOMEM : ST_OK;
}

static enum status fill(struct windows *w, struct task_feed *feed, const struct task_split *train,
                        const struct task_feed_settings *s, struct err *err)
{
    w->how = *s;
    TRY(batcher_init(&w->batcher, train->ids, train->n, (int)s->B, (int)s->T, err));
    if (s->samples > 1)
        w->batcher.repeat = s->samples;
    const size_t steps = s->random_steps ? columns(w) : w->batcher.n_windows * s->T;
    feed->T = s->T + (s->random_steps ? TASK_STEPS_BEYOND : 0);
    feed->B = s->B * w->batcher.repeat;
    feed->tokens = (double)s->B * (double)steps;
    TRY(allocate(w, s->B, feed->T, feed->B, err));
    if (s->shuffle_streams)
        w->batcher.offsets = w->offsets;
    return ST_OK;
}

static enum status open_feed(struct task_feed *feed, const struct task_split *train,
                             const struct task_feed_settings *s, struct err *err)
{
    struct windows *w = mem_zeroed(1, sizeof *w, err);
    *feed = (struct task_feed){.own = w};
    const enum status status = w != NULL ? fill(w, feed, train, s, err) : ST_NOMEM;
    if (status != ST_OK)
        close_feed(feed);
    return status;
}

/* Press 2019, "Partially shuffling the training data to improve language models". */
static void shuffle_streams(struct windows *w, int epoch)
{
    struct rng rng = rng_of_epoch(w, RNG_STREAMS, epoch);
    for (size_t row = 0; row < w->how.B; row++)
        w->offsets[row] = (size_t)rng_below(&rng, w->batcher.batch_len);
}

static void seek(struct task_feed *feed, int epoch, uint64_t window)
{
    struct windows *w = feed->own;
    if (w->how.shuffle_streams)
        shuffle_streams(w, epoch);
    w->batcher.next = (size_t)window;
    w->lengths = rng_of_epoch(w, RNG_WINDOWS, epoch);
    w->at = 0;
    for (uint64_t i = 0; i < window && w->how.random_steps; i++)
        w->at += draw_length(&w->lengths, w->how.T, columns(w) - w->at);
}

/* The next window, of w->T steps; false after the last. */
static bool take(struct windows *w)
{
    w->T = w->how.T;
    if (!w->how.random_steps)
        return batcher_next(&w->batcher, w->x, w->y);
    if (w->at == columns(w))
        return false;
    w->T = draw_length(&w->lengths, w->how.T, columns(w) - w->at);
    batcher_take(&w->batcher, w->at, w->T, w->x, w->y);
    w->at += w->T;
    return true;
}

static bool next(struct task_feed *feed, struct train_input *input)
{
    struct windows *w = feed->own;
    if (!take(w))
        return false;
    *input = (struct train_input){
        .x = w->x, .y = w->y, .T = w->T, .share = (double)w->T / (double)w->how.T};
    return true;
}

static void count(const struct task_feed *feed, struct task_counts *counts)
{
    const struct windows *w = feed->own;
    counts->targets += w->how.B * w->T;
    counts->tokens += w->how.B * w->T;
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
    .windows = windows_of,
    .seek = seek,
    .next = next,
    .count = count,
    .of_counts = perplexity,
    .of_guess = uniform,
    .evaluate = evaluate,
    .targets = targets,
    .eval_bytes = bytes,
};
