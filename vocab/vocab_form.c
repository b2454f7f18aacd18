/* What form a vocabulary has is decided on the whole file: a single line such as "the 12" may be a
 * word and its count, a word and its id, or words. */
#include "vocab/vocab_form.h"

#include <string.h>

#include "lib/base/escape.h"
#include "lib/base/mem.h"

static const struct {
    const char *name, *text;
} forms[VOCAB_FORMS] = {
    [VOCAB_AUTO] = {"auto", "as it looks"},
    [VOCAB_PTBLM] = {"ptblm", "a word, or a word, a tab and its count"},
    [VOCAB_WORDS] = {"words", "a word"},
    [VOCAB_WORD_COUNT] = {"word-count", "a word, blanks and its count"},
    [VOCAB_COUNT_WORD] = {"count-word", "a count, blanks and its word"},
    [VOCAB_WORD_ID] = {"word-id", "a word, blanks and its id"},
    [VOCAB_ID_WORD] = {"id-word", "an id, blanks and its word"},
    [VOCAB_JSON] = {"json", "JSON"},
};

const char *vocab_form_name(size_t i)
{
    return i < VOCAB_FORMS ? forms[i].name : NULL;
}

enum vocab_form vocab_form_find(const char *name)
{
    for (size_t i = 0; name != NULL && i < VOCAB_FORMS; i++)
        if (strcmp(name, forms[i].name) == 0)
            return (enum vocab_form)i;
    return VOCAB_AUTO;
}

const char *vocab_form_text(enum vocab_form form)
{
    return forms[form].text;
}

bool vocab_lines_next(struct vocab_lines *l, struct slice *line)
{
    if (l->at >= l->end)
        return false;
    const char *end = memchr(l->at, '\n', (size_t)(l->end - l->at));
    if (end == NULL)
        end = l->end;
    *line = (struct slice){l->at, (size_t)(end - l->at)};
    l->at = end + 1;
    l->number++;
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static size_t take(const struct slice *line, size_t at, bool blank, struct slice *field)
{
    const size_t from = at;
    while (at < line->len && is_blank(line->bytes[at]) == blank)
        at++;
    if (field != NULL)
        *field = (struct slice){line->bytes + from, at - from};
    return at;
}

bool vocab_fields(const struct slice *line, struct slice *first, struct slice *second)
{
    size_t at = take(line, 0, true, NULL);
    at = take(line, at, false, first);
    at = take(line, at, true, NULL);
    at = take(line, at, false, second);
    return first->len > 0 && second->len > 0 && at == line->len;
}

bool vocab_number(const struct slice *field, uint64_t *number)
{
    uint64_t value = 0;
    for (size_t i = 0; i < field->len; i++) {
        if (field->bytes[i] < '0' || field->bytes[i] > '9')
            return false;
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(field->bytes[i] - '0'), &value))
            return false;
    }
    *number = value;
    return field->len > 0;
}

/* How many lines fit what. */
struct fit {
    size_t lines, tabs, own, word_number, number_word;
    size_t odd; /* the number of the first line that is no word and number; 0: none */
};

static bool is_own(const struct slice *line)
{
    const char *tab = memrchr(line->bytes, '\t', line->len);
    uint64_t count;
    if (tab == NULL)
        return true;
    const struct slice rest = {tab + 1, (size_t)(line->bytes + line->len - tab - 1)};
    return vocab_number(&rest, &count);
}

static struct fit measure(const char *text, size_t len)
{
    struct fit f = {0};
    struct vocab_lines lines = {text, text + len, 0};
    struct slice line, first, second;
    while (vocab_lines_next(&lines, &line)) {
        uint64_t number;
        const bool two = vocab_fields(&line, &first, &second);
        const bool last = two && !is_blank(line.bytes[0]) && vocab_number(&second, &number);
        f.lines++;
        f.tabs += memchr(line.bytes, '\t', line.len) != NULL;
        f.own += is_own(&line);
        f.word_number += last;
        f.number_word += two && vocab_number(&first, &number);
        if (!last && f.odd == 0)
            f.odd = lines.number;
    }
    return f;
}

enum order { NO_IDS, RISING, FALLING, MIXED };

/* Whether the numbers of the first or the second field are 0 to n - 1, each once. */
static enum status find_order(enum order *order, bool of_first, const char *text, size_t len,
                              size_t n, struct err *err)
{
    struct vocab_lines lines = {text, text + len, 0};
    struct slice line, field[2];
    bool rising = true, falling = true;
    char *seen = mem_zeroed(n, 1, err);
    if (seen == NULL)
        return ST_NOMEM;
    *order = NO_IDS;
    while (vocab_lines_next(&lines, &line)) {
        uint64_t id = n;
        if (!vocab_fields(&line, &field[0], &field[1]) || !vocab_number(&field[!of_first], &id) ||
            id >= n || seen[id]) {
            mem_free(seen);
            return ST_OK;
        }
        seen[id] = 1;
        rising = rising && id == lines.number - 1;
        falling = falling && id == n - lines.number;
    }
    mem_free(seen);
    *order = rising ? RISING : falling ? FALLING : MIXED;
    return ST_OK;
}

static enum status ambiguous(const char *name, const char *what, struct err *err)
{
    return err_advise(err, err_set(err, ST_INPUT, "'%s' may be read in two ways: %s", name, what),
                      REMEDY_VOCAB_FORM, 0, 0);
}

/* Counts that fall to 0 one by one, or few and small ones, may look like ids: a file of ptblm's own
 * form goes on being read as that. */
static enum status tell_ids_last(enum vocab_form *form, enum order order, const struct fit *f,
                                 const char *name, struct err *err)
{
    enum { FEW = 8 };
    const bool own = f->tabs > 0 && f->own == f->lines;
    if (order == RISING || (order == MIXED && !own))
        *form = VOCAB_WORD_ID;
    else if (own && (order == FALLING || f->lines <= FEW))
        *form = VOCAB_PTBLM;
    else
        return ambiguous(name, "the numbers behind its words may be ids or counts", err);
    return ST_OK;
}

static enum status tell_words(enum vocab_form *form, const struct fit *f, const char *name,
                              struct err *err)
{
    *form = VOCAB_PTBLM;
    if (f->tabs > 0 || (f->word_number <= f->lines / 2 && f->number_word <= f->lines / 2))
        return ST_OK;
    err_set(err, ST_INPUT,
            "'%s' has a number beside the word on most of its lines, but not on all (see line %zu)",
            name, f->odd);
    return err_advise(err, ST_INPUT, REMEDY_VOCAB_FORM, 0, 0);
}

enum status vocab_form_tell(enum vocab_form *form, const char *name, const char *text, size_t len,
                            struct err *err)
{
    const struct fit f = measure(text, len);
    enum order first = NO_IDS, last = NO_IDS;
    const bool own = f.tabs > 0 && f.own == f.lines;
    if (f.number_word == f.lines)
        TRY(find_order(&first, true, text, len, f.lines, err));
    if (f.word_number == f.lines)
        TRY(find_order(&last, false, text, len, f.lines, err));
    if (f.number_word == f.lines && f.word_number == f.lines && !own)
        return ambiguous(name, "all its words are numbers", err);
    if (last != NO_IDS)
        return tell_ids_last(form, last, &f, name, err);
    if (own && f.word_number == f.lines && f.tabs < f.lines)
        return ambiguous(name, "some of its numbers stand behind a tab and some behind a space",
                         err);
    if (own)
        *form = VOCAB_PTBLM;
    else if (f.number_word == f.lines)
        *form = first != NO_IDS ? VOCAB_ID_WORD : VOCAB_COUNT_WORD;
    else if (f.word_number == f.lines)
        *form = VOCAB_WORD_COUNT;
    else
        return tell_words(form, &f, name, err);
    return ST_OK;
}
