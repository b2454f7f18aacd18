/* ptblm eval: the perplexity of a text under a model. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/eval/eval_labels.h"
#include "cmd/eval/eval_models.h"
#include "cmd/eval/eval_options.h"
#include "cmd/eval/eval_text.h"
#include "cmd/interrupt.h"
#include "cmd/report/eval_report.h"
#include "cmd/report/report.h"
#include "cmd/unread_input.h"
#include "cmd/text_warnings.h"
#include "lib/model/compute.h"
#include "lib/task/predictor/predictor_eval.h"
#include "lib/task/use/eval.h"
#include "lib/task/use/lm.h"

#define FIELD(member) offsetof(struct eval_values, member)

static const struct setting rows[] = {
    {.name = "split",
     .letter = 's',
     .type = SETTING_CHOICE,
     .offset = FIELD(split),
     .dflt = "test",
     .choice_at = corpus_split_at,
     .value_name = "NAME",
     .help = "the part of a corpus to evaluate"},
    {.name = "streams",
     .type = SETTING_INT,
     .offset = FIELD(streams),
     .min = 1,
     .max = 4096,
     .dflt = "1",
     .value_name = "N",
     .help = "cut the text into N streams side by side: faster, not exact"},
    {.name = "sentences",
     .type = SETTING_FLAG,
     .offset = FIELD(sentences),
     .help = "first a line each: number, tokens, unknown, nats, ppl"},
    {.name = "batch",
     .letter = 'b',
     .type = SETTING_INT,
     .offset = FIELD(batch),
     .min = 1,
     .max = 65536,
     .value_name = "N",
     .help = "sequences with labels side by side [64]",
     .rare = true},
    {.name = "format",
     .type = SETTING_CHOICE,
     .offset = FIELD(format),
     .choice_at = eval_format_at,
     .value_name = "NAME",
     .help = "how figures of labels are printed",
     .rare = true},
    {.name = "weights",
     .letter = 'w',
     .type = SETTING_TEXT,
     .offset = FIELD(weights),
     .value_name = "X,...",
     .help = "of several models, in their order [all alike]"},
    {.name = "log-linear",
     .type = SETTING_FLAG,
     .offset = FIELD(log_linear),
     .help = "mix the logarithms of the probabilities",
     .rare = true},
    {.name = "temperature",
     .type = SETTING_FLOAT,
     .offset = FIELD(temperature),
     .min = 0.01,
     .max = 100,
     .dflt = "1",
     .value_name = "X",
     .help = "divides the logits of networks",
     .rare = true},
    {.name = "cache",
     .type = SETTING_INT,
     .offset = FIELD(cache),
     .min = 0,
     .max = 10000000,
     .dflt = "0",
     .value_name = "N",
     .help = "networks also remember the last N words"},
    {.name = "cache-theta",
     .type = SETTING_FLOAT,
     .offset = FIELD(cache_theta),
     .min = 0,
     .max = 1000,
     .dflt = "0.3",
     .value_name = "X",
     .help = "how much alike the places of such words must be",
     .rare = true},
    {.name = "cache-weight",
     .type = SETTING_FLOAT,
     .offset = FIELD(cache_weight),
     .min = 0,
     .max = 0.999,
     .dflt = "0.1",
     .value_name = "X",
     .help = "the weight of these words",
     .rare = true},
    {.name = "json",
     .letter = 'j',
     .type = SETTING_FLAG,
     .offset = FIELD(json),
     .help = "print one JSON object"},
    {.name = NULL},
};

static const struct setting_group options[] = {
    {.title = "Options", .rows = rows},
    {.rows = model_tokenizer_rows, .offset = offsetof(struct eval_values, model)},
    {.rows = model_vocab_rows, .offset = offsetof(struct eval_values, model)},
    {.rows = corpus_read_rows, .offset = offsetof(struct eval_values, corpus)},
    {.rows = document_rows, .offset = offsetof(struct eval_values, corpus.documents)},
    {.rows = reading_rows, .offset = offsetof(struct eval_values, corpus.reading)},
    {.rows = marker_rows, .offset = offsetof(struct eval_values, corpus.markers)},
    {.rows = example_form_rows, .offset = offsetof(struct eval_values, examples)},
    {.rows = common_compute_rows, .offset = offsetof(struct eval_values, common)},
    {.rows = common_quiet_rows, .offset = offsetof(struct eval_values, common)},
    {.rows = NULL},
};

static void take_sentence(void *ctx, const struct eval_result *r)
{
    report_live_end();
    eval_report_sentence(ctx, r);
}

/* One network as it is, perhaps by several streams. */
static enum status evaluate_network(struct eval_report *report, const struct lm *lm,
                                    const struct eval_request *request, struct err *err)
{
    struct eval_result result;
    TRY(eval_stream(&result, lm->model, request, err));
    report_live_end();
    TRY(eval_check(&result, lm->path, err));
    return eval_report_whole(report, &result, err);
}

/* All else. */
static enum status evaluate_predictor(struct eval_report *report, const struct invocation *call,
                                      const struct eval_models *models,
                                      const struct eval_request *request, struct err *err)
{
    struct eval_result result, parts[EVAL_MODELS_MAX];
    struct predictor *p;
    TRY(eval_models_predictor(&p, models, call, err));
    const enum status status = predictor_eval(&result, parts, p, request, err);
    predictor_free(p);
    report_live_end();
    TRY(status);
    if (models->n > 1)
        eval_report_parts(report, models->n, models->paths, parts);
    return eval_report_whole(report, &result, err);
}

static enum status evaluate_ids(struct eval_report *report, const struct invocation *call,
                                const struct eval_models *models, const struct ids *ids,
                                struct err *err)
{
    const struct eval_values *v = call->values;
    const struct lm *lm = &models->lms[0];
    const struct eval_request request = {.ids = ids->data,
                                         .n = ids->n,
                                         .unk = vocab_unk(lm->vocab),
                                         .streams = (size_t)v->streams,
                                         .progress = report_live_share,
                                         .sentence = v->sentences ? take_sentence : NULL,
                                         .eos = vocab_eos(lm->vocab),
                                         .ctx = report,
                                         .stop = interrupt_flag()};
    return eval_models_predict(models, call)
               ? evaluate_predictor(report, call, models, &request, err)
               : evaluate_network(report, lm, &request, err);
}

static enum status evaluate(const struct invocation *call, const struct eval_models *models,
                            const struct dataset *data, const struct document_choice *documents,
                            struct err *err)
{
    const struct eval_values *v = call->values;
    const enum split split = corpus_split(v->split);
    char tokens[REPORT_TEXT], unknown[REPORT_TEXT], name[256];
    document_report(data, documents);
    report_note("%s: %s tokens, %s not in the vocabulary",
                report_escape_cut(name, sizeof name, data->names[split]),
                report_count(tokens, data->splits[split].n),
                report_count(unknown, data->splits[split].unknown));
    TRY(warn_of_texts_for(&models->lms[0], data, call->command, err));
    if (data->splits[split].n < 2)
        return err_set(err, ST_INPUT,
                       "'%s' has a single token, and only the tokens after the first are scored",
                       data->names[split]);
    struct eval_report report;
    eval_report_begin(&report, v->json, v->sentences);
    report.words = data->splits[split].words;
    report.characters = data->splits[split].characters;
    if (data->splits[split].unknown > 0)
        report_note("unknown words count as one guess each, of <unk>: figures per word and per "
                    "character compare only with those of models that know the same words");
    const enum status status = evaluate_ids(&report, call, models, &data->splits[split], err);
    eval_report_fini(&report);
    return status;
}

static enum status evaluate_models(const struct invocation *call, const struct eval_models *models,
                                   struct err *err)
{
    const struct eval_values *v = call->values;
    const struct lm *lm = &models->lms[0];
    struct dataset data = {0};
    struct eval_text place = {0};
    enum status status;
    TRY(eval_models_check(models, call, err));
    TRY_OUT(eval_text_find(&place, call, lm, models->text, err));
    TRY_OUT(dataset_read_with(&data, &place.request, lm->vocab, err));
    TRY_OUT(eval_text_check(&place, lm, &data, corpus_split(v->split), err));
    status = evaluate(call, models, &data, &place.request.documents, err);
    if (status == ST_OK && models->text == NULL)
        warn_of_unread_input("give - as the text to evaluate it");
out:
    dataset_fini(&data);
    eval_text_fini(&place);
    return status;
}

static enum status run_language_model(const struct invocation *call, struct err *err)
{
    const struct eval_values *v = call->values;
    struct eval_models models;
    if (v->sentences && v->streams > 1)
        return err_set(err, ST_USAGE,
                       "--sentences and --streams %" PRId64 " exclude each other: streams cut "
                       "sentences, and begin each part from a zero state",
                       v->streams);
    if (v->format != NULL || v->batch > 0)
        return err_set(err, ST_USAGE, "--format and --batch are for models that give labels");
    enum status status = eval_models_open(&models, call, err);
    if (status == ST_OK)
        status = evaluate_models(call, &models, err);
    eval_models_close(&models);
    return status;
}

static enum status run(const struct invocation *call, struct err *err)
{
    const struct eval_values *v = call->values;
    bool labels;
    TRY(common_compute(&v->common, err));
    TRY(lm_gives_labels(call->operands[0], &labels, err));
    return labels ? eval_labels(call, err) : run_language_model(call, err);
}

const struct command cmd_eval = {
    .name = "eval",
    .summary = "perplexity of a text, exact; or how well labels are given",
    .operands = "MODEL... [CORPUS|FILE|-]",
    .min_operands = 1,
    .max_operands = 1000, /* how many are models is told later */
    .example = "ptblm eval small simple-examples.tgz --split valid\n"
               "ptblm eval small kn5.arpa my.txt --weights 0.7,0.3 --cache 500",
    .options = options,
    .values_size = sizeof(struct eval_values),
    .run = run,
};
