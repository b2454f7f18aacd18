/* ptblm bench: the speed of the work, compared with this machine's matrix product. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/bench/bench_shape.h"
#include "cmd/command.h"
#include "cmd/interrupt.h"
#include "cmd/option/common.h"
#include "cmd/report/bench_report.h"
#include "cmd/report/report.h"
#include "lib/base/io/io.h"
#include "lib/base/mem.h"
#include "lib/task/settings/preset.h"

enum { STREAM_STEPS = 100 };

struct values {
    const char *preset, *measure;
    struct bench_shape shape;
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

static const struct {
    const char *name;
    unsigned what;
} measures[] = {{"all", BENCH_ALL},
                {"step", BENCH_STEP},
                {"eval", BENCH_EVAL},
                {"sample", BENCH_SAMPLE},
                {"files", BENCH_FILES}};

static const char *measure_at(size_t i)
{
    return i < sizeof measures / sizeof *measures ? measures[i].name : NULL;
}

static unsigned measure_of(const char *name)
{
    size_t i = 0;
    while (strcmp(measures[i].name, name) != 0)
        i++;
    return measures[i].what;
}

#define FIELD(member) offsetof(struct values, member)

static const struct setting rows[] = {
    {.name = "preset",
     .letter = 'p',
     .type = SETTING_CHOICE,
     .offset = FIELD(preset),
     .dflt = "all",
     .choice_at = choice_at,
     .value_name = "NAME",
     .help = "the models to time"},
    {.name = "measure",
     .letter = 'm',
     .type = SETTING_CHOICE,
     .offset = FIELD(measure),
     .dflt = "all",
     .choice_at = measure_at,
     .value_name = "NAME",
     .help = "what to time"},
    {.name = "cell",
     .type = SETTING_CHOICE,
     .offset = FIELD(shape.cell),
     .dflt = "lstm",
     .choice_at = cell_name_at,
     .value_name = "NAME",
     .help = "recurrent cell of the models"},
    {.name = "hidden",
     .letter = 'H',
     .type = SETTING_INT,
     .offset = FIELD(shape.hidden),
     .min = 1,
     .max = MODEL_UNITS_MAX,
     .value_name = "N",
     .help = "units of a layer, and of the embedding, instead of the preset's"},
    {.name = "layers",
     .letter = 'L',
     .type = SETTING_INT,
     .offset = FIELD(shape.layers),
     .min = 1,
     .max = MODEL_LAYERS_MAX,
     .value_name = "N",
     .help = "layers, instead of the preset's"},
    {.name = "vocab",
     .letter = 'V',
     .type = SETTING_INT,
     .offset = FIELD(shape.vocab),
     .min = 1,
     .max = 10000000,
     .dflt = "10000",
     .value_name = "N",
     .help = "words of the vocabulary"},
    {.name = "batch",
     .letter = 'b',
     .type = SETTING_INT,
     .offset = FIELD(shape.batch),
     .min = 1,
     .max = 4096,
     .value_name = "N",
     .help = "streams or sequences side by side, instead of the preset's"},
    {.name = "steps",
     .letter = 't',
     .type = SETTING_INT,
     .offset = FIELD(shape.steps),
     .min = 1,
     .max = 4096,
     .value_name = "N",
     .help = "words of a window, or of the longest sequence, instead"},
    {.name = "repeats",
     .letter = 'n',
     .type = SETTING_INT,
     .offset = FIELD(repeats),
     .min = 1,
     .max = 100000,
     .dflt = "9",
     .value_name = "N",
     .help = "measurements of which the median is taken"},
    {.name = "json",
     .letter = 'j',
     .type = SETTING_FLAG,
     .offset = FIELD(json),
     .help = "print one JSON object"},
    {.name = NULL},
};

static const struct setting_group options[] = {
    {.title = "Options", .rows = rows},
    {.rows = common_compute_rows, .offset = offsetof(struct values, common)},
    {.rows = common_quiet_rows, .offset = offsetof(struct values, common)},
    {.rows = NULL},
};

static enum status time_gemm(struct bench_gemm *g, const struct values *v, struct err *err)
{
    const int repeats = (int)v->repeats;
    report_live("timing sgemm");
    struct compute_info info;
    compute_get(&info);
    TRY(compute_gemm_rate(false, BENCH_GEMM_ROWS, repeats, &g->own, err));
    return info.has_blas ? compute_gemm_rate(true, BENCH_GEMM_ROWS, repeats, &g->blas, err) : ST_OK;
}

/* Ends the measurement of `rate` with one of the machine's rate, which also begins the next. */
static enum status set_machine(struct bench_rate *rate, struct bench_report *r,
                               const struct values *v, struct err *err)
{
    const struct bench_gemm before = r->last;
    TRY(time_gemm(&r->last, v, err));
    rate->machine = bench_gemm_between(&before, &r->last);
    return ST_OK;
}

static enum status model_of(struct bench_model *m, const struct values *v, const struct preset *p,
                            struct err *err)
{
    *m = (struct bench_model){.name = bench_shape_is_given(&v->shape) ? "custom" : p->name};
    TRY(bench_shape_fill(&m->c, &v->shape, p, err));
    m->c.repeats = (int)v->repeats;
    return ST_OK;
}

/* "all" are the language models of the tutorial. A given shape replaces the preset's, so only the
 * first of them is then timed. */
static bool is_timed(const struct values *v, const struct preset *p)
{
    if (strcmp(v->preset, all) != 0)
        return strcmp(v->preset, p->name) == 0;
    if (bench_shape_of_labels(p) || p->fits_text)
        return false;
    return !bench_shape_is_given(&v->shape) || p == preset_at(1);
}

static enum status check_memory(const struct values *v, unsigned what, struct err *err)
{
    for (size_t i = 1; preset_at(i) != NULL; i++) {
        struct bench_model m;
        char work[64];
        if (!is_timed(v, preset_at(i)))
            continue;
        TRY(model_of(&m, v, preset_at(i), err));
        snprintf(work, sizeof work, "timing %.40s", m.name);
        TRY(common_check_memory(
            work, bench_bytes(&m.c, what),
            "a smaller --hidden, --layers, --vocab, --batch or --steps, or another --preset,",
            err));
    }
    return ST_OK;
}

static enum status time_loading(struct bench_model *m, const char *directory, struct err *err)
{
    char *path = io_join(directory, "model.safetensors", err);
    if (path == NULL)
        return ST_NOMEM;
    interrupt_remove(path);
    const enum status status = bench_loading(&m->loading, &m->c, path, err);
    unlink(path);
    interrupt_forget();
    mem_free(path);
    return status;
}

static enum status time_evaluation(struct bench_report *r, struct bench_model *m,
                                   const struct values *v, struct err *err)
{
    struct bench_case one = m->c; /* one stream, or the longest sequence */
    one.B = 1;
    if (m->c.shape.head == NULL)
        one.T = STREAM_STEPS;
    TRY(bench_scoring(&m->wide, &m->c, err));
    TRY(set_machine(&m->wide, r, v, err));
    TRY(bench_scoring(&m->stream, &one, err));
    return set_machine(&m->stream, r, v, err);
}

static enum status time_model(struct bench_report *r, const struct values *v,
                              const struct preset *p, const char *directory, struct err *err)
{
    struct bench_model *m = &r->models[r->n_models];
    TRY(model_of(m, v, p, err));
    report_live("timing %s", m->name);
    if (r->what & BENCH_STEP) {
        TRY(bench_training(&m->step, &m->c, err));
        TRY(set_machine(&m->step.rate, r, v, err));
    }
    if (r->what & BENCH_EVAL)
        TRY(time_evaluation(r, m, v, err));
    if (r->what & BENCH_SAMPLE)
        TRY(bench_sampling(&m->sampling, &m->c, err));
    if (r->what & BENCH_FILES)
        TRY(time_loading(m, directory, err));
    r->n_models++;
    return ST_OK;
}

static enum status time_all(struct bench_report *r, const struct values *v, const char *directory,
                            struct err *err)
{
    TRY(time_gemm(&r->first, v, err));
    r->last = r->first;
    for (size_t i = 1; preset_at(i) != NULL && r->n_models < BENCH_MODELS_MAX; i++)
        if (is_timed(v, preset_at(i)))
            TRY(time_model(r, v, preset_at(i), directory, err));
    return r->what & BENCH_FILES ? bench_time_text(r, (size_t)v->repeats, directory, err) : ST_OK;
}

/* A given shape replaces all presets; only training and evaluation have windows. */
static enum status check_windows(const struct invocation *call, unsigned what, struct err *err)
{
    const struct values *v = call->values;
    static const char *const windows[] = {"batch", "steps"};
    if (invocation_given(call, "preset") && strcmp(v->preset, all) == 0 &&
        bench_shape_is_given(&v->shape))
        return err_set(err, ST_USAGE,
                       "--preset all times the presets as they are: name the one that the other "
                       "options change, or leave it out");
    for (size_t i = 0; i < sizeof windows / sizeof *windows; i++)
        if (invocation_given(call, windows[i]) && !(what & (BENCH_STEP | BENCH_EVAL)))
            return err_set(err, ST_USAGE, "--%s has no part in --measure %s: leave it out",
                           windows[i], v->measure);
    return ST_OK;
}

/* A model of labels draws no words, and may read none. */
static enum status check_labels(const struct invocation *call, const struct preset *p,
                                unsigned what, struct err *err)
{
    const struct values *v = call->values;
    if (what == BENCH_SAMPLE || what == BENCH_FILES)
        return err_set(err, ST_USAGE,
                       "--measure %s is of language models: the preset '%s' has a training step "
                       "and an evaluation",
                       v->measure, p->name);
    if (invocation_given(call, "vocab") && !bench_shape_has_words(p))
        return err_set(err, ST_USAGE,
                       "--vocab has no part in --preset %s, which reads no words: leave it out",
                       p->name);
    return ST_OK;
}

/* What is to be timed: of "all", what the models have. */
static enum status decide(const struct invocation *call, unsigned *what, struct err *err)
{
    const struct values *v = call->values;
    const struct preset *p = preset_find(v->preset);
    *what = measure_of(v->measure);
    TRY(check_windows(call, *what, err));
    if (p == NULL || !bench_shape_of_labels(p))
        return ST_OK;
    TRY(check_labels(call, p, *what, err));
    *what &= BENCH_STEP | BENCH_EVAL;
    return ST_OK;
}

static enum status run(const struct invocation *call, struct err *err)
{
    const struct values *v = call->values;
    struct bench_report r = {0};
    char directory[4096] = "";
    const char *place = getenv("TMPDIR");
    TRY(decide(call, &r.what, err));
    TRY(check_memory(v, r.what, err));
    TRY(common_compute(&v->common, err));
    compute_get(&r.info);
    if (r.what & BENCH_FILES) {
        snprintf(directory, sizeof directory, "%s/ptblm-bench-XXXXXX",
                 place != NULL && *place != '\0' ? place : "/tmp");
        interrupt_remove(directory); /* mkdtemp fills in the name before it creates it */
        if (mkdtemp(directory) == NULL) {
            interrupt_forget();
            return err_set(
                err, ST_IO,
                "cannot create the directory '%s' for the files to be timed: set TMPDIR, "
                "or leave them out with --measure",
                directory);
        }
    }
    const enum status status = time_all(&r, v, directory, err);
    if (r.what & BENCH_FILES) {
        rmdir(directory);
        interrupt_forget();
    }
    report_live_end();
    if (status != ST_OK)
        return status;
    if (v->json)
        return bench_print_json(&r, err);
    bench_print_table(&r);
    return ST_OK;
}

const struct command cmd_bench = {
    .name = "bench",
    .summary = "speed of the work, compared with this machine's matrix product",
    .operands = "",
    .example = "ptblm bench --preset medium\n"
               "ptblm bench --preset chunks --threads 1\n"
               "ptblm bench --hidden 400 --layers 3 --measure step",
    .options = options,
    .values_size = sizeof(struct values),
    .run = run,
};
