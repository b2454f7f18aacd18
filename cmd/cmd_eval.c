/* ptblm eval: the perplexity of a text under a model. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/interrupt.h"
#include "cmd/option/common.h"
#include "cmd/option/corpus_options.h"
#include "cmd/option/model_options.h"
#include "cmd/report/eval_report.h"
#include "cmd/report/report.h"
#include "cmd/unread_input.h"
#include "cmd/text_warnings.h"
#include "lib/base/io/io.h"
#include "lib/file/json.h"
#include "lib/model/compute.h"
#include "lib/task/run/training_text.h"
#include "lib/task/use/eval.h"
#include "lib/task/use/lm.h"

struct values {
    const char *split;
    int64_t streams;
    bool sentences, json;
    struct model_values model;
    struct corpus_values corpus;
    struct common_values common;
};

#define FIELD(member) offsetof(struct values, member)

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
    {.name = "json",
     .letter = 'j',
     .type = SETTING_FLAG,
     .offset = FIELD(json),
     .help = "print one JSON object"},
    {.name = NULL},
};

static const struct setting_group options[] = {
    {.title = "Options", .rows = rows},
    {.rows = model_tokenizer_rows, .offset = offsetof(struct values, model)},
    {.rows = model_vocab_rows, .offset = offsetof(struct values, model)},
    {.rows = corpus_read_rows, .offset = offsetof(struct values, corpus)},
    {.rows = document_rows, .offset = offsetof(struct values, corpus.documents)},
    {.rows = reading_rows, .offset = offsetof(struct values, corpus.reading)},
    {.rows = marker_rows, .offset = offsetof(struct values, corpus.markers)},
    {.rows = common_compute_rows, .offset = offsetof(struct values, common)},
    {.rows = common_quiet_rows, .offset = offsetof(struct values, common)},
    {.rows = NULL},
};

/* Where the text is, and what owns the names of it. */
struct place {
    struct dataset_request request;
    struct json *notes; /* of the model; NULL where a text is named on the command line */
    struct json *config;
};

static void place_fini(struct place *p)
{
    json_free(p->notes);
    json_free(p->config);
}

static enum status check_there(const struct lm *lm, enum split split,
                               const struct dataset_request *request, struct err *err)
{
    bool named = false;
    for (enum split s = 0; s < N_SPLITS; s++)
        named = named || request->named[s] != NULL;
    const char *from = request->named[split] != NULL ? request->named[split] : request->path;
    if (from == NULL && named)
        return err_set(err, ST_USAGE,
                       "'%s' was trained without a %s text: name the text to evaluate", lm->path,
                       split_name(split));
    if (from != NULL && strcmp(from, "-") == 0)
        return err_set(err, ST_USAGE,
                       "'%s' was trained on standard input, which is gone: name the text to "
                       "evaluate",
                       lm->path);
    return ST_OK;
}

/* The texts that the model was trained on, as its notes name them; in the directory that they were
 * named in, where `model` is that of a run. */
static enum status find_training_text(struct place *p, const char *model, const struct lm *lm,
                                      enum split split, struct err *err)
{
    struct dataset_request *request = &p->request;
    const char *directory = NULL;
    if (lm->notes.training.len == 0)
        return err_set(err, ST_USAGE,
                       "'%s' does not say what it was trained on: name the text to evaluate",
                       lm->path);
    TRY(lm_read_training(lm, &p->notes, err));
    TRY(json_find_path(p->notes, "corpus", &request->path, err));
    for (enum split s = 0; s < N_SPLITS; s++)
        TRY(json_find_path(p->notes, split_name(s), &request->named[s], err));
    TRY(corpus_take_recorded(request, p->notes, err));
    TRY(check_there(lm, split, request, err));
    if (io_is_dir(model))
        TRY(training_text_find_directory(&directory, &p->config, model, err));
    corpus_count_from(request, directory);
    return ST_OK;
}

/* Whether the corpus is one text, rather than a directory or an archive. */
static enum status is_one_text(bool *is, const char *path, uint64_t max_bytes, struct err *err)
{
    struct source_limits limits = SOURCE_LIMITS_DEFAULT;
    struct source_list list;
    limits.bytes = max_bytes;
    *is = true;
    if (strcmp(path, "-") == 0)
        return ST_OK;
    TRY(source_list_open(&list, path, &limits, err));
    *is = list.kind == SOURCE_TEXT;
    source_list_fini(&list);
    return ST_OK;
}

/* A corpus that is one text is evaluated as a whole, unless --split asks for one of the parts that
 * training cuts it into; without a corpus it is the text that the model was trained on, and of it
 * the part that training had. */
static enum status find_text(struct place *p, const struct invocation *call, const struct lm *lm,
                             struct err *err)
{
    const struct values *v = call->values;
    const enum split split = corpus_split(v->split);
    const char *path = call->n_operands > 1 ? call->operands[1] : NULL;
    struct dataset_request *request = &p->request;
    *request = corpus_request_of(path, &v->corpus);
    request->needed = request->wanted = 1u << split;
    request->tokenizer = lm->input->name;
    request->learned = lm->input->learns ? lm->input : NULL;
    request->otherwise = &lm->markers;
    request->seed = DATASET_SEED;
    if (path == NULL && lm->input != lm->tokenizer)
        return err_set(err, ST_USAGE,
                       "the text that '%s' was trained on is read as it was then, by the tokenizer "
                       "'%s': name the text that '%s' is to read",
                       lm->path, lm->tokenizer->name, lm->input->name);
    if (path == NULL && !document_choice_is_usual(&request->documents))
        return err_set(err, ST_USAGE,
                       "the documents that '%s' was trained on are those chosen then: name the "
                       "folder to choose from",
                       lm->path);
    if (path == NULL)
        return find_training_text(p, call->operands[0], lm, split, err);
    bool is_one = false;
    request->whole = !invocation_given(call, "split");
    if (request->whole)
        TRY(is_one_text(&is_one, path, request->source_limits.bytes, err));
    if (is_one) {
        request->path = NULL;
        request->named[split] = path;
    }
    return ST_OK;
}

/* Refuses a text that is not the one that the model was trained with. */
static enum status check_same(const struct place *p, const struct lm *lm,
                              const struct dataset *data, enum split split, struct err *err)
{
    struct training_text_match match;
    const char *name = split_name(split);
    if (p->notes == NULL)
        return ST_OK;
    if (!training_text_is_noted(p->notes, split)) {
        report_warning("'%s' does not identify its %s text: '%s' may be another", lm->path, name,
                       data->names[split]);
        return ST_OK;
    }
    TRY(training_text_compare(&match, p->notes, data, split, err));
    if (match.same)
        return ST_OK;
    return err_set(err, ST_INPUT,
                   "'%s' is not the %s text that '%s' was trained with: its fingerprint is "
                   "%s, and was %s; to evaluate it anyway, name it as the CORPUS",
                   data->names[split], name, lm->path, match.now.text, match.then);
}

static void show_progress(void *ctx, uint64_t done, uint64_t all, double nats)
{
    (void)ctx;
    (void)nats;
    if (!report_live_due())
        return;
    char bar[23];
    report_bar(bar, sizeof bar - 1, (double)done / (double)all);
    report_live("%s", bar);
}

static void take_sentence(void *ctx, const struct eval_result *r)
{
    report_live_end();
    eval_report_sentence(ctx, r);
}

static enum status evaluate_ids(struct eval_report *report, const struct values *v,
                                const struct lm *lm, const struct ids *ids, struct err *err)
{
    const struct eval_request request = {.ids = ids->data,
                                         .n = ids->n,
                                         .unk = vocab_unk(lm->vocab),
                                         .streams = (size_t)v->streams,
                                         .progress = show_progress,
                                         .sentence = v->sentences ? take_sentence : NULL,
                                         .eos = vocab_eos(lm->vocab),
                                         .ctx = report,
                                         .stop = interrupt_flag()};
    struct eval_result result;
    TRY(eval_stream(&result, lm->model, &request, err));
    report_live_end();
    TRY(eval_check(&result, lm->path, err));
    return eval_report_whole(report, &result, err);
}

static enum status evaluate(const struct invocation *call, const struct lm *lm,
                            const struct dataset *data, const struct document_choice *documents,
                            struct err *err)
{
    const struct values *v = call->values;
    const enum split split = corpus_split(v->split);
    char tokens[REPORT_TEXT], unknown[REPORT_TEXT], name[256];
    document_report(data, documents);
    report_note("%s: %s tokens, %s not in the vocabulary",
                report_escape_cut(name, sizeof name, data->names[split]),
                report_count(tokens, data->splits[split].n),
                report_count(unknown, data->splits[split].unknown));
    TRY(warn_of_texts_for(lm, data, call->command, err));
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
    const enum status status = evaluate_ids(&report, v, lm, &data->splits[split], err);
    eval_report_fini(&report);
    return status;
}

static enum status run(const struct invocation *call, struct err *err)
{
    const struct values *v = call->values;
    struct lm lm;
    struct dataset data = {0};
    struct place place = {0};
    enum status status;
    if (v->sentences && v->streams > 1)
        return err_set(err, ST_USAGE,
                       "--sentences and --streams %" PRId64 " exclude each other: streams cut "
                       "sentences, and begin each part from a zero state",
                       v->streams);
    TRY(common_compute(&v->common, err));
    TRY(model_open(&lm, call->operands[0], &v->model, &v->corpus.markers, err));
    TRY_OUT(model_set_input(&v->model, &lm, err));
    TRY_OUT(find_text(&place, call, &lm, err));
    TRY_OUT(dataset_read_with(&data, &place.request, lm.vocab, err));
    TRY_OUT(check_same(&place, &lm, &data, corpus_split(v->split), err));
    status = evaluate(call, &lm, &data, &place.request.documents, err);
    if (status == ST_OK && call->n_operands == 1)
        warn_of_unread_input("give - as the text to evaluate it");
out:
    dataset_fini(&data);
    place_fini(&place);
    lm_close(&lm);
    return status;
}

const struct command cmd_eval = {
    .name = "eval",
    .summary = "perplexity of a text, exact, over all tokens but the first",
    .operands = "MODEL [CORPUS|FILE|-]",
    .min_operands = 1,
    .max_operands = 2,
    .example = "ptblm eval small simple-examples.tgz --split valid\n"
               "ptblm eval small my.txt --json",
    .options = options,
    .values_size = sizeof(struct values),
    .run = run,
};
