/* The options that say which texts are read and how they become ids, shared by the commands that
 * take a CORPUS: a file, .gz, archive, directory, "-", or a prepared directory. Used like the rows
 * of cmd/option/common.h:
 *
 *     struct values { struct corpus_values corpus; struct common_values common; };
 *     static const struct option_def rows[] = {
 *         CORPUS_SPLIT_ROWS(struct values, corpus),
 *         CORPUS_VOCAB_ROWS(struct values, corpus),
 *         ... */
#ifndef PTBLM_CMD_OPTION_CORPUS_OPTIONS_H
#define PTBLM_CMD_OPTION_CORPUS_OPTIONS_H

#include <stdint.h>

#include "cmd/option/option.h"
#include "lib/task/data/batch.h"
#include "lib/task/data/dataset.h"

struct corpus_values {
    const char *train, *valid, *test;
    const char *tokenizer;
    int64_t min_count, max_vocab;
    const char *vocab;
    const char *oov;
    int64_t max_bytes;
};

const char *corpus_tokenizer_at(size_t i);
const char *corpus_oov_at(size_t i);

/* "train", "valid", "test", for a --split option; corpus_split turns its value back. */
const char *corpus_split_at(size_t i);
enum split corpus_split(const char *name);

// clang-format off
/* --train, --valid, --test */
#define CORPUS_SPLIT_ROWS(values_type, member) \
    CORPUS_SPLIT_ROW(values_type, member, train), CORPUS_SPLIT_ROW(values_type, member, valid), \
    CORPUS_SPLIT_ROW(values_type, member, test)

#define CORPUS_SPLIT_ROW(values_type, member, split) \
    {.name = #split, .type = OPTION_STRING, .offset = offsetof(values_type, member.split), \
     .value_name = "FILE", .help = "the " #split " text: a file, or a member of CORPUS"}

/* --tokenizer, --min-count, --max-vocab, --vocab, and the rows of CORPUS_READ_ROWS */
#define CORPUS_VOCAB_ROWS(values_type, member) \
    {.name = "tokenizer", .type = OPTION_CHOICE, \
     .offset = offsetof(values_type, member.tokenizer), .choice_at = corpus_tokenizer_at, \
     .value_name = "NAME", .help = "[words, or as CORPUS was prepared]"}, \
    {.name = "min-count", .type = OPTION_INT, .offset = offsetof(values_type, member.min_count), \
     .min = 1, .max = 0x1p53, .dflt = "1", .value_name = "N", \
     .help = "words seen less often become <unk>"}, \
    {.name = "max-vocab", .type = OPTION_INT, .offset = offsetof(values_type, member.max_vocab), \
     .min = 2, .max = VOCAB_MAX, .value_name = "N", \
     .help = "keep the N most frequent words [all]"}, \
    {.name = "vocab", .type = OPTION_STRING, .offset = offsetof(values_type, member.vocab), \
     .value_name = "FILE", .help = "vocabulary file [the words of the train text]"}, \
    CORPUS_READ_ROWS(values_type, member)

/* The clashes of these rows (struct option_clash). */
#define CORPUS_VOCAB_CLASHES \
    {"vocab", "max-vocab", "a vocabulary file is taken whole"}, \
    {"vocab", "min-count", "a vocabulary file is taken whole"}

/* --oov, --max-bytes */
#define CORPUS_READ_ROWS(values_type, member) \
    {.name = "oov", .type = OPTION_CHOICE, .offset = offsetof(values_type, member.oov), \
     .choice_at = corpus_oov_at, .dflt = "unk", .value_name = "WHAT", \
     .help = "unknown words: count as <unk>, or fail"}, \
    {.name = "max-bytes", .type = OPTION_INT, .offset = offsetof(values_type, member.max_bytes), \
     .min = 1, .max = 0x1p53, .dflt = "68719476736", .value_name = "N", \
     .help = "most bytes one text may unpack to"}
// clang-format on

/* The request for these values and a CORPUS operand (NULL: none). Rows that a command does not
 * have leave their values zero, which asks for the usual. Split bits are the caller's to add. */
struct dataset_request corpus_request_of(const char *path, const struct corpus_values *values);

/* Lets the relative paths of a request count from the directory in which they were given; NULL:
 * from the current one. Paths stay as they were given where that is the same. */
void corpus_count_from(struct dataset_request *request, const char *directory);

/* batcher_init for one text of a data set, whose name is in the message. */
enum status corpus_batcher(struct batcher *b, const struct dataset *d, enum split s, int B, int T,
                           struct err *err);

/* Notes on what was read: tokenizer, vocabulary, a line for each split, the fingerprint. */
void corpus_report(const struct dataset *d);

#endif
