#include "cmd/eval/eval_text.h"

#include <string.h>

#include "cmd/eval/eval_options.h"
#include "cmd/report/report.h"
#include "lib/base/io/io.h"
#include "lib/task/run/training_text.h"

void eval_text_fini(struct eval_text *p)
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
static enum status find_training_text(struct eval_text *p, const char *model, const struct lm *lm,
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

enum status eval_text_find(struct eval_text *p, const struct invocation *call, const struct lm *lm,
                           const char *path, struct err *err)
{
    const struct eval_values *v = call->values;
    const enum split split = corpus_split(v->split);
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

enum status eval_text_check(const struct eval_text *p, const struct lm *lm,
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
