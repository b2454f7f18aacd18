/* The size of a text by measures that do not depend on how it becomes tokens, so that figures of
 * models with different tokenizers can be compared. */
#ifndef PTBLM_VOCAB_TEXT_SIZE_H
#define PTBLM_VOCAB_TEXT_SIZE_H

#include <stddef.h>
#include <stdint.h>

/* In a piece of a line: UTF-8 that does not begin or end within a word, without its line end. */

/* What stands between ASCII white space. */
uint64_t text_size_words(const char *bytes, size_t len);

/* Code points. */
uint64_t text_size_characters(const char *bytes, size_t len);

#endif
