/* ptblm eval: the perplexity of a text under a model. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/eval/eval_labels.h"
#include "cmd/eval/eval_options.h"
#include "cmd/eval/eval_text.h"
#include "cmd/interrupt.h"
#include "cmd/report/eval_report.h"
#include "cmd/report/report.h"
#include "cmd/unread_input.h"
#include "cmd/text_warnings.h"
#include "lib/model/compute.h"
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

static enum status evaluate_ids(struct eval_report *report, const struct eval_values *v,
                                const struct lm *lm, const struct ids *ids, struct err *err)
{
    const struct eval_request request = {.ids = ids->data,
                                         .n = ids->n,
                                         .unk = vocab_unk(lm->vocab),
                                         .streams = (size_t)v->streams,
                                         .progress = report_live_share,
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
    const struct eval_values *v = call->values;
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

static enum status run_language_model(const struct invocation *call, struct err *err)
{
    const struct eval_values *v = call->values;
    struct lm lm;
    struct dataset data = {0};
    struct eval_text place = {0};
    enum status status;
    if (v->sentences && v->streams > 1)
        return err_set(err, ST_USAGE,
                       "--sentences and --streams %" PRId64 " exclude each other: streams cut "
                       "sentences, and begin each part from a zero state",
                       v->streams);
    if (v->format != NULL || v->batch > 0)
        return err_set(err, ST_USAGE, "--format and --batch are for models that give labels");
    TRY(model_open(&lm, call->operands[0], &v->model, &v->corpus.markers, err));
    TRY_OUT(model_set_input(&v->model, &lm, err));
    TRY_OUT(eval_text_find(&place, call, &lm, err));
    TRY_OUT(dataset_read_with(&data, &place.request, lm.vocab, err));
    TRY_OUT(eval_text_check(&place, &lm, &data, corpus_split(v->split), err));
    status = evaluate(call, &lm, &data, &place.request.documents, err);
    if (status == ST_OK && call->n_operands == 1)
        warn_of_unread_input("give - as the text to evaluate it");
out:
    dataset_fini(&data);
    eval_text_fini(&place);
    lm_close(&lm);
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
    .operands = "MODEL [CORPUS|FILE|-]",
    .min_operands = 1,
    .max_operands = 2,
    .example = "ptblm eval small simple-examples.tgz --split valid\n"
               "ptblm eval small my.txt --json",
    .options = options,
    .values_size = sizeof(struct eval_values),
    .run = run,
};
