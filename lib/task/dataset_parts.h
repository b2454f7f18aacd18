/* What the dataset's files share. Nobody else includes this. */
#ifndef PTBLM_TASK_DATASET_PARTS_H
#define PTBLM_TASK_DATASET_PARTS_H

#include "lib/task/dataset.h"

static inline bool dataset_has_bit(unsigned bits, enum split s)
{
    return (bits >> s & 1u) != 0;
}

/* A text in memory, which can be read as often as need be. */
struct dataset_text {
    const char *name; /* as messages show it */
    const char *bytes;
    size_t len;
};

/* Counts the tokens of a text in memory, <eos> behind every line. */
enum status dataset_count_text(struct vocab_counts *counts, const struct dataset_text *text,
                               const struct tokenizer *tokenizer, struct err *err);

/* Encodes it, as ids_encode_split does a split; an empty text is ST_INPUT. */
enum status dataset_encode_text(struct ids *ids, const struct dataset_text *text,
                                const struct tokenizer *tokenizer, const struct vocab *vocab,
                                enum oov oov, struct err *err);

/* The files of a prepared directory. The record ties the others together. */
#define DATASET_RECORD "prepared.json"
#define DATASET_VOCAB  "vocab.txt"
#define DATASET_FORMAT "ptblm-prepared"
enum { DATASET_VERSION = 1 };
const char *dataset_ids_name(enum split s);

/* 64-bit hashes as the record has them: JSON numbers have 53 bits. */
struct dataset_hex {
    char text[17];
};
struct dataset_hex dataset_hex(uint64_t n);

/* Whether a directory has a record or word ids. */
bool dataset_is_prepared(const char *dir);

/* Reads a prepared directory; `vocab` NULL: its own vocabulary. The fingerprint is the caller's. */
enum status dataset_load(struct dataset *d, const struct dataset_request *request,
                         const struct vocab *vocab, struct err *err);

#endif
