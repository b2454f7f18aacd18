/* ptblm predict: the labels of sequences. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/interrupt.h"
#include "cmd/option/common.h"
#include "cmd/option/reading_options.h"
#include "cmd/report/prediction_report.h"
#include "cmd/report/report.h"
#include "corpora/text.h"
#include "lib/base/ascii.h"
#include "lib/task/data/dataset.h"
#include "lib/task/data/example_coder.h"
#include "lib/task/use/labeller.h"
#include "lib/task/use/predict.h"

struct values {
    int64_t top, batch;
    bool json;
    const char *member;
    struct text_reading reading;
    struct common_values common;
};

#define FIELD(member) offsetof(struct values, member)

static const struct setting rows[] = {
    {.name = "top",
     .letter = 'n',
     .type = SETTING_INT,
     .offset = FIELD(top),
     .min = 1,
     .max = 65536,
     .value_name = "K",
     .help = "the K likeliest labels, each with its probability"},
    {.name = "json",
     .letter = 'j',
     .type = SETTING_FLAG,
     .offset = FIELD(json),
     .help = "print a JSON object for each sequence"},
    {.name = "batch",
     .letter = 'b',
     .type = SETTING_INT,
     .offset = FIELD(batch),
     .min = 1,
     .max = 65536,
     .dflt = "64",
     .value_name = "N",
     .help = "sequences side by side"},
    {.name = "member",
     .type = SETTING_TEXT,
     .offset = FIELD(member),
     .value_name = "NAME",
     .help = "the member to read where FILE is an archive"},
    {.name = NULL},
};

static const struct setting_group options[] = {
    {.title = "Options", .rows = rows},
    {.rows = reading_rows, .offset = offsetof(struct values, reading)},
    {.rows = common_compute_rows, .offset = offsetof(struct values, common)},
    {.rows = common_quiet_rows, .offset = offsetof(struct values, common)},
    {.rows = NULL},
};

/* What is needed from line to line. Lines wait until a batch is full or the input makes us wait. */
struct predicting {
    const struct values *v;
    struct labeller model;
    struct example_coder *coder;
    struct buf line;    /* a long line, piece by piece */
    struct buf waiting; /* the lines of examples that wait, each with a line feed */
    size_t n_waiting;   /* examples */
    bool of_tokens;     /* a line is a token rather than an example */
    uint64_t words, unknown, empty;
    int looked, labelled; /* the first lines, and those of them that begin with a label */
};

enum { LOOK_AT_MOST = 100 };

static enum status predict(struct predicting *p, struct predictions *out,
                           const struct examples *examples, struct err *err)
{
    const struct prediction_request request = {.examples = examples,
                                               .B = (size_t)p->v->batch,
                                               .allowed = p->model.allowed,
                                               .probabilities = p->v->top > 0 || p->v->json,
                                               .stop = interrupt_flag()};
    return predict_examples(out, p->model.base.model, &request, err);
}

static struct prediction_form form_of(const struct predicting *p)
{
    const size_t C = names_size(p->model.labels);
    const size_t top = p->v->top > 0 ? (size_t)p->v->top : 0;
    return (struct prediction_form){
        .labels = p->model.labels, .top = top < C ? top : C, .json = p->v->json};
}

static void count_unknown(struct predicting *p, const struct examples *e)
{
    const int32_t unk = vocab_unk(p->model.coding.vocab);
    p->words += e->steps;
    for (size_t i = 0; i < e->steps; i++)
        p->unknown += e->ids[i * e->width] == unk;
}

/* Predicts what waits, and prints it. */
static enum status flush_waiting(struct predicting *p, struct err *err)
{
    struct examples examples = {0};
    struct predictions out = {0};
    const struct prediction_form form = form_of(p);
    enum status status = ST_OK;
    if (p->n_waiting > 0) {
        TRY_OUT(example_coder_give(p->coder, &examples, err));
        TRY_OUT(predict(p, &out, &examples, err));
        count_unknown(p, &examples);
    }
    status = p->of_tokens ? prediction_print_tokens(&form, &p->waiting, &out, err)
                          : prediction_print_lines(&form, &p->waiting, &out, err);
    p->waiting.len = 0;
    p->n_waiting = 0;
out:
    predictions_fini(&out);
    examples_fini(&examples);
    return status;
}

/* Whether a line is one to train on rather than a text. */
static void look_for_label(struct predicting *p, const char *line, size_t len)
{
    const enum example_form form = p->model.coding.form;
    struct labelled_line parts;
    if (p->looked == LOOK_AT_MOST || !example_form_is_line(form))
        return;
    p->looked++;
    if (labelled_line_split(&parts, form, line, len, NULL) == ST_OK)
        p->labelled += names_find(p->model.labels, parts.label.bytes, parts.label.len) >= 0;
}

/* Sentences that are printed wait for the rest of the one that has begun. */
static enum status take_line(struct predicting *p, const char *line, size_t len, uint64_t number,
                             struct err *err)
{
    bool ended = false;
    const bool blank = prediction_is_blank(line, len);
    if (!blank)
        look_for_label(p, line, len);
    if (p->of_tokens || !blank)
        TRY(example_coder_add(p->coder, line, len, number, &ended, err));
    else
        p->empty++;
    TRY(buf_add(&p->waiting, line, len, err));
    TRY(buf_add(&p->waiting, "\n", 1, err));
    p->n_waiting += ended;
    const bool at_end = ended || (blank && (!p->of_tokens || p->n_waiting == 0));
    return at_end && p->n_waiting >= (size_t)p->v->batch ? flush_waiting(p, err) : ST_OK;
}

static enum status take_piece(struct predicting *p, const struct text_piece *piece, struct err *err)
{
    if (piece->ends_line && p->line.len == 0)
        return take_line(p, piece->bytes, piece->len, piece->line, err);
    TRY(buf_add(&p->line, piece->bytes, piece->len, err));
    if (!piece->ends_line)
        return ST_OK;
    const enum status status = take_line(p, p->line.data, p->line.len, piece->line, err);
    p->line.len = 0;
    return status;
}

/* Who writes line by line into a pipe and waits for each answer gets it. */
static enum status hand_on(struct predicting *p, const struct text *text, struct err *err)
{
    if (p->waiting.len == 0 || prediction_in_sentence(&p->waiting, p->of_tokens) ||
        !text_waits(text))
        return ST_OK;
    TRY(flush_waiting(p, err));
    fflush(stdout);
    return ST_OK;
}

static enum status read_lines(struct predicting *p, struct text *text, struct err *err)
{
    for (;;) {
        struct text_piece piece;
        bool more;
        TRY(hand_on(p, text, err));
        if (report_stdout_failed()) /* main says why */
            return ST_OK;
        TRY(text_next(text, &piece, &more, err));
        if (!more)
            break;
        TRY(take_piece(p, &piece, err));
    }
    bool ended = false;
    TRY(example_coder_end(p->coder, &ended, err));
    p->n_waiting += ended;
    return flush_waiting(p, err);
}

static enum status predict_text(struct predicting *p, const char *path, struct err *err)
{
    struct source_limits limits = SOURCE_LIMITS_DEFAULT;
    struct source *source;
    struct text *text = NULL;
    enum status status;
    limits.reading = p->v->reading;
    TRY(source_open(&source, path, p->v->member, &limits, err));
    TRY(text_open(&text, source, err));
    TRY_OUT(example_coder_new(&p->coder, &p->model.coding, text_name(text), err));
    status = read_lines(p, text, err);
out:
    text_close(text);
    return status;
}

/* Images come whole. */
static enum status predict_images(struct predicting *p, const char *path, struct err *err)
{
    const struct dataset_request request = {
        .named = {[SPLIT_TEST] = path}, .needed = 1u << SPLIT_TEST, .wanted = 1u << SPLIT_TEST};
    const struct example_request how = {.unlabelled = true};
    const struct prediction_form form = form_of(p);
    struct predictions out = {0};
    struct dataset data = {0};
    enum status status;
    TRY_OUT(dataset_read_examples_with(&data, &request, &how, &p->model.coding, err));
    TRY_OUT(predict(p, &out, data.examples[SPLIT_TEST], err));
    status = prediction_print(&form, &out, err);
out:
    predictions_fini(&out);
    dataset_fini(&data);
    return status;
}

static void warn(const struct predicting *p)
{
    char unknown[REPORT_TEXT], words[REPORT_TEXT];
    if (2 * p->labelled > p->looked)
        report_warning("lines begin with labels, which predict reads as text: leave them out; "
                       "'ptblm eval' reads them as labels");
    if (2 * p->unknown > p->words)
        report_warning("%s of %s words are not in the vocabulary of '%s': its labels are guesses",
                       report_count(unknown, p->unknown), report_count(words, p->words),
                       p->model.base.path);
    if (p->empty > 0)
        report_warning("%" PRIu64 " line%s without text %s no label", p->empty,
                       p->empty == 1 ? "" : "s", p->empty == 1 ? "has" : "have");
}

static enum status run(const struct invocation *call, struct err *err)
{
    const struct values *v = call->values;
    struct predicting p = {.v = v};
    const char *path = call->n_operands > 1 ? call->operands[1] : "-";
    TRY(common_compute(&v->common, err));
    TRY(labeller_open(&p.model, call->operands[0], err));
    p.of_tokens = p.model.coding.form == EXAMPLE_FORM_COLUMNS;
    const enum status status = p.model.coding.form == EXAMPLE_FORM_IDX
                                   ? predict_images(&p, path, err)
                                   : predict_text(&p, path, err);
    if (status == ST_OK)
        warn(&p);
    example_coder_free(p.coder);
    buf_fini(&p.line);
    buf_fini(&p.waiting);
    labeller_close(&p.model);
    return status;
}

const struct command cmd_predict = {
    .name = "predict",
    .summary = "the label of each line, image or token",
    .operands = "MODEL [FILE|-]",
    .min_operands = 1,
    .max_operands = 2,
    .example = "echo \"who wrote this ?\" | ptblm predict questions --top 2\n"
               "ptblm predict chunker text.txt",
    .options = options,
    .values_size = sizeof(struct values),
    .run = run,
};
