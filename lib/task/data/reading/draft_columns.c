/* Sentences in columns: a line for each token, as in the shared tasks of CoNLL. */
#include <string.h>

#include "lib/base/ascii.h"
#include "lib/base/mem.h"
#include "lib/task/data/reading/draft.h"
#include "vocab/lower_case.h"

/* One more than FEATURE_COLUMN_MAX where there are more. */
static void split_columns(struct draft_columns *c, struct slice line)
{
    c->n = 0;
    for (size_t at = 0; at < line.len && c->n <= FEATURE_COLUMN_MAX;) {
        size_t end = at;
        while (end < line.len && !ascii_is_space(line.bytes[end]))
            end++;
        if (end > at)
            c->all[c->n++] = (struct slice){line.bytes + at, end - at};
        at = end + 1;
    }
}

/* The index of column `number`, from 1 or from the end, among n; -1: there is none. */
static int column_index(int number, size_t n)
{
    const int index = number > 0 ? number - 1 : (int)n + number;
    return index >= 0 && index < (int)n ? index : -1;
}

static enum status fail(const struct draft_writer *w, const struct err *why, struct err *err)
{
    return draft_fail(&w->place, why, err);
}

static enum status fail_missing(const struct draft_writer *w, const char *what, int number,
                                struct err *err)
{
    struct err why;
    const size_t n = w->columns.n;
    err_set(&why, ST_INPUT, "has %zu column%s, and %s is to be column %d", n, n == 1 ? "" : "s",
            what, number);
    err_advise(&why, ST_INPUT, REMEDY_EXAMPLE_COLUMNS, 0, 0);
    return fail(w, &why, err);
}

/* Where a column stands in lines without the label's, or -1. */
static int without_label(const struct draft_columns *c, int index, int label)
{
    index -= index > label;
    return index < (int)c->n ? index : -1;
}

/* Finds the columns of the word and the features among `all`, of which the line may lack the
 * label's. */
static enum status find_columns(struct draft_writer *w, size_t all, struct err *err)
{
    struct draft_columns *c = &w->columns;
    const struct example_columns *how = &w->coding->columns;
    const bool lacks = c->n < all;
    const int word = how->word == 0 ? 1 : how->word;
    c->word = column_index(word, all);
    if (c->word >= 0 && lacks)
        c->word = without_label(c, c->word, c->label);
    if (c->word < 0)
        return fail_missing(w, "the word", word, err);
    for (size_t i = 0; i < how->features.n; i++) {
        const struct feature *f = &how->features.all[i];
        if (f->kind != FEATURE_COLUMN)
            continue;
        c->features[i] = column_index(f->number, all);
        if (c->features[i] >= 0 && lacks)
            c->features[i] = without_label(c, c->features[i], c->label);
        if (c->features[i] < 0)
            return fail_missing(w, "a feature", f->number, err);
    }
    return ST_OK;
}

static enum status check_most(const struct draft_writer *w, struct err *err)
{
    struct err why;
    if (w->columns.n <= FEATURE_COLUMN_MAX)
        return ST_OK;
    err_set(&why, ST_INPUT, "has more than %d columns, the most", FEATURE_COLUMN_MAX);
    return fail(w, &why, err);
}

/* The label must be apart from what it is told by. */
static enum status check_apart(const struct draft_writer *w, struct err *err)
{
    const struct draft_columns *c = &w->columns;
    const struct features *features = &w->coding->columns.features;
    bool apart = c->word != c->label;
    struct err why;
    for (size_t i = 0; i < features->n; i++)
        apart = apart && (features->all[i].kind != FEATURE_COLUMN || c->features[i] != c->label);
    if (apart)
        return ST_OK;
    err_set(&why, ST_INPUT,
            "has its label in column %d, which is also to be %s: the label would be told by itself",
            c->label + 1, c->word == c->label ? "the word" : "a feature");
    err_advise(&why, ST_INPUT, REMEDY_EXAMPLE_COLUMNS, 0, 0);
    return fail(w, &why, err);
}

/* CoNLL-U has comments, and lines for words of several tokens, which are no tokens. */
static bool is_comment(const struct draft_columns *c)
{
    return c->all[0].bytes[0] == '#';
}

/* The first token of a text tells what its lines have. */
static enum status begin_text(struct draft_writer *w, struct err *err)
{
    struct draft_columns *c = &w->columns;
    const struct example_columns *how = &w->coding->columns;
    const size_t all = how->n > 0 ? how->n : c->n;
    const int label = how->label == 0 ? -1 : how->label;
    struct err why;
    c->label = column_index(label, all);
    if (all == 1 && !w->unlabelled) {
        err_set(&why, ST_INPUT, "has one column, where a word and its label are needed");
        return fail(w, &why, err);
    }
    if (c->label < 0)
        return fail_missing(w, "the label", label, err);
    if (c->n > all || (c->n < all && !w->unlabelled)) {
        err_set(&why, ST_INPUT, "has %zu column%s, where the train text has %zu", c->n,
                c->n == 1 ? "" : "s", all);
        return fail(w, &why, err);
    }
    TRY(find_columns(w, all, err));
    if (c->n == all)
        TRY(check_apart(w, err));
    if (w->unlabelled)
        c->label = -1;
    c->want = c->n;
    c->begins_with_comment = is_comment(c);
    return ST_OK;
}

static enum status check_count(const struct draft_writer *w, struct err *err)
{
    const struct draft_columns *c = &w->columns;
    struct err why;
    if (c->n == c->want)
        return ST_OK;
    err_set(&why, ST_INPUT, "has %zu column%s, where the lines before it have %zu: %s", c->n,
            c->n == 1 ? "" : "s", c->want,
            c->begins_with_comment || is_comment(c)
                ? "leave out comments, and of CoNLL-U words of several tokens (grep -vE "
                  "'^(#|[0-9]+[-.])')"
                : "each token needs its word and its label, and an empty line ends a sentence");
    return fail(w, &why, err);
}

/* The word as it is looked up: in *word, which lives until the next call. */
static enum status prepare_word(struct draft_writer *w, struct slice *word, struct err *err)
{
    const struct example_columns *how = &w->coding->columns;
    if (!how->lower && !how->no_digits)
        return ST_OK;
    w->word.len = 0;
    TRY(buf_add(&w->word, word->bytes, word->len, err));
    const bool special = token_special(word->bytes, word->len) == word->len;
    if (how->lower && !special)
        lower_case(w->word.data, w->word.len);
    for (size_t i = 0; i < w->word.len && how->no_digits; i++)
        if (ascii_is_digit(w->word.data[i]))
            w->word.data[i] = '0';
    *word = (struct slice){w->word.data, w->word.len};
    return ST_OK;
}

static enum status add_features(struct draft_writer *w, struct slice word, struct err *err)
{
    const struct draft_columns *c = &w->columns;
    const struct features *features = &w->coding->columns.features;
    struct examples *e = &w->to->e;
    int32_t *ids = e->ids + (e->steps - 1) * e->width;
    for (size_t i = 0; i < features->n; i++) {
        struct slice value;
        if (features->all[i].kind == FEATURE_COLUMN) {
            value = c->all[c->features[i]];
        } else {
            w->room.len = 0;
            TRY(feature_value(&features->all[i], word.bytes, word.len, &w->room, err));
            value = (struct slice){w->room.data, w->room.len};
        }
        if (value.len > TOKEN_MAX)
            value.len = TOKEN_MAX;
        TRY(hash_table_add(&w->tables->values[i], value.bytes, value.len, &ids[1 + i], err));
    }
    return ST_OK;
}

static enum status add_token(struct draft_writer *w, struct err *err)
{
    const struct draft_columns *c = &w->columns;
    struct slice word = c->all[c->word];
    TRY(draft_read_marks(w, &word, true, err));
    const struct slice as_it_is = word;
    TRY(prepare_word(w, &word, err));
    TRY(draft_add_step(w, word, err));
    TRY(add_features(w, as_it_is, err));
    return c->label < 0 ? ST_OK : draft_add_label(w, w->to->e.steps - 1, c->all[c->label], err);
}

/* An empty line where no sentence is to end is noted, and is an error unless the text ends with
 * it. */
static enum status check_empty(const struct draft_writer *w, struct err *err)
{
    const struct draft_columns *c = &w->columns;
    struct err why;
    if (c->empty_line == 0 || w->unlabelled)
        return ST_OK;
    err_set(&why, ST_INPUT, "is empty, and so is the sentence that it ends: remove the line");
    return draft_fail(&(struct draft_place){w->place.name, c->empty_line}, &why, err);
}

/* Gives feature i of each step of the sentence the value of the step `offset` further on, or
 * `border` where there is none. */
static void shift_feature(const struct draft_writer *w, size_t i, int offset, int32_t border)
{
    const struct examples *e = &w->to->e;
    const size_t first = draft_begun_at(w->to), n = e->steps - first;
    int32_t *ids = e->ids + first * e->width + 1 + i;
    for (size_t k = 0; k < n; k++) {
        const size_t t = offset > 0 ? k : n - 1 - k; /* reads what is not yet written */
        const size_t from = t + (size_t)offset;      /* past n if it lies before the first */
        ids[t * e->width] = from < n ? ids[from * e->width] : border;
    }
}

static enum status shift_features(struct draft_writer *w, struct err *err)
{
    const struct features *features = &w->coding->columns.features;
    for (size_t i = 0; i < features->n; i++) {
        const int offset = features->all[i].offset;
        const char *border = offset > 0 ? FEATURE_AFTER : FEATURE_BEFORE;
        int32_t number;
        if (offset == 0)
            continue;
        TRY(hash_table_add(&w->tables->values[i], border, strlen(border), &number, err));
        shift_feature(w, i, offset, number);
    }
    return ST_OK;
}

enum status draft_end_sentence(struct draft_writer *w, bool *ended, struct err *err)
{
    *ended = w->columns.in_sentence;
    w->columns.in_sentence = false;
    if (!*ended)
        return ST_OK;
    TRY(shift_features(w, err));
    return draft_end_plain(w, err);
}

enum status draft_add_columns(struct draft_writer *w, struct slice line, bool *ended,
                              struct err *err)
{
    struct draft_columns *c = &w->columns;
    const bool may_be_empty = c->in_sentence || c->after_mark;
    *ended = false;
    split_columns(c, line);
    c->after_mark = false;
    if (c->n == 0) {
        if (!may_be_empty && c->empty_line == 0)
            c->empty_line = w->place.line;
        return draft_end_sentence(w, ended, err);
    }
    TRY(check_empty(w, err));
    if (columns_is_mark(c->all[0])) {
        c->after_mark = true;
        return draft_end_sentence(w, ended, err);
    }
    TRY(check_most(w, err));
    if (c->want == 0)
        TRY(begin_text(w, err));
    TRY(check_count(w, err));
    if (!c->in_sentence)
        w->origin = w->place.line;
    c->in_sentence = true;
    return add_token(w, err);
}

enum status draft_count_columns(size_t *n, struct slice line, struct err *err)
{
    struct draft_columns c = {0};
    c.all = mem_resize(NULL, FEATURE_COLUMN_MAX + 1, sizeof *c.all, err);
    if (c.all == NULL)
        return ST_NOMEM;
    split_columns(&c, line);
    *n = c.n > 0 && !columns_is_mark(c.all[0]) ? c.n : 0;
    mem_free(c.all);
    return ST_OK;
}
