/* From the tensors of a file to the shape of a model. */
#include <stdio.h>
#include <string.h>

#include "lib/base/escape.h"
#include "lib/file/safetensors_float.h"
#include "lib/model/model_file_private.h"

/* Says so too where the name is there behind a prefix, which then only some names have. */
static enum status refuse_missing(const struct safetensors_file *file, const char *path,
                                  const char *name, struct err *err)
{
    err_set(err, ST_INPUT, "'%s' is not a language model: it has no tensor '%s'", path, name);
    for (size_t i = 0; i < file->n_tensors; i++) {
        const char *other = file->tensors[i].name;
        const size_t len = strlen(other), n = strlen(name);
        if (len > n && other[len - n - 1] == '.' && strcmp(other + len - n, name) == 0)
            return err_add(err,
                           "it has a '%s', but not all names have that prefix, or it is none "
                           "of those that are known",
                           escape_text(other).text);
    }
    const bool is_recurrent = strncmp(name, "rnn.", 4) == 0;
    if (is_recurrent && safetensors_find_metadata(file, KEY_CELL) == NULL)
        return err_advise(err, ST_INPUT, REMEDY_NAME_CELL, 0, 0);
    return ST_INPUT;
}

/* Finds a required tensor: floats, of `rank`. */
static enum status need(const struct safetensors_file *file, const char *path, const char *name,
                        int rank, const struct safetensors_tensor **tensor, struct err *err)
{
    const struct safetensors_tensor *t = safetensors_find(file, name);
    if (t == NULL)
        return refuse_missing(file, path, name, err);
    if (!safetensors_is_float(t->dtype) || t->rank != rank)
        return err_set(err, ST_INPUT,
                       "'%s': tensor '%s' must be floats of %d dimension%s, and is %s of %d", path,
                       name, rank, rank == 1 ? "" : "s", safetensors_dtype_name(t->dtype), t->rank);
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

/* By which the names of a cell's parameters are found, and its gates. */
static const struct cell_shape smallest = {.I = 1, .H = 1, .rounds = 1};

/* Whether the file has any tensor of that layer; a missing one is then reported by its name. */
static bool find_layer(const struct safetensors_file *file, const struct cell_ops *cell,
                       size_t layer, size_t *H)
{
    struct param_list params = {0};
    size_t widths[CELL_PARAMS_MAX], n = 0;
    bool found = false;
    cell->params(&params, layer, false, &smallest);
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
    const bool is_ours = safetensors_find_metadata(file, MODEL_KEY_VERSION) != NULL;
    return (tied != NULL && strcmp(tied, "yes") == 0) ||
           (!is_ours && (shape->H[shape->L - 1] == shape->E ||
                         safetensors_find(file, "projection.weight") != NULL));
}

/* Whether the file's recurrent weights, which are [gates H, H], have as many gates as the cell. */
static bool has_gates_of(const struct safetensors_file *file, const struct cell_ops *cell)
{
    const struct safetensors_tensor *t = safetensors_find(file, "rnn.weight_hh_l0");
    struct param_list params = {0};
    cell->params(&params, 0, false, &smallest);
    return t != NULL && t->rank == 2 &&
           t->shape[0] == param_find(&params, "rnn.weight_hh_l0")->rows * t->shape[1];
}

/* Whether it has all parameters of the cell's first layer. */
static bool has_params_of(const struct safetensors_file *file, const struct cell_ops *cell)
{
    struct param_list params = {0};
    cell->params(&params, 0, false, &smallest);
    for (size_t i = 0; i < params.n; i++)
        if (safetensors_find(file, params.items[i].name) == NULL)
            return false;
    return true;
}

/* Cells that have the same parameters, as rnn and rnn-relu. */
static bool are_alike(const struct cell_ops *a, const struct cell_ops *b)
{
    return a->n_params == b->n_params;
}

/* The first cell of the table with the file's number of gates, and the next that it cannot be told
 * from. */
static void guess_cell(const struct safetensors_file *file, const struct cell_ops **cell,
                       const struct cell_ops **other)
{
    const struct cell_ops *row, *first = NULL;
    for (size_t i = 0; (row = cell_at(i)) != NULL; i++) {
        if (!has_gates_of(file, row))
            continue;
        if (first == NULL)
            first = row;
        else if (*other == NULL && are_alike(first, row) && has_params_of(file, row))
            *other = row;
    }
    *cell = first != NULL ? first : cell_at(0);
}

/* The cell that a file names; if it names none, as files of other programs, what the caller says,
 * or else the first that fits. */
static enum status find_cell(const struct safetensors_file *file, const char *path,
                             const struct cell_ops **cell, const struct cell_ops **other,
                             struct err *err)
{
    const char *name = safetensors_find_metadata(file, KEY_CELL);
    if (name != NULL)
        *cell = cell_find(name);
    else if (*cell == NULL)
        guess_cell(file, cell, other);
    return *cell != NULL
               ? ST_OK
               : err_set(err, ST_INPUT,
                         "'%s' has cells of the kind '%s', which this version does not know", path,
                         escape_text(name).text);
}

/* The width of the first layer's input. */
static enum status find_width(const struct safetensors_file *file, const char *path, size_t *width,
                              struct err *err)
{
    const struct safetensors_tensor *t = NULL;
    TRY(need(file, path, "rnn.weight_ih_l0", 2, &t, err));
    *width = t->shape[1];
    return ST_OK;
}

/* The tables of features, as far as there are any. */
static enum status infer_features(const struct safetensors_file *file, const char *path,
                                  struct model_shape *shape, struct err *err)
{
    for (;; shape->n_features++) {
        const struct safetensors_tensor *t = NULL;
        char name[PARAM_NAME_MAX];
        snprintf(name, sizeof name, "features.%zu.weight", shape->n_features);
        if (safetensors_find(file, name) == NULL)
            return ST_OK;
        if (shape->n_features == INPUT_FEATURES_MAX)
            return err_set(err, ST_INPUT, "'%s' has more than %d features", path,
                           INPUT_FEATURES_MAX);
        TRY(need(file, path, name, 2, &t, err));
        shape->features[shape->n_features] = (struct input_table){t->shape[0], t->shape[1]};
    }
}

/* Words with their features or, where there are no word vectors in a file of labels, numbers. */
static enum status infer_input(const struct safetensors_file *file, const char *path,
                               struct model_shape *shape, struct err *err)
{
    const struct safetensors_tensor *encoder = NULL;
    if (shape->head != NULL && safetensors_find(file, "encoder.weight") == NULL)
        return find_width(file, path, &shape->E, err);
    TRY(need(file, path, "encoder.weight", 2, &encoder, err));
    shape->V = encoder->shape[0];
    shape->E = encoder->shape[1];
    return shape->head != NULL ? infer_features(file, path, shape, err) : ST_OK;
}

/* What a file of labels has more than a language model's. */
static enum status infer_labels(const struct safetensors_file *file, const char *path,
                                struct model_shape *shape, struct err *err)
{
    const char *head = safetensors_find_metadata(file, KEY_HEAD);
    const struct safetensors_tensor *decoder = NULL;
    if (head == NULL)
        return ST_OK;
    shape->head = head_find(head);
    if (shape->head == NULL)
        return err_set(err, ST_INPUT,
                       "'%s' has a head of the kind '%s', which this version does not know", path,
                       escape_text(head).text);
    TRY(need(file, path, "decoder.weight", 2, &decoder, err));
    shape->C = decoder->shape[0];
    shape->bidirectional = safetensors_find(file, "rnn.weight_hh_l0_reverse") != NULL;
    return ST_OK;
}

/* The rounds of a Mogrifier and the rank of its matrices, by the tensors of its first layer. */
static enum status infer_rounds(const struct safetensors_file *file, const char *path,
                                struct model_shape *shape, struct err *err)
{
    const struct safetensors_tensor *t = NULL;
    char name[PARAM_NAME_MAX];
    for (; shape->cell->mogrifies; shape->rounds++) {
        snprintf(name, sizeof name, "rnn.mogrifier%zu_bias_l0", shape->rounds + 1);
        if (safetensors_find(file, name) == NULL)
            break;
        if (shape->rounds == CELL_ROUNDS_MAX)
            return err_set(err, ST_INPUT, "'%s' has more than %d rounds of a Mogrifier", path,
                           CELL_ROUNDS_MAX);
    }
    if (!shape->cell->mogrifies || safetensors_find(file, "rnn.mogrifier1_weight_l0") != NULL)
        return ST_OK;
    TRY(need(file, path, "rnn.mogrifier1_left_l0", 2, &t, err));
    shape->rank = t->shape[1];
    return ST_OK;
}

static bool sums_layers(const struct safetensors_file *file)
{
    const char *sum = safetensors_find_metadata(file, KEY_SUM);
    return sum != NULL && strcmp(sum, "yes") == 0;
}

enum status model_file_infer(const struct safetensors_file *file, const char *path,
                             const struct cell_ops *cell, struct model_shape *shape,
                             const struct cell_ops **other, struct err *err)
{
    *other = NULL;
    *shape = (struct model_shape){.cell = cell};
    TRY(find_cell(file, path, &shape->cell, other, err));
    TRY(infer_labels(file, path, shape, err));
    TRY(infer_input(file, path, shape, err));
    size_t H;
    find_layer(file, shape->cell, 0, &shape->H[0]);
    for (shape->L = 1; find_layer(file, shape->cell, shape->L, &H); shape->L++) {
        if (shape->L == MODEL_LAYERS_MAX)
            return err_set(err, ST_INPUT,
                           "'%s' is not a language model: it has more than %d layers", path,
                           MODEL_LAYERS_MAX);
        shape->H[shape->L] = H;
    }
    shape->tied = shape->head == NULL && is_tied(file, shape);
    shape->sums_layers = sums_layers(file);
    return infer_rounds(file, path, shape, err);
}

/* Whether a tensor is a text: the vocabulary, the merges, names of labels or of a feature's values.
 */
static bool is_text(const char *name)
{
    char feature[FEATURE_TENSOR_SIZE];
    for (size_t i = 0; i < INPUT_FEATURES_MAX; i++)
        if (strcmp(name, model_feature_tensor(feature, i)) == 0)
            return true;
    return strcmp(name, VOCAB_TENSOR) == 0 || strcmp(name, MODEL_MERGES) == 0 ||
           strcmp(name, LABELS_TENSOR) == 0;
}

/* The file must have every parameter in its shape, and nothing else but texts and the state of
 * a checkpoint. Checked before any memory is allocated for weights. */
enum status model_file_check(const struct safetensors_file *file, const char *path,
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
        if (is_text(t->name)) {
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
