/* The word lists of the treebank tokenizer. */
#ifndef PTBLM_VOCAB_TOKENIZER_TREEBANK_RULES_H
#define PTBLM_VOCAB_TOKENIZER_TREEBANK_RULES_H

#include <stdbool.h>
#include <stddef.h>

/* The ASCII spelling of a character beyond ASCII ("'" for U+2019), or NULL. */
const char *treebank_ascii(unsigned code);

/* Whether word[0..len), which ends with a period, is an abbreviation that keeps it ("Mr.", "U.S.",
 * "etc."). `last`: no word follows on the line; there "No." is a word. */
bool treebank_is_abbreviation(const char *word, size_t len, bool last);

/* Whether an abbreviation with its period has a capital wherever it stands ("Mr.", not "etc."). */
bool treebank_is_capital_abbreviation(const char *word, size_t len);

/* Whether a token is a clitic ("n't", "'ll", "'s"). */
bool treebank_is_clitic(const char *word, size_t len);

/* The length of the clitic that word ends with ("n't", "'ll", "'s"), 0 where there is none or
 * where nothing stands before it. */
size_t treebank_clitic(const char *word, size_t len);

/* Whether the apostrophe that begins a word is part of it ("'s", "'em", "'80s"); otherwise the
 * apostrophe is an opening quote. */
bool treebank_is_elided(const char *word, size_t len);

/* Whether a word is a bracket as the treebank's own text spells it ("-LRB-"). */
bool treebank_is_bracket(const char *word, size_t len);

/* How many bytes of a word written as one ("cannot", "gonna", "'tis") are its first word, or 0. */
size_t treebank_contraction(const char *word, size_t len);

#endif
