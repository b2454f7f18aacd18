#include "cmd/option/model_options.h"

#include <string.h>

#include "cmd/option/corpus_options.h"

#define FIELD(member) offsetof(struct model_values, member)

const struct setting model_vocab_rows[] = {
    {.name = "vocab",
     .type = SETTING_PATH,
     .offset = FIELD(vocab),
     .value_name = "FILE",
     .help = "vocabulary of a model file that has none"},
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

bool model_oov_fails(const struct model_values *values)
{
    return corpus_oov(values->oov) == OOV_ERROR;
}
