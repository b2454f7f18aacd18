/* How a word of treebank text, which is in lower case, is spelled in English. */
#ifndef PTBLM_VOCAB_TOKENIZER_TREEBANK_SPELLING_H
#define PTBLM_VOCAB_TOKENIZER_TREEBANK_SPELLING_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"

/* Appends a word with the capitals that it always has ("Monday", "U.S.", "Mr."), and with one at
 * its first letter if `capital`. `before_number`: "may" and "march" are then months. <unk> stays as
 * it is. */
enum status treebank_spell(struct buf *out, const struct slice *word, bool capital,
                           bool before_number, struct err *err);

/* Whether two words are together a name whose words alone are none ("new york"). */
bool treebank_is_name_pair(const struct slice *one, const struct slice *two);

/* Whether a word is a month or its abbreviation ("nov."). */
bool treebank_is_month(const char *word, size_t len);

#endif
