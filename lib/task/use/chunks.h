/* Chunks that labels mark, counted as the Perl script conlleval of the CoNLL shared tasks counts
 * them (Tjong Kim Sang, version of 2004-01-26; Tjong Kim Sang and Buchholz 2000, "Introduction to
 * the CoNLL-2000 shared task: chunking").
 *
 * What stands before the first hyphen of a label is its tag, what follows is its type; a label
 * without a hyphen is a tag, and its type is "". So is the type "0". Where chunks begin and end
 * follows from a label and the one before it, so that IOB1, IOB2, IOE1, IOE2 and the brackets of
 * Ratnaparkhi's scheme are told without being asked for:
 *
 * - a chunk begins with B after B, I or O; with I after O or E; with E after O or E; with "[" or
 *   "]"; and with any tag but O and "." whose type is not that of the label before;
 * - it ends before B or O after B or I; before E, I or O after E; after "[" and "]"; and after any
 *   tag but O and "." whose type is not that of the label that follows.
 *
 * Other tags have the rules of types alone: S-X after S-X continues a chunk. A chunk is correct if
 * it begins, ends, and has its type in both. */
#ifndef PTBLM_TASK_USE_CHUNKS_H
#define PTBLM_TASK_USE_CHUNKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"

struct chunk_counts {
    uint64_t gold, found, correct; /* chunks of the text, of the guesses, of both */
};

/* In percent, as conlleval prints them; 0 where there is nothing to divide by.
 *     precision = 100 correct / found, recall = 100 correct / gold
 *     F1 = 2 precision recall / (precision + recall) */
double chunk_precision(const struct chunk_counts *c);
double chunk_recall(const struct chunk_counts *c);
double chunk_f1(const struct chunk_counts *c);

struct chunk_type {
    const char *name; /* a part of a label's name */
    struct chunk_counts counts;
};

struct chunks {
    uint64_t tokens, right; /* labels, and those that were guessed */
    struct chunk_counts all;
    size_t n_types;           /* those of all labels, sorted by their bytes; the first is "" */
    struct chunk_type *types; /* with counts of 0 where they do not occur */
    /* Private. */
    struct chunk_label *labels; /* [C] */
    struct chunk_label *last;   /* [2], of the gold labels and of the guesses */
    bool in_correct;            /* the chunks of both began together, and have not ended */
};

/* names [C] are those of the labels 0..C-1; they are borrowed until chunks_fini. */
enum status chunks_init(struct chunks *c, const char *const *names, size_t C, struct err *err);
void chunks_fini(struct chunks *c); /* a zeroed struct is allowed */

/* Takes the next token of a sentence: its label and the guess, below C. */
void chunks_add(struct chunks *c, size_t gold, size_t guess);

/* To be called after each sentence, and after the last of all. The counts are whole after
 * chunks_finish; more sentences may follow. */
void chunks_end_sentence(struct chunks *c);
void chunks_finish(struct chunks *c);

/* Of the tokens, in percent; 0 if there are none. */
double chunks_accuracy(const struct chunks *c);

/* Appends what conlleval prints, byte for byte: also the line of the type "", twice if both have
 * such chunks. */
enum status chunks_format(const struct chunks *c, struct buf *out, struct err *err);

#endif
