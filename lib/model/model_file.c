#include "lib/model/model_file.h"

#include <string.h>

#include "config.h"
#include "lib/base/escape.h"
#include "lib/base/mem.h"
#include "lib/file/safetensors.h"

#define VOCAB_TENSOR  "vocab"
#define MERGES_TENSOR "merges"
#define KEY_CELL      "ptblm.cell"
#define KEY_TIED      "ptblm.tied"
#define KEY_TOKENIZER "ptblm.tokenizer"
#define KEY_TRAINING  "ptblm.training"

static const char *const marker_keys[MODEL_MARKERS] = {[MODEL_BOS] = "ptblm.bos",
                                                       [MODEL_EOS] = "ptblm.eos",
                                                       [MODEL_UNK] = "ptblm.unk",
                                                       [MODEL_NORMALIZE] = "ptblm.normalize"};

enum { METADATA_MAX = 8 + MODEL_MARKERS };

void model_notes_fini(struct model_notes *notes)
{
    buf_fini(&notes->vocab);
    buf_fini(&notes->merges);
    buf_fini(&notes->tokenizer);
    for (size_t i = 0; i < MODEL_MARKERS; i++)
        buf_fini(&notes->markers[i]);
    buf_fini(&notes->training);
}

static const char *text_of(const struct buf *b)
{
    return b->data != NULL ? b->data : "";
}

/* A text as bytes; none where it is empty. */
static void add_text(struct safetensors_tensor *tensors, size_t *n, const char *name,
                     const struct buf *text)
{
    if (text->len > 0)
        tensors[(*n)++] = (struct safetensors_tensor){
            .name = name, .dtype = DTYPE_U8, .rank = 1, .shape = {text->len}, .data = text->data};
}

static enum status stage(struct safetensors_staged *staged, const struct model *m,
                         const struct model_notes *notes, const struct model_state *state,
                         const char *path, struct err *err)
{
    const size_t n_state = state != NULL ? state->n_tensors : 0;
    struct safetensors_tensor *tensors =
        mem_zeroed(m->params.n + 2 + n_state, sizeof *tensors, err);
    size_t n = 0;
    if (tensors == NULL)
        return ST_NOMEM;
    for (; n < m->params.n; n++) {
        const struct param *p = &m->params.items[n];
        tensors[n] = (struct safetensors_tensor){.name = p->name,
                                                 .dtype = DTYPE_F32,
                                                 .rank = p->cols > 0 ? 2 : 1,
                                                 .shape = {p->rows, p->cols},
                                                 .data = model_weight(m, n)};
    }
    add_text(tensors, &n, VOCAB_TENSOR, &notes->vocab);
    add_text(tensors, &n, MERGES_TENSOR, &notes->merges);
    for (size_t i = 0; i < n_state; i++)
        tensors[n++] = state->tensors[i];
    struct safetensors_pair metadata[METADATA_MAX] = {
        {"format", "pt"},
        {"ptblm.version", PACKAGE_VERSION},
        {KEY_CELL, m->shape.cell->name},
        {KEY_TOKENIZER, text_of(&notes->tokenizer)},
        {KEY_TRAINING, text_of(&notes->training)},
    };
    size_t n_metadata = 5;
    if (m->shape.tied)
        metadata[n_metadata++] = (struct safetensors_pair){KEY_TIED, "yes"};
    for (size_t i = 0; i < MODEL_MARKERS; i++)
        if (notes->markers[i].len > 0)
            metadata[n_metadata++] =
                (struct safetensors_pair){marker_keys[i], notes->markers[i].data};
    if (state != NULL)
        metadata[n_metadata++] = state->note;
    const enum status status =
        safetensors_stage(staged, path, tensors, n, metadata, n_metadata, err);
    mem_free(tensors);
    return status;
}

enum status model_stage(struct safetensors_staged *staged, const struct model *m,
                        const struct model_notes *notes, const char *path, struct err *err)
{
    return stage(staged, m, notes, NULL, path, err);
}

enum status model_save_with_state(const struct model *m, const struct model_notes *notes,
                                  const struct model_state *state, const char *path,
                                  struct err *err)
{
    struct safetensors_staged staged;
    TRY(stage(&staged, m, notes, state, path, err));
    return io_writer_commit(staged.file, err);
}

enum status model_save(const struct model *m, const struct model_notes *notes, const char *path,
                       struct err *err)
{
    return model_save_with_state(m, notes, NULL, path, err);
}

/* Finds a required tensor: float32, of `rank`. */
static enum status need(const struct safetensors_file *file, const char *path, const char *name,
                        int rank, const struct safetensors_tensor **tensor, struct err *err)
{
    const struct safetensors_tensor *t = safetensors_find(file, name);
    if (t == NULL)
        return err_set(err, ST_INPUT, "'%s' is not a language model: it has no tensor '%s'", path,
                       name);
    if (t->dtype != DTYPE_F32 || t->rank != rank)
        return err_set(err, ST_INPUT,
                       "'%s': tensor '%s' must be float32 of %d dimension%s, and is not", path,
                       name, rank, rank == 1 ? "" : "s");
    *tensor = t;
    return ST_OK;
}

/* The width that most tensors of a layer imply, having H rows for each gate; a tensor that differs
 * is then reported by its name. */
static size_t most_frequent(size_t n, const size_t *widths)
{
    size_t best = 1, most = 0;
    for (size_t i = 0; i < n; i++) {
        size_t times = 0;
        for (size_t j = 0; j < n; j++)
            times += widths[j] == widths[i];
        if (times > most) {
            most = times;
            best = widths[i];
        }
    }
    return best;
}

/* Whether the file has any tensor of that layer; a missing one is then reported by its name. */
static bool find_layer(const struct safetensors_file *file, const struct cell_ops *cell,
                       size_t layer, size_t *H)
{
    struct param_list params = {0};
    size_t widths[CELL_PARAMS_MAX], n = 0;
    bool found = false;
    cell->params(&params, layer, 1, 1);
    for (size_t i = 0; i < params.n; i++) {
        const struct safetensors_tensor *t = safetensors_find(file, params.items[i].name);
        const size_t gates = params.items[i].rows;
        found = found || t != NULL;
        if (t != NULL && t->rank >= 1 && t->shape[0] % gates == 0)
            widths[n++] = t->shape[0] / gates;
    }
    *H = most_frequent(n, widths);
    return found;
}

/* A model without softmax weights of its own is tied if its file says so; in a file of another
 * program, also if it has a projection, or its last layer is as wide as the word vectors. */
static bool is_tied(const struct safetensors_file *file, const struct model_shape *shape)
{
    const char *tied = safetensors_find_metadata(file, KEY_TIED);
    if (safetensors_find(file, "decoder.weight") != NULL)
        return false;
    const bool is_ours = safetensors_find_metadata(file, "ptblm.version") != NULL;
    return (tied != NULL && strcmp(tied, "yes") == 0) ||
           (!is_ours && (shape->H[shape->L - 1] == shape->E ||
                         safetensors_find(file, "projection.weight") != NULL));
}

/* The cell that a file names; if it names none, as files of other programs, the first of the table
 * with as many gates: recurrent weights are [gates H, H]. */
static const struct cell_ops *find_cell(const struct safetensors_file *file, const char *name)
{
    const struct safetensors_tensor *t = safetensors_find(file, "rnn.weight_hh_l0");
    if (name != NULL)
        return cell_find(name);
    for (size_t i = 0; t != NULL && t->rank == 2 && cell_at(i) != NULL; i++) {
        struct param_list params = {0};
        cell_at(i)->params(&params, 0, 1, 1);
        if (t->shape[0] == param_find(&params, "rnn.weight_hh_l0")->rows * t->shape[1])
            return cell_at(i);
    }
    return cell_at(0);
}

static enum status infer_shape(const struct safetensors_file *file, const char *path,
                               struct model_shape *shape, struct err *err)
{
    const char *cell = safetensors_find_metadata(file, KEY_CELL);
    *shape = (struct model_shape){.cell = find_cell(file, cell)};
    if (shape->cell == NULL)
        return err_set(err, ST_INPUT,
                       "'%s' has cells of the kind '%s', which this version does not know", path,
                       escape_text(cell).text);
    const struct safetensors_tensor *encoder = NULL;
    TRY(need(file, path, "encoder.weight", 2, &encoder, err));
    shape->V = encoder->shape[0];
    shape->E = encoder->shape[1];
    size_t H;
    find_layer(file, shape->cell, 0, &shape->H[0]);
    for (shape->L = 1; find_layer(file, shape->cell, shape->L, &H); shape->L++) {
        if (shape->L == MODEL_LAYERS_MAX)
            return err_set(err, ST_INPUT,
                           "'%s' is not a language model: it has more than %d layers", path,
                           MODEL_LAYERS_MAX);
        shape->H[shape->L] = H;
    }
    shape->tied = is_tied(file, shape);
    return ST_OK;
}

/* An impossible shape is the file's fault here, not the caller's. */
static enum status check_shape(const char *path, const struct model_shape *shape, struct err *err)
{
    struct err reason;
    if (model_check_shape(shape, &reason) == ST_OK)
        return ST_OK;
    reason.code = ST_INPUT;
    return err_wrap(err, &reason, "'%s' is not a language model", path);
}

/* The file must have every parameter in its shape, and nothing else but the vocabulary and the
 * state of a checkpoint. Checked before any memory is allocated for weights. */
static enum status check_tensors(const struct safetensors_file *file, const char *path,
                                 const struct param_list *params, struct err *err)
{
    for (size_t i = 0; i < params->n; i++) {
        const struct param *p = &params->items[i];
        const struct safetensors_tensor *t = NULL;
        TRY(need(file, path, p->name, p->cols > 0 ? 2 : 1, &t, err));
        if (t->shape[0] != p->rows || (p->cols > 0 && t->shape[1] != p->cols))
            return err_set(err, ST_INPUT, "'%s': tensor '%s' has %llu x %llu, expected %zu x %zu",
                           path, p->name, (unsigned long long)t->shape[0],
                           (unsigned long long)(p->cols > 0 ? t->shape[1] : 1), p->rows,
                           p->cols > 0 ? p->cols : 1);
    }
    for (size_t i = 0; i < file->n_tensors; i++) {
        const struct safetensors_tensor *t = &file->tensors[i];
        if (strcmp(t->name, VOCAB_TENSOR) == 0 || strcmp(t->name, MERGES_TENSOR) == 0) {
            if (t->dtype != DTYPE_U8 || t->rank != 1)
                return err_set(err, ST_INPUT,
                               "'%s': tensor '%s' must be bytes of 1 dimension, and is not", path,
                               t->name);
        } else if (param_find(params, t->name) == NULL &&
                   strncmp(t->name, MODEL_STATE_PREFIX, strlen(MODEL_STATE_PREFIX)) != 0) {
            return err_set(err, ST_INPUT, "'%s': tensor '%s' is not part of a language model", path,
                           escape_text(t->name).text);
        }
    }
    return ST_OK;
}

/* Moves the map to the model; the rest of the file stays with the caller. */
static enum status take_weights(struct safetensors_file *file, struct model *m, struct err *err)
{
    bool aligned = true;
    for (size_t i = 0; i < m->params.n; i++) {
        m->mapped[i] = safetensors_find(file, m->params.items[i].name)->data;
        aligned = aligned && (uintptr_t)m->mapped[i] % _Alignof(float) == 0;
    }
    m->map = file->map;
    file->map = (struct io_map){0};
    return aligned ? ST_OK : model_own_weights(m, err);
}

static enum status read_markers(const struct safetensors_file *file, const char *path,
                                struct model_notes *notes, struct err *err)
{
    for (size_t i = 0; i < MODEL_MARKERS; i++) {
        const char *marker;
        TRY(safetensors_find_note(file, path, marker_keys[i], &marker, err));
        if (marker != NULL)
            TRY(buf_add_text(&notes->markers[i], marker, err));
    }
    return ST_OK;
}

static enum status read_notes(const struct safetensors_file *file, const char *path,
                              struct model_notes *notes, struct err *err)
{
    const struct safetensors_tensor *vocab = model_find_vocab(file);
    const struct safetensors_tensor *merges = model_find_merges(file);
    const char *tokenizer, *training;
    TRY(safetensors_find_note(file, path, KEY_TOKENIZER, &tokenizer, err));
    TRY(model_find_training(file, path, &training, err));
    TRY(read_markers(file, path, notes, err));
    notes->has_checksum = file->has_checksum;
    if (vocab != NULL)
        TRY(buf_add(&notes->vocab, vocab->data, safetensors_bytes(vocab), err));
    if (merges != NULL)
        TRY(buf_add(&notes->merges, merges->data, safetensors_bytes(merges), err));
    if (tokenizer != NULL)
        TRY(buf_add_text(&notes->tokenizer, tokenizer, err));
    if (training != NULL)
        TRY(buf_add_text(&notes->training, training, err));
    return ST_OK;
}

enum status model_load(struct model **out, struct model_notes *notes, const char *path,
                       struct err *err)
{
    struct safetensors_file file = {0};
    struct model *m = NULL;
    struct model_notes read = {0};
    struct model_shape shape;
    enum status status;
    TRY(safetensors_open(&file, path, err));
    TRY_OUT(infer_shape(&file, path, &shape, err));
    TRY_OUT(check_shape(path, &shape, err));
    TRY_OUT(model_new_empty(&m, &shape, err));
    TRY_OUT(check_tensors(&file, path, &m->params, err));
    TRY_OUT(read_notes(&file, path, &read, err));
    TRY_OUT(take_weights(&file, m, err));
    if (!file.all_finite)
        TRY_OUT(model_check_finite(m, path, err)); /* names the first that is not finite */
    *out = m;
    *notes = read;
    m = NULL;
    read = (struct model_notes){0};
out:
    model_free(m);
    model_notes_fini(&read);
    safetensors_close(&file);
    return status;
}

static enum status check_same_shape(const struct model_shape *is, const struct model_shape *want,
                                    const char *path, struct err *err)
{
    char has[MODEL_LAYERS_TEXT], wanted[MODEL_LAYERS_TEXT];
    if (model_shape_equal(is, want))
        return ST_OK;
    return err_set(err, ST_INPUT,
                   "'%s' has a model of %zu words, embedding %zu and layers %s %s%s, not of %zu, "
                   "%zu and %s %s%s",
                   path, is->V, is->E, model_layers_text(has, is), is->cell->name,
                   is->tied ? " tied" : "", want->V, want->E, model_layers_text(wanted, want),
                   want->cell->name, want->tied ? " tied" : "");
}

enum status model_copy_weights(struct model *m, const struct safetensors_file *file,
                               const char *path, struct err *err)
{
    struct model_shape shape;
    TRY(infer_shape(file, path, &shape, err));
    TRY(check_same_shape(&shape, &m->shape, path, err));
    TRY(check_tensors(file, path, &m->params, err));
    for (size_t i = 0; i < m->params.n; i++) {
        const struct param *p = &m->params.items[i];
        memcpy(m->weights + p->offset, safetensors_find(file, p->name)->data,
               param_size(p) * sizeof *m->weights);
    }
    return file->all_finite ? ST_OK : model_check_finite(m, path, err);
}

const struct safetensors_tensor *model_find_vocab(const struct safetensors_file *file)
{
    return safetensors_find(file, VOCAB_TENSOR);
}

const struct safetensors_tensor *model_find_merges(const struct safetensors_file *file)
{
    return safetensors_find(file, MERGES_TENSOR);
}

enum status model_find_training(const struct safetensors_file *file, const char *path,
                                const char **training, struct err *err)
{
    return safetensors_find_note(file, path, KEY_TRAINING, training, err);
}
