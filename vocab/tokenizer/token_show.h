/* From tokens back to text, one at a time: the reverse of a tokenizer's split. */
#ifndef PTBLM_VOCAB_TOKENIZER_TOKEN_SHOW_H
#define PTBLM_VOCAB_TOKENIZER_TOKEN_SHOW_H

#include <stdbool.h>

#include "vocab/tokenizer/tokenizer.h"

/* Zeroed but for the tokenizer where a line begins. */
struct token_show {
    const struct tokenizer *tokenizer;
    bool begun;   /* the line has a token */
    bool goes_on; /* the last one is of a word that goes on */
    size_t n;     /* bytes of a character that is not complete */
    char bytes[4];
    char before[32]; /* what to print before `text`: a joint, and bytes that made no character */
    char made[5];    /* a character of bytes that is complete */
    struct slice text;
};

/* What to print for the next token, in s->before and then s->text: it may be nothing yet where a
 * character is spelled by bytes. Bytes that make no character are shown as "\\xE2". */
void token_show_next(struct token_show *s, struct slice token);

/* The line ends here: what is left, in s->before; the next token begins a line. */
void token_show_end(struct token_show *s);

#endif
