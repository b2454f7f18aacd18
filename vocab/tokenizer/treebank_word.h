/* What the treebank tokenizer's two halves share: tokenizer_treebank.c finds the words of a line,
 * treebank_word.c takes each apart. */
#ifndef PTBLM_VOCAB_TOKENIZER_TREEBANK_WORD_H
#define PTBLM_VOCAB_TOKENIZER_TREEBANK_WORD_H

#include <stdbool.h>
#include <stddef.h>

#include "vocab/tokenizer/tokenizer.h"

enum { SCANNER_SLACK = 8 }; /* zeros behind a line, so that eight bytes can be looked at at once */

struct scanner {
    char *text; /* [len + SCANNER_SLACK], written over where tokens are made lower case */
    size_t len;
    size_t letters_end; /* behind the last letter or digit of the line */
    bool in_quote;      /* a single quote was opened */
    struct token_sink *sink;
};

/* text[from..to) of a scanner. */
struct span {
    size_t from, to;
};

/* What a byte can be. */
enum {
    CH_ALPHA = 1 << 0,   /* a letter of ASCII */
    CH_DIGIT = 1 << 1,   /**/
    CH_BEYOND = 1 << 2,  /* a byte of a character beyond ASCII: always a letter here */
    CH_JOINS = 1 << 3,   /* part of a word wherever it stands: '_+\/ */
    CH_NUMERIC = 1 << 4, /* part of a number, with its digits: .,:-+\/ */
    CH_EDGE = 1 << 5,    /* taken off both ends of a word: \/_ */
    CH_MAY_GO_ON =
        1 << 6, /* may be part of a word behind a letter, where its neighbours agree: -.&$ */
    CH_LETTER = CH_ALPHA | CH_DIGIT | CH_BEYOND,
    /* What behind a letter of ASCII may still be the same word. */
    CH_GOES_ON = CH_LETTER | CH_JOINS | CH_MAY_GO_ON,
};
extern const unsigned char treebank_classes[256];

static inline bool treebank_is(char c, unsigned classes)
{
    return (treebank_classes[(unsigned char)c] & classes) != 0;
}

/* The tokenizer's split without the short cut for plain words: what the short cut must agree with.
 */
enum status treebank_split_by_rules(const char *bytes, size_t len, struct buf *room,
                                    struct token_sink *sink, struct err *err);

/* Emits the tokens of a word. */
enum status treebank_take_word(struct scanner *s, struct span word, struct err *err);

/* The same of a word that is letters of ASCII and nothing else, which most are. */
enum status treebank_take_plain_word(struct scanner *s, struct span word, struct err *err);

#endif
