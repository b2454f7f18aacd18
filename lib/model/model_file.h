/* Models as files: one safetensors file that is enough to evaluate and to sample. Tensors have the
 * names and shapes of PyTorch's word_language_model example, with gates in the order i, f, g, o
 * (LSTM) or r, z, n (GRU); the tensor "vocab" holds the vocabulary's text as bytes, and
 * "merges", where the tokenizer learns merges, these (vocab/tokenizer/bpe.h); "labels" and
 * "features.N.values" are the names of labels and of a feature's values, one a line.
 * __metadata__ holds:
 *   format           "pt"
 *   ptblm.version    of the program that wrote it
 *   ptblm.cell       name of the recurrent cell
 *   ptblm.tied       "yes" if the softmax shares the word vectors, otherwise absent
 *   ptblm.tokenizer  name of the tokenizer
 *   ptblm.bos, .eos, .unk   what stood for a line's start, its end, and unknown words in the text;
 *                    each absent where nothing did
 *   ptblm.head       of a model that gives labels, the kind of its head
 *   ptblm.examples   of such a model, JSON: how its examples are read
 *   ptblm.training   JSON: the settings and results of the training run
 *   ptblm.checksum   see lib/file/safetensors.h
 * A checkpoint is such a file with more in it (lib/task/run/checkpoint.h): tensors whose names
 * begin with "ptblm.state.", and metadata. Readers of models ignore both. */
#ifndef PTBLM_MODEL_MODEL_FILE_H
#define PTBLM_MODEL_MODEL_FILE_H

#include <stdbool.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/file/safetensors.h"
#include "lib/model/model.h"

#define MODEL_STATE_PREFIX "ptblm.state."

/* The markers of the text (vocab/markers.h), and its normalization: "nfc", a blank, and the version
 * of Unicode that it was made by. */
enum model_marker { MODEL_BOS, MODEL_EOS, MODEL_UNK, MODEL_NORMALIZE, MODEL_MARKERS };

/* What other programs can have changed. */
enum model_decoder {
    MODEL_DECODER_ITSELF,
    MODEL_DECODER_NOTED, /* the file has the word vectors as decoder.weight alone, and says so */
    MODEL_DECODER_TAKEN, /* the same, but only its shapes say so */
};

/* Names in the metadata, and of the tensor of merges, in the files of all kinds of models. */
extern const char *const model_marker_keys[MODEL_MARKERS];
#define MODEL_KEY_VERSION   "ptblm.version"
#define MODEL_KEY_TOKENIZER "ptblm.tokenizer"
#define MODEL_MERGES        "merges"

enum { MODEL_PREFIX_SIZE = 64 };

/* Where a file comes from. */
struct model_origin {
    unsigned types;                 /* of the weights: a bit 1 << enum safetensors_dtype each */
    char prefix[MODEL_PREFIX_SIZE]; /* of all tensors' names, dropped; "": none */
    enum model_decoder decoder;     /* what decoder.weight stands for */
    bool is_ours;                   /* written by ptblm first, if not last */
    bool has_cell, has_tokenizer, has_training; /* whether its metadata say */
    const struct cell_ops *other_cell;          /* would fit as well as the model's; NULL: none */
};

/* "F16", or "BF16, F32", of struct model_origin's types. Returns `text`. */
enum { MODEL_TYPES_TEXT = 64 };
const char *model_types_text(char text[MODEL_TYPES_TEXT], unsigned types);

/* What a file says besides the weights. */
struct model_notes {
    struct buf vocab;                  /* the vocabulary's text form; empty if the file has none */
    struct buf merges;                 /* of a tokenizer that learns, as text; empty: none */
    struct buf tokenizer;              /* empty if the file does not say */
    struct buf markers[MODEL_MARKERS]; /* likewise */
    struct buf training;
    /* Of sequences with labels: their names, the values of each feature, each a text with one a
     * line, and how examples are read, as JSON. */
    struct buf labels, features[INPUT_FEATURES_MAX], examples;
    bool has_checksum;
    struct model_origin origin;
};
void model_notes_fini(struct model_notes *notes);

/* Writes the whole file or none of it (lib/base/io). */
enum status model_save(const struct model *m, const struct model_notes *notes, const char *path,
                       struct err *err);

/* The same with tensors whose names begin with MODEL_STATE_PREFIX, and one more entry of the
 * metadata. */
struct model_state {
    const struct safetensors_tensor *tensors;
    size_t n_tensors;
    struct safetensors_pair note;
};
enum status model_save_with_state(const struct model *m, const struct model_notes *notes,
                                  const struct model_state *state, const char *path,
                                  struct err *err);

/* Does all of model_save except the last step, io_writer_commit of staged->file. */
enum status model_stage(struct safetensors_staged *staged, const struct model *m,
                        const struct model_notes *notes, const char *path, struct err *err);

/* Shapes come from the tensors, which must be exactly those of a model, all floats and finite. Also
 * reads files of other programs whose tensors have these names, each perhaps behind one prefix of
 * "module.", "_orig_mod." and "model."; and those without a decoder.weight, or with it alone in the
 * place of encoder.weight, which are tied. ST_INPUT names the file, the tensor, and what was
 * expected.
 *
 * F16, BF16 and F64 are converted to float32 in a block (lib/file/safetensors_float.h); an F64 that
 * is too large is an ST_INPUT. Weights of float32 are not copied: they are read from a map of the
 * file, which the model holds until it is freed, and which all processes that use the file share. A
 * file that is replaced, as by model_save, or removed meanwhile stays intact in the map. One that
 * is written in place does not: its new bytes are unchecked weights, and if it was truncated, the
 * next access beyond its end kills the process (SIGBUS). If a tensor does not begin at a multiple
 * of 4 bytes, which happens only in files of other programs, the weights are copied into a block.
 */
enum status model_load(struct model **m, struct model_notes *notes, const char *path,
                       struct err *err);

/* The same, where a file that names no cell has this one; NULL: the first that fits. */
enum status model_load_as(struct model **m, struct model_notes *notes, const char *path,
                          const struct cell_ops *cell, struct err *err);

/* Whether a file is that of a model that gives labels. */
enum status model_gives_labels(const char *path, bool *labels, struct err *err);

/* The vocabulary's text in an open file; NULL if it has none. */
const struct safetensors_tensor *model_find_vocab(const struct safetensors_file *file);

/* The tokenizer's merges in an open file; NULL if it has none. */
const struct safetensors_tensor *model_find_merges(const struct safetensors_file *file);

/* The note on its training in an open file; NULL if it has none. ST_INPUT if it is too long. */
enum status model_find_training(const struct safetensors_file *file, const char *path,
                                const char **training, struct err *err);

/* Copies the weights of an open file into the block of `m`. ST_INPUT if the model in the file has
 * another shape, or a weight is not finite or not F32. */
enum status model_copy_weights(struct model *m, const struct safetensors_file *file,
                               const char *path, struct err *err);

#endif
