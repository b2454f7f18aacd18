/* What "ptblm eval" prints: the figures of a text and, where asked for, before them those of its
 * sentences. */
#ifndef PTBLM_CMD_REPORT_EVAL_REPORT_H
#define PTBLM_CMD_REPORT_EVAL_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "cmd/report/record.h"
#include "lib/base/err.h"
#include "lib/task/use/eval.h"

struct eval_report {
    bool json, sentences; /* what is asked for */
    int64_t n_sentences;
    /* Of the text, both with its line ends, whatever the tokenizer (struct ids); 0: not known. */
    uint64_t words, characters;
    /* Of a mixture: borrowed until the whole has been printed. */
    const char *const *paths;
    const struct eval_result *parts;
    size_t n_parts; /* 0: it is none */
    struct record record;
};

/* In this order: begin, the text's size if it is known, a call for each sentence, and the whole;
 * fini releases what is kept, even after a failure. For JSON the sentences are kept until the end;
 * lines are printed at once. */
void eval_report_begin(struct eval_report *report, bool json, bool sentences);
void eval_report_sentence(struct eval_report *report, const struct eval_result *r);
/* The parts of a mixture, before the whole: the models' paths, and what each has alone. */
void eval_report_parts(struct eval_report *report, size_t n, const char *const *paths,
                       const struct eval_result *parts);
enum status eval_report_whole(struct eval_report *report, const struct eval_result *r,
                              struct err *err);
void eval_report_fini(struct eval_report *report);

#endif
