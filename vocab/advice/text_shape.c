#include "vocab/advice/text_shape.h"

#include <string.h>

#include "lib/base/ascii.h"

enum { LINES_LEAST = 20, WORDS_LEAST = 100, ID_LEAST = 4 };

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A digit, and a letter or a mark that ties numbers; numbers alone, dates, prices are none. */
static bool is_id(struct slice word)
{
    bool digit = false, other = false;
    for (size_t i = 0; i < word.len; i++) {
        const char c = word.bytes[i];
        if (!ascii_is_digit(c) && !is_letter(c) && memchr("-_.:/", c, 5) == NULL)
            return false;
        digit |= ascii_is_digit(c);
        other |= is_letter(c) || c == '-' || c == '_';
    }
    return digit && other && word.len >= ID_LEAST;
}

static void count_id(struct text_shape *s, struct slice word)
{
    const size_t len = word.len < ID_SHOWN ? word.len : ID_SHOWN;
    if (!is_id(word) || (len == s->id_len && memcmp(s->id, word.bytes, len) == 0))
        return;
    s->ids++;
    s->id_len = len;
    memcpy(s->id, word.bytes, len);
}

void text_shape_add(struct text_shape *s, struct slice word, bool first)
{
    s->words++;
    s->lines += first;
    for (size_t i = 0; i < word.len; i++) /* all but continuation bytes of UTF-8 */
        s->characters += ((unsigned char)word.bytes[i] & 0xC0) != 0x80;
    if (first)
        count_id(s, word);
}

bool text_shape_has_ids(const struct text_shape *s)
{
    return s->lines >= LINES_LEAST && s->ids >= s->lines - s->lines / 20;
}

double text_shape_word_length(const struct text_shape *s)
{
    return s->words < WORDS_LEAST ? 0.0 : (double)s->characters / (double)s->words;
}
