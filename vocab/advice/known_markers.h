/* The markers that other programs are known to write (vocab/markers.h). */
#ifndef PTBLM_VOCAB_ADVICE_KNOWN_MARKERS_H
#define PTBLM_VOCAB_ADVICE_KNOWN_MARKERS_H

#include <stdbool.h>
#include <stddef.h>

enum marker_kind { MARKER_BOS, MARKER_EOS, MARKER_UNK, MARKER_KINDS };

enum { KNOWN_MARKERS_MAX = 64 };

struct known_marker {
    const char *text;
    enum marker_kind kind;
    bool bare; /* letters alone, which may be a word too */
};

/* Row i of the table; NULL after the last. */
const struct known_marker *known_marker_at(size_t i);

/* The row of a word, or KNOWN_MARKERS_MAX. TOKEN_EOS has one, because it is a token beside the end
 * of its line; TOKEN_UNK has none. */
size_t known_marker_find(const char *word, size_t len);

#endif
