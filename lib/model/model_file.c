#include "lib/model/model_file.h"

#include <stdio.h>
#include <string.h>

#include "config.h"
#include "lib/base/mem.h"
#include "lib/file/safetensors.h"
#include "lib/model/model_file_private.h"

const char *const model_marker_keys[MODEL_MARKERS] = {[MODEL_BOS] = "ptblm.bos",
                                                      [MODEL_EOS] = "ptblm.eos",
                                                      [MODEL_UNK] = "ptblm.unk",
                                                      [MODEL_NORMALIZE] = "ptblm.normalize"};

enum { METADATA_MAX = 10 + MODEL_MARKERS, TEXTS_MAX = 3 + INPUT_FEATURES_MAX };

void model_notes_fini(struct model_notes *notes)
{
    buf_fini(&notes->vocab);
    buf_fini(&notes->merges);
    buf_fini(&notes->tokenizer);
    for (size_t i = 0; i < MODEL_MARKERS; i++)
        buf_fini(&notes->markers[i]);
    buf_fini(&notes->training);
    buf_fini(&notes->labels);
    for (size_t i = 0; i < INPUT_FEATURES_MAX; i++)
        buf_fini(&notes->features[i]);
    buf_fini(&notes->examples);
}

const char *model_feature_tensor(char name[FEATURE_TENSOR_SIZE], size_t feature)
{
    snprintf(name, FEATURE_TENSOR_SIZE, "features.%zu.values", feature);
    return name;
}

const char *model_types_text(char text[MODEL_TYPES_TEXT], unsigned types)
{
    size_t len = 0;
    text[0] = '\0';
    for (int i = 0; i < N_DTYPES; i++)
        if ((types >> i & 1) != 0)
            len += (size_t)snprintf(text + len, MODEL_TYPES_TEXT - len, "%s%s", len > 0 ? ", " : "",
                                    safetensors_dtype_name((enum safetensors_dtype)i));
    return text;
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
        mem_zeroed(m->params.n + TEXTS_MAX + n_state, sizeof *tensors, err);
    char names[INPUT_FEATURES_MAX][FEATURE_TENSOR_SIZE];
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
    add_text(tensors, &n, MODEL_MERGES, &notes->merges);
    add_text(tensors, &n, LABELS_TENSOR, &notes->labels);
    for (size_t i = 0; i < INPUT_FEATURES_MAX; i++)
        add_text(tensors, &n, model_feature_tensor(names[i], i), &notes->features[i]);
    for (size_t i = 0; i < n_state; i++)
        tensors[n++] = state->tensors[i];
    struct safetensors_pair metadata[METADATA_MAX] = {
        {"format", "pt"},
        {MODEL_KEY_VERSION, PACKAGE_VERSION},
        {KEY_CELL, m->shape.cell->name},
        {MODEL_KEY_TOKENIZER, text_of(&notes->tokenizer)},
        {KEY_TRAINING, text_of(&notes->training)},
    };
    size_t n_metadata = 5;
    if (m->shape.tied)
        metadata[n_metadata++] = (struct safetensors_pair){KEY_TIED, "yes"};
    if (m->shape.sums_layers)
        metadata[n_metadata++] = (struct safetensors_pair){KEY_SUM, "yes"};
    if (m->shape.head != NULL)
        metadata[n_metadata++] = (struct safetensors_pair){KEY_HEAD, m->shape.head->name};
    if (notes->examples.len > 0)
        metadata[n_metadata++] = (struct safetensors_pair){KEY_EXAMPLES, notes->examples.data};
    for (size_t i = 0; i < MODEL_MARKERS; i++)
        if (notes->markers[i].len > 0)
            metadata[n_metadata++] =
                (struct safetensors_pair){model_marker_keys[i], notes->markers[i].data};
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

const struct safetensors_tensor *model_find_vocab(const struct safetensors_file *file)
{
    return safetensors_find(file, VOCAB_TENSOR);
}

const struct safetensors_tensor *model_find_merges(const struct safetensors_file *file)
{
    return safetensors_find(file, MODEL_MERGES);
}

enum status model_find_training(const struct safetensors_file *file, const char *path,
                                const char **training, struct err *err)
{
    return safetensors_find_note(file, path, KEY_TRAINING, training, err);
}
