#include "cmd/train/train_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/report/metric_text.h"
#include "cmd/report/report.h"
#include "lib/model/compute.h"

enum { DROPOUT_TEXT = 160 };

static void add_share(char text[DROPOUT_TEXT], const char *of, double share)
{
    const size_t at = strlen(text);
    if (share > 0.0)
        snprintf(text + at, DROPOUT_TEXT - at, ", %s %g", of, share);
}

/* "0.5", or "0.4 (input), 0.2 (between), 0.4 (output)", and what else is dropped. */
static const char *dropout_text(char text[DROPOUT_TEXT], const struct mask_settings *m)
{
    if (m->input == m->between && m->between == m->output)
        snprintf(text, DROPOUT_TEXT, "%g", m->input);
    else
        snprintf(text, DROPOUT_TEXT, "%g (input), %g (between), %g (output)", m->input, m->between,
                 m->output);
    if (m->kind == &mask_locked && m->input + m->between + m->output > 0.0)
        strcat(text, " locked");
    add_share(text, "words", m->word);
    add_share(text, "state", m->state);
    add_share(text, "weights", m->weights);
    return text;
}

void train_report_settings(const struct train_config *c, const struct model_shape *m,
                           uint64_t weights, double bytes)
{
    struct compute_info info;
    char dropout[DROPOUT_TEXT];
    char layers[MODEL_LAYERS_TEXT], count[REPORT_TEXT], memory[REPORT_TEXT], end[160] = "",
                                                                             steps[32] = "";
    compute_get(&info);
    if (c->task->of_labels)
        report_note("model       %s %s%s, input %zu, head %s: %s weights",
                    model_layers_text(layers, m), m->cell->name,
                    m->bidirectional ? " in both directions" : "", model_shape_input_width(m),
                    m->head->name, report_count(count, weights));
    else
        report_note("model       %s %s, embedding %zu%s%s: %s weights",
                    model_layers_text(layers, m), m->cell->name, m->E, m->tied ? ", tied" : "",
                    m->sums_layers ? ", sum of layers" : "", report_count(count, weights));
    if (c->max_steps > 0)
        snprintf(end, sizeof end, ", at most %" PRIu64 " steps", c->max_steps);
    if (c->flops > 0.0)
        snprintf(end + strlen(end), sizeof end - strlen(end), ", at most %g operations", c->flops);
    if (c->minutes > 0.0)
        snprintf(end + strlen(end), sizeof end - strlen(end), ", at most %g minutes", c->minutes);
    if (c->patience > 0)
        snprintf(end + strlen(end), sizeof end - strlen(end), ", patience %d", c->patience);
    if (c->T > 0)
        snprintf(steps, sizeof steps, ", steps %zu", c->T);
    report_note("training    %d epoch%s%s, batch %zu%s, lr %g, dropout %s, seed %" PRIu64,
                c->epochs, c->epochs == 1 ? "" : "s", end, c->B, steps, c->rate.lr,
                dropout_text(dropout, &c->masks), c->seed);
    report_note("optimiser   %s, schedule %s", c->optim->name, c->schedule->name);
    report_note("computing   %d thread%s, kernels %s, matrices %s, about %s of memory",
                info.threads, info.threads == 1 ? "" : "s", info.kernels, info.matrices,
                report_bytes(memory, (uint64_t)bytes));
}

void train_report_warmup(const struct train_config *config, uint64_t steps)
{
    if (config->rate.warmup >= (double)steps)
        report_warning("the warm-up takes %g steps and the run has %" PRIu64
                       ": the learning rate never gets to %g",
                       config->rate.warmup, steps, config->rate.lr);
}

void train_print_metric(const char *of, const struct metric *metric, double value)
{
    char text[REPORT_TEXT];
    printf("%s_%s %s\n", of, metric->name, report_metric(text, metric, value));
}

void train_print_best(const struct train_state *s, const struct metric *metric)
{
    if (!s->report.validated)
        return;
    printf("best_epoch %d\n", s->best_epoch);
    train_print_metric("valid", metric, s->best_valid);
}

/* A uniform guess was better. */
static bool is_worse_than_guess(const struct train_state *s, const struct train_config *c,
                                double guess)
{
    return c->task->of_guess != NULL && metric_is_better(c->metric, guess, s->best_valid);
}

void train_report_success(const struct train_state *s, const struct train_config *c,
                          const struct model_shape *shape, double start)
{
    char was[REPORT_TEXT], is[REPORT_TEXT];
    const double guess = c->task->of_guess != NULL ? c->task->of_guess(shape) : 0.0;
    if (!s->report.validated)
        return;
    if (is_worse_than_guess(s, c, guess))
        report_warning("a uniform guess has a %s of %g, which is better: training did not work; "
                       "try a smaller --lr",
                       c->metric->name, guess);
    else if (start > 0.0 && !metric_is_better(c->metric, s->best_valid, start))
        report_warning(
            "no epoch was better than the model that training started from: valid_%s %s, "
            "and %s at first; try a smaller --lr",
            c->metric->name, report_figure(is, c->metric, s->best_valid, 3),
            report_figure(was, c->metric, start, 3));
}

void train_report_end(const struct train_state *s, const struct train_config *config,
                      const char *dir)
{
    const struct train_report *r = &s->report;
    switch (train_find_end(s, config)) {
    case TRAIN_MAX_STEPS:
        report_note("finished    %s has all its %" PRIu64 " steps; --max-steps asks for more", dir,
                    r->step);
        return;
    case TRAIN_BUDGET:
        report_note("finished    %s has spent its budget; train --from goes on from its model",
                    dir);
        return;
    case TRAIN_PATIENCE:
        report_note("finished    %s has found no new best for %d epochs; --patience asks for more",
                    dir, r->epoch - s->best_epoch);
        return;
    case TRAIN_EPOCHS:
        report_note("finished    %s has all its %d epoch%s; --epochs asks for more", dir, r->epoch,
                    r->epoch == 1 ? "" : "s");
        return;
    case TRAIN_GOES_ON:
        return;
    }
}
