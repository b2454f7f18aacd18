#include "cmd/option/model_options.h"

#include <string.h>

#include "cmd/option/corpus_options.h"
#include "cmd/output_dir.h"
#include "cmd/report/model_report.h"
#include "lib/base/io/io.h"
#include "lib/base/mem.h"

#define FIELD(member) offsetof(struct model_values, member)

const struct setting model_vocab_rows[] = {
    {.name = "vocab",
     .type = SETTING_PATH,
     .offset = FIELD(vocab),
     .value_name = "FILE",
     .help = "vocabulary of a model file that has none"},
    VOCAB_ROWS(FIELD(vocab_form)),
    {.name = "cell",
     .type = SETTING_CHOICE,
     .offset = FIELD(cell),
     .choice_at = cell_name_at,
     .value_name = "NAME",
     .help = "cells of a model file that does not name them",
     .rare = true},
    {.name = NULL},
};

const struct setting model_oov_rows[] = {
    {.name = "oov",
     .type = SETTING_CHOICE,
     .offset = FIELD(oov),
     .dflt = "unk",
     .choice_at = corpus_oov_at,
     .value_name = "WHAT",
     .help = "unknown words: read as <unk>, or fail"},
    {.name = NULL},
};

const struct setting model_tokenizer_rows[] = {
    {.name = "tokenizer",
     .type = SETTING_CHOICE,
     .offset = FIELD(tokenizer),
     .choice_at = corpus_tokenizer_at,
     .value_name = "NAME",
     .help = "how the input becomes tokens [the model's]"},
    {.name = NULL},
};

static enum status open_kind(struct lm *lm, const char *path, const struct model_values *values,
                             const struct marker_names *markers, bool of_ngrams, struct err *err)
{
    const struct vocab_file file = vocab_file_of(values->vocab, &values->vocab_form);
    char *scratch = io_join(scratch_folder(), "ptblm-arpa", err);
    if (scratch == NULL)
        return ST_NOMEM;
    const struct lm_given given = {.vocab = &file,
                                   .markers = markers,
                                   .cell = values->cell,
                                   .tokenizer = values->tokenizer,
                                   .of_ngrams = of_ngrams,
                                   .scratch = scratch};
    const enum status status = lm_open_as(lm, path, &given, err);
    mem_free(scratch);
    TRY(status);
    vocab_report(values->vocab, &lm->taken);
    if (lm->model != NULL)
        model_report(lm, values->cell, values->tokenizer);
    return ST_OK;
}

enum status model_open(struct lm *lm, const char *path, const struct model_values *values,
                       const struct marker_names *markers, struct err *err)
{
    return open_kind(lm, path, values, markers, false, err);
}

enum status model_open_any(struct lm *lm, const char *path, const struct model_values *values,
                           const struct marker_names *markers, struct err *err)
{
    return open_kind(lm, path, values, markers, true, err);
}

enum status model_set_input(const struct model_values *values, struct lm *lm, struct err *err)
{
    return values->tokenizer != NULL ? lm_set_input(lm, values->tokenizer, err) : ST_OK;
}

bool model_oov_fails(const struct model_values *values)
{
    return corpus_oov(values->oov) == OOV_ERROR;
}
