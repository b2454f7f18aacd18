/* From treebank tokens back to English as it is written. */
#ifndef PTBLM_VOCAB_TOKENIZER_TREEBANK_ENGLISH_H
#define PTBLM_VOCAB_TOKENIZER_TREEBANK_ENGLISH_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"

/* Appends the n tokens of a sentence, without its <eos>, as vocab/README.md says. `begins`: they
 * are its first, and get a capital; otherwise they follow others. `ends`: they are its last, and
 * get a period. Tokens may have punctuation, too, as those of the full treebank have. */
enum status treebank_write_english(struct buf *out, const struct slice *tokens, size_t n,
                                   bool begins, bool ends, struct err *err);

#endif
