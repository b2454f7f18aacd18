/* Marks that other programs put into texts and vocabularies: what stands for the start of a line
 * ("<s>"), for its end ("</s>"), and for a word that is not in the vocabulary ("[UNK]"). Here a
 * line's start has no token, its end is TOKEN_EOS, and an unknown word is TOKEN_UNK. With them goes
 * what else is done to a line before it is cut into tokens: its normalization. */
#ifndef PTBLM_VOCAB_MARKERS_H
#define PTBLM_VOCAB_MARKERS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "vocab/normalize.h"

enum { MARKER_MAX = 63 }; /* bytes of a marker */

/* As they were asked for; NULL: not asked for. */
struct marker_names {
    const char *bos, *eos, *unk;
    const char *normalize; /* one of those of markers_normalize_at */
};

/* Each "" where there is none. */
struct markers {
    char bos[MARKER_MAX + 1];       /* dropped where a line begins, and after an eos */
    char eos[MARKER_MAX + 1];       /* TOKEN_EOS; where a line ends, it is that end */
    char unk[MARKER_MAX + 1];       /* TOKEN_UNK */
    char normalize[MARKER_MAX + 1]; /* "nfc": Unicode's form C; "none": the text as it is */
};

/* ST_USAGE where a text cannot be a marker: it is empty, too long, or has a blank or a control
 * byte in it. */
enum status marker_check(const char *text, struct err *err);

/* Fills *m. ST_USAGE also where two contradict each other. */
enum status markers_set(struct markers *m, const struct marker_names *names, struct err *err);

/* The other way round; what they say is borrowed from *m. */
struct marker_names marker_names_of(const struct markers *m);

/* Puts those of `other` where *m has none. */
void markers_fill(struct markers *m, const struct markers *other);

/* "none", "nfc", then NULL. */
const char *markers_normalize_at(size_t i);

/* Whether lines are changed at all. */
bool markers_any(const struct markers *m);

/* Reads lines, in pieces as struct text_piece, and puts the tokens that every tokenizer knows in
 * the place of markers, before the line is cut into tokens. A marker counts where it stands between
 * blanks; for a tokenizer that does not keep words whole (`anywhere`) also inside of other text,
 * unless it would cut a word: a letter or digit at its edge must not have another beside it. One
 * blank that stands between a mark and the text of its line goes with the mark. */
struct marked_lines {
    const struct markers *markers; /* borrowed */
    bool anywhere;
    bool begun;     /* the line has had text */
    bool holds_eos; /* an eos ended the piece before; it may be the line's end */
    struct buf room;
    struct normalizer normalizer;
};

/* Replaces *piece by what it stands for, normalized first, which lives until the next call.
 * ST_INPUT as normalize_nfc. */
enum status marked_lines_read(struct marked_lines *l, struct slice *piece, bool ends_line,
                              struct err *err);
void marked_lines_fini(struct marked_lines *l);

#endif
