#include "cmd/report/batch_cells.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/report/report.h"
#include "lib/base/mem.h"
#include "lib/base/utf8.h"

static const char padding[] = "<pad>";

enum status batch_cell_word(struct buf *out, const struct vocab *vocab, int32_t id, bool as_id,
                            struct err *err)
{
    out->len = 0;
    if (as_id)
        return buf_addf(out, err, "%" PRId32, id);
    const char *word = vocab_word(vocab, id);
    /* A space, which is a token of --tokenizer chars, would be invisible. */
    if (strcmp(word, " ") == 0)
        word = "' '";
    return report_escape(out, word, strlen(word), err);
}

int batch_cell_width(const char *text)
{
    int width = 0;
    for (; *text != '\0'; text++)
        width += !utf8_continues(*text);
    return width;
}

/* A batch that is being printed. */
struct printing {
    const struct batch_form *form;
    const struct examples *e;
    const struct window_batch *batch;
    struct buf text;   /* a cell */
    struct buf called; /* a kind of line */
    int name_width;    /* of the widest of these */
    int *widths;       /* [T], of the columns */
};

static bool is_padding(const struct printing *p, size_t t, size_t row)
{
    return t >= sequence_length(&p->batch->of, row);
}

/* Of ids a sequence has a line for each column of ids, and one for the labels of its steps. */
static size_t lines_of(const struct printing *p)
{
    return p->e->width + p->e->per_step;
}

/* --- cells --- */

static enum status name_cell(struct printing *p, const struct names *names, int32_t id,
                             struct err *err)
{
    p->text.len = 0;
    if (p->form->ids)
        return buf_addf(&p->text, err, "%" PRId32, id);
    const struct slice name = names_get(names, id);
    return report_escape(&p->text, name.bytes, name.len, err);
}

static enum status cell(struct printing *p, size_t line, size_t t, size_t row, struct err *err)
{
    const struct sequences *of = &p->batch->of;
    const struct dataset *d = p->form->data;
    const size_t at = t * of->B + row;
    if (is_padding(p, t, row)) {
        p->text.len = 0;
        return buf_add(&p->text, padding, sizeof padding - 1, err);
    }
    if (line == p->e->width)
        return name_cell(p, d->labels, p->batch->targets[at], err);
    const int32_t id = p->batch->ids[line * of->T * of->B + at];
    return line == 0 ? batch_cell_word(&p->text, d->coding.vocab, id, p->form->ids, err)
                     : name_cell(p, d->coding.features[line - 1], id, err);
}

/* "x", "suffix2", "y" */
static enum status name_line(struct printing *p, size_t line, struct err *err)
{
    p->called.len = 0;
    if (line == 0 || line == p->e->width)
        return buf_add(&p->called, line == 0 ? "x" : "y", 1, err);
    const struct features one = {.n = 1,
                                 .all = {p->form->data->coding.columns.features.all[line - 1]}};
    return features_format(&one, &p->called, err);
}

static enum status measure(struct printing *p, struct err *err)
{
    const struct sequences *of = &p->batch->of;
    for (size_t line = 0; line < lines_of(p); line++) {
        TRY(name_line(p, line, err));
        const int name_width = batch_cell_width(p->called.data);
        p->name_width = name_width > p->name_width ? name_width : p->name_width;
        for (size_t i = 0; i < of->T * of->B; i++) {
            TRY(cell(p, line, i / of->B, i % of->B, err));
            const int width = batch_cell_width(p->text.data);
            int *widest = &p->widths[i / of->B];
            *widest = width > *widest ? width : *widest;
        }
    }
    return ST_OK;
}

static enum status print_line(struct printing *p, size_t line, size_t row, struct err *err)
{
    const size_t T = p->batch->of.T;
    TRY(name_line(p, line, err));
    printf("%-*s %zu", p->name_width, p->called.data, row);
    for (size_t t = 0; t < T; t++) {
        TRY(cell(p, line, t, row, err));
        const int pad = t + 1 < T ? p->widths[t] - batch_cell_width(p->text.data) : 0;
        printf("  %s%*s", p->text.data, pad, "");
    }
    putchar('\n');
    return ST_OK;
}

/* --- numbers --- */

/* From 0 to 1 in ten shades. */
static char shade(float x)
{
    static const char shades[] = ".:-=+oxO#@";
    const size_t last = sizeof shades - 2;
    return shades[(size_t)(x * (float)last + 0.5f)];
}

/* The numbers of a step: shades of bytes, which are from 0 to 1, unless numbers are asked for. */
static void print_step(const struct printing *p, const float *x)
{
    const bool bytes = p->e->kind == EXAMPLE_BYTES;
    for (size_t i = 0; i < p->e->width; i++)
        if (bytes && !p->form->ids)
            putchar(shade(x[i]));
        else
            printf(bytes ? " %.2f" : " %.6g", (double)x[i]);
}

static void print_numbers(const struct printing *p, size_t row)
{
    const struct sequences *of = &p->batch->of;
    const bool on_one = p->e->width == 1;
    printf("x %zu%s", row, on_one ? "  " : "\n");
    for (size_t t = 0; t < of->T; t++) {
        if (is_padding(p, t, row))
            printf(" %s", padding);
        else
            print_step(p, p->batch->x + (t * of->B + row) * p->e->width);
        if (!on_one)
            putchar('\n');
    }
    if (on_one)
        putchar('\n');
}

/* --- sequences --- */

static enum status print_label(struct printing *p, size_t row, struct err *err)
{
    TRY(name_cell(p, p->form->data->labels, p->batch->targets[row], err));
    printf("%-*s %zu  %s\n", p->name_width, "y", row, p->text.data);
    return ST_OK;
}

static enum status print_sequence(struct printing *p, size_t row, struct err *err)
{
    if (p->e->kind != EXAMPLE_IDS)
        print_numbers(p, row);
    for (size_t line = 0; p->e->kind == EXAMPLE_IDS && line < lines_of(p); line++)
        TRY(print_line(p, line, row, err));
    return p->e->per_step ? ST_OK : print_label(p, row, err);
}

enum status batch_print(const struct batch_form *form, const struct examples *examples,
                        const struct window_batch *batch, struct err *err)
{
    struct printing p = {.form = form, .e = examples, .batch = batch};
    enum status status = ST_OK;
    p.widths = mem_zeroed(batch->of.T, sizeof *p.widths, err);
    if (p.widths == NULL)
        return ST_NOMEM;
    if (examples->kind == EXAMPLE_IDS)
        TRY_OUT(measure(&p, err));
    for (size_t row = 0; row < batch->of.B; row++)
        TRY_OUT(print_sequence(&p, row, err));
out:
    buf_fini(&p.text);
    buf_fini(&p.called);
    mem_free(p.widths);
    return status;
}
