/* The options that say how a vocabulary file is read, which stand beside --vocab: --vocab-format,
 * --vocab-add. */
#ifndef PTBLM_CMD_OPTION_VOCAB_OPTIONS_H
#define PTBLM_CMD_OPTION_VOCAB_OPTIONS_H

#include "cmd/option/option.h"
#include "vocab/vocab.h"

struct vocab_values {
    const char *format;
    bool add;
};

/* For rows of a struct that has a struct vocab_values at `at`. */
#define VOCAB_ROWS(at)                                                                             \
    {.name = "vocab-format",                                                                       \
     .type = SETTING_CHOICE,                                                                       \
     .offset = (at) + offsetof(struct vocab_values, format),                                       \
     .dflt = "auto",                                                                               \
     .choice_at = vocab_form_name,                                                                 \
     .value_name = "NAME",                                                                         \
     .help = "the form of that file",                                                              \
     .rare = true,                                                                                 \
     .record = SETTING_IN_CONFIG},                                                                 \
    {                                                                                              \
        .name = "vocab-add", .type = SETTING_FLAG,                                                 \
        .offset = (at) + offsetof(struct vocab_values, add),                                       \
        .help = "puts <unk> and <eos> into it where they are missing", .rare = true,               \
        .record = SETTING_IN_CONFIG                                                                \
    }

struct vocab_file vocab_file_of(const char *path, const struct vocab_values *values);

/* A note on what the file was taken for, if one was read. */
void vocab_report(const char *path, const struct vocab_taken *taken);

#endif
