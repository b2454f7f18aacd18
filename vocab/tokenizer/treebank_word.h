/* Takes apart the words that tokenizer_treebank.c finds in a line. */
#ifndef PTBLM_VOCAB_TOKENIZER_TREEBANK_WORD_H
#define PTBLM_VOCAB_TOKENIZER_TREEBANK_WORD_H

#include <stdbool.h>
#include <stddef.h>

#include "vocab/tokenizer/token.h"

enum { SCANNER_SLACK = 8 }; /* zeros after a line, so that eight bytes can be read at once */

struct scanner {
    char *text; /* [len + SCANNER_SLACK], written over where tokens are made lower case */
    size_t len;
    size_t letters_end; /* after the last letter or digit of the line */
    bool in_quote;      /* a single quote was opened */
    struct token_sink *sink;
};

/* text[from..to) of a scanner. */
struct span {
    size_t from, to;
};

/* What a byte can be. */
enum {
    CH_ALPHA = 1 << 0,     /* an ASCII letter */
    CH_DIGIT = 1 << 1,     /**/
    CH_BEYOND = 1 << 2,    /* a byte of a character beyond ASCII, which counts as a letter */
    CH_JOINS = 1 << 3,     /* part of a word wherever it stands: '_+\/ */
    CH_NUMERIC = 1 << 4,   /* part of a number, with its digits: .,:-+\/ */
    CH_EDGE = 1 << 5,      /* comes off both ends of a word: \/_ */
    CH_MAY_GO_ON = 1 << 6, /* after a letter, part of a word if its neighbours allow it: -.&$ */
    CH_LETTER = CH_ALPHA | CH_DIGIT | CH_BEYOND,
    /* What may continue a word after an ASCII letter. */
    CH_GOES_ON = CH_LETTER | CH_JOINS | CH_MAY_GO_ON,
};
extern const unsigned char treebank_classes[256];

static inline bool treebank_is(char c, unsigned classes)
{
    return (treebank_classes[(unsigned char)c] & classes) != 0;
}

/* Sends the tokens of a word to the sink. */
enum status treebank_take_word(struct scanner *s, struct span word, struct err *err);

/* The same for a word of ASCII letters alone, as most are. */
enum status treebank_take_plain_word(struct scanner *s, struct span word, struct err *err);

#endif
