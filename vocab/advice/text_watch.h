/* Watches a text while it is read, for what would make its figures wrong without an error: marks of
 * other programs that are taken for words, and words that the vocabulary lacks. Its memory is
 * bounded, and a token that the vocabulary has costs nothing. */
#ifndef PTBLM_VOCAB_ADVICE_TEXT_WATCH_H
#define PTBLM_VOCAB_ADVICE_TEXT_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "vocab/advice/known_markers.h"
#include "vocab/advice/text_shape.h"
#include "vocab/markers.h"
#include "vocab/tokenizer/tokenizer.h"
#include "vocab/vocab.h"

enum { UNKNOWN_TOP = 3 };

struct text_watch;

/* `markers` are those that are replaced (NULL: none), and need no warning; both are borrowed. */
enum status text_watch_new(struct text_watch **w, const struct tokenizer *tokenizer,
                           const struct markers *markers, struct err *err);
void text_watch_free(struct text_watch *w); /* NULL is allowed */

/* Whether the line after so many lines and bytes of the text is worth looking at: all at its start,
 * and one of 256 later, so that reading a long text takes no longer. */
static inline bool text_watch_wants(uint64_t lines, uint64_t bytes)
{
    return bytes < UINT64_C(1) << 18 || lines % 256 == 0;
}

/* Another tokenizer for what comes, and for what is asked: one that has learned from the text. */
void text_watch_set_tokenizer(struct text_watch *w, const struct tokenizer *tokenizer);

/* A piece of a line as it came, before markers are replaced. */
enum status text_watch_line(struct text_watch *w, const char *bytes, size_t len, bool ends_line,
                            struct err *err);

/* A token of that text that is not in the vocabulary, `times` times. The first 2^16 different ones
 * are counted; what comes seldom and late may be left out. */
enum status text_watch_unknown(struct text_watch *w, struct slice token, uint64_t times,
                               struct err *err);

/* All words of `counts` that are not in the vocabulary. */
enum status text_watch_unknown_of(struct text_watch *w, const struct vocab_counts *counts,
                                  const struct vocab *vocab, struct err *err);

/* How often one of them came. */
uint64_t text_watch_times(const struct text_watch *w, const char *token);

/* The most frequent of them, without those of `but` [n_but], which may be NULL; returns how many
 * there are, at most UNKNOWN_TOP. */
struct unknown_word {
    struct slice word; /* lives as long as *w */
    uint64_t times;
};
size_t text_watch_top(const struct text_watch *w, const char *const *but, size_t n_but,
                      struct unknown_word top[UNKNOWN_TOP]);

/* A marker that stands in the text as a word. Counts are of the lines that were looked at. */
struct found_marker {
    const char *text; /* NULL: there is none */
    uint64_t begins, ends, all;
    uint64_t lines, words;
};

/* The most frequent marker of a kind that is worth a word. A bos begins, and an eos ends, one line
 * of a hundred; an unk is one word of 10,000, of a thousand where it could be a word, and is in the
 * vocabulary, unless the tokenizer takes words apart: a word that the vocabulary lacks becomes
 * TOKEN_UNK anyhow. */
struct found_marker text_watch_marker(const struct text_watch *w, enum marker_kind kind,
                                      const struct vocab *vocab);

/* What the words of the lines that were looked at look like. */
const struct text_shape *text_watch_shape(const struct text_watch *w);

/* The first lines of the text, up to 2^16 bytes, with line feeds. */
struct slice text_watch_sample(const struct text_watch *w);
const struct tokenizer *text_watch_tokenizer(const struct text_watch *w);
const struct markers *text_watch_markers(const struct text_watch *w); /* NULL: none */

#endif
