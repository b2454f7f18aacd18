/* ptblm bench: training steps beside this machine's own matrix product. */
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/common.h"
#include "cmd/report.h"
#include "lib/model/compute.h"
#include "lib/model/json.h"
#include "lib/task/bench.h"
#include "lib/task/preset.h"

enum { GEMM_ROWS = 2048, VOCABULARY = 10000, PRESETS_MAX = 8 };

struct values {
    const char *preset;
    int64_t repeats;
    bool json;
    struct common_values common;
};

static const char *const all = "all";

/* "all", then the presets but "test", whose step is too short to time. */
static const char *choice_at(size_t i)
{
    if (i == 0)
        return all;
    return preset_at(i) != NULL ? preset_at(i)->name : NULL;
}

#define FIELD(member) offsetof(struct values, member)

static const struct option_def rows[] = {
    {"preset", 'p', OPTION_CHOICE, FIELD(preset), 0, 0, "all", choice_at, "NAME", "what to time"},
    {"repeats", 'n', OPTION_INT, FIELD(repeats), 1, 100000, "9", NULL, "N",
     "measurements of which the median is taken"},
    {"json", 'j', OPTION_FLAG, FIELD(json), 0, 0, NULL, NULL, NULL, "print one JSON object"},
    COMMON_THREADS(struct values, common),
    COMMON_QUIET(struct values, common),
};

/* What a run measures. */
struct bench {
    const struct values *v;
    struct compute_info info;
    double gemm; /* mean of the measurements, which stand around every preset */
    int n_gemm;
    const struct preset *presets[PRESETS_MAX];
    struct bench_step steps[PRESETS_MAX];
    size_t n;
};

static double fraction(const struct bench *b, size_t i)
{
    return b->steps[i].gflops / b->gemm;
}

static enum status time_gemm(struct bench *b, struct err *err)
{
    double gflops;
    report_live("timing sgemm");
    double own;
    TRY(compute_gemm_rate(true, GEMM_ROWS, (int)b->v->repeats, &gflops, err));
    TRY(compute_gemm_rate(false, GEMM_ROWS, (int)b->v->repeats, &own, err));
    gflops = own > gflops ? own : gflops;
    b->gemm = (b->gemm * b->n_gemm + gflops) / (b->n_gemm + 1);
    b->n_gemm++;
    return ST_OK;
}

static enum status time_preset(struct bench *b, const struct preset *p, struct err *err)
{
    const struct model_shape shape = {.V = VOCABULARY,
                                      .E = (size_t)p->hidden,
                                      .H = (size_t)p->hidden,
                                      .L = (size_t)p->layers,
                                      .cell = cell_find("lstm")};
    report_live("timing %s", p->name);
    TRY(bench_training_step(&b->steps[b->n], &shape, (size_t)p->batch, (size_t)p->steps, p->dropout,
                            (int)b->v->repeats, err));
    b->presets[b->n++] = p;
    return time_gemm(b, err);
}

static enum status add_step(struct json *list, const struct bench *b, size_t i, struct err *err)
{
    struct json *o;
    enum status status;
    TRY(json_new_object(&o, err));
    TRY_OUT(json_set_string(o, "name", b->presets[i]->name, err));
    TRY_OUT(json_set_double(o, "step_ms", b->steps[i].step_ms, err));
    TRY_OUT(json_set_double(o, "words_per_second", b->steps[i].words_per_second, err));
    TRY_OUT(json_set_double(o, "gflops", b->steps[i].gflops, err));
    TRY_OUT(json_set_double(o, "fraction", fraction(b, i), err));
    return json_append_value(list, o, err);
out:
    json_free(o);
    return status;
}

static enum status describe(struct json *o, const struct bench *b, struct err *err)
{
    struct json *list;
    TRY(json_set_double(o, "sgemm_gflops", b->gemm, err));
    TRY(json_set_int(o, "threads", b->info.threads, err));
    TRY(json_set_string(o, "kernels", b->info.kernels, err));
    TRY(json_set_string(o, "blas", b->info.blas, err));
    TRY(json_new_array(&list, err));
    for (size_t i = 0; i < b->n; i++) {
        const enum status status = add_step(list, b, i, err);
        if (status != ST_OK) {
            json_free(list);
            return status;
        }
    }
    return json_set_value(o, "presets", list, err);
}

static enum status print_json(const struct bench *b, struct err *err)
{
    struct json *o;
    struct buf text = {0};
    TRY(json_new_object(&o, err));
    enum status status = describe(o, b, err);
    if (status == ST_OK)
        status = json_format(o, &text, false, err);
    if (status == ST_OK)
        puts(text.data);
    buf_fini(&text);
    json_free(o);
    return status;
}

static void print_table(const struct bench *b)
{
    printf("sgemm %dx%dx%d: %.1f GFLOP/s (%s, %d thread%s, kernels %s)\n", GEMM_ROWS, GEMM_ROWS,
           GEMM_ROWS, b->gemm, b->info.blas, b->info.threads, b->info.threads == 1 ? "" : "s",
           b->info.kernels);
    printf("%-8s %5s %6s %6s %10s %10s %10s %9s\n", "preset", "H", "batch", "steps", "step ms",
           "words/s", "GFLOP/s", "fraction");
    for (size_t i = 0; i < b->n; i++) {
        const struct preset *p = b->presets[i];
        const struct bench_step *step = &b->steps[i];
        printf("%-8s %5d %6d %6d %10.1f %10.0f %10.1f %9.2f\n", p->name, p->hidden, p->batch,
               p->steps, step->step_ms, step->words_per_second, step->gflops, fraction(b, i));
    }
}

static enum status run(const struct invocation *call, struct err *err)
{
    const struct values *v = call->values;
    struct bench b = {.v = v};
    compute_set_threads(common_threads(&v->common));
    compute_get(&b.info);
    TRY(time_gemm(&b, err));
    for (size_t i = 1; preset_at(i) != NULL && b.n < PRESETS_MAX; i++)
        if (strcmp(v->preset, all) == 0 || strcmp(v->preset, preset_at(i)->name) == 0)
            TRY(time_preset(&b, preset_at(i), err));
    report_live_end();
    if (v->json)
        return print_json(&b, err);
    print_table(&b);
    return ST_OK;
}

const struct command cmd_bench = {
    .name = "bench",
    .summary = "speed of training steps against this machine's matrix product",
    .operands = "",
    .example = "ptblm bench --preset medium",
    .options = {rows, sizeof rows / sizeof *rows},
    .values_size = sizeof(struct values),
    .run = run,
};
