/* ptblm batches: the x and y windows that training sees, as words; or its batches of sequences with
 * labels. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/option/common.h"
#include "cmd/option/corpus_options.h"
#include "cmd/option/example_options.h"
#include "cmd/report/batch_cells.h"
#include "cmd/report/report.h"
#include "cmd/text_warnings.h"
#include "lib/base/mem.h"
#include "lib/task/data/batch.h"
#include "lib/task/data/example_batch.h"
#include "lib/task/settings/preset.h"
#include "lib/task/train/task.h"

struct values {
    int64_t batch, steps, windows, seed;
    bool ids;
    const char *split, *task;
    const char *preset; /* NULL: the task's usual */
    struct corpus_values corpus;
    struct example_values examples;
    struct common_values common;
};

/* The presets that say how a text is read. */
static const char *preset_of_labels_at(size_t i)
{
    for (size_t k = 0; preset_at(k) != NULL; k++)
        if (task_find(preset_task(preset_at(k)))->of_labels && i-- == 0)
            return preset_at(k)->name;
    return NULL;
}

static const struct setting rows[] = {
    {.name = "batch",
     .letter = 'b',
     .type = SETTING_INT,
     .offset = offsetof(struct values, batch),
     .min = 1,
     .max = 4096,
     .dflt = "4",
     .value_name = "B",
     .help = "rows of a window, or sequences of a batch"},
    {.name = "steps",
     .letter = 't',
     .type = SETTING_INT,
     .offset = offsetof(struct values, steps),
     .min = 1,
     .max = 4096,
     .dflt = "6",
     .value_name = "T",
     .help = "columns of a window",
     .owner = "task",
     .owner_choices = "lm"},
    {.name = "windows",
     .letter = 'n',
     .type = SETTING_INT,
     .offset = offsetof(struct values, windows),
     .min = 1,
     .max = 0x1p53,
     .dflt = "2",
     .value_name = "N",
     .help = "windows or batches to show, from the first on"},
    {.name = "ids",
     .letter = 'i',
     .type = SETTING_FLAG,
     .offset = offsetof(struct values, ids),
     .help = "show ids instead of words and labels, numbers of images"},
    {.name = "split",
     .letter = 's',
     .type = SETTING_CHOICE,
     .offset = offsetof(struct values, split),
     .dflt = "train",
     .choice_at = corpus_split_at,
     .value_name = "SPLIT",
     .help = "which text"},
    {.name = "task",
     .type = SETTING_CHOICE,
     .offset = offsetof(struct values, task),
     .choice_at = task_name_at,
     .dflt = "lm",
     .value_name = "NAME",
     .help = "next word, a label for each sequence, or for each step"},
    {.name = "preset",
     .letter = 'p',
     .type = SETTING_CHOICE,
     .offset = offsetof(struct values, preset),
     .choice_at = preset_of_labels_at,
     .value_name = "NAME",
     .help = "read the text as this preset of train [as --task]"},
    {.name = "seed",
     .type = SETTING_INT,
     .offset = offsetof(struct values, seed),
     .max = 0x1p53,
     .dflt = "1",
     .value_name = "N",
     .help = "of the order of the sequences",
     .owner = "task",
     .owner_choices = "classify label"},
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
    {.title = "Labels", .rows = example_rows, .offset = offsetof(struct values, examples)},
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

/* Each column is as wide as its widest entry, so that the shift from x to y is easy to see. */
static enum status measure(const struct view *v, struct buf *text, struct err *err)
{
    for (int t = 0; t < v->T; t++) {
        v->widths[t] = 0;
        for (int i = 0; i < 2 * v->B; i++) {
            const int32_t *from = i < v->B ? v->x : v->y;
            TRY(batch_cell_word(text, v->vocab, from[t * v->B + i % v->B], v->ids, err));
            const int width = batch_cell_width(text->data);
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
        TRY(batch_cell_word(text, v->vocab, from[t * v->B + row], v->ids, err));
        const int pad = t + 1 < v->T ? v->widths[t] - batch_cell_width(text->data) : 0;
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

static enum status show_windows(const struct invocation *call, struct err *err)
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

/* --- sequences with labels --- */

/* Training shuffles its own text; others are evaluated in the order of their lengths. */
static void choose_order(struct example_batcher *b, const struct values *v, enum split split)
{
    char batches[REPORT_TEXT], order[REPORT_TEXT] = "the longest first, as for evaluation";
    if (split == SPLIT_TRAIN) {
        example_batcher_shuffle(b, (uint64_t)v->seed, 1);
        snprintf(order, sizeof order, "as in epoch 1 with seed %" PRId64, v->seed);
    }
    report_note("batches     %s of %zu, %s", report_count(batches, b->n_batches), b->B, order);
}

static enum status print_batches(const struct dataset *d, const struct values *v, struct err *err)
{
    const enum split split = corpus_split(v->split);
    const struct examples *e = d->examples[split];
    const struct batch_form form = {d, v->ids};
    struct example_batcher b;
    struct window_batch batch;
    enum status status;
    TRY_OUT(example_batcher_init(&b, e, (size_t)v->batch, err));
    choose_order(&b, v, split);
    for (int64_t i = 0;
         i < v->windows && !report_stdout_failed() && example_batcher_next(&b, &batch); i++) {
        printf("%sbatch %" PRId64 "\n", i > 0 ? "\n" : "", i);
        TRY_OUT(batch_print(&form, e, &batch, err));
    }
out:
    example_batcher_fini(&b);
    return status;
}

/* All texts are read that training would read, since each may change the others: what is not given
 * is held out of the train text. */
static enum status show_batches(const struct invocation *call, const struct values *v,
                                struct err *err)
{
    const enum split split = corpus_split(v->split);
    const char *path = call->n_operands > 0 ? call->operands[0] : NULL;
    struct dataset_request request = corpus_request_of(path, &v->corpus);
    const struct example_request how =
        example_request_of(&v->examples, task_find(v->task) == &task_label);
    struct dataset d = {0};
    enum status status = ST_OK;
    if (split != SPLIT_TRAIN && invocation_given(call, "seed"))
        return err_set(err, ST_USAGE, "--seed has no part in --split %s: only train is shuffled",
                       v->split);
    request.needed = 1u << SPLIT_TRAIN | 1u << split;
    request.wanted = SPLITS_ALL;
    request.seed = DATASET_SEED;
    TRY_OUT(dataset_read_examples(&d, &request, &how, err));
    example_report(&d);
    status = print_batches(&d, v, err);
    if (status == ST_OK)
        corpus_warn_of_input(path, &v->corpus);
out:
    dataset_fini(&d);
    return status;
}

/* Chooses task and preset by each other, and takes from the preset how a text is read. */
static enum status take_preset(const struct setting_values *table, struct values *v,
                               bool task_given, struct err *err)
{
    const struct preset *preset =
        v->preset != NULL ? preset_find(v->preset) : preset_of_task(v->task);
    if (!task_given)
        v->task = v->preset != NULL ? preset_task(preset) : v->task;
    if (strcmp(preset_task(preset), v->task) != 0)
        return err_set(err, ST_USAGE, "the preset '%s' is for the task '%s', not '%s'",
                       preset->name, preset_task(preset), v->task);
    v->preset = preset->name;
    return preset_apply_text(preset, table, err);
}

static enum status run(const struct invocation *call, struct err *err)
{
    struct values v = *(const struct values *)call->values;
    bool given[SETTINGS_MAX];
    memcpy(given, call->given, sizeof given);
    const struct setting_values table = {call->command->options, &v, given};
    TRY(take_preset(&table, &v, invocation_given(call, "task"), err));
    TRY(option_check_owners(&table, err));
    return task_find(v.task)->of_labels ? show_batches(call, &v, err) : show_windows(call, err);
}

static const struct option_clash clashes[] = {CORPUS_VOCAB_CLASHES, {NULL, NULL, NULL}};

const struct command cmd_batches = {
    .name = "batches",
    .summary = "show the batches that training sees",
    .operands = "[CORPUS|DIR|-]",
    .max_operands = 1,
    .example = "ptblm batches ptb --batch 2 --steps 8\n"
               "echo 'A girl walked into a bar, and she' | ptblm batches - -b 1 -t 8\n"
               "ptblm batches conll2000.zip --task label",
    .options = options,
    .clashes = clashes,
    .values_size = sizeof(struct values),
    .run = run,
};
