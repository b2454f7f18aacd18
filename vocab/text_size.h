/* The size of a text by measures that do not depend on how it becomes tokens, so that figures of
 * models with different tokenizers can be compared. */
#ifndef PTBLM_VOCAB_TEXT_SIZE_H
#define PTBLM_VOCAB_TEXT_SIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text_size {
    uint64_t words;      /* what stands between ASCII white space, and one for each line's end */
    uint64_t characters; /* code points, and one for each line's end */
};

/* Adds a piece of a line: UTF-8 that does not begin or end within a word, without its line end. */
void text_size_add(struct text_size *s, const char *bytes, size_t len, bool ends_line);

#endif
