/* Files that have words in them but are no vocabularies. What is looked for are the first lines:
 * every one of them must be of the form, so that no list of words is taken for it. */
#include <string.h>

#include "lib/base/ascii.h"
#include "vocab/vocab_private.h"

enum { LINES_SEEN = 8, LINES_LEAST = 3, NUMBERS_LEAST = 3 };

/* A number as programs print reals: a sign, digits, a point, an exponent. */
static bool is_real(const char *bytes, size_t len)
{
    bool digits = false;
    for (size_t i = 0; i < len; i++) {
        digits |= ascii_is_digit(bytes[i]);
        if (!ascii_is_digit(bytes[i]) && strchr("+-.eE", bytes[i]) == NULL)
            return false;
    }
    return digits;
}

/* A word and at least NUMBERS_LEAST numbers, with one blank before each: GloVe's text, and that of
 * word2vec and fastText. */
static bool is_vector(const struct slice *line)
{
    const char *end = line->bytes + line->len;
    const char *at = memchr(line->bytes, ' ', line->len);
    size_t numbers = 0;
    while (at != NULL && at + 1 < end) {
        const char *next = memchr(at + 1, ' ', (size_t)(end - at - 1));
        const size_t len = (size_t)((next == NULL ? end : next) - at - 1);
        if (!is_real(at + 1, len))
            return false;
        numbers++;
        at = next;
    }
    return numbers >= NUMBERS_LEAST && line->bytes[0] != ' ';
}

/* What stands behind the last tab; empty if there is none, or no word before it. */
static struct slice behind_tab(const struct slice *line)
{
    const char *tab = memrchr(line->bytes, '\t', line->len);
    if (tab == NULL || tab == line->bytes)
        return (struct slice){line->bytes, 0};
    return (struct slice){tab + 1, (size_t)(line->bytes + line->len - tab - 1)};
}

static bool is_zero(const struct slice *line)
{
    const struct slice number = behind_tab(line);
    return number.len == 1 && number.bytes[0] == '0';
}

/* A piece, a tab, and the logarithm of its probability, or 0. */
static bool is_piece(const struct slice *line)
{
    const struct slice number = behind_tab(line);
    return is_zero(line) ||
           (number.len > 1 && number.bytes[0] == '-' && is_real(number.bytes, number.len));
}

/* A word, a comma and a whole number. */
static bool is_record(const struct slice *line)
{
    const char *comma = memrchr(line->bytes, ',', line->len);
    uint64_t number;
    if (comma == NULL || comma == line->bytes || ascii_is_digit(comma[-1]))
        return false;
    const struct slice count = {comma + 1, (size_t)(line->bytes + line->len - comma - 1)};
    return vocab_number(&count, &number);
}

/* The first line may be a header. */
static bool are_all(bool (*is)(const struct slice *line), const char *text, size_t len)
{
    struct vocab_lines lines = {text, text + len, 0};
    struct slice line;
    size_t n = 0;
    while (lines.number < LINES_SEEN && vocab_lines_next(&lines, &line)) {
        const bool fits = is(&line);
        if (!fits && lines.number > 1)
            return false;
        n += fits;
    }
    return n >= LINES_LEAST;
}

enum status vocab_refuse_utf16(const char *name, const struct slice *bytes, struct err *err)
{
    if (bytes->len < 2 ||
        (memcmp(bytes->bytes, "\xFF\xFE", 2) != 0 && memcmp(bytes->bytes, "\xFE\xFF", 2) != 0))
        return ST_OK;
    return err_set(err, ST_INPUT,
                   "'%s' is in UTF-16, by its byte-order mark: convert it, with 'iconv -f UTF-16 "
                   "-t UTF-8'",
                   name);
}

enum status vocab_refuse_foreign(const char *name, const char *text, size_t len, struct err *err)
{
    if (are_all(is_vector, text, len))
        return err_set(err, ST_INPUT,
                       "'%s' has word vectors, not a vocabulary: cut out the words, with 'cut "
                       "-d\" \" -f1'",
                       name);
    if (are_all(is_piece, text, len) && !are_all(is_zero, text, len))
        return err_set(err, ST_INPUT,
                       "'%s' has pieces of words and their log-probabilities, as SentencePiece "
                       "writes them: cut out the pieces, with 'cut -f1', for a text in these "
                       "pieces",
                       name);
    if (are_all(is_record, text, len))
        return err_set(err, ST_INPUT,
                       "'%s' is a table (CSV), not a vocabulary: write a tab in place of each "
                       "line's last comma, and leave out the line of names",
                       name);
    return ST_OK;
}
