/* The vocabulary: words and their ids 0..V-1, in order of falling count, ties in byte order (as in
 * reader.py of the TensorFlow PTB tutorial). */
#ifndef PTBLM_VOCAB_VOCAB_H
#define PTBLM_VOCAB_VOCAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "vocab/markers.h"
#include "vocab/tokenizer/tokenizer.h"
#include "vocab/vocab_form.h"

enum { VOCAB_MAX = 1 << 24 }; /* most words */

struct vocab;

/* Counting. Words are numbered from 0 in the order of their first appearance. */
struct vocab_counts;
enum status vocab_counts_new(struct vocab_counts **c, struct err *err);
enum status vocab_counts_add(struct vocab_counts *c, const char *word, size_t len, struct err *err);

/* The same for n <= TOKEN_BATCH words at once, which is quicker. numbers: [n] */
enum status vocab_counts_add_all(struct vocab_counts *c, const struct slice *words, size_t n,
                                 int32_t *numbers, struct err *err);

/* Adds to the count of one word, whose number is then in *number. */
enum status vocab_counts_add_times(struct vocab_counts *c, const char *word, size_t len,
                                   uint64_t times, int32_t *number, struct err *err);

/* Makes a word part of the vocabulary although it may not have been seen: its count, perhaps 0,
 * does not change. Only a limit of more than 1 on counts, or one on words, leaves it out. */
enum status vocab_counts_include(struct vocab_counts *c, const char *word, size_t len,
                                 struct err *err);
size_t vocab_counts_size(const struct vocab_counts *c);
struct slice vocab_counts_word(const struct vocab_counts *c, int32_t number);
uint64_t vocab_counts_count(const struct vocab_counts *c, int32_t number);
void vocab_counts_free(struct vocab_counts *c);

struct vocab_limits {
    uint64_t min_count; /* words seen less often become <unk>; 0 and 1 keep all */
    uint64_t max_words; /* the most frequent are kept, <unk> and <eos> among them; 0 keeps all */
};

/* Makes the vocabulary. <unk> takes the counts of the words left out. <unk> and <eos> are always in
 * it, with count 0 if the text has none. The words of `c` may become the vocabulary's own, so that
 * memory does not hold them twice: afterwards nothing may be added to `c`, and while *v lives it
 * still tells size, words and counts. After a failure it may only be freed. */
enum status vocab_from_counts(struct vocab **v, struct vocab_counts *c,
                              const struct vocab_limits *limits, struct err *err);

/* The text form: "word<TAB>count" on each line, id = line number from 0. A file must have exactly
 * that (a missing count is 0), no word twice, and <unk> and <eos>; its order is kept. Errors name
 * file and line. */
enum status vocab_load(struct vocab **v, const char *path, struct err *err);

/* A file that a user names, perhaps of another program and compressed. */
struct vocab_file {
    const char *path; /* NULL: none */
    enum vocab_form form;
    bool add; /* puts <unk> and <eos> behind the last word where they are missing */
};

/* What it was taken for. */
struct vocab_taken {
    enum vocab_form form; /* VOCAB_AUTO: no file was read */
    size_t words;         /* with those added */
    bool mark, crlf;      /* it began with a byte-order mark; its lines ended with CR LF */
    const char *codec;    /* the name of its compression, or NULL */
    int32_t unk, eos;     /* the ids of what was added, or -1 */
};

/* The same of such a file. Its order is kept, or that of its ids. Where it lacks <unk> or <eos> and
 * has a marker that stands for it, the marker's word is it. *taken is filled unless it is NULL.
 * ST_INPUT also where its form cannot be told. */
enum status vocab_load_as(struct vocab **v, const struct vocab_file *file,
                          const struct markers *markers, struct vocab_taken *taken,
                          struct err *err);
enum status vocab_parse(struct vocab **v, const char *name, const char *text, size_t len,
                        struct err *err);
enum status vocab_format(const struct vocab *v, struct buf *out, struct err *err);

size_t vocab_size(const struct vocab *v);
int32_t vocab_unk(const struct vocab *v);
int32_t vocab_eos(const struct vocab *v);

/* The id of a word, or -1. */
int32_t vocab_find(const struct vocab *v, const char *word, size_t len);

/* The same for n <= TOKEN_BATCH words at once, which is quicker. ids: [n] */
void vocab_find_all(const struct vocab *v, const struct slice *words, size_t n, int32_t *ids);

/* NUL-terminated, lives as long as the vocabulary; 0 <= id < V. */
const char *vocab_word(const struct vocab *v, int32_t id);
struct slice vocab_slice(const struct vocab *v, int32_t id); /* with its length */
uint64_t vocab_count(const struct vocab *v, int32_t id);

/* The sum of the counts; 0: it has none. */
uint64_t vocab_total(const struct vocab *v);

/* The hash of the words in order, without their counts: equal hashes mean equal ids. */
uint64_t vocab_hash(const struct vocab *v);

/* NULL is allowed. */
void vocab_free(struct vocab *v);

#endif
