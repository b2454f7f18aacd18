/* The options that say which texts are read and how they become ids, shared by the commands that
 * take a CORPUS: a file, compressed or not, archive, directory, "-", or a prepared directory. */
#ifndef PTBLM_CMD_OPTION_CORPUS_OPTIONS_H
#define PTBLM_CMD_OPTION_CORPUS_OPTIONS_H

#include <stdint.h>

#include "cmd/option/document_options.h"
#include "cmd/option/marker_options.h"
#include "cmd/option/option.h"
#include "cmd/option/reading_options.h"
#include "cmd/option/vocab_options.h"
#include "lib/file/json.h"
#include "lib/task/data/batch.h"
#include "lib/task/data/dataset.h"

struct corpus_values {
    const char *train, *valid, *test;
    const char *tokenizer;
    int64_t min_count, max_vocab;
    int64_t merges; /* 0: not given */
    const char *merges_file;
    const struct tokenizer *learned; /* of a model, with its merges; NULL: none */
    const char *vocab;
    struct vocab_values vocab_form;
    const char *oov;
    int64_t max_bytes;
    struct document_values documents; /* document_rows */
    struct marker_names markers;      /* marker_rows */
    const struct markers *otherwise;  /* of a model, for texts where those are not given; or NULL */
    struct text_reading reading;      /* reading_rows */
};

/* The names of the tokenizers, for a --tokenizer option. */
const char *corpus_tokenizer_at(size_t i);

/* "unk", "error", for an --oov option; corpus_oov turns its value back, NULL being "unk". */
const char *corpus_oov_at(size_t i);
enum oov corpus_oov(const char *name);

/* "train", "valid", "test", for a --split option; corpus_split turns its value back. */
const char *corpus_split_at(size_t i);
enum split corpus_split(const char *name);

/* --train, --valid, --test; --tokenizer, --bpe-merges, --bpe-merges-file, --min-count, --max-vocab,
 * --vocab and how it is read; --oov, --max-bytes. For a struct corpus_values, as in
 * cmd/option/common.h. */
extern const struct setting corpus_split_rows[], corpus_vocab_rows[], corpus_read_rows[];

/* The clashes of these rows (struct option_clash). */
#define CORPUS_VOCAB_CLASHES                                                                       \
    {"bpe-merges", "bpe-merges-file", "the merges are either learned or read from a file"},        \
        {"vocab", "max-vocab", "a vocabulary file is taken whole"},                                \
    {                                                                                              \
        "vocab", "min-count", "a vocabulary file is taken whole"                                   \
    }

/* The request for these values and a CORPUS operand (NULL: none). Rows that a command does not
 * have leave their values zero, which asks for the usual. Split bits are the caller's to add. */
struct dataset_request corpus_request_of(const char *path, const struct corpus_values *values);

/* Takes from the record of a run how its corpus was read: the choice of documents, and where the
 * request leaves them open, encoding and field. Texts are borrowed from the record, which must not
 * be formatted any more. ST_INPUT as setting_json_read. */
enum status corpus_take_recorded(struct dataset_request *request, struct json *record,
                                 struct err *err);

/* Lets the relative paths of a request count from the directory in which they were given; NULL:
 * from the current one. Paths stay as they were given where that is the same. */
void corpus_count_from(struct dataset_request *request, const char *directory);

/* Warns of unread standard input where no text was named, so that the built-in corpus is read. */
void corpus_warn_of_input(const char *path, const struct corpus_values *values);

/* batcher_init for one text of a data set, whose name is in the message. */
enum status corpus_batcher(struct batcher *b, const struct dataset *d, enum split s, int B, int T,
                           struct err *err);

/* Notes on what was read: tokenizer, documents, vocabulary file (NULL: none), vocabulary, a line
 * for each split, the fingerprint. */
void corpus_report(const struct dataset *d, const struct document_choice *documents,
                   const char *vocab_path);

#endif
