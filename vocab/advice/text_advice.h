/* What would make the unknown words of a text known: another case, another tokenizer, or a marker
 * that stands for them. Found by trying it on the first lines of the text. */
#ifndef PTBLM_VOCAB_ADVICE_TEXT_ADVICE_H
#define PTBLM_VOCAB_ADVICE_TEXT_ADVICE_H

#include "lib/base/err.h"
#include "vocab/advice/text_watch.h"
#include "vocab/vocab.h"

enum text_change {
    TEXT_KEEP,      /* nothing that is known */
    TEXT_LOWER,     /* in lower case */
    TEXT_UPPER,     /* in upper case */
    TEXT_TOKENIZER, /* cut by another tokenizer */
    TEXT_UNK,       /* a marker of unknown words is one of them */
};

struct text_advice {
    enum text_change change;
    const struct tokenizer *tokenizer; /* of TEXT_TOKENIZER */
    const char *marker;                /* of TEXT_UNK */
    double unknown; /* the share of the tokens that the vocabulary would then lack; in [0, 1] */
};

/* `unknown` tokens of the whole text are not in the vocabulary. A change is worth a word if it
 * leaves half of them or fewer. */
enum status text_advice_find(struct text_advice *a, const struct text_watch *w, uint64_t unknown,
                             const struct vocab *vocab, struct err *err);

#endif
