/* A training run from corpus to test perplexity. */
#include <inttypes.h>
#include <stdio.h>

#include "cmd/command.h"
#include "cmd/corpus_options.h"
#include "cmd/interrupt.h"
#include "cmd/report.h"
#include "cmd/train_options.h"
#include "cmd/train_report.h"
#include "lib/model/compute.h"
#include "lib/model/window.h"
#include "lib/task/batch.h"
#include "lib/task/eval.h"
#include "lib/task/lm.h"

/* All that a run needs, so that one place releases it. */
struct session {
    struct train_settings settings;
    struct dataset data;
    struct model *model;
    struct model_notes notes;
    struct run run;
    struct train_reporter reporter;
    const volatile sig_atomic_t *stop;
};

static void session_fini(struct session *s)
{
    model_free(s->model);
    model_notes_fini(&s->notes);
    run_fini(&s->run);
    dataset_fini(&s->data);
}

static enum status read_data(struct session *s, const struct invocation *call, struct err *err)
{
    const struct train_values *v = call->values;
    const char *corpus = call->n_operands > 0 ? call->operands[0] : NULL;
    struct dataset_request request = corpus_request_of(corpus, &v->corpus);
    request.needed = 1u << SPLIT_TRAIN;
    request.seed = DATASET_SEED;
    request.wanted = 1u << SPLIT_TRAIN | 1u << SPLIT_VALID | 1u << SPLIT_TEST;
    TRY(dataset_read(&s->data, &request, err));
    corpus_report(&s->data);
    if (s->data.splits[SPLIT_VALID].n == 0)
        report_warning("there is no valid text: the last epoch is kept, not the best; name one "
                       "with --valid");
    return ST_OK;
}

/* What would fail in training fails before an earlier run is replaced. */
static enum status check_lengths(const struct session *s, struct err *err)
{
    const struct dataset *d = &s->data;
    const struct train_config *c = &s->settings.config;
    struct batcher unused;
    struct err why;
    const enum status status = batcher_init(&unused, d->splits[SPLIT_TRAIN].data,
                                            d->splits[SPLIT_TRAIN].n, (int)c->B, (int)c->T, &why);
    if (status != ST_OK)
        return err_set(err, status, "'%s': %.700s", d->names[SPLIT_TRAIN], why.text);
    if (d->splits[SPLIT_VALID].n == 1)
        return err_set(err, ST_INPUT,
                       "'%s' has a single token, and every token but the first is what is scored",
                       d->names[SPLIT_VALID]);
    return ST_OK;
}

static void report_settings(const struct session *s)
{
    const struct train_config *c = &s->settings.config;
    const struct model_shape *m = &s->settings.shape;
    struct compute_info info;
    char weights[REPORT_TEXT], memory[REPORT_TEXT];
    const double model_bytes = 4.0 * (double)s->model->params.total;
    const double bytes = 2.0 * model_bytes + window_bytes(m, c->B, c->T, WINDOW_TRAIN);
    compute_get(&info);
    report_note("model       %zu x %zu %s, embedding %zu: %s weights", m->L, m->H, m->cell->name,
                m->E, report_count(weights, model_size(s->model)));
    report_note("training    %d epochs, batch %zu, steps %zu, lr %g, dropout %g, seed %" PRIu64,
                c->epochs, c->B, c->T, c->rate.lr, c->dropout, c->seed);
    report_note("computing   %d thread%s, kernels %s, matrices %s, about %s of memory",
                info.threads, info.threads == 1 ? "" : "s", info.kernels, info.blas,
                report_bytes(memory, (uint64_t)bytes));
}

static enum status describe(struct session *s, const struct invocation *call, struct err *err)
{
    const struct train_values *v = call->values;
    struct json *config = NULL;
    char fingerprint[17];
    enum status status;
    snprintf(fingerprint, sizeof fingerprint, "%016" PRIx64, s->data.fingerprint);
    TRY_OUT(train_settings_json(&config, &s->settings, v,
                                call->n_operands > 0 ? call->operands[0] : NULL, err));
    TRY_OUT(json_set_string(config, "tokenizer", s->data.tokenizer->name, err));
    TRY_OUT(json_set_string(config, "fingerprint", fingerprint, err));
    TRY_OUT(json_format(config, &s->notes.training, false, err));
    /* Not in the model, which is the same to the byte for any number of threads. */
    TRY_OUT(json_set_int(config, "threads", common_threads(&v->common), err));
    TRY_OUT(run_write_config(&s->run, config, err));
    TRY_OUT(buf_add_text(&s->notes.tokenizer, s->data.tokenizer->name, err));
    status = vocab_format(s->data.vocab, &s->notes.vocab, err);
out:
    json_free(config);
    return status;
}

static enum status prepare(struct session *s, const struct invocation *call, struct err *err)
{
    const struct train_values *v = call->values;
    if (v->output == NULL)
        return err_set(err, ST_USAGE,
                       "a directory for the run must be given: ptblm train -o RUN ...");
    s->settings = train_settings_of(call);
    compute_set_threads(common_threads(&v->common));
    TRY(run_create(&s->run, v->output, v->force, err));
    TRY(read_data(s, call, err));
    TRY(check_lengths(s, err));
    s->settings.shape.V = vocab_size(s->data.vocab);
    TRY(model_new(&s->model, &s->settings.shape, err));
    model_initialise(s->model, (float)s->settings.init_scale, s->settings.config.seed);
    report_settings(s);
    TRY(run_clear(&s->run, err));
    return describe(s, call, err);
}

/* An interrupted run keeps its best epoch, or, where none has ended, what it has. */
static enum status keep_interrupted(struct session *s, struct err *err)
{
    struct err failure;
    if (s->reporter.best_epoch == 0 &&
        run_save_model(&s->run, s->model, &s->notes, &failure) != ST_OK)
        return err_set(err, failure.code, "%s", failure.text);
    struct err reason = *err;
    if (s->reporter.best_epoch == 0)
        return err_set(err, ST_INTERRUPTED, "%.800s; the model as it stands is in '%s'",
                       reason.text, s->run.model);
    return err_set(err, ST_INTERRUPTED, "%.800s; the model of epoch %d is in '%s'", reason.text,
                   s->reporter.best_epoch, s->run.model);
}

static enum status train(struct session *s, struct err *err)
{
    const struct ids *splits = s->data.splits;
    const struct train_data data = {.train = splits[SPLIT_TRAIN].data,
                                    .n_train = splits[SPLIT_TRAIN].n,
                                    .valid = splits[SPLIT_VALID].data,
                                    .n_valid = splits[SPLIT_VALID].n,
                                    .unk = vocab_unk(s->data.vocab)};
    s->reporter = (struct train_reporter){.run = &s->run, .model = s->model, .notes = &s->notes};
    const struct train_observer observer = train_reporter_observer(&s->reporter, s->stop);
    const enum status status = train_run(s->model, &s->settings.config, &data, &observer, err);
    report_live_end();
    return status == ST_INTERRUPTED ? keep_interrupted(s, err) : status;
}

static void show_progress(void *ctx, uint64_t done, uint64_t all, double nats)
{
    (void)ctx;
    (void)nats;
    char bar[23];
    report_bar(bar, sizeof bar - 1, (double)done / (double)all);
    report_live("test %s", bar);
}

/* The test perplexity of the best model, exact: one stream, every token but the first. */
static enum status test(struct session *s, struct eval_result *result, struct err *err)
{
    struct lm best;
    TRY(lm_open(&best, s->run.model, NULL, err));
    const struct eval_request request = {.ids = s->data.splits[SPLIT_TEST].data,
                                         .n = s->data.splits[SPLIT_TEST].n,
                                         .unk = vocab_unk(s->data.vocab),
                                         .streams = 1,
                                         .progress = show_progress,
                                         .stop = s->stop};
    const enum status status = eval_stream(result, best.model, &request, err);
    report_live_end();
    lm_close(&best);
    return status;
}

static enum status finish(struct session *s, struct err *err)
{
    if (s->data.splits[SPLIT_VALID].n > 0)
        printf("best_epoch %d\nvalid_perplexity %.4f\n", s->reporter.best_epoch,
               s->reporter.best_valid);
    if (s->data.splits[SPLIT_TEST].n > 1) {
        struct eval_result result;
        TRY(test(s, &result, err));
        TRY(train_reporter_log_test(&s->reporter, eval_perplexity(&result), result.tokens, err));
        printf("test_perplexity %.4f\n", eval_perplexity(&result));
        if (s->data.true_perplexity[SPLIT_TEST] > 0.0)
            printf("true_perplexity %.4f\n", s->data.true_perplexity[SPLIT_TEST]);
    }
    report_note("wrote       %s", s->run.model);
    return ST_OK;
}

enum status train_session_run(const struct invocation *call, struct err *err)
{
    struct session s = {.stop = interrupt_flag()};
    enum status status = prepare(&s, call, err);
    if (status == ST_OK)
        status = train(&s, err);
    if (status == ST_OK)
        status = finish(&s, err);
    session_fini(&s);
    return status;
}
