#include "lib/task/data/example_form.h"

#include <string.h>

#include "lib/base/ascii.h"
#include "lib/base/escape.h"

static const char *const form_names[N_EXAMPLE_FORMS] = {
    [EXAMPLE_FORM_AUTO] = "auto",           [EXAMPLE_FORM_TAB] = "tab",
    [EXAMPLE_FORM_FASTTEXT] = "fasttext",   [EXAMPLE_FORM_TREC] = "trec",
    [EXAMPLE_FORM_TREC_FINE] = "trec-fine", [EXAMPLE_FORM_FOLDERS] = "folders",
    [EXAMPLE_FORM_COLUMNS] = "columns",     [EXAMPLE_FORM_IDX] = "idx",
};

static const char *const sequence_names[N_EXAMPLE_SEQUENCES] = {
    [EXAMPLE_ROWS] = "rows",
    [EXAMPLE_PIXELS] = "pixels",
    [EXAMPLE_PERMUTED] = "permuted",
};

static size_t find_name(const char *const *names, size_t n, const char *name)
{
    size_t i = 0;
    while (i < n && strcmp(names[i], name) != 0)
        i++;
    return i;
}

const char *example_form_at(size_t i)
{
    return i < N_EXAMPLE_FORMS ? form_names[i] : NULL;
}

bool example_form_find(enum example_form *form, const char *name)
{
    const size_t i = find_name(form_names, N_EXAMPLE_FORMS, name);
    if (i < N_EXAMPLE_FORMS)
        *form = (enum example_form)i;
    return i < N_EXAMPLE_FORMS;
}

bool example_form_is_line(enum example_form form)
{
    return form >= EXAMPLE_FORM_TAB && form <= EXAMPLE_FORM_TREC_FINE;
}

const char *example_sequence_at(size_t i)
{
    return i < N_EXAMPLE_SEQUENCES ? sequence_names[i] : NULL;
}

bool example_sequence_find(enum example_sequence *sequence, const char *name)
{
    const size_t i = find_name(sequence_names, N_EXAMPLE_SEQUENCES, name);
    if (i < N_EXAMPLE_SEQUENCES)
        *sequence = (enum example_sequence)i;
    return i < N_EXAMPLE_SEQUENCES;
}

/* --- lines of columns --- */

bool columns_is_mark(struct slice first)
{
    static const char mark[] = "-DOCSTART-";
    return first.len == sizeof mark - 1 && memcmp(first.bytes, mark, first.len) == 0;
}

bool columns_is_token(const char *line, size_t len)
{
    size_t from = 0;
    while (from < len && ascii_is_space(line[from]))
        from++;
    size_t to = from;
    while (to < len && !ascii_is_space(line[to]))
        to++;
    return to > from && !columns_is_mark((struct slice){line + from, to - from});
}

/* --- lines with a label --- */

#define FASTTEXT_MARK "__label__"
enum { MARK_LEN = sizeof FASTTEXT_MARK - 1 };

static struct slice trim(const char *bytes, size_t len)
{
    while (len > 0 && ascii_is_space(bytes[len - 1]))
        len--;
    while (len > 0 && ascii_is_space(*bytes)) {
        bytes++;
        len--;
    }
    return (struct slice){bytes, len};
}

/* How many bytes are before the first blank. */
static size_t word_length(const char *bytes, size_t len)
{
    size_t n = 0;
    while (n < len && !ascii_is_space(bytes[n]))
        n++;
    return n;
}

static bool has_mark(const char *bytes, size_t len)
{
    return len >= MARK_LEN && memcmp(bytes, FASTTEXT_MARK, MARK_LEN) == 0;
}

/* The next word of *rest, which is left behind it; of length 0 after the last. */
static struct slice next_word(struct slice *rest)
{
    const struct slice at = trim(rest->bytes, rest->len);
    const struct slice word = {at.bytes, word_length(at.bytes, at.len)};
    *rest = (struct slice){at.bytes + word.len, at.len - word.len};
    return word;
}

static enum status split_tab(struct labelled_line *parts, struct slice line, struct err *err)
{
    const char *tab = memchr(line.bytes, '\t', line.len);
    if (tab == NULL)
        return err_set(err, ST_INPUT, "has no label with a tab after it");
    const size_t len = (size_t)(tab - line.bytes);
    parts->label = trim(line.bytes, len);
    parts->text = trim(tab + 1, line.len - len - 1);
    return ST_OK;
}

static enum status split_fasttext(struct labelled_line *parts, struct slice line, struct err *err)
{
    struct slice rest = line;
    const struct slice label = next_word(&rest);
    if (!has_mark(label.bytes, label.len))
        return err_set(err, ST_INPUT, "has no label: it does not begin with " FASTTEXT_MARK);
    parts->label = (struct slice){label.bytes + MARK_LEN, label.len - MARK_LEN};
    parts->text = trim(rest.bytes, rest.len);
    for (struct slice word = next_word(&rest); word.len > 0; word = next_word(&rest))
        if (has_mark(word.bytes, word.len))
            return err_set(err, ST_INPUT,
                           "has a second label, %s, where an example has one: keep one of them",
                           escape_quoted(word.bytes, word.len).text);
    return ST_OK;
}

/* Where the colon is in a word "LABEL:fine"; 0 where it is none. */
static size_t find_colon(struct slice word)
{
    const char *colon = word.len > 0 ? memchr(word.bytes, ':', word.len) : NULL;
    const size_t at = colon == NULL ? 0 : (size_t)(colon - word.bytes);
    return at + 1 < word.len ? at : 0;
}

static enum status split_trec(struct labelled_line *parts, struct slice line, bool fine,
                              struct err *err)
{
    struct slice rest = line;
    const struct slice word = next_word(&rest);
    const size_t colon = find_colon(word);
    if (colon == 0)
        return err_set(err, ST_INPUT, "has no label: it does not begin with LABEL:fine");
    parts->label = (struct slice){word.bytes, fine ? word.len : colon};
    parts->text = trim(rest.bytes, rest.len);
    return ST_OK;
}

static enum status take_apart(struct labelled_line *parts, enum example_form form,
                              struct slice line, struct err *err)
{
    if (form == EXAMPLE_FORM_TAB)
        return split_tab(parts, line, err);
    if (form == EXAMPLE_FORM_FASTTEXT)
        return split_fasttext(parts, line, err);
    return split_trec(parts, line, form == EXAMPLE_FORM_TREC_FINE, err);
}

enum status labelled_line_split(struct labelled_line *parts, enum example_form form,
                                const char *line, size_t len, struct err *err)
{
    if (trim(line, len).len == 0)
        return err_set(err, ST_INPUT, "is empty, where each line is an example: remove it");
    TRY(take_apart(parts, form, (struct slice){line, len}, err));
    TRY(label_check(parts->label.bytes, parts->label.len, err));
    if (parts->text.len == 0)
        return err_set(err, ST_INPUT, "has no text after its label, %s",
                       escape_quoted(parts->label.bytes, parts->label.len).text);
    return ST_OK;
}

/* Capitals before the colon, as all of TREC's labels have, and nothing that prose could have. */
static bool looks_like_trec(struct slice line)
{
    const struct slice word = next_word(&line);
    const size_t colon = find_colon(word);
    for (size_t i = 0; i < colon; i++)
        if (!(word.bytes[i] >= 'A' && word.bytes[i] <= 'Z') && word.bytes[i] != '_')
            return false;
    return colon > 0;
}

static bool looks_like_tab(struct slice line)
{
    const char *tab = memchr(line.bytes, '\t', line.len);
    if (tab == NULL)
        return false;
    const struct slice label = trim(line.bytes, (size_t)(tab - line.bytes));
    return label_check(label.bytes, label.len, NULL) == ST_OK;
}

enum example_form labelled_line_form(const struct slice *lines, size_t n)
{
    size_t all = 0, tab = 0, fasttext = 0, trec = 0;
    for (size_t i = 0; i < n; i++) {
        const struct slice text = trim(lines[i].bytes, lines[i].len);
        all += text.len > 0;
        fasttext += has_mark(text.bytes, text.len);
        tab += looks_like_tab(lines[i]);
        trec += looks_like_trec(text);
    }
    if (fasttext > all / 2)
        return EXAMPLE_FORM_FASTTEXT;
    if (trec > all / 2 && trec > tab)
        return EXAMPLE_FORM_TREC;
    return tab > all / 2 ? EXAMPLE_FORM_TAB : EXAMPLE_FORM_AUTO;
}
