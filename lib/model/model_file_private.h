/* What lib/model/model_file*.c share: the names in a file, and the steps of reading one. */
#ifndef PTBLM_MODEL_MODEL_FILE_PRIVATE_H
#define PTBLM_MODEL_MODEL_FILE_PRIVATE_H

#include "lib/model/model_file.h"

#define VOCAB_TENSOR "vocab"
#define KEY_CELL     "ptblm.cell"
#define KEY_TIED     "ptblm.tied"
#define KEY_SUM      "ptblm.sums_layers"
#define KEY_TRAINING "ptblm.training"
#define KEY_HEAD     "ptblm.head"
#define KEY_EXAMPLES "ptblm.examples"

/* Names of labels, and of the values of a feature. */
#define LABELS_TENSOR "labels"
enum { FEATURE_TENSOR_SIZE = 32 };
const char *model_feature_tensor(char name[FEATURE_TENSOR_SIZE], size_t feature);

/* Gives the tensors of a file of another program the names of a model's, and notes in *origin what
 * was done: a prefix that all names have is dropped, and word vectors that stand under
 * decoder.weight alone are found. The file's other contents stay. */
void model_file_adapt(struct safetensors_file *file, struct model_origin *origin);

/* The shape that the tensors have. `cell` is that of a file that names none, or NULL: the first of
 * the table that fits, and if a second fits it is put into *other. ST_INPUT names what is missing.
 */
enum status model_file_infer(const struct safetensors_file *file, const char *path,
                             const struct cell_ops *cell, struct model_shape *shape,
                             const struct cell_ops **other, struct err *err);

/* ST_INPUT unless the file has every parameter in its shape and as floats of any type, and nothing
 * else but the vocabulary, the merges and the state of a checkpoint. */
enum status model_file_check(const struct safetensors_file *file, const char *path,
                             const struct param_list *params, struct err *err);

#endif
