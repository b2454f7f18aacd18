/* Learning the merges of byte-pair encoding from counted words. */
#ifndef PTBLM_VOCAB_TOKENIZER_BPE_LEARN_H
#define PTBLM_VOCAB_TOKENIZER_BPE_LEARN_H

#include <stddef.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "vocab/vocab.h"

/* Appends the text form (bpe.h) of up to n merges to *text: those of algorithm 1 of Sennrich et al.
 * 2016 as subword-nmt 0.3's learn_bpe finds them. Each word is its characters, the last of them
 * with BPE_WORD_END; again and again the most frequent pair of neighbours is joined everywhere,
 * from the left; of pairs equally frequent the greatest, first by its first piece and then by its
 * second, in the order of bytes with BPE_WORD_END as text. It ends before a pair that occurs but
 * once. TOKEN_UNK and TOKEN_EOS are not words. So that the text form has one meaning, no piece
 * within a word is made that ends with "</w>", and none of more than BPE_PIECE_MAX bytes.
 *
 * Exact: counts are kept for all pairs, and changed where a merge changes them; so the time goes
 * with the number of places that change, not with merges times words. Memory: 8 bytes for each
 * character of the different words, 8 for each place of a pair, at most three times as many. */
enum status bpe_learn(struct buf *text, const struct vocab_counts *words, size_t n,
                      struct err *err);

#endif
