#include "cmd/report/label_report.h"

#include <inttypes.h>
#include <stdio.h>

#include "cmd/report/record.h"
#include "lib/task/use/classes.h"
#include "lib/task/use/label_chunks.h"

enum { DIGITS = 6 };

static const char *name_of(const struct label_figures *f, size_t label)
{
    return names_get(f->labels, (int32_t)label).bytes;
}

static enum status count(struct classes *c, const struct label_figures *f, struct err *err)
{
    TRY(classes_init(c, names_size(f->labels), err));
    for (size_t i = 0; i < f->predictions->n; i++)
        classes_add(c, (size_t)f->examples->labels[i], (size_t)f->predictions->guesses[i]);
    return ST_OK;
}

static void add_mean(struct record *r, const struct classes *c, enum class_mean mean,
                     const char *const names[3])
{
    const struct class_figures figures = classes_mean(c, mean);
    record_add_real(r, names[0], figures.precision, DIGITS);
    record_add_real(r, names[1], figures.recall, DIGITS);
    record_add_real(r, names[2], figures.f1, DIGITS);
}

static void add_summary(struct record *r, const struct label_figures *f, const struct classes *c)
{
    static const char *const macro[] = {"macro_precision", "macro_recall", "macro_f1"};
    static const char *const micro[] = {"micro_precision", "micro_recall", "micro_f1"};
    const struct predictions *p = f->predictions;
    record_add_int(r, "sequences", (int64_t)f->examples->n);
    record_add_int(r, "labels", (int64_t)p->n);
    record_add_real(r, "loss", p->nats / (double)p->n, DIGITS);
    record_add_real(r, "accuracy", classes_accuracy(c), DIGITS);
    add_mean(r, c, CLASSES_MACRO, macro);
    add_mean(r, c, CLASSES_MICRO, micro);
}

static void add_counts(struct record *r, const struct chunk_counts *c)
{
    record_add_real(r, "precision", chunk_precision(c) / 100.0, DIGITS);
    record_add_real(r, "recall", chunk_recall(c) / 100.0, DIGITS);
    record_add_real(r, "f1", chunk_f1(c) / 100.0, DIGITS);
    record_add_int(r, "gold", (int64_t)c->gold);
    record_add_int(r, "found", (int64_t)c->found);
    record_add_int(r, "correct", (int64_t)c->correct);
}

static void add_chunk_types(struct record *r, const struct chunks *c)
{
    record_open_table(r, "chunk_types");
    for (size_t i = 0; i < c->n_types; i++) {
        if (c->types[i].counts.gold == 0 && c->types[i].counts.found == 0)
            continue;
        record_open_item(r);
        record_add_text(r, "type", c->types[i].name);
        add_counts(r, &c->types[i].counts);
        record_close(r);
    }
    record_close(r);
}

static enum status add_chunks(struct record *r, const struct label_figures *f, struct err *err)
{
    struct label_chunks chunks;
    if (!f->examples->per_step || !label_chunks_are_there(f->labels))
        return ST_OK;
    const enum status status =
        label_chunks_init(&chunks, f->examples, f->labels, f->predictions->guesses, err);
    if (status == ST_OK) {
        record_open(r, "chunks", "chunk_");
        add_counts(r, &chunks.counts.all);
        record_close(r);
        add_chunk_types(r, &chunks.counts);
    }
    label_chunks_fini(&chunks);
    return status;
}

static void add_classes(struct record *r, const struct label_figures *f, const struct classes *c)
{
    record_open_table(r, "classes");
    for (size_t i = 0; i < c->C; i++) {
        const struct class_figures figures = classes_figures(c, i);
        record_open_item(r);
        record_add_text(r, "label", name_of(f, i));
        record_add_real(r, "precision", figures.precision, DIGITS);
        record_add_real(r, "recall", figures.recall, DIGITS);
        record_add_real(r, "f1", figures.f1, DIGITS);
        record_add_int(r, "support", (int64_t)figures.support);
        record_close(r);
    }
    record_close(r);
}

static enum status new_confusion(struct json **rows, const struct classes *c, struct err *err)
{
    TRY(json_new_array(rows, err));
    for (size_t i = 0; i < c->C; i++) {
        struct json *row;
        TRY(json_new_array(&row, err));
        for (size_t j = 0; j < c->C; j++)
            if (json_append_int(row, (int64_t)c->confusion[i * c->C + j], err) != ST_OK) {
                json_free(row);
                return ST_NOMEM;
            }
        TRY(json_append_value(*rows, row, err));
    }
    return ST_OK;
}

static enum status add_confusion(struct record *r, const struct classes *c, struct err *err)
{
    struct json *rows = NULL;
    const enum status status = new_confusion(&rows, c, err);
    if (status != ST_OK)
        json_free(rows);
    else
        record_add_json(r, "confusion", rows);
    return status;
}

/* A row for each class, a column for each guess, in the order of the classes. */
static void print_confusion(const struct label_figures *f, const struct classes *c)
{
    printf("\nconfusion");
    for (size_t j = 0; j < c->C; j++)
        printf("\t%s", name_of(f, j));
    putchar('\n');
    for (size_t i = 0; i < c->C; i++) {
        fputs(name_of(f, i), stdout);
        for (size_t j = 0; j < c->C; j++)
            printf("\t%" PRIu64, c->confusion[i * c->C + j]);
        putchar('\n');
    }
}

static enum status print(const struct label_figures *f, const struct classes *c, bool json,
                         struct err *err)
{
    struct record r = {0};
    enum status status;
    add_summary(&r, f, c);
    TRY_OUT(add_chunks(&r, f, err));
    add_classes(&r, f, c);
    if (json)
        TRY_OUT(add_confusion(&r, c, err));
    status = record_print(&r, json ? RECORD_JSON : RECORD_LINES, err);
    if (status == ST_OK && !json && c->C <= LABEL_CONFUSION_MAX)
        print_confusion(f, c);
out:
    record_fini(&r);
    return status;
}

enum status label_report(const struct label_figures *f, bool json, struct err *err)
{
    struct classes c = {0};
    enum status status = count(&c, f, err);
    if (status == ST_OK)
        status = print(f, &c, json, err);
    classes_fini(&c);
    return status;
}

enum status label_report_conlleval(const struct label_figures *f, struct err *err)
{
    struct label_chunks chunks;
    struct buf text = {0};
    enum status status =
        label_chunks_init(&chunks, f->examples, f->labels, f->predictions->guesses, err);
    if (status == ST_OK)
        status = chunks_format(&chunks.counts, &text, err);
    if (status == ST_OK)
        fwrite(text.data, 1, text.len, stdout);
    buf_fini(&text);
    label_chunks_fini(&chunks);
    return status;
}
