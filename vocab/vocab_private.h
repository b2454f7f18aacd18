/* Building a vocabulary word by word, and from the forms of other programs: for vocab_*.c. Nobody
 * else includes this. */
#ifndef PTBLM_VOCAB_VOCAB_PRIVATE_H
#define PTBLM_VOCAB_VOCAB_PRIVATE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/err.h"
#include "vocab/vocab.h"
#include "vocab/vocab_form.h"

/* An empty vocabulary, still without <unk> and <eos>. */
enum status vocab_new(struct vocab **v, struct err *err);

/* Adds to a word's count; a word that is not there yet gets the next id. ST_INPUT for a word that
 * no vocabulary file can hold (empty, longer than TOKEN_MAX, with a NUL or a line end in it) and
 * for one word more than VOCAB_MAX. */
enum status vocab_add(struct vocab *v, struct slice word, uint64_t count, int32_t *id,
                      struct err *err);

/* Adds 1 to the count of each word; ids[n] are theirs. n <= TOKEN_BATCH. */
enum status vocab_tally(struct vocab *v, const struct slice *words, size_t n, int32_t *ids,
                        struct err *err);

/* A word by its number, and the count that it is to have. */
struct vocab_ranked {
    uint64_t count;
    uint64_t start; /* of the word, for sorting */
    int32_t number;
};

/* Word list[i].number gets the id i and that count; words that are not among the n of the list are
 * no longer in the vocabulary, but stay where they are. No number may come twice. After ST_NOMEM
 * nothing has changed. */
enum status vocab_arrange(struct vocab *v, const struct vocab_ranked *list, size_t n,
                          struct err *err);

/* A vocabulary under construction, whose words are numbered in the order of first appearance. Once
 * it has become `made`, a number is told from the id there. */
struct vocab_counts {
    struct vocab *seen;       /* NULL: it has become `made` */
    const struct vocab *made; /* not owned */
    size_t size;              /* words that had a number */
    int32_t *ids;             /* [size] in `made`; ~i: the word is left[i] */
    struct vocab_left *left;  /* the words that are not in `made` */
    uint64_t unk;             /* the count of a literal <unk> */
};
struct vocab_left {
    struct slice word;
    uint64_t count;
};

/* Where the vocabulary lacks TOKEN_UNK or TOKEN_EOS and has the marker for it, that word becomes it
 * and keeps its id. *v may be replaced. To be called before vocab_finish. */
enum status vocab_rename_markers(struct vocab **v, const struct markers *markers, struct err *err);

/* Completes the vocabulary: finds <unk> and <eos>, which must be there, and computes the hash. */
enum status vocab_finish(struct vocab *v, struct err *err);

/* Vocabularies of other programs: appends "word<TAB>count" for each word of a text in that form
 * (not VOCAB_AUTO or VOCAB_PTBLM), in the order of their ids. ST_INPUT, naming the file and the
 * line or the word, for what is not in it and for ids that are not 0 to V - 1, each once. */
enum status vocab_convert(struct buf *out, enum vocab_form form, const char *name, const char *text,
                          size_t len, struct err *err);

/* The same for JSON. */
enum status vocab_convert_json(struct buf *out, const char *name, const char *text, size_t len,
                               struct err *err);

/* ST_INPUT, with what it is and how to get the words, for a file that is known not to be a
 * vocabulary, though it could be read as one: word vectors, a SentencePiece model's list, CSV. */
enum status vocab_refuse_foreign(const char *name, const char *text, size_t len, struct err *err);

/* The same for bytes that begin with the mark of UTF-16. */
enum status vocab_refuse_utf16(const char *name, const struct slice *bytes, struct err *err);

/* Words by their ids, to be added in any order. */
struct vocab_placed {
    const char *name; /* of the file */
    size_t n;
    struct slice *words; /* [n]; bytes NULL: not there yet */
};
enum status vocab_placed_init(struct vocab_placed *p, const char *name, size_t n, struct err *err);
enum status vocab_placed_put(struct vocab_placed *p, uint64_t id, struct slice word,
                             struct err *err);
enum status vocab_placed_write(const struct vocab_placed *p, struct buf *out, struct err *err);
void vocab_placed_fini(struct vocab_placed *p);

#endif
