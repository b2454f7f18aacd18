/* The compact file of an n-gram model, which is mapped as it is: a safetensors file with a checksum
 * (lib/file/safetensors.h). For each order N of 1 to `order` it has the tensors of struct
 * ngram_level:
 *
 *   "ngram.N.words"    U32 [n]      from order 2 on
 *   "ngram.N.log_p"    F32 [n]
 *   "ngram.N.backoff"  F32 [n]      not in the highest order
 *   "ngram.N.first"    U64 [n + 1]  not in the highest order
 *
 * and "vocab", the vocabulary's text as bytes. The metadata has "ptblm.ngram", a JSON object with
 * "format" (1) and "order". How its text was read is noted as in the files of networks
 * (lib/model/model_file.h). */
#ifndef PTBLM_NGRAM_NGRAM_FILE_H
#define PTBLM_NGRAM_NGRAM_FILE_H

#include "lib/file/safetensors.h"
#include "lib/ngram/ngram.h"
#include "vocab/vocab.h"

/* What goes into the file besides: texts of the metadata, and tensors of bytes. */
enum { NGRAM_PAIRS_MAX = 8, NGRAM_TENSORS_MAX = 2 };
struct ngram_extra {
    struct safetensors_pair pairs[NGRAM_PAIRS_MAX];
    size_t n_pairs;
    struct safetensors_tensor tensors[NGRAM_TENSORS_MAX];
    size_t n_tensors;
};

/* Writes a model whole or not at all. */
enum status ngram_save(const char *path, const struct ngram *m, const struct vocab *vocab,
                       const struct ngram_extra *extra, struct err *err);

/* An open model, whose arrays are in the file's map. */
struct ngram_file {
    struct ngram model;
    struct vocab *vocab;
    struct safetensors_file file;
};

/* Whether an open file is one of n-grams. */
bool ngram_is_in(const struct safetensors_file *file);

/* ST_INPUT if the file is not such a model, or its arrays contradict each other, so that nothing
 * that is read can lead out of them. A failure leaves *f zeroed. */
enum status ngram_open(struct ngram_file *f, const char *path, struct err *err);

/* A zeroed struct is allowed. */
void ngram_close(struct ngram_file *f);

#endif
