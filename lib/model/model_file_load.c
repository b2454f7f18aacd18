/* Models from files: their weights, mapped or converted, and what the file says of them. */
#include <string.h>

#include "lib/base/mem.h"
#include "lib/file/safetensors_float.h"
#include "lib/model/model_file_private.h"

/* An impossible shape is the file's fault here, not the caller's. */
static enum status check_shape(const char *path, const struct model_shape *shape, struct err *err)
{
    struct err reason;
    if (model_check_shape(shape, &reason) == ST_OK)
        return ST_OK;
    reason.code = ST_INPUT;
    return err_wrap(err, &reason, "'%s' is not a language model", path);
}

/* Of which types the weights are. */
static unsigned find_types(const struct safetensors_file *file, const struct param_list *params)
{
    unsigned types = 0;
    for (size_t i = 0; i < params->n; i++)
        types |= 1u << safetensors_find(file, params->items[i].name)->dtype;
    return types;
}

/* Moves the map to the model; the rest of the file stays with the caller. */
static enum status map_weights(struct safetensors_file *file, struct model *m, struct err *err)
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

/* Weights of other types than float32 get a block. */
static enum status convert_weights(const struct safetensors_file *file, const char *path,
                                   struct model *m, struct err *err)
{
    m->weights = mem_zeroed(m->params.total, sizeof *m->weights, err);
    if (m->weights == NULL)
        return ST_NOMEM;
    for (size_t i = 0; i < m->params.n; i++) {
        const struct param *p = &m->params.items[i];
        const struct safetensors_tensor *t = safetensors_find(file, p->name);
        double value;
        const size_t n = safetensors_to_float(t, m->weights + p->offset, &value);
        if (n < param_size(p))
            return err_set(err, ST_INPUT,
                           "'%s': element %zu of '%s' is %g, which float32, the type that is "
                           "computed with, cannot hold",
                           path, n, p->name, value);
    }
    return ST_OK;
}

static enum status read_markers(const struct safetensors_file *file, const char *path,
                                struct model_notes *notes, struct err *err)
{
    for (size_t i = 0; i < MODEL_MARKERS; i++) {
        const char *marker;
        TRY(safetensors_find_note(file, path, model_marker_keys[i], &marker, err));
        if (marker != NULL)
            TRY(buf_add_text(&notes->markers[i], marker, err));
    }
    return ST_OK;
}

static enum status read_text(struct buf *text, const struct safetensors_tensor *t, struct err *err)
{
    return t != NULL ? buf_add(text, t->data, safetensors_bytes(t), err) : ST_OK;
}

static enum status read_notes(const struct safetensors_file *file, const char *path,
                              struct model_notes *notes, struct err *err)
{
    const struct safetensors_tensor *vocab = model_find_vocab(file);
    const struct safetensors_tensor *merges = model_find_merges(file);
    const char *tokenizer, *training;
    TRY(safetensors_find_note(file, path, MODEL_KEY_TOKENIZER, &tokenizer, err));
    TRY(model_find_training(file, path, &training, err));
    TRY(read_markers(file, path, notes, err));
    notes->has_checksum = file->has_checksum;
    TRY(read_text(&notes->vocab, vocab, err));
    TRY(read_text(&notes->merges, merges, err));
    if (tokenizer != NULL)
        TRY(buf_add_text(&notes->tokenizer, tokenizer, err));
    if (training != NULL)
        TRY(buf_add_text(&notes->training, training, err));
    return ST_OK;
}

/* What a model that gives labels has besides. */
static enum status read_label_notes(const struct safetensors_file *file, const char *path,
                                    struct model_notes *notes, struct err *err)
{
    const char *examples;
    char name[FEATURE_TENSOR_SIZE];
    TRY(safetensors_find_note(file, path, KEY_EXAMPLES, &examples, err));
    if (examples != NULL)
        TRY(buf_add_text(&notes->examples, examples, err));
    TRY(read_text(&notes->labels, safetensors_find(file, LABELS_TENSOR), err));
    for (size_t i = 0; i < INPUT_FEATURES_MAX; i++)
        TRY(read_text(&notes->features[i], safetensors_find(file, model_feature_tensor(name, i)),
                      err));
    return ST_OK;
}

/* What the file says of where it comes from. */
static void find_origin(const struct safetensors_file *file, struct model_origin *origin)
{
    bool ours = model_find_vocab(file) != NULL || model_find_merges(file) != NULL;
    for (size_t i = 0; i < file->n_metadata; i++)
        ours = ours || strncmp(file->metadata[i].key, "ptblm.", 6) == 0;
    origin->is_ours = ours;
    origin->has_cell = safetensors_find_metadata(file, KEY_CELL) != NULL;
    origin->has_tokenizer = safetensors_find_metadata(file, MODEL_KEY_TOKENIZER) != NULL;
    origin->has_training = safetensors_find_metadata(file, KEY_TRAINING) != NULL;
}

enum status model_load_as(struct model **out, struct model_notes *notes, const char *path,
                          const struct cell_ops *cell, struct err *err)
{
    struct safetensors_file file = {0};
    struct model *m = NULL;
    struct model_notes read = {0};
    struct model_origin *origin = &read.origin;
    struct model_shape shape;
    enum status status;
    TRY(safetensors_open(&file, path, err));
    model_file_adapt(&file, origin);
    find_origin(&file, origin);
    TRY_OUT(model_file_infer(&file, path, cell, &shape, &origin->other_cell, err));
    TRY_OUT(check_shape(path, &shape, err));
    TRY_OUT(model_new_empty(&m, &shape, err));
    TRY_OUT(model_file_check(&file, path, &m->params, err));
    TRY_OUT(read_notes(&file, path, &read, err));
    TRY_OUT(read_label_notes(&file, path, &read, err));
    origin->types = find_types(&file, &m->params);
    if (origin->types == 1u << DTYPE_F32)
        TRY_OUT(map_weights(&file, m, err));
    else
        TRY_OUT(convert_weights(&file, path, m, err));
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

enum status model_load(struct model **m, struct model_notes *notes, const char *path,
                       struct err *err)
{
    return model_load_as(m, notes, path, NULL, err);
}

enum status model_gives_labels(const char *path, bool *labels, struct err *err)
{
    struct safetensors_file file;
    *labels = false;
    TRY(safetensors_open_header(&file, path, err));
    *labels = safetensors_find_metadata(&file, KEY_HEAD) != NULL;
    safetensors_close(&file);
    return ST_OK;
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
    const struct cell_ops *other;
    TRY(model_file_infer(file, path, NULL, &shape, &other, err));
    TRY(check_same_shape(&shape, &m->shape, path, err));
    TRY(model_file_check(file, path, &m->params, err));
    for (size_t i = 0; i < m->params.n; i++) {
        const struct param *p = &m->params.items[i];
        const struct safetensors_tensor *t = safetensors_find(file, p->name);
        if (t->dtype != DTYPE_F32)
            return err_set(err, ST_INPUT, "'%s': tensor '%s' must be F32, and is %s", path, p->name,
                           safetensors_dtype_name(t->dtype));
        memcpy(m->weights + p->offset, t->data, param_size(p) * sizeof *m->weights);
    }
    return file->all_finite ? ST_OK : model_check_finite(m, path, err);
}
