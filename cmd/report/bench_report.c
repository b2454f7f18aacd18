#include "cmd/report/bench_report.h"

#include <stdio.h>
#include <string.h>

#include "cmd/report/record.h"

static double larger(double a, double b)
{
    return a > b ? a : b;
}

double bench_gemm_between(const struct bench_gemm *before, const struct bench_gemm *after)
{
    return larger((before->own + after->own) / 2.0, (before->blas + after->blas) / 2.0);
}

/* --- the table --- */

static void print_part(const struct bench_part *part, double step, double machine)
{
    char name[32];
    snprintf(name, sizeof name, part->layer > 0 ? "%s, layer %zu" : "%s", part->name, part->layer);
    printf("  %-28s %9.2f %7.1f%%", name, 1e3 * part->seconds, 100.0 * part->seconds / step);
    if (part->gflops > 0.0)
        printf(" %9.1f %9.2f", part->gflops, part->gflops / machine);
    putchar('\n');
}

static void print_rate(const char *name, const struct bench_rate *rate, const struct bench_case *c)
{
    printf("  %-28s %9.2f %8s %9.1f %9.2f %9.0f %s/s\n", name, 1e3 * rate->seconds, "",
           rate->gflops, rate->gflops / rate->machine, rate->units_per_second, bench_unit(c));
}

static void print_case(const char *name, const struct bench_case *c)
{
    const struct model_shape *s = &c->shape;
    char layers[MODEL_LAYERS_TEXT];
    printf("\n%s: %s %s", name, model_layers_text(layers, s), s->cell->name);
    if (s->head != NULL)
        printf("%s, head %s, labels %zu", s->bidirectional ? " in both directions" : "",
               s->head->name, s->C);
    if (s->V > 0)
        printf(", vocabulary %zu", s->V);
    if (s->n_features > 0)
        printf(", features %zu", s->n_features);
    printf(", batch %zu, steps ", c->B);
    if (s->head != NULL && c->least < c->T)
        printf("%zu to ", c->least);
    printf("%zu\n", c->T);
}

static void print_model(const struct bench_report *r, const struct bench_model *m)
{
    print_case(m->name, &m->c);
    printf("  %-28s %9s %8s %9s %9s\n", "", "ms", "share", "GFLOP/s", "fraction");
    if (r->what & BENCH_STEP) {
        double sum = 0.0;
        for (size_t i = 0; i < m->step.n_parts; i++)
            sum += m->step.parts[i].seconds;
        for (size_t i = 0; i < m->step.n_parts; i++)
            print_part(&m->step.parts[i], sum, m->step.rate.machine);
        print_rate("training step", &m->step.rate, &m->c);
    }
    if (r->what & BENCH_EVAL) {
        print_rate("evaluation, wide", &m->wide, &m->c);
        print_rate(m->c.shape.head != NULL ? "evaluation, one sequence" : "evaluation, one stream",
                   &m->stream, &m->c);
    }
    if (r->what & BENCH_SAMPLE) {
        const struct bench_sampling *p = &m->sampling;
        printf("  %-28s %9.2f %8s %4.1f GB/s %9.2f %9.0f words/s\n", "sampling, a word",
               1e3 / p->words_per_second, "", 1e-9 * p->bytes_per_second,
               p->bytes_per_second / p->bandwidth, p->words_per_second);
    }
    if (r->what & BENCH_FILES)
        printf("  %-28s %9.2f\n", "loading the model", 1e3 * m->loading);
}

void bench_print_table(const struct bench_report *r)
{
    const struct bench_gemm *g = &r->first, *h = &r->last;
    printf("sgemm %dx%dx%d, GFLOP/s at first and at last: %s %.1f, %.1f", BENCH_GEMM_ROWS,
           BENCH_GEMM_ROWS, BENCH_GEMM_ROWS, r->info.matrices, g->own, h->own);
    if (!r->info.has_blas)
        printf("; there is no BLAS to compare with");
    else if (strcmp(r->info.matrices, r->info.blas) != 0)
        printf("; %s %.1f, %.1f", r->info.blas, g->blas, h->blas);
    printf("\n%d thread%s, kernels %s\n", r->info.threads, r->info.threads == 1 ? "" : "s",
           r->info.kernels);
    puts(
        "fraction: of the faster product's rate just before and after; of the memory's for a word");
    for (size_t i = 0; i < r->n_models; i++)
        print_model(r, &r->models[i]);
    if (r->n_text > 0)
        puts("\ntext to word ids, counted and encoded by one thread");
    for (size_t i = 0; i < r->n_text; i++)
        printf("  %-28s %9.1f MB/s\n", r->text[i].tokenizer, 1e-6 * r->text[i].bytes_per_second);
}

/* --- the object --- */

static void add_speed(struct record *r, const struct bench_rate *rate, const struct bench_case *c)
{
    const bool of_words = strcmp(bench_unit(c), "words") == 0;
    record_add_real(r, of_words ? "words_per_second" : "sequences_per_second",
                    rate->units_per_second, 0);
    record_add_real(r, "gflops", rate->gflops, 1);
    record_add_real(r, "fraction", rate->gflops / rate->machine, 2);
}

static void add_rate(struct record *r, const char *name, const struct bench_rate *rate,
                     const struct bench_case *c)
{
    record_open(r, name, "");
    record_add_real(r, "ms", 1e3 * rate->seconds, 2);
    add_speed(r, rate, c);
    record_close(r);
}

static void add_sampling(struct record *r, const struct bench_sampling *p)
{
    record_open(r, "sampling", "");
    record_add_real(r, "words_per_second", p->words_per_second, 0);
    record_add_real(r, "bytes_per_word", p->bytes_per_word, 0);
    record_add_real(r, "gbytes_per_second", 1e-9 * p->bytes_per_second, 1);
    record_add_real(r, "bandwidth_gbytes_per_second", 1e-9 * p->bandwidth, 1);
    record_add_real(r, "fraction", p->bytes_per_second / p->bandwidth, 2);
    record_close(r);
}

static void add_part(struct record *r, const struct bench_part *part, double machine)
{
    record_open_item(r);
    record_add_text(r, "name", part->name);
    if (part->layer > 0)
        record_add_int(r, "layer", (int64_t)part->layer);
    record_add_real(r, "ms", 1e3 * part->seconds, 2);
    if (part->gflops != 0.0) {
        record_add_real(r, "gflops", part->gflops, 1);
        record_add_real(r, "fraction", part->gflops / machine, 2);
    }
    record_close(r);
}

static void add_parts(struct record *r, const struct bench_step *step)
{
    record_open_list(r, "parts");
    for (size_t i = 0; i < step->n_parts; i++)
        add_part(r, &step->parts[i], step->rate.machine);
    record_close(r);
}

static void add_labels(struct record *r, const struct bench_case *c)
{
    record_add_text(r, "head", c->shape.head->name);
    record_add_int(r, "directions", (int64_t)model_shape_directions(&c->shape));
    record_add_int(r, "labels", (int64_t)c->shape.C);
    record_add_int(r, "features", (int64_t)c->shape.n_features);
    record_add_int(r, "least_steps", (int64_t)c->least);
}

static void add_shape(struct record *r, const struct bench_case *c)
{
    record_add_text(r, "cell", c->shape.cell->name);
    record_add_int(r, "hidden", (int64_t)c->shape.H[0]);
    record_add_int(r, "layers", (int64_t)c->shape.L);
    record_add_int(r, "vocab", (int64_t)c->shape.V);
    if (c->shape.head != NULL)
        add_labels(r, c);
    record_add_int(r, "batch", (int64_t)c->B);
    record_add_int(r, "steps", (int64_t)c->T);
}

static void add_model(struct record *r, unsigned what, const struct bench_model *m)
{
    record_open_item(r);
    record_add_text(r, "name", m->name);
    if (what & BENCH_STEP) {
        record_add_real(r, "step_ms", 1e3 * m->step.rate.seconds, 2);
        add_speed(r, &m->step.rate, &m->c);
    }
    add_shape(r, &m->c);
    if (what & BENCH_STEP)
        add_parts(r, &m->step);
    if (what & BENCH_EVAL) {
        add_rate(r, "wide_evaluation", &m->wide, &m->c);
        add_rate(r, m->c.shape.head != NULL ? "one_sequence_evaluation" : "one_stream_evaluation",
                 &m->stream, &m->c);
    }
    if (what & BENCH_SAMPLE)
        add_sampling(r, &m->sampling);
    if (what & BENCH_FILES)
        record_add_real(r, "loading_ms", 1e3 * m->loading, 2);
    record_close(r);
}

static void add_text(struct record *r, const struct bench_report *b)
{
    record_open(r, "text_mbytes_per_second", "");
    for (size_t i = 0; i < b->n_text; i++)
        record_add_real(r, b->text[i].tokenizer, 1e-6 * b->text[i].bytes_per_second, 1);
    record_close(r);
}

static void add_report(struct record *r, const struct bench_report *b)
{
    record_add_real(r, "sgemm_gflops", bench_gemm_between(&b->first, &b->last), 1);
    record_add_real(r, "own_sgemm_gflops", (b->first.own + b->last.own) / 2.0, 1);
    if (b->info.has_blas)
        record_add_real(r, "blas_sgemm_gflops", (b->first.blas + b->last.blas) / 2.0, 1);
    record_add_int(r, "threads", b->info.threads);
    record_add_text(r, "kernels", b->info.kernels);
    record_add_text(r, "matrices", b->info.matrices);
    record_add_text(r, "blas", b->info.blas);
    record_open_list(r, "presets");
    for (size_t i = 0; i < b->n_models; i++)
        add_model(r, b->what, &b->models[i]);
    record_close(r);
    if (b->n_text > 0)
        add_text(r, b);
}

enum status bench_print_json(const struct bench_report *b, struct err *err)
{
    struct record r = {0};
    add_report(&r, b);
    const enum status status = record_print(&r, RECORD_JSON, err);
    record_fini(&r);
    return status;
}
