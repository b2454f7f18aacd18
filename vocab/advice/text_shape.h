/* What the words of a text look like as a whole, where that tells that they are not words: ids at
 * the beginnings of its lines, or sentences of a script that is written without blanks. */
#ifndef PTBLM_VOCAB_ADVICE_TEXT_SHAPE_H
#define PTBLM_VOCAB_ADVICE_TEXT_SHAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/buf.h"

enum { ID_SHOWN = 40 };

/* Begins zeroed. */
struct text_shape {
    uint64_t lines, words, characters; /* lines that have a word; characters of words */
    uint64_t ids;                      /* lines whose first word looks like an id of their own */
    size_t id_len;                     /* of the last such id, cut at ID_SHOWN */
    char id[ID_SHOWN];
};

/* Counts a word; `first` of its line. */
void text_shape_add(struct text_shape *s, struct slice word, bool first);

/* Whether nearly all lines, twenty at least, begin with an id: letters, digits and marks as in
 * "utt1-1" or "1089-134686-0001", another one on each line. */
bool text_shape_has_ids(const struct text_shape *s);

/* The mean length of the words in characters, or 0 if there are too few of them to tell. */
double text_shape_word_length(const struct text_shape *s);

#endif
