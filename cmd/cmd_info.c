/* ptblm info: what a model file holds. */
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/option/common.h"
#include "cmd/report/report.h"
#include "lib/file/json.h"
#include "lib/task/use/lm.h"

struct values {
    bool json;
    const char *vocab;
    struct common_values common;
};

#define FIELD(member) offsetof(struct values, member)

static const struct setting rows[] = {
    {.name = "json",
     .letter = 'j',
     .type = SETTING_FLAG,
     .offset = FIELD(json),
     .help = "print one JSON object"},
    {.name = "vocab",
     .type = SETTING_PATH,
     .offset = FIELD(vocab),
     .value_name = "FILE",
     .help = "vocabulary of a model file that has none"},
    {.name = NULL},
};

static const struct setting_group options[] = {
    {.title = "Options", .rows = rows},
    {.rows = common_quiet_rows, .offset = offsetof(struct values, common)},
    {.rows = NULL},
};

static enum status add_tensors(struct json *o, const struct model *m, struct err *err)
{
    struct json *tensors;
    TRY(json_new_object(&tensors, err));
    for (size_t i = 0; i < m->params.n; i++) {
        const struct param *p = &m->params.items[i];
        struct json *shape;
        enum status status = json_new_array(&shape, err);
        if (status == ST_OK) {
            status = json_append_int(shape, (int64_t)p->rows, err);
            if (status == ST_OK && p->cols > 0)
                status = json_append_int(shape, (int64_t)p->cols, err);
            if (status == ST_OK)
                status = json_set_value(tensors, p->name, shape, err);
            else
                json_free(shape);
        }
        if (status != ST_OK) {
            json_free(tensors);
            return status;
        }
    }
    return json_set_value(o, "tensors", tensors, err);
}

/* One number, or one for each layer where they differ. */
static enum status set_hidden(struct json *o, const struct model_shape *s, struct err *err)
{
    char widths[MODEL_LAYERS_TEXT];
    if (model_shape_is_even(s))
        return json_set_int(o, "hidden", (int64_t)s->H[0], err);
    return json_set_string(o, "hidden", model_layers_text(widths, s), err);
}

/* The facts in the order in which both forms show them, behind the path. */
static enum status describe(struct json *o, const struct lm *lm, struct err *err)
{
    const struct model_shape *s = &lm->model->shape;
    TRY(json_set_string(o, "cell", s->cell->name, err));
    TRY(json_set_int(o, "layers", (int64_t)s->L, err));
    TRY(set_hidden(o, s, err));
    TRY(json_set_int(o, "embedding", (int64_t)s->E, err));
    TRY(json_set_int(o, "vocabulary", (int64_t)s->V, err));
    TRY(json_set_int(o, "weights", (int64_t)model_size(lm->model), err));
    TRY(json_set_string(o, "tokenizer", lm->tokenizer->name, err));
    return json_set_string(o, "checksum", lm->notes.has_checksum ? "right" : "none", err);
}

static enum status print_json(struct json *o, const struct lm *lm, struct err *err)
{
    struct buf text = {0};
    struct json *training;
    TRY(add_tensors(o, lm->model, err));
    TRY(lm_read_training(lm, &training, err));
    if (training != NULL)
        TRY(json_set_value(o, "training", training, err));
    const enum status status = json_format(o, &text, false, err);
    if (status == ST_OK)
        puts(text.data);
    buf_fini(&text);
    return status;
}

static enum status print_path(const struct lm *lm, struct err *err)
{
    struct buf text = {0};
    const enum status status = report_escape(&text, lm->path, strlen(lm->path), err);
    if (status == ST_OK)
        printf("model %s\n", text.data);
    buf_fini(&text);
    return status;
}

/* "key value" lines of an object of plain values; a prefix for those of the training. */
static enum status print_members(const struct json *o, const char *prefix, struct err *err)
{
    const char *key;
    const struct json *value;
    void *it = NULL;
    while ((it = json_next(o, it, &key, &value)) != NULL) {
        struct buf text = {0};
        enum status status = ST_OK;
        const char *string;
        if (json_is_string(value) && json_get_string(o, key, &string, err) == ST_OK)
            status = report_escape(&text, string, strlen(string), err);
        else
            status = json_format(value, &text, false, err);
        if (status == ST_OK)
            printf("%s%s %s\n", prefix, key, text.data);
        buf_fini(&text);
        TRY(status);
    }
    return ST_OK;
}

static enum status print_lines(const struct json *o, const struct lm *lm, struct err *err)
{
    struct json *training;
    TRY(lm_read_training(lm, &training, err));
    enum status status = print_path(lm, err);
    if (status == ST_OK)
        status = print_members(o, "", err);
    if (status == ST_OK && training != NULL)
        status = print_members(training, "training.", err);
    json_free(training);
    TRY(status);
    for (size_t i = 0; i < lm->model->params.n; i++) {
        const struct param *p = &lm->model->params.items[i];
        if (p->cols > 0)
            printf("tensor %s %zu x %zu\n", p->name, p->rows, p->cols);
        else
            printf("tensor %s %zu\n", p->name, p->rows);
    }
    return ST_OK;
}

static enum status run(const struct invocation *call, struct err *err)
{
    const struct values *v = call->values;
    struct lm lm;
    struct json *o = NULL;
    enum status status;
    TRY(lm_open(&lm, call->operands[0], v->vocab, err));
    TRY_OUT(json_new_object(&o, err));
    if (v->json)
        TRY_OUT(json_set_path(o, "model", lm.path, err));
    TRY_OUT(describe(o, &lm, err));
    status = v->json ? print_json(o, &lm, err) : print_lines(o, &lm, err);
out:
    json_free(o);
    lm_close(&lm);
    return status;
}

const struct command cmd_info = {
    .name = "info",
    .summary = "what a model is: sizes, vocabulary, how it was trained",
    .operands = "MODEL",
    .min_operands = 1,
    .max_operands = 1,
    .example = "ptblm info small",
    .options = options,
    .values_size = sizeof(struct values),
    .run = run,
};
