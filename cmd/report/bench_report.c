#include "cmd/report/bench_report.h"

#include <stdio.h>
#include <string.h>

#include "lib/file/json.h"

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

static void print_rate(const char *name, const struct bench_rate *rate)
{
    printf("  %-28s %9.2f %8s %9.1f %9.2f %9.0f words/s\n", name, 1e3 * rate->seconds, "",
           rate->gflops, rate->gflops / rate->machine, rate->words_per_second);
}

static void print_model(const struct bench_report *r, const struct bench_model *m)
{
    const struct model_shape *s = &m->c.shape;
    char layers[MODEL_LAYERS_TEXT];
    printf("\n%s: %s %s, vocabulary %zu, batch %zu, steps %zu\n", m->name,
           model_layers_text(layers, s), s->cell->name, s->V, m->c.B, m->c.T);
    printf("  %-28s %9s %8s %9s %9s\n", "", "ms", "share", "GFLOP/s", "fraction");
    if (r->what & BENCH_STEP) {
        double sum = 0.0;
        for (size_t i = 0; i < m->step.n_parts; i++)
            sum += m->step.parts[i].seconds;
        for (size_t i = 0; i < m->step.n_parts; i++)
            print_part(&m->step.parts[i], sum, m->step.rate.machine);
        print_rate("training step", &m->step.rate);
    }
    if (r->what & BENCH_EVAL) {
        print_rate("evaluation, wide", &m->wide);
        print_rate("evaluation, one stream", &m->stream);
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
    if (strcmp(r->info.matrices, r->info.blas) != 0)
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

/* Sets o[key] to what `make` builds. */
static enum status set_object(struct json *o, const char *key,
                              enum status (*fill)(struct json *, const void *, struct err *),
                              const void *what, struct err *err)
{
    struct json *inner;
    TRY(json_new_object(&inner, err));
    const enum status status = fill(inner, what, err);
    if (status != ST_OK) {
        json_free(inner);
        return status;
    }
    return json_set_value(o, key, inner, err);
}

static enum status fill_rate(struct json *o, const void *what, struct err *err)
{
    const struct bench_rate *rate = what;
    TRY(json_set_double(o, "ms", 1e3 * rate->seconds, err));
    TRY(json_set_double(o, "words_per_second", rate->words_per_second, err));
    TRY(json_set_double(o, "gflops", rate->gflops, err));
    return json_set_double(o, "fraction", rate->gflops / rate->machine, err);
}

static enum status fill_sampling(struct json *o, const void *what, struct err *err)
{
    const struct bench_sampling *p = what;
    TRY(json_set_double(o, "words_per_second", p->words_per_second, err));
    TRY(json_set_double(o, "bytes_per_word", p->bytes_per_word, err));
    TRY(json_set_double(o, "gbytes_per_second", 1e-9 * p->bytes_per_second, err));
    TRY(json_set_double(o, "bandwidth_gbytes_per_second", 1e-9 * p->bandwidth, err));
    return json_set_double(o, "fraction", p->bytes_per_second / p->bandwidth, err);
}

static enum status fill_part(struct json *o, const struct bench_part *part, double machine,
                             struct err *err)
{
    TRY(json_set_string(o, "name", part->name, err));
    if (part->layer > 0)
        TRY(json_set_int(o, "layer", (int64_t)part->layer, err));
    TRY(json_set_double(o, "ms", 1e3 * part->seconds, err));
    if (part->gflops == 0.0)
        return ST_OK;
    TRY(json_set_double(o, "gflops", part->gflops, err));
    return json_set_double(o, "fraction", part->gflops / machine, err);
}

static enum status fill_parts(struct json *list, const struct bench_step *step, struct err *err)
{
    for (size_t i = 0; i < step->n_parts; i++) {
        struct json *o;
        TRY(json_new_object(&o, err));
        const enum status status = fill_part(o, &step->parts[i], step->rate.machine, err);
        if (status != ST_OK) {
            json_free(o);
            return status;
        }
        TRY(json_append_value(list, o, err));
    }
    return ST_OK;
}

static enum status set_step(struct json *o, const struct bench_rate *rate, struct err *err)
{
    TRY(json_set_double(o, "step_ms", 1e3 * rate->seconds, err));
    TRY(json_set_double(o, "words_per_second", rate->words_per_second, err));
    TRY(json_set_double(o, "gflops", rate->gflops, err));
    return json_set_double(o, "fraction", rate->gflops / rate->machine, err);
}

static enum status set_shape(struct json *o, const struct bench_case *c, struct err *err)
{
    TRY(json_set_string(o, "cell", c->shape.cell->name, err));
    TRY(json_set_int(o, "hidden", (int64_t)c->shape.H[0], err));
    TRY(json_set_int(o, "layers", (int64_t)c->shape.L, err));
    TRY(json_set_int(o, "vocab", (int64_t)c->shape.V, err));
    TRY(json_set_int(o, "batch", (int64_t)c->B, err));
    return json_set_int(o, "steps", (int64_t)c->T, err);
}

static enum status set_parts(struct json *o, const struct bench_step *step, struct err *err)
{
    struct json *list;
    TRY(json_new_array(&list, err));
    const enum status status = fill_parts(list, step, err);
    if (status != ST_OK) {
        json_free(list);
        return status;
    }
    return json_set_value(o, "parts", list, err);
}

static enum status fill_model(struct json *o, const struct bench_report *r,
                              const struct bench_model *m, struct err *err)
{
    TRY(json_set_string(o, "name", m->name, err));
    if (r->what & BENCH_STEP)
        TRY(set_step(o, &m->step.rate, err));
    TRY(set_shape(o, &m->c, err));
    if (r->what & BENCH_STEP)
        TRY(set_parts(o, &m->step, err));
    if (r->what & BENCH_EVAL) {
        TRY(set_object(o, "wide_evaluation", fill_rate, &m->wide, err));
        TRY(set_object(o, "one_stream_evaluation", fill_rate, &m->stream, err));
    }
    if (r->what & BENCH_SAMPLE)
        TRY(set_object(o, "sampling", fill_sampling, &m->sampling, err));
    return r->what & BENCH_FILES ? json_set_double(o, "loading_ms", 1e3 * m->loading, err) : ST_OK;
}

static enum status fill_models(struct json *list, const struct bench_report *r, struct err *err)
{
    for (size_t i = 0; i < r->n_models; i++) {
        struct json *o;
        TRY(json_new_object(&o, err));
        const enum status status = fill_model(o, r, &r->models[i], err);
        if (status != ST_OK) {
            json_free(o);
            return status;
        }
        TRY(json_append_value(list, o, err));
    }
    return ST_OK;
}

static enum status fill_text(struct json *o, const void *what, struct err *err)
{
    const struct bench_report *r = what;
    for (size_t i = 0; i < r->n_text; i++)
        TRY(json_set_double(o, r->text[i].tokenizer, 1e-6 * r->text[i].bytes_per_second, err));
    return ST_OK;
}

static enum status fill_report(struct json *o, const struct bench_report *r, struct err *err)
{
    struct json *list;
    TRY(json_set_double(o, "sgemm_gflops", bench_gemm_between(&r->first, &r->last), err));
    TRY(json_set_double(o, "own_sgemm_gflops", (r->first.own + r->last.own) / 2.0, err));
    TRY(json_set_double(o, "blas_sgemm_gflops", (r->first.blas + r->last.blas) / 2.0, err));
    TRY(json_set_int(o, "threads", r->info.threads, err));
    TRY(json_set_string(o, "kernels", r->info.kernels, err));
    TRY(json_set_string(o, "matrices", r->info.matrices, err));
    TRY(json_set_string(o, "blas", r->info.blas, err));
    TRY(json_new_array(&list, err));
    const enum status status = fill_models(list, r, err);
    if (status != ST_OK) {
        json_free(list);
        return status;
    }
    TRY(json_set_value(o, "presets", list, err));
    return r->n_text > 0 ? set_object(o, "text_mbytes_per_second", fill_text, r, err) : ST_OK;
}

enum status bench_print_json(const struct bench_report *r, struct err *err)
{
    struct json *o;
    struct buf text = {0};
    TRY(json_new_object(&o, err));
    enum status status = fill_report(o, r, err);
    if (status == ST_OK)
        status = json_format(o, &text, false, err);
    if (status == ST_OK)
        puts(text.data);
    buf_fini(&text);
    json_free(o);
    return status;
}
