/* ptblm info: what a model file holds. */
#include "cmd/command.h"
#include "cmd/option/common.h"
#include "cmd/option/model_options.h"
#include "cmd/report/record.h"
#include "lib/task/use/lm.h"
#include "vocab/tokenizer/bpe.h"

struct values {
    bool json;
    struct model_values model;
    struct common_values common;
};

#define FIELD(member) offsetof(struct values, member)

static const struct setting rows[] = {
    {.name = "json",
     .letter = 'j',
     .type = SETTING_FLAG,
     .offset = FIELD(json),
     .help = "print one JSON object"},
    {.name = NULL},
};

static const struct setting_group options[] = {
    {.title = "Options", .rows = rows},
    {.rows = model_vocab_rows, .offset = offsetof(struct values, model)},
    {.rows = common_quiet_rows, .offset = offsetof(struct values, common)},
    {.rows = NULL},
};

/* One number, or one for each layer where they differ. */
static void add_hidden(struct record *r, const struct model_shape *s)
{
    char widths[MODEL_LAYERS_TEXT];
    if (model_shape_is_even(s))
        record_add_int(r, "hidden", (int64_t)s->H[0]);
    else
        record_add_text(r, "hidden", model_layers_text(widths, s));
}

static void add_input(struct record *r, const struct model_shape *s)
{
    if (s->V == 0) {
        record_add_int(r, "numbers", (int64_t)s->E);
        return;
    }
    record_add_int(r, "embedding", (int64_t)s->E);
    record_add_int(r, "vocabulary", (int64_t)s->V);
    if (s->n_features > 0)
        record_add_int(r, "features", (int64_t)s->n_features);
}

static void add_labels(struct record *r, const struct lm *lm)
{
    const struct model_shape *s = &lm->model->shape;
    record_add_text(r, "task", s->head->targets == HEAD_PER_STEP ? "label" : "classify");
    record_add_text(r, "head", s->head->name);
    record_add_text(r, "directions", s->bidirectional ? "both" : "one");
    record_add_int(r, "labels", (int64_t)s->C);
}

/* How text becomes words. */
static void add_reading(struct record *r, const struct lm *lm)
{
    record_add_text(r, "tokenizer", lm->tokenizer->name);
    if (lm->learned != NULL)
        record_add_int(r, "merges", (int64_t)bpe_n_merges(lm->learned->bpe));
    if (lm->markers.bos[0] != '\0')
        record_add_text(r, "bos", lm->markers.bos);
    if (lm->markers.eos[0] != '\0')
        record_add_text(r, "eos", lm->markers.eos);
    if (lm->markers.unk[0] != '\0')
        record_add_text(r, "unk", lm->markers.unk);
    if (lm->notes.markers[MODEL_NORMALIZE].len > 0)
        record_add_text(r, "normalize", lm->notes.markers[MODEL_NORMALIZE].data);
}

static void add_facts(struct record *r, const struct lm *lm)
{
    const struct model_shape *s = &lm->model->shape;
    char types[MODEL_TYPES_TEXT];
    record_add_path(r, "model", lm->path);
    if (s->head != NULL)
        add_labels(r, lm);
    record_add_text(r, "cell", s->cell->name);
    record_add_int(r, "layers", (int64_t)s->L);
    add_hidden(r, s);
    add_input(r, s);
    record_add_int(r, "weights", (int64_t)model_size(lm->model));
    record_add_text(r, "dtype", model_types_text(types, lm->notes.origin.types));
    if (lm->notes.origin.prefix[0] != '\0')
        record_add_text(r, "prefix", lm->notes.origin.prefix);
    if (s->head == NULL)
        record_add_text(r, "tied", s->tied ? "yes" : "no");
    if (s->sums_layers)
        record_add_text(r, "sum_of_layers", "yes");
    if (lm->notes.tokenizer.len > 0 || s->head == NULL)
        add_reading(r, lm);
    record_add_text(r, "checksum", lm->notes.has_checksum ? "right" : "none");
}

static void add_tensors(struct record *r, const struct model *m)
{
    record_open(r, "tensors", "tensor ");
    for (size_t i = 0; i < m->params.n; i++) {
        const struct param *p = &m->params.items[i];
        record_add_shape(r, p->name, p->rows, p->cols);
    }
    record_close(r);
}

static enum status add_training(struct record *r, const struct lm *lm, struct err *err)
{
    struct json *training;
    TRY(lm_read_training(lm, &training, err));
    if (training != NULL)
        record_add_json(r, "training", training);
    return ST_OK;
}

/* The long list of tensors comes last for people; programs do not mind. */
static enum status print(const struct lm *lm, bool json, struct err *err)
{
    struct record r = {0};
    enum status status;
    add_facts(&r, lm);
    if (json)
        add_tensors(&r, lm->model);
    TRY_OUT(add_training(&r, lm, err));
    if (!json)
        add_tensors(&r, lm->model);
    status = record_print(&r, json ? RECORD_JSON : RECORD_LINES, err);
out:
    record_fini(&r);
    return status;
}

static enum status run(const struct invocation *call, struct err *err)
{
    const struct values *v = call->values;
    struct lm lm;
    bool labels;
    TRY(lm_gives_labels(call->operands[0], &labels, err));
    TRY(labels ? lm_open_any(&lm, call->operands[0], err)
               : model_open(&lm, call->operands[0], &v->model, NULL, err));
    const enum status status = print(&lm, v->json, err);
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
