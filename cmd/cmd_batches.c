/* ptblm batches: the x and y windows that training sees, as words. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/option/common.h"
#include "cmd/option/corpus_options.h"
#include "cmd/report/report.h"
#include "cmd/text_warnings.h"
#include "lib/base/mem.h"
#include "lib/base/utf8.h"
#include "lib/task/data/batch.h"

struct values {
    int64_t batch, steps, windows;
    bool ids;
    const char *split;
    struct corpus_values corpus;
    struct common_values common;
};

static const struct setting rows[] = {
    {.name = "batch",
     .letter = 'b',
     .type = SETTING_INT,
     .offset = offsetof(struct values, batch),
     .min = 1,
     .max = 4096,
     .dflt = "4",
     .value_name = "B",
     .help = "rows of a window"},
    {.name = "steps",
     .letter = 't',
     .type = SETTING_INT,
     .offset = offsetof(struct values, steps),
     .min = 1,
     .max = 4096,
     .dflt = "6",
     .value_name = "T",
     .help = "columns of a window"},
    {.name = "windows",
     .letter = 'n',
     .type = SETTING_INT,
     .offset = offsetof(struct values, windows),
     .min = 1,
     .max = 0x1p53,
     .dflt = "2",
     .value_name = "N",
     .help = "windows to show, from the first on"},
    {.name = "ids",
     .letter = 'i',
     .type = SETTING_FLAG,
     .offset = offsetof(struct values, ids),
     .help = "show word ids instead of words"},
    {.name = "split",
     .letter = 's',
     .type = SETTING_CHOICE,
     .offset = offsetof(struct values, split),
     .dflt = "train",
     .choice_at = corpus_split_at,
     .value_name = "SPLIT",
     .help = "which text"},
    {.name = NULL},
};

static const struct setting_group options[] = {
    {.title = "Options", .rows = rows},
    {.rows = corpus_split_rows, .offset = offsetof(struct values, corpus)},
    {.rows = corpus_vocab_rows, .offset = offsetof(struct values, corpus)},
    {.rows = corpus_read_rows, .offset = offsetof(struct values, corpus)},
    {.rows = document_rows, .offset = offsetof(struct values, corpus.documents)},
    {.rows = reading_rows, .offset = offsetof(struct values, corpus.reading)},
    {.rows = marker_rows, .offset = offsetof(struct values, corpus.markers)},
    {.rows = common_quiet_rows, .offset = offsetof(struct values, common)},
    {.rows = NULL},
};

/* A window that is being printed. */
struct view {
    const struct vocab *vocab;
    bool ids;
    int B, T;
    int32_t *x, *y; /* [T][B] */
    int *widths;    /* [T], in characters */
};

static enum status cell_text(const struct view *v, int32_t id, struct buf *out, struct err *err)
{
    out->len = 0;
    if (v->ids)
        return buf_addf(out, err, "%" PRId32, id);
    const char *word = vocab_word(v->vocab, id);
    /* A space, which is a token of --tokenizer chars, would be invisible. */
    if (strcmp(word, " ") == 0)
        word = "' '";
    return report_escape(out, word, strlen(word), err);
}

static int text_width(const char *text)
{
    int width = 0;
    for (; *text != '\0'; text++)
        width += !utf8_continues(*text);
    return width;
}

/* Each column is as wide as its widest entry, so that the shift from x to y is easy to see. */
static enum status measure(const struct view *v, struct buf *text, struct err *err)
{
    for (int t = 0; t < v->T; t++) {
        v->widths[t] = 0;
        for (int i = 0; i < 2 * v->B; i++) {
            const int32_t *from = i < v->B ? v->x : v->y;
            TRY(cell_text(v, from[t * v->B + i % v->B], text, err));
            const int width = text_width(text->data);
            v->widths[t] = width > v->widths[t] ? width : v->widths[t];
        }
    }
    return ST_OK;
}

static enum status print_row(const struct view *v, char name, int row, struct buf *text,
                             struct err *err)
{
    const int32_t *from = name == 'x' ? v->x : v->y;
    printf("%c %d", name, row);
    for (int t = 0; t < v->T; t++) {
        TRY(cell_text(v, from[t * v->B + row], text, err));
        const int pad = t + 1 < v->T ? v->widths[t] - text_width(text->data) : 0;
        printf("  %s%*s", text->data, pad, "");
    }
    putchar('\n');
    return ST_OK;
}

static enum status print_window(const struct view *v, struct buf *text, struct err *err)
{
    TRY(measure(v, text, err));
    for (int row = 0; row < v->B; row++) {
        TRY(print_row(v, 'x', row, text, err));
        TRY(print_row(v, 'y', row, text, err));
    }
    return ST_OK;
}

static void report_shape(const struct batcher *b, const char *name)
{
    char n[REPORT_TEXT], len[REPORT_TEXT], windows[REPORT_TEXT];
    report_note("%s: %s tokens; rows: %d of %s; windows: %s of %d x %d", name,
                report_count(n, b->n), b->B, report_count(len, b->batch_len),
                report_count(windows, b->n_windows), b->B, b->T);
}

static enum status print_windows(struct view *v, struct batcher *b, int64_t n, struct err *err)
{
    struct buf text = {0};
    enum status status = ST_OK;
    const size_t size = (size_t)v->B * (size_t)v->T;
    v->x = mem_zeroed(size, sizeof *v->x, err);
    v->y = mem_zeroed(size, sizeof *v->y, err);
    v->widths = mem_zeroed((size_t)v->T, sizeof *v->widths, err);
    if (v->x == NULL || v->y == NULL || v->widths == NULL) {
        status = ST_NOMEM;
        goto out;
    }
    for (int64_t i = 0; i < n && !report_stdout_failed() && batcher_next(b, v->x, v->y); i++) {
        printf("%swindow %" PRId64 "\n", i > 0 ? "\n" : "", i);
        TRY_OUT(print_window(v, &text, err));
    }
out:
    buf_fini(&text);
    mem_free(v->x);
    mem_free(v->y);
    mem_free(v->widths);
    return status;
}

/* Next to a corpus, --train and so on say which of its texts to read. Without a corpus, a text that
 * is not shown is read only if the vocabulary comes from it. */
static enum status check_named(const struct invocation *call, enum split split, struct err *err)
{
    const struct corpus_values *c = &((const struct values *)call->values)->corpus;
    const char *const named[N_SPLITS] = {c->train, c->valid, c->test};
    for (enum split s = 0; s < N_SPLITS && call->n_operands == 0; s++) {
        const bool gives_words = s == SPLIT_TRAIN && c->vocab == NULL;
        if (named[s] != NULL && s != split && !gives_words)
            return err_set(err, ST_USAGE,
                           "--%s names a text that is not shown: leave it out, or choose it with "
                           "--split",
                           split_name(s));
    }
    return ST_OK;
}

static enum status run(const struct invocation *call, struct err *err)
{
    const struct values *v = call->values;
    const enum split split = corpus_split(v->split);
    const char *path = call->n_operands > 0 ? call->operands[0] : NULL;
    struct dataset_request request = corpus_request_of(path, &v->corpus);
    request.needed = 1u << split;
    request.seed = DATASET_SEED;
    struct dataset d = {0};
    struct batcher b;
    enum status status = ST_OK;
    TRY(check_named(call, split, err));
    TRY_OUT(dataset_read(&d, &request, err));
    vocab_report(v->corpus.vocab, &d.vocab_taken);
    TRY_OUT(corpus_batcher(&b, &d, split, (int)v->batch, (int)v->steps, err));
    document_report(&d, &request.documents);
    report_shape(&b, d.names[split]);
    TRY_OUT(warn_of_texts(&d, call->command, err));
    struct view view = {.vocab = d.vocab, .ids = v->ids, .B = b.B, .T = b.T};
    status = print_windows(&view, &b, v->windows, err);
    if (status == ST_OK)
        corpus_warn_of_input(path, &v->corpus);
out:
    dataset_fini(&d);
    return status;
}

static const struct option_clash clashes[] = {CORPUS_VOCAB_CLASHES, {NULL, NULL, NULL}};

const struct command cmd_batches = {
    .name = "batches",
    .summary = "show the shifted x and y windows that training sees",
    .operands = "[CORPUS|DIR|-]",
    .max_operands = 1,
    .example = "ptblm batches ptb --batch 2 --steps 8\n"
               "echo 'A girl walked into a bar, and she' | ptblm batches - -b 1 -t 8",
    .options = options,
    .clashes = clashes,
    .values_size = sizeof(struct values),
    .run = run,
};
