/* ptblm next: the likeliest next words. */
#include <stdio.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/option/common.h"
#include "cmd/option/model_options.h"
#include "cmd/prompt.h"
#include "cmd/report/record.h"
#include "cmd/report/report.h"
#include "cmd/unread_input.h"
#include "lib/model/compute.h"
#include "lib/task/use/decode.h"
#include "lib/task/use/lm.h"

struct values {
    int64_t top;
    bool json;
    struct model_values model;
    struct common_values common;
};

#define FIELD(member) offsetof(struct values, member)

static const struct setting rows[] = {
    {.name = "top",
     .letter = 'n',
     .type = SETTING_INT,
     .offset = FIELD(top),
     .min = 1,
     .max = 1 << 24,
     .dflt = "10",
     .value_name = "N",
     .help = "how many words to show"},
    {.name = "json",
     .letter = 'j',
     .type = SETTING_FLAG,
     .offset = FIELD(json),
     .help = "print one JSON object"},
    {.name = NULL},
};

static const struct setting_group options[] = {
    {.title = "Options", .rows = rows},
    {.rows = model_oov_rows, .offset = offsetof(struct values, model)},
    {.rows = model_tokenizer_rows, .offset = offsetof(struct values, model)},
    {.rows = model_vocab_rows, .offset = offsetof(struct values, model)},
    {.rows = marker_rows, .offset = offsetof(struct values, model.markers)},
    {.rows = common_compute_rows, .offset = offsetof(struct values, common)},
    {.rows = common_quiet_rows, .offset = offsetof(struct values, common)},
    {.rows = NULL},
};

/* A bar of block characters, an eighth of a column fine; the likeliest fills the width. */
static void print_bar(double share)
{
    enum { WIDTH = 30 };
    static const char *const parts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    const int eighths = (int)(share * WIDTH * 8 + 0.5);
    for (int i = 0; i < eighths / 8; i++)
        fputs("█", stdout);
    fputs(parts[eighths % 8], stdout);
}

/* For a person at a terminal. */
static void print_bars(const struct lm *lm, const struct candidate *c, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char shown[64];
        report_escape_cut(shown, sizeof shown, vocab_word(lm->vocab, c[i].id));
        printf("%-20s %7.3f %% ", shown, 100.0 * c[i].p);
        print_bar(c[i].p / c[0].p);
        putchar('\n');
    }
}

static enum status print(const struct lm *lm, const struct candidate *c, size_t n, bool json,
                         struct err *err)
{
    struct record r = {0};
    record_open_list(&r, NULL);
    for (size_t i = 0; i < n; i++) {
        record_open_item(&r);
        record_add_text(&r, "word", vocab_word(lm->vocab, c[i].id));
        record_add_digits(&r, "probability", c[i].p, 8);
        record_close(&r);
    }
    record_close(&r);
    const enum status status = record_print(&r, json ? RECORD_JSON : RECORD_LINES, err);
    record_fini(&r);
    return status;
}

static enum status predict(const struct invocation *call, const struct lm *lm,
                           const struct sentence *prompt, struct err *err)
{
    const struct values *v = call->values;
    struct decoder *decoder;
    const struct decode_settings settings = decode_settings_plain();
    TRY(decoder_new(&decoder, lm->model, &settings, err));
    decoder_feed(decoder, prompt->ids, prompt->n);
    enum status status = decoder_check(decoder, err);
    if (status != ST_OK) {
        decoder_free(decoder);
        return status;
    }
    const size_t V = lm->model->shape.V;
    const size_t n = (size_t)v->top < V ? (size_t)v->top : V;
    const struct candidate *c = decoder_distribution(decoder, n);
    if (!v->json && isatty(STDOUT_FILENO))
        print_bars(lm, c, n);
    else
        status = print(lm, c, n, v->json, err);
    decoder_free(decoder);
    return status;
}

static enum status run(const struct invocation *call, struct err *err)
{
    const struct values *v = call->values;
    struct lm lm;
    struct sentence prompt = {0};
    struct buf text = {0};
    enum status status;
    TRY(common_compute(&v->common, err));
    TRY(model_open(&lm, call->operands[0], &v->model, &v->model.markers, err));
    TRY_OUT(model_set_input(&v->model, &lm, err));
    for (size_t i = 1; i < call->n_operands; i++)
        TRY_OUT(buf_addf(&text, err, "%s%s", i > 1 ? " " : "", call->operands[i]));
    TRY_OUT(prompt_read(&prompt, &lm, text.data, model_oov_fails(&v->model), err));
    status = predict(call, &lm, &prompt, err);
    if (status == ST_OK && call->n_operands == 1)
        warn_of_unread_input("give the words as TEXT, as in \"$(cat)\"");
out:
    sentence_fini(&prompt);
    buf_fini(&text);
    lm_close(&lm);
    return status;
}

const struct command cmd_next = {
    .name = "next",
    .summary = "the likeliest next words after a beginning",
    .operands = "MODEL [TEXT...]",
    .min_operands = 1,
    .max_operands = SIZE_MAX,
    .example = "ptblm next small \"the company said\"",
    .options = options,
    .values_size = sizeof(struct values),
    .run = run,
};
