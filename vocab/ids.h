/* Word ids of a text, in memory and as a file that can be mapped. */
#ifndef PTBLM_VOCAB_IDS_H
#define PTBLM_VOCAB_IDS_H

#include <stddef.h>
#include <stdint.h>

#include "corpora/text.h"
#include "lib/base/err.h"
#include "lib/base/hash.h"
#include "lib/base/io/io.h"
#include "vocab/markers.h"
#include "vocab/advice/text_watch.h"
#include "vocab/tokenizer/tokenizer.h"
#include "vocab/vocab.h"

/* The ids of a text, with <eos> after each sentence: in memory, or in a file that is being written,
 * so that a text may be larger than memory. */
struct ids {
    const int32_t *data; /* [n]; NULL where they are in `file` */
    size_t n;
    uint64_t unknown; /* tokens that were not in the vocabulary and became <unk> */
    uint64_t types;   /* different ids */
    /* What stands between blanks, as the tokenizer `words` counts it, and the characters, both with
     * the line ends (each <eos> that ends a line is one of both); 0: not known. */
    uint64_t words, characters;
    uint64_t text_hash;     /* of the decoded text; the caller sets it by text_finish */
    int32_t *owned;         /* data if it is on the heap, else NULL */
    struct io_map map;      /* the file that holds data, else empty */
    struct io_writer *file; /* the file that ids_write is to complete, else NULL */
};

enum oov { OOV_UNK, OOV_ERROR };

/* How a text's lines become tokens. */
struct ids_reading {
    const struct tokenizer *tokenizer;
    const struct markers *markers; /* NULL: none */
    struct text_watch *watch;      /* sees the lines and the unknown tokens; NULL: nothing does */
};

/* ids_count_text and ids_encode_text put the ids into memory if `path` is NULL, else into the file
 * that ids_write will complete there. */

/* Reads a text, or the split that it was opened for, and adds its tokens, <eos> among them, to
 * `counts`. *ids holds their numbers there until ids_renumber makes ids of them; so a text whose
 * own words make the vocabulary is read only once. `ids` NULL: counts only. */
enum status ids_count_text(struct ids *ids, struct vocab_counts *counts, struct text *text,
                           const struct ids_reading *how, const char *path, struct err *err);

/* Splits the words that were counted into tokens of `t`, adds these to `counts`, and puts their
 * numbers there in the place of the words' in *ids (NULL: counts only). So a tokenizer that has
 * learned from the words of a text can be used on it without another reading. */
enum status ids_split_words(struct ids *ids, const struct vocab_counts *words,
                            const struct tokenizer *t, struct vocab_counts *counts,
                            const char *path, struct err *err);

/* Turns numbers of `counts` into ids of a vocabulary made from it. With OOV_ERROR the first token
 * that is not in it is an ST_INPUT error that names the text (`name`) and the line. After a failure
 * ids_fini must still be called. */
enum status ids_renumber(struct ids *ids, const struct vocab_counts *counts,
                         const struct vocab *vocab, enum oov oov, const char *name,
                         struct err *err);

/* Encodes a text, or the split that it was opened for. With OOV_ERROR the first unknown token is an
 * ST_INPUT error that names the text and the line. An empty text is an error. */
enum status ids_encode_text(struct ids *ids, struct text *text, const struct ids_reading *how,
                            const struct vocab *vocab, enum oov oov, const char *path,
                            struct err *err);

enum { IDS_CHUNK = 1 << 14 }; /* ids that are read at a time */

/* Points *chunk at ids [from, from + *n), *n <= IDS_CHUNK; those of a file are read into `room`. *n
 * is 0 after the last id. */
enum status ids_read(const struct ids *ids, size_t from, int32_t room[IDS_CHUNK],
                     const int32_t **chunk, size_t *n, struct err *err);

/* Adds the ids, in the byte order of this machine, to a hash. */
enum status ids_hash(const struct ids *ids, struct hash *hash, struct err *err);

/* The file form: a header of 64 bytes (magic "PTBLMIDS", version, vocabulary hash, vocabulary
 * size, count, unknown, text hash, hash of the data, hash of the header; all little-endian), then
 * int32. Loading maps the file and checks size, hashes, the vocabulary and every id's range. */

/* Writes that to `path`, or completes ids->file and takes it out of *ids (n, unknown and types
 * stay). *file must be NULL before; the caller commits it, or discards it if this fails. */
enum status ids_write(struct io_writer **file, struct ids *ids, const struct vocab *vocab,
                      const char *path, struct err *err);

enum status ids_load(struct ids *ids, const struct vocab *vocab, const char *path, struct err *err);

void ids_fini(struct ids *ids);

#endif
