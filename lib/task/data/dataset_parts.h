/* Shared by the files of dataset.h, and included by nobody else. */
#ifndef PTBLM_TASK_DATA_DATASET_PARTS_H
#define PTBLM_TASK_DATA_DATASET_PARTS_H

#include "lib/base/buf.h"
#include "lib/task/data/dataset.h"

/* The texts that a dataset is read from: those of a corpus, or the built-in one in memory. A split
 * is there if the dataset has a name for it. */
struct dataset_texts {
    struct corpus corpus;
    struct source_limits limits;
    bool in_memory;
    struct buf memory[N_SPLITS];
};

/* Makes word ids of the texts, and the vocabulary of the train text unless d->vocab is there.
 * Failures are those of ids_encode_text and vocab_from_counts; if several texts are at fault, it is
 * the first of train, valid and test that is named. */
enum status dataset_encode(struct dataset *d, const struct dataset_texts *texts,
                           const struct dataset_request *request, struct err *err);

/* Files whose folder is a prepared directory or a run, and holds no texts; NULL ends them. */
extern const char *const dataset_marks[];

/* The limits of a request, or the usual ones. */
struct source_limits dataset_source_limits(const struct dataset_request *request);

/* d->tokenizer, and d->vocab out of a file, as a request says. */
enum status dataset_find_tokenizer(struct dataset *d, const struct dataset_request *request,
                                   struct err *err);
enum status dataset_load_vocab(struct dataset *d, const struct dataset_request *request,
                               struct err *err);

/* A request with its paths found from request->directory. */
struct dataset_paths {
    struct dataset_request found;
    char *path, *vocab_path, *merges_path;
};
enum status dataset_paths_find(struct dataset_paths *p, const struct dataset_request *request,
                               struct err *err);
void dataset_paths_fini(struct dataset_paths *p);

/* What is wrong with texts that are named, and with a corpus that is a run. */
enum status dataset_check_named(const struct dataset_request *request, struct err *err);

/* Takes over what is to be told of a corpus's documents. */
void dataset_take_notes(struct dataset *d, struct corpus *corpus);

/* Sets d->fingerprint. */
enum status dataset_set_fingerprint(struct dataset *d, struct err *err);

/* The files of a prepared directory. The record ties the others together. */
#define DATASET_RECORD      "prepared.json"
#define DATASET_VOCAB       "vocab.txt"
#define DATASET_MERGES_FILE "merges.txt"
#define DATASET_FORMAT      "ptblm-prepared"
enum {
    DATASET_VERSION = 1,
    DATASET_VERSION_MARKED = 2, /* written where there are markers, which version 1 cannot have */
    DATASET_VERSION_NORMALIZED = 3, /* written where the text was normalized */
};
const char *dataset_ids_name(enum split s);

/* Whether a directory has a record or word ids. */
bool dataset_is_prepared(const char *dir);

/* Reads a prepared directory; `vocab` NULL: its own vocabulary. The fingerprint is the caller's. */
enum status dataset_load(struct dataset *d, const struct dataset_request *request,
                         const struct vocab *vocab, struct err *err);

#endif
