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

enum { GEMM_ROWS = 2048, VOCABULARY = 10000 };

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

static enum status add_step(struct json *list, const char *name, const struct bench_step *step,
                            double fraction, struct err *err)
{
    struct json *o;
    enum status status;
    TRY(json_new_object(&o, err));
    TRY_OUT(json_set_string(o, "name", name, err));
    TRY_OUT(json_set_double(o, "step_ms", step->step_ms, err));
    TRY_OUT(json_set_double(o, "words_per_second", step->words_per_second, err));
    TRY_OUT(json_set_double(o, "gflops", step->gflops, err));
    TRY_OUT(json_set_double(o, "fraction", fraction, err));
    return json_append_value(list, o, err);
out:
    json_free(o);
    return status;
}

/* Times one preset, between two measurements of the product: a machine's speed drifts. */
static enum status time_preset(const struct preset *p, const struct values *v, double *gemm,
                               struct json *list, struct err *err)
{
    const struct model_shape shape = {.V = VOCABULARY,
                                      .E = (size_t)p->hidden,
                                      .H = (size_t)p->hidden,
                                      .L = (size_t)p->layers,
                                      .cell = cell_at(0)};
    struct bench_step step;
    double after;
    report_live("timing %s", p->name);
    TRY(bench_training_step(&step, &shape, (size_t)p->batch, (size_t)p->steps, p->dropout,
                            (int)v->repeats, err));
    TRY(compute_gemm_rate(GEMM_ROWS, (int)v->repeats, &after, err));
    report_live_end();
    const double fraction = step.gflops / (0.5 * (*gemm + after));
    *gemm = after;
    if (v->json)
        return add_step(list, p->name, &step, fraction, err);
    printf("%-8s %5zu %6zu %6zu %10.1f %10.0f %10.1f %9.2f\n", p->name, shape.H, (size_t)p->batch,
           (size_t)p->steps, step.step_ms, step.words_per_second, step.gflops, fraction);
    return ST_OK;
}

static enum status print_json(struct json *list, double gemm, const struct compute_info *info,
                              struct err *err)
{
    struct json *o;
    struct buf text = {0};
    enum status status = json_new_object(&o, err);
    if (status != ST_OK) {
        json_free(list);
        return status;
    }
    status = json_set_value(o, "presets", list, err);
    if (status != ST_OK)
        goto out;
    TRY_OUT(json_set_double(o, "sgemm_gflops", gemm, err));
    TRY_OUT(json_set_int(o, "threads", info->threads, err));
    TRY_OUT(json_set_string(o, "kernels", info->kernels, err));
    TRY_OUT(json_set_string(o, "blas", info->blas, err));
    TRY_OUT(json_format(o, &text, false, err));
    puts(text.data);
out:
    buf_fini(&text);
    json_free(o);
    return status;
}

static enum status time_presets(const struct values *v, double gemm, struct json *list,
                                struct err *err)
{
    for (size_t i = 1; preset_at(i) != NULL; i++)
        if (strcmp(v->preset, all) == 0 || strcmp(v->preset, preset_at(i)->name) == 0)
            TRY(time_preset(preset_at(i), v, &gemm, list, err));
    return ST_OK;
}

static enum status run(const struct invocation *call, struct err *err)
{
    const struct values *v = call->values;
    struct compute_info info;
    struct json *list;
    double gemm;
    compute_set_threads(common_threads(&v->common));
    compute_get(&info);
    report_live("timing sgemm");
    TRY(compute_gemm_rate(GEMM_ROWS, (int)v->repeats, &gemm, err));
    report_live_end();
    if (!v->json) {
        printf("sgemm %dx%dx%d: %.1f GFLOP/s (%s, %d thread%s, kernels %s)\n", GEMM_ROWS, GEMM_ROWS,
               GEMM_ROWS, gemm, info.blas, info.threads, info.threads == 1 ? "" : "s",
               info.kernels);
        printf("%-8s %5s %6s %6s %10s %10s %10s %9s\n", "preset", "H", "batch", "steps", "step ms",
               "words/s", "GFLOP/s", "fraction");
    }
    TRY(json_new_array(&list, err));
    const enum status status = time_presets(v, gemm, list, err);
    if (status == ST_OK && v->json)
        return print_json(list, gemm, &info, err);
    json_free(list);
    return status;
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
