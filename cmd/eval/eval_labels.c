#include "cmd/eval/eval_labels.h"

#include <stdio.h>
#include <string.h>

#include "cmd/eval/eval_options.h"
#include "cmd/eval/eval_text.h"
#include "cmd/interrupt.h"
#include "cmd/report/label_report.h"
#include "cmd/report/report.h"
#include "cmd/unread_input.h"
#include "lib/task/use/labeller.h"
#include "lib/task/use/predict.h"

enum { BATCH = 64 };

const char *eval_format_at(size_t i)
{
    static const char *const names[] = {"record", "conlleval", NULL};
    return names[i];
}

static enum status print(const struct invocation *call, const struct labeller *model,
                         const struct examples *e, const struct predictions *p, struct err *err)
{
    const struct eval_values *v = call->values;
    const struct label_figures figures = {model->labels, e, p};
    if (v->format != NULL && strcmp(v->format, "conlleval") == 0)
        return label_report_conlleval(&figures, err);
    return label_report(&figures, v->json, err);
}

static enum status evaluate(const struct invocation *call, const struct labeller *model,
                            const struct dataset *data, struct err *err)
{
    const struct eval_values *v = call->values;
    const struct examples *e = data->examples[corpus_split(v->split)];
    const struct prediction_request request = {.examples = e,
                                               .B = v->batch > 0 ? (size_t)v->batch : BATCH,
                                               .allowed = model->allowed,
                                               .progress = report_live_share,
                                               .stop = interrupt_flag()};
    struct predictions p;
    char n[REPORT_TEXT], steps[REPORT_TEXT], name[256];
    report_note("%s: %s sequences, %s steps",
                report_escape_cut(name, sizeof name, data->names[corpus_split(v->split)]),
                report_count(n, e->n), report_count(steps, e->steps));
    enum status status = predict_examples(&p, model->base.model, &request, err);
    report_live_end();
    if (status == ST_OK)
        status = print(call, model, e, &p, err);
    predictions_fini(&p);
    return status;
}

static enum status check_options(const struct invocation *call, const struct labeller *model,
                                 struct err *err)
{
    static const char *const others[] = {"streams", "sentences",   "tokenizer",   "vocab",
                                         "oov",     "weights",     "log-linear",  "temperature",
                                         "cache",   "cache-theta", "cache-weight"};
    const struct eval_values *v = call->values;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (invocation_given(call, others[i]))
            return err_set(err, ST_USAGE,
                           "--%s is for language models, and '%s' is one that gives labels",
                           others[i], model->base.path);
    if (call->n_operands > 2)
        return err_set(err, ST_USAGE, "'%s' gives labels, and such models cannot be mixed",
                       model->base.path);
    if (v->format != NULL && strcmp(v->format, "conlleval") == 0 && model->task != &task_label)
        return err_set(err, ST_USAGE,
                       "conlleval's figures are of labels for each step, and '%s' gives one for "
                       "each sequence",
                       model->base.path);
    return ST_OK;
}

enum status eval_labels(const struct invocation *call, struct err *err)
{
    const struct eval_values *v = call->values;
    const enum split split = corpus_split(v->split);
    struct example_request how;
    struct eval_text place = {0};
    struct labeller model;
    struct dataset data = {0};
    enum status status;
    TRY(labeller_open(&model, call->operands[0], err));
    TRY_OUT(check_options(call, &model, err));
    TRY_OUT(eval_text_find(&place, call, &model.base,
                           call->n_operands > 1 ? call->operands[1] : NULL, err));
    how = example_request_of(&v->examples, model.task == &task_label);
    if (place.notes != NULL)
        TRY_OUT(example_request_take(&how, place.notes, err));
    TRY_OUT(dataset_read_examples_with(&data, &place.request, &how, &model.coding, err));
    TRY_OUT(eval_text_check(&place, &model.base, &data, split, err));
    status = evaluate(call, &model, &data, err);
    if (status == ST_OK && call->n_operands == 1)
        warn_of_unread_input("give - as the data to evaluate it");
out:
    dataset_fini(&data);
    eval_text_fini(&place);
    labeller_close(&model);
    return status;
}
