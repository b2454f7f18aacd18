/* What comes before training: a new run is made, or an old one found again. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/interrupt.h"
#include "cmd/report/report.h"
#include "cmd/train/train_session.h"
#include "cmd/train/training_text.h"
#include "lib/base/io.h"
#include "lib/model/compute.h"
#include "lib/task/data/batch.h"

static const struct train_values *values_of(const struct train_session *s)
{
    return s->call->values;
}

static const char *corpus_of(const struct train_session *s)
{
    return s->call->n_operands > 0 ? s->call->operands[0] : NULL;
}

/* --- the corpus --- */

static enum status read_texts(struct train_session *s, struct err *err)
{
    struct dataset_request request = corpus_request_of(corpus_of(s), &values_of(s)->corpus);
    request.needed = 1u << SPLIT_TRAIN;
    request.seed = DATASET_SEED;
    request.wanted = 1u << SPLIT_TRAIN | 1u << SPLIT_VALID | 1u << SPLIT_TEST;
    corpus_count_from(&request, s->resume.directory);
    return dataset_read(&s->data, &request, err);
}

/* Says which of the texts is another than it was. */
static enum status text_has_changed(const struct train_session *s, struct err *err)
{
    char what[REPORT_TEXT + 400] = "its vocabulary is another";
    for (enum split i = 0; i < N_SPLITS; i++) {
        const bool was = training_text_is_noted(s->resume.config, i);
        const bool is = s->data.splits[i].n > 0;
        struct training_text_match match = {.same = true};
        if (was && is)
            TRY(training_text_compare(&match, s->resume.config, &s->data, i, err));
        if (was != is)
            snprintf(what, sizeof what, "it has %s %s text", is ? "now a" : "no more a",
                     split_name(i));
        else if (!match.same)
            snprintf(what, sizeof what, "the fingerprint of '%.300s' is %s, and was %s",
                     s->data.names[i], match.now.text, match.then);
        else
            continue;
        break;
    }
    return err_set(err, ST_INPUT,
                   "'%.200s' cannot be resumed, because its text has changed: %s; put it back as "
                   "it was, or begin a new run",
                   s->run.dir, what);
}

/* The text of a run that is resumed must be there, and be the same. */
static enum status read_same_texts(struct train_session *s, struct err *err)
{
    struct err why;
    struct training_text_match match;
    const enum status status = read_texts(s, &why);
    if (status != ST_OK)
        return err_set(err, status == ST_USAGE ? ST_INPUT : status,
                       "'%.200s' cannot be resumed, because its text cannot be read as it was: "
                       "%.600s%s",
                       s->run.dir, why.text,
                       corpus_of(s) != NULL && strcmp(corpus_of(s), "-") == 0
                           ? "; give it on standard input again"
                           : "");
    if (training_text_compare(&match, s->resume.config, &s->data, N_SPLITS, &why) != ST_OK)
        return err_set(err, ST_INPUT, "'%.400s' cannot be used: %.500s", s->run.config, why.text);
    return match.same ? ST_OK : text_has_changed(s, err);
}

static enum status read_data(struct train_session *s, struct err *err)
{
    TRY(s->resumes ? read_same_texts(s, err) : read_texts(s, err));
    corpus_report(&s->data);
    if (s->data.splits[SPLIT_VALID].n == 0)
        report_warning("there is no valid text: the last epoch is kept, not the best; name one "
                       "with --valid");
    return ST_OK;
}

static enum status check_lengths(const struct train_session *s, struct err *err)
{
    const struct dataset *d = &s->data;
    const struct train_config *c = &s->settings.config;
    struct batcher unused;
    TRY(corpus_batcher(&unused, d, SPLIT_TRAIN, (int)c->B, (int)c->T, err));
    if (d->splits[SPLIT_VALID].n == 1)
        return err_set(err, ST_INPUT,
                       "'%s' has a single token, and every token but the first is what is scored",
                       d->names[SPLIT_VALID]);
    return ST_OK;
}

/* --- memory and model --- */

static enum status check_memory(const struct train_session *s, struct err *err)
{
    return common_check_memory("training", train_bytes(&s->settings.shape, &s->settings.config),
                               "a smaller --hidden, --layers, --batch, --steps or --max-vocab",
                               err);
}

static void report_settings(const struct train_session *s)
{
    const struct train_config *c = &s->settings.config;
    const struct model_shape *m = &s->settings.shape;
    struct compute_info info;
    char layers[MODEL_LAYERS_TEXT], weights[REPORT_TEXT], memory[REPORT_TEXT];
    compute_get(&info);
    report_note("model       %s %s, embedding %zu: %s weights", model_layers_text(layers, m),
                m->cell->name, m->E, report_count(weights, model_size(s->model)));
    report_note("training    %d epoch%s, batch %zu, steps %zu, lr %g, dropout %g, seed %" PRIu64,
                c->epochs, c->epochs == 1 ? "" : "s", c->B, c->T, c->rate.lr, c->dropout, c->seed);
    report_note("computing   %d thread%s, kernels %s, matrices %s, about %s of memory",
                info.threads, info.threads == 1 ? "" : "s", info.kernels, info.matrices,
                report_bytes(memory, (uint64_t)train_bytes(m, c)));
}

static enum status make_model(struct train_session *s, struct err *err)
{
    struct train_settings *t = &s->settings;
    t->shape.V = vocab_size(s->data.vocab);
    TRY(model_check_shape(&t->shape, err));
    TRY(check_memory(s, err));
    TRY(model_new(&s->model, &t->shape, err));
    TRY(train_state_init(&s->state, s->model, t->config.B, t->config.optim, err));
    const struct init_settings init = init_uniform(t->init_scale);
    TRY(model_initialise(s->model, &init, t->config.seed, err));
    s->checkpoint = (struct checkpoint){.model = s->model,
                                        .state = &s->state,
                                        .config = &t->config,
                                        .fingerprint = s->data.fingerprint};
    TRY(buf_add_text(&s->notes.tokenizer, s->data.tokenizer->name, err));
    TRY(vocab_format(s->data.vocab, &s->notes.vocab, err));
    report_settings(s);
    /* two are kept, or three, while one more is written, and a model beside the one before */
    return run_check_room(&s->run, checkpoint_bytes(&s->checkpoint, &s->notes), t->retry ? 5 : 4,
                          err);
}

/* --- config.json --- */

static enum status add_directory(struct json *config, const struct train_session *s,
                                 struct err *err)
{
    char here[4096];
    const char *directory = s->resumes ? s->resume.directory : getcwd(here, sizeof here);
    return directory != NULL ? json_set_path(config, "directory", directory, err) : ST_OK;
}

/* config.json, and what of it is in the notes of the model files. */
static enum status describe(struct train_session *s, struct json **out, struct err *err)
{
    struct json *config = NULL;
    enum status status;
    TRY_OUT(train_settings_json(&config, &s->settings, values_of(s), corpus_of(s), err));
    TRY_OUT(json_set_string(config, "tokenizer", s->data.tokenizer->name, err));
    TRY_OUT(training_text_note(config, &s->data, err));
    if (s->state.retries > 0)
        TRY_OUT(json_set_int(config, "retries", s->state.retries, err));
    buf_fini(&s->notes.training);
    TRY_OUT(json_format(config, &s->notes.training, false, err));
    /* The rest is not in the model, which is the same to the byte whatever it says. */
    TRY_OUT(train_settings_add_rest(config, values_of(s), err));
    TRY_OUT(add_directory(config, s, err));
    *out = config;
    return ST_OK;
out:
    json_free(config);
    return status;
}

enum status train_describe(struct train_session *s, struct err *err)
{
    struct json *config;
    TRY(describe(s, &config, err));
    const enum status status = run_write_config(&s->run, config, err);
    json_free(config);
    return status;
}

static enum status begin(struct train_session *s, struct err *err)
{
    struct json *config;
    TRY(describe(s, &config, err));
    const enum status status = run_begin(&s->run, config, err);
    json_free(config);
    return status;
}

/* --- the whole --- */

static enum status prepare_old(struct train_session *s, const struct invocation *call,
                               struct err *err)
{
    TRY(train_resume_check(call, err));
    TRY(run_open(&s->run, values_of(s)->resume, err));
    TRY(train_resume_read(&s->resume, &s->run, call, err));
    s->call = &s->resume.call;
    s->settings = train_settings_of(s->call);
    TRY(common_compute(&values_of(s)->common, err));
    TRY(train_find_end(s, err));
    if (s->finished)
        return ST_OK;
    TRY(run_ready(&s->run, err));
    TRY(read_data(s, err));
    TRY(check_lengths(s, err));
    TRY(make_model(s, err));
    TRY(train_load(s, err));
    if (s->finished)
        return ST_OK;
    TRY(train_describe(s, err));
    return s->mends ? train_reporter_save_best(&s->reporter, err) : ST_OK;
}

static enum status create_run(struct train_session *s, struct err *err)
{
    const struct train_values *v = values_of(s);
    interrupt_hold();
    const enum status status = run_create(&s->run, v->output, v->force, err);
    s->makes = status == ST_OK && s->run.made;
    if (s->makes)
        interrupt_remove(v->output); /* as long as it is empty */
    interrupt_release();
    return status;
}

static enum status prepare_new(struct train_session *s, struct err *err)
{
    const struct train_values *v = values_of(s);
    if (v->output == NULL)
        return err_set(err, ST_USAGE,
                       "a directory for the run must be given: ptblm train -o RUN ...");
    s->settings = train_settings_of(s->call);
    TRY(common_compute(&v->common, err));
    TRY(create_run(s, err));
    TRY(read_data(s, err));
    TRY(check_lengths(s, err));
    TRY(make_model(s, err));
    return begin(s, err);
}

enum status train_prepare(struct train_session *s, const struct invocation *call, struct err *err)
{
    s->call = call;
    s->resumes = values_of(s)->resume != NULL;
    s->reporter =
        (struct train_reporter){.run = &s->run, .checkpoint = &s->checkpoint, .notes = &s->notes};
    TRY(s->resumes ? prepare_old(s, call, err) : prepare_new(s, err));
    s->reporter.keeps_start = s->settings.retry;
    return ST_OK;
}
