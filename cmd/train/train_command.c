/* ptblm train from its options to its results. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/interrupt.h"
#include "cmd/report/report.h"
#include "cmd/train/train_from.h"
#include "cmd/train/train_options.h"
#include "cmd/train/train_report.h"
#include "cmd/train/train_resume.h"
#include "cmd/train/train_texts.h"
#include "cmd/train/train_vectors.h"
#include "cmd/train/train_view.h"
#include "lib/file/setting_json.h"
#include "lib/model/compute.h"
#include "lib/task/run/training_text.h"
#include "lib/task/use/eval.h"
#include "vocab/tokenizer/tokenizer.h"

/* All that the command uses, so that one place releases it. */
struct train {
    struct train_values values; /* as typed, or those of the resumed run */
    bool given[SETTINGS_MAX];
    struct setting_values table; /* of these two */
    const char *corpus;          /* the operand; NULL: the built-in corpus */
    bool resumes;
    bool removes; /* remove the empty directory if a signal ends the program */
    struct train_resume resume;
    struct train_from from;
    struct model_shape shape;
    struct train_config config;
    struct train_view view;
    struct train_vectors vectors;
    struct dataset data;
    struct session session;
};

/* --- config.json --- */

static enum status add_directory(struct json *config, const struct train *t, struct err *err)
{
    char here[4096];
    const char *directory = t->resumes ? t->resume.directory : getcwd(here, sizeof here);
    return directory != NULL ? json_set_path(config, "directory", directory, err) : ST_OK;
}

/* Replaces settings that were left open by what was chosen. */
static void settle(struct train *t)
{
    struct compute_info info;
    compute_get(&info);
    if (t->data.tokenizer != NULL)
        t->values.corpus.tokenizer = t->data.tokenizer->name;
    if (t->data.labels != NULL)
        t->values.examples.form = example_form_at(t->data.coding.form);
    t->values.corpus.markers = marker_names_of(&t->data.markers);
    const bool learned = t->data.owned_tokenizer != NULL && !t->data.prepared;
    if (learned && t->values.corpus.merges_file == NULL && t->values.corpus.merges == 0)
        t->values.corpus.merges = DATASET_MERGES;
    t->values.common.threads = common_threads(&t->values.common);
    t->values.common.kernels = info.kernels;
}

/* Makes config.json, and the part of it that goes into the notes of model files. */
static enum status describe(void *ctx, int retries, struct json **out, struct buf *note,
                            struct err *err)
{
    struct train *t = ctx;
    struct json *config = NULL;
    enum status status;
    settle(t);
    TRY_OUT(train_record_new(&config, &t->table, t->corpus, err));
    TRY_OUT(json_set_int(config, "vocabulary", (int64_t)t->shape.V, err));
    TRY_OUT(training_text_note(config, &t->data, err));
    if (t->values.from != NULL)
        TRY_OUT(train_from_note(&t->from, config, err));
    if (retries > 0)
        TRY_OUT(json_set_int(config, "retries", retries, err));
    TRY_OUT(json_format(config, note, false, err));
    /* the rest is not in the model, whose bytes do not depend on it */
    TRY_OUT(setting_json_write(config, &t->table, SETTING_IN_CONFIG, err));
    TRY_OUT(add_directory(config, t, err));
    *out = config;
    return ST_OK;
out:
    json_free(config);
    return status;
}

/* --- from the options to a run that is ready --- */

static enum status check_memory(const struct train *t, struct err *err)
{
    return common_check_memory(
        "training", train_memory(&t->data, &t->shape, &t->config),
        t->config.task->of_labels ? "a smaller --hidden, --layers or --batch"
                                  : "a smaller --hidden, --layers, --batch, --steps or --max-vocab",
        err);
}

/* The vocabulary to read the texts with; NULL: their own. */
static enum status find_vocab(struct train *t, const struct vocab **vocab, struct err *err)
{
    *vocab = NULL;
    if (t->values.from == NULL)
        return ST_OK;
    if (t->resumes)
        return train_from_resume(&t->from, &t->values, &t->table, &t->session, &t->resume,
                                 t->corpus, vocab, err);
    return train_from_vocab(&t->from, &t->values, t->corpus, vocab, err);
}

static struct session_plan plan_of(struct train *t)
{
    return (struct session_plan){.shape = t->shape,
                                 .start = {.init = train_init_of(&t->values.settings),
                                           .from = t->from.lm != NULL ? t->from.lm->model : NULL,
                                           .vectors = t->vectors.table,
                                           .has_vector = t->vectors.matches},
                                 .config = t->config,
                                 .goes_back = train_settings_retry(&t->values.settings),
                                 .describe = describe,
                                 .ctx = t};
}

/* Makes texts, model, and the run's files. */
static enum status make(struct train *t, struct err *err)
{
    struct train_reading reading = {.table = &t->table};
    uint64_t windows;
    TRY(find_vocab(t, &reading.vocab, err));
    reading.coding = train_from_coding(&t->from);
    TRY(train_read_texts(&t->data, &t->values, t->corpus, t->resumes ? &t->resume : NULL, &reading,
                         err));
    if (!t->resumes) {
        TRY(train_check_bio(&t->data, &t->config, err));
        corpus_warn_of_input(t->corpus, &t->values.corpus);
    }
    TRY(train_check_lengths(&windows, &t->data, &t->config, err));
    train_fit_shape(&t->shape, &t->data, (size_t)t->values.settings.label.feature_size);
    if (!t->config.task->of_labels)
        train_settings_fit(&t->values.settings, &t->table, (double)t->data.splits[SPLIT_TRAIN].n,
                           model_shape_macs(&t->shape));
    t->config = train_config_of(&t->values.settings);
    TRY(train_vectors_read(&t->vectors, &t->values, &t->table,
                           t->resumes ? t->resume.directory : NULL, &t->data, &t->shape, err));
    t->values.settings.model.embedding = (int64_t)t->shape.E;
    TRY(model_check_shape(&t->shape, err));
    TRY(train_check_masks(&t->config, &t->shape, err));
    TRY(check_memory(t, err));
    const struct session_plan plan = plan_of(t);
    TRY(session_make(&t->session, &plan, &t->data, err));
    train_report_settings(&t->config, &t->shape, model_size(t->session.model),
                          train_memory(&t->data, &t->shape, &t->config));
    train_report_warmup(&t->config, train_last_step(&t->config, windows));
    return session_start(&t->session, err);
}

/* Completes the settings and what follows from them. */
static enum status decide(struct train *t, struct err *err)
{
    TRY(train_settings_complete(&t->values.settings, &t->table, err));
    t->shape = train_shape_of(&t->values.settings);
    t->config = train_config_of(&t->values.settings);
    t->view = (struct train_view){t->config.task, t->config.metric};
    return ST_OK;
}

/* The same for settings from config.json, whose errors are not the user's. */
static enum status decide_again(struct train *t, const char *dir, struct err *err)
{
    struct err why;
    TRY(train_resume_read(&t->resume, dir, &t->table, err));
    t->corpus = t->resume.corpus;
    if (decide(t, &why) == ST_OK)
        return ST_OK;
    why.code = why.code == ST_USAGE ? ST_INPUT : why.code;
    return train_resume_wrap(err, &why, dir);
}

static enum status prepare_old(struct train *t, const struct session_view *view, struct err *err)
{
    const char *dir = t->values.resume;
    TRY(session_open(&t->session, dir, view, &t->resume.config, err));
    TRY(decide_again(t, dir, err));
    TRY(train_resume_compare(&t->resume, &t->table, &t->session.newest, err));
    TRY(common_compute(&t->values.common, err));
    TRY(session_find_end(&t->session, &t->config, err));
    if (t->session.state == SESSION_FINISHED)
        return ST_OK;
    TRY(run_ready(&t->session.run, err));
    return make(t, err);
}

static enum status create_run(struct train *t, const struct session_view *view, struct err *err)
{
    const struct train_values *v = &t->values;
    interrupt_hold();
    const enum status status = session_create(&t->session, v->output, v->force, view, err);
    t->removes = status == ST_OK && t->session.run.made;
    if (t->removes)
        interrupt_remove(v->output);
    interrupt_release();
    return status;
}

/* A preset for labels leaves out words seen once; a tokenizer that spells bytes keeps all tokens.
 */
static void keep_all_tokens(struct train *t)
{
    struct corpus_values *corpus = &t->values.corpus;
    const struct tokenizer *row =
        corpus->tokenizer != NULL ? tokenizer_find(corpus->tokenizer) : NULL;
    if (row != NULL && row->spells_bytes && !setting_is_given(&t->table, "min-count"))
        corpus->min_count = 1;
}

static enum status prepare_new(struct train *t, const struct session_view *view, struct err *err)
{
    if (t->values.output == NULL)
        return err_set(err, ST_USAGE,
                       "a directory for the run must be given: ptblm train -o RUN ...");
    if (t->values.from == NULL && t->values.add_words)
        return err_set(err, ST_USAGE, "--add-words works only with --from");
    if (t->values.from != NULL) {
        TRY(train_from_check(&t->values, err));
        TRY(train_from_open(&t->from, &t->values, &t->table, NULL, err));
        TRY(train_from_check_place(&t->from, t->values.output, err));
    }
    if (t->values.from == NULL)
        TRY(train_choose_preset(&t->values, &t->table, t->corpus, err));
    TRY(decide(t, err));
    TRY(option_check_owners(&t->table, err));
    TRY(train_settings_check_start(&t->values.settings, &t->table, err));
    keep_all_tokens(t);
    TRY(common_compute(&t->values.common, err));
    TRY(create_run(t, view, err));
    return make(t, err);
}

/* --- the end --- */

/* The test text's figures, per word and per character too where its tokens are not its words. */
static void print_test(const struct train *t, const struct session_test *test)
{
    char text[REPORT_TEXT];
    train_print_metric("test", t->config.metric, test->value);
    if (t->config.task != &task_language_model || test->words == 0 || test->characters == 0)
        return;
    const double nats = log(test->value) * (double)test->tokens;
    printf("test_word_perplexity %s\n",
           report_perplexity(text, eval_word_perplexity(nats, test->words), 4));
    printf("test_bits_per_character %.6f\n", eval_bits_per_character(nats, test->characters));
}

static enum status finish(struct train *t, struct err *err)
{
    const struct session *s = &t->session;
    struct session_test test;
    double start;
    if (s->state != SESSION_BEST_LOST)
        train_print_best(&t->session.train, t->config.metric);
    TRY(session_test(&t->session, &test, err));
    report_live_end();
    TRY(session_find_valid_at_start(&t->session, &start, err));
    train_report_success(&t->session.train, &t->config, &t->shape, start);
    if (test.is) {
        print_test(t, &test);
        if (t->data.true_perplexity[SPLIT_TEST] > 0.0)
            printf("true_perplexity %.4f\n", t->data.true_perplexity[SPLIT_TEST]);
    }
    if (s->failed > 0)
        report_warning("%d checkpoint%s could not be written; the model is whole", s->failed,
                       s->failed == 1 ? "" : "s");
    report_note("wrote       %s", s->run.model);
    return ST_OK;
}

/* Prints the figures of a finished run again. */
static enum status show_finished(const struct train *t, struct err *err)
{
    struct session_test test;
    train_report_end(&t->session.train, &t->config, t->session.run.dir);
    train_print_best(&t->session.train, t->config.metric);
    TRY(session_find_test(&t->session, &test, err));
    if (test.is)
        print_test(t, &test);
    return ST_OK;
}

/* Adds what to do about the failure of a run that has begun. */
static enum status add_remedy(const struct train *t, enum status status, struct err *err)
{
    const char *dir = t->session.run.dir;
    switch (status) {
    case ST_INTERRUPTED:
        return err_add(err, "'ptblm train --resume %s' goes on", dir);
    case ST_IO:
        return err_add(err, "when that is fixed, 'ptblm train --resume %s' goes on", dir);
    case ST_DIVERGED:
        if (!train_settings_retry(&t->values.settings))
            return err_add(
                err,
                "try a smaller --lr, --max-grad-norm or --init-scale, or go back with 'ptblm train "
                "--resume %s --on-divergence retry'",
                dir);
        return status;
    default:
        return status;
    }
}

static enum status prepare(struct train *t, const struct invocation *call,
                           const struct session_view *view, struct err *err)
{
    t->values = *(const struct train_values *)call->values;
    memcpy(t->given, call->given, sizeof t->given);
    t->table = (struct setting_values){call->command->options, &t->values, t->given};
    t->corpus = call->n_operands > 0 ? call->operands[0] : NULL;
    t->resumes = t->values.resume != NULL;
    if (!t->resumes)
        return prepare_new(t, view, err);
    TRY(train_resume_check(call, err));
    return prepare_old(t, view, err);
}

static enum status run(struct train *t, struct err *err)
{
    if (t->session.state == SESSION_FINISHED)
        return show_finished(t, err);
    enum status status = session_train(&t->session, err);
    report_live_end();
    if (status == ST_OK)
        status = finish(t, err);
    report_live_end();
    return status == ST_OK ? ST_OK : add_remedy(t, status, err);
}

static void fini(struct train *t)
{
    if (t->removes)
        interrupt_forget();
    session_fini(&t->session);
    train_resume_fini(&t->resume);
    dataset_fini(&t->data);
    train_vectors_fini(&t->vectors);
    train_from_fini(&t->from);
}

enum status train_command_run(const struct invocation *call, struct err *err)
{
    struct train t = {.session = {.run = {.lock = -1}}};
    interrupt_ignore_pipe();
    const struct session_view view = train_view_of(&t.view);
    enum status status = prepare(&t, call, &view, err);
    t.session.view.stop = interrupt_flag(); /* from here on, there is something to save */
    if (status == ST_OK)
        status = run(&t, err);
    if (status != ST_OK && err->remedy == REMEDY_BEGIN_AGAIN) {
        err_add(
            err,
            "train its best model on with 'ptblm train CORPUS --from %s -o NEW', or begin again "
            "with --force, which removes that model",
            t.session.run.dir);
        err->remedy = REMEDY_NONE;
    }
    fini(&t);
    return status;
}
