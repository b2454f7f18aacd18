/* Byte-pair encoding: words cut into the pieces that merges of neighbouring characters make
 * (Sennrich, Haddow and Birch 2016, "Neural Machine Translation of Rare Words with Subword Units",
 * arXiv:1508.07909), as the tool subword-nmt does it.
 *
 * Merges have the text form of subword-nmt's codes: the line "#version: 0.2", and then a merge on
 * each line, two pieces with a blank between them, in the order of their rank. A piece that ends a
 * word has "</w>" after it. Among tokens a piece that does not end its word has "@@" after it.
 *
 * With `bytes`, a character beyond ASCII that no merge has, and a control character, is spelled by
 * the bytes of its UTF-8, each a token "<0xE2>", so that no word is unknown. */
#ifndef PTBLM_VOCAB_TOKENIZER_BPE_H
#define PTBLM_VOCAB_TOKENIZER_BPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "vocab/tokenizer/token.h"

#define BPE_HEADER   "#version: 0.2"
#define BPE_WORD_END "</w>"
#define BPE_GOES_ON  "@@"

enum {
    BPE_PIECE_MAX = 65000,    /* bytes of a piece */
    BPE_MERGES_MAX = 1 << 22, /* merges */
    BPE_BYTE_LEN = 6,         /* of "<0xE2>" */
};
#define BPE_TEXT_MAX ((size_t)1 << 30)

struct bpe;

/* Reads the text form; the first of two equal merges counts, as with subword-nmt. ST_INPUT names
 * the text (`name`) and the line. */
enum status bpe_parse(struct bpe **b, const char *name, const char *text, size_t len, bool bytes,
                      struct err *err);

/* The text form, equal for equal merges, and its hash. */
struct slice bpe_text(const struct bpe *b);
uint64_t bpe_hash(const struct bpe *b);
size_t bpe_n_merges(const struct bpe *b); /* lines of it */

/* Adds the tokens of a word to the sink: its characters, of which the neighbours with the merge of
 * the lowest rank are joined, everywhere in the word, until no merge applies. A merge that would
 * make what reads as something else is left out: a last piece that ends with "@@", TOKEN_UNK or
 * TOKEN_EOS out of the pieces of a word, or a byte's token out of its letters. Tokens live as long
 * as *b, which remembers words that were split. `word` has no blank, and is not empty. */
enum status bpe_split(struct bpe *b, struct slice word, struct token_sink *sink, struct err *err);

/* The tokens that are known without a text: what the merges are of and what they make, each
 * character at the end of a word and within one; with `bytes` also those of ASCII, and all bytes.
 */
size_t bpe_n_tokens(const struct bpe *b);
struct slice bpe_token(const struct bpe *b, size_t i);

/* The byte of a byte's token (without "@@"), or -1. */
int bpe_byte_of(const char *token, size_t len);

void bpe_free(struct bpe *b); /* NULL is allowed */

#endif
