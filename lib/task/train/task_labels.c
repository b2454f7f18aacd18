/* Sequences with labels: batches of examples of similar length, shuffled anew for each epoch. */
#include <math.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/task/data/example_batch.h"
#include "lib/task/train/task.h"
#include "lib/task/use/label_chunks.h"
#include "lib/task/use/predict.h"

struct batches {
    struct example_batcher batcher;
    struct window_batch batch;
    int32_t *guesses; /* [targets of a batch] */
    uint64_t seed;
    int epoch; /* that is in the batcher; 0: none */
};

static void close_feed(struct task_feed *feed)
{
    struct batches *b = feed->own;
    if (b == NULL)
        return;
    example_batcher_fini(&b->batcher);
    mem_free(b->guesses);
    mem_free(b);
}

static enum status fill(struct batches *b, const struct task_split *train,
                        const struct task_feed_settings *s, struct err *err)
{
    const struct examples *e = train->examples;
    TRY(example_batcher_init(&b->batcher, e, s->B, err));
    b->seed = s->seed;
    b->guesses =
        mem_zeroed(e->per_step ? b->batcher.B * e->longest : b->batcher.B, sizeof *b->guesses, err);
    return b->guesses == NULL ? ST_NOMEM : ST_OK;
}

static enum status open_feed(struct task_feed *feed, const struct task_split *train,
                             const struct task_feed_settings *s, struct err *err)
{
    struct batches *b = mem_zeroed(1, sizeof *b, err);
    *feed = (struct task_feed){.own = b};
    const enum status status = b != NULL ? fill(b, train, s, err) : ST_NOMEM;
    if (status != ST_OK) {
        close_feed(feed);
        return status;
    }
    feed->tokens = (double)train->examples->steps;
    feed->B = b->batcher.B;
    feed->T = train->examples->longest;
    return ST_OK;
}

static uint64_t windows_of(const struct task_feed *feed, int epoch)
{
    const struct batches *b = feed->own;
    (void)epoch; /* all have as many */
    return b->batcher.n_batches;
}

static void seek(struct task_feed *feed, int epoch, uint64_t window)
{
    struct batches *b = feed->own;
    if (b->epoch != epoch)
        example_batcher_shuffle(&b->batcher, b->seed, (uint64_t)epoch);
    b->epoch = epoch;
    b->batcher.next = (size_t)window;
}

static bool next(struct task_feed *feed, struct train_input *input)
{
    struct batches *b = feed->own;
    *input = (struct train_input){.batch = &b->batch, .guesses = b->guesses};
    return example_batcher_next(&b->batcher, &b->batch);
}

static void count(const struct task_feed *feed, struct task_counts *counts)
{
    const struct batches *b = feed->own;
    const struct sequences *of = &b->batch.of;
    const bool per_step = b->batcher.examples->per_step;
    counts->tokens += sequence_steps(of);
    for (size_t i = 0; i < (per_step ? of->T * of->B : of->B); i++) {
        const bool valid = b->guesses[i] >= 0; /* not padding */
        counts->targets += valid;
        counts->correct += valid && b->guesses[i] == b->batch.targets[i];
    }
}

static double share_correct(const struct task_counts *c)
{
    return (double)c->correct / (double)c->targets;
}

static const struct metric metric_accuracy = {.name = "accuracy", .is_share = true};
static const struct metric metric_f1 = {.name = "f1", .is_share = true};
static const struct metric metric_loss = {.name = "loss", .lower_is_better = true};

static uint64_t targets(const struct task_split *split)
{
    return split->examples != NULL ? predict_targets(split->examples) : 0;
}

/* F1 of the chunks, from 0 to 1. */
static enum status find_f1(double *f1, const struct predictions *p, const struct task_split *split,
                           struct err *err)
{
    struct label_chunks chunks;
    const enum status status =
        label_chunks_init(&chunks, split->examples, split->labels, p->guesses, err);
    *f1 = status == ST_OK ? chunk_f1(&chunks.counts.all) / 100.0 : 0.0;
    label_chunks_fini(&chunks);
    return status;
}

static enum status measure(double *value, const struct predictions *p, const struct task_request *q,
                           struct err *err)
{
    if (q->metric == &metric_f1)
        return find_f1(value, p, q->split, err);
    const double sum = q->metric == &metric_accuracy ? (double)p->correct : p->nats;
    *value = sum / (double)p->n;
    return ST_OK;
}

static enum status evaluate(double *value, const struct model *m, const struct task_request *q,
                            struct err *err)
{
    bool *allowed = NULL;
    if (q->bio)
        TRY(label_chunks_allow(&allowed, q->split->labels, err));
    const struct prediction_request request = {.examples = q->split->examples,
                                               .B = q->B,
                                               .allowed = allowed,
                                               .progress = q->progress,
                                               .ctx = q->ctx,
                                               .stop = q->stop};
    struct predictions p;
    enum status status = predict_examples(&p, m, &request, err);
    if (status == ST_OK)
        status = measure(value, &p, q, err);
    predictions_fini(&p);
    mem_free(allowed);
    return status;
}

#define LABELS                                                                                     \
    .of_labels = true, .train_metric = &metric_accuracy, .open = open_feed, .close = close_feed,   \
    .windows = windows_of, .seek = seek, .next = next, .count = count, .of_counts = share_correct, \
    .evaluate = evaluate, .targets = targets, .eval_bytes = predict_bytes

const struct task_ops task_classify = {
    .name = "classify", .unit = "sequences", .metrics = {&metric_accuracy, &metric_loss}, LABELS};

const struct task_ops task_label = {.name = "label",
                                    .unit = "words",
                                    .metrics = {&metric_accuracy, &metric_f1, &metric_loss},
                                    LABELS};
