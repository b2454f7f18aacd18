/* What a test compares the treebank tokenizer with. */
#ifndef PTBLM_VOCAB_TOKENIZER_TOKENIZER_TREEBANK_H
#define PTBLM_VOCAB_TOKENIZER_TOKENIZER_TREEBANK_H

#include <stddef.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "vocab/tokenizer/token.h"
#include "vocab/tokenizer/tokenizer.h"

/* The tokenizer's split without the short cut for plain words: its definition. */
enum status treebank_split_by_rules(const struct tokenizer *t, const char *bytes, size_t len,
                                    struct buf *room, struct token_sink *sink, struct err *err);

#endif
