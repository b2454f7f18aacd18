/* Word ids of a text, in memory and as a file that can be mapped. */
#ifndef PTBLM_VOCAB_IDS_H
#define PTBLM_VOCAB_IDS_H

#include <stddef.h>
#include <stdint.h>

#include "corpora/source.h"
#include "corpora/splits.h"
#include "lib/base/err.h"
#include "lib/base/io.h"
#include "vocab/tokenizer.h"
#include "vocab/vocab.h"

/* A stream of ids, each sentence followed by <eos>. */
struct ids {
    const int32_t *data;
    size_t n;
    uint64_t unknown;   /* how many tokens were not in the vocabulary and stand as <unk> */
    uint64_t text_hash; /* of the text's decoded bytes (corpora/text) */
    int32_t *owned;     /* data where it is in memory, else NULL */
    struct io_map map;  /* the file that data lies in, else empty */
};

enum oov { OOV_UNK, OOV_ERROR };

/* Counts the tokens of a split, <eos> among them, into `counts`. */
enum status ids_count_split(struct vocab_counts *counts, const struct split_text *split,
                            const struct tokenizer *tokenizer, const struct source_limits *limits,
                            struct err *err);

/* Encodes a split. With OOV_ERROR the first unknown token is an ST_INPUT error with name and
 * line. An empty text is an error. */
enum status ids_encode_split(struct ids *ids, const struct split_text *split,
                             const struct tokenizer *tokenizer, const struct vocab *vocab,
                             enum oov oov, const struct source_limits *limits, struct err *err);

/* Encodes one line held in memory, <eos> not added, into an array that the caller frees with
 * mem_free. */
enum status ids_encode_line(int32_t **data, size_t *n, uint64_t *unknown, const char *line,
                            size_t len, const struct tokenizer *tokenizer,
                            const struct vocab *vocab, enum oov oov, struct err *err);

/* The file form: a header of 64 bytes (magic "PTBLMIDS", version, vocabulary hash, vocabulary
 * size, count, unknown, text hash, hash of the data, hash of the header; all little-endian), then
 * int32. Loading maps the file and checks size, hashes, the vocabulary and every id's range. */
enum status ids_save(const struct ids *ids, const struct vocab *vocab, const char *path,
                     struct err *err);
enum status ids_load(struct ids *ids, const struct vocab *vocab, const char *path, struct err *err);

void ids_fini(struct ids *ids);

#endif
