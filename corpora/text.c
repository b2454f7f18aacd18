/* Lines are looked for in a window of the source that slides forward. It grows until a whole line
 * or a whole piece is in it and no further, so memory is bounded by TEXT_PIECE whatever the text.
 */
#include "corpora/text.h"

#include <string.h>

#include "corpora/input/text_input.h"
#include "corpora/text_series.h"
#include "lib/base/mem.h"
#include "lib/base/utf8.h"

enum {
    READ_MIN = 1 << 15,
    /* A line of TEXT_PIECE bytes with its CR LF must be seen whole to be known for one piece. */
    WINDOW_MAX = TEXT_PIECE + 2,
};

struct text {
    struct text_series *series; /* of documents, which alone is set then; NULL: one text */
    struct source *source;
    struct text_input *input;
    char *window; /* cap bytes; those in [start, end) are read and not yet given */
    size_t cap, start, end;
    size_t scanned;     /* bytes after start that are known to hold no line end */
    uint64_t line;      /* lines begun */
    uint64_t line_byte; /* bytes of the line that are given already */
    uint64_t end_line;  /* lines to stop after */
    bool in_line;       /* the last piece did not end its line */
    bool source_ended;
};

static enum status make_room(struct text *t, struct err *err)
{
    if (t->cap - t->end >= READ_MIN)
        return ST_OK;
    memmove(t->window, t->window + t->start, t->end - t->start);
    t->end -= t->start;
    t->start = 0;
    if (t->cap - t->end >= READ_MIN)
        return ST_OK;
    char *window = mem_resize(t->window, 2 * t->cap, 1, err);
    if (window == NULL)
        return ST_NOMEM;
    t->window = window;
    t->cap *= 2;
    return ST_OK;
}

static enum status read_more(struct text *t, struct err *err)
{
    size_t got;
    TRY(make_room(t, err));
    TRY(text_input_read(t->input, t->window + t->end, t->cap - t->end, &got, err));
    t->end += got;
    t->source_ended = got == 0;
    return ST_OK;
}

/* What messages call the line that was begun last: in JSON lines that of the file. */
static uint64_t shown_line(const struct text *t)
{
    const uint64_t line = text_input_line(t->input);
    return line > 0 ? line : t->line;
}

/* Reads until the window has a line end, more than a piece, or all that is left. *feed is the
 * offset of the line end from start, or `end - start` if there is none. */
static enum status find_line_end(struct text *t, size_t *feed, struct err *err)
{
    for (;;) {
        const size_t have = t->end - t->start;
        const char *from = t->window + t->start;
        const char *found =
            have > t->scanned ? memchr(from + t->scanned, '\n', have - t->scanned) : NULL;
        *feed = found != NULL ? (size_t)(found - from) : have;
        if (found != NULL || have >= WINDOW_MAX || t->source_ended)
            return ST_OK;
        t->scanned = have;
        TRY(read_more(t, err));
    }
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\v' || c == '\f';
}

/* Length of the first piece of a line that is too long for one: up to and with the last blank, so
 * that no word is cut; 0 if a word is longer than TEXT_PIECE. Never cut after a CR, which may
 * belong to the line end. */
static size_t piece_length(const char *bytes)
{
    size_t len = TEXT_PIECE + 1;
    while (len > 0 && !is_blank(bytes[len - 1]))
        len--;
    return len;
}

static enum status fail_at(const struct text *t, const char *bytes, size_t at, size_t n,
                           struct err *err)
{
    const char *defect = utf8_defect(bytes + at, n - at);
    const unsigned long long byte = t->line_byte + at + 1;
    const char *guess = text_input_guess(t->input);
    if (bytes[at] == '\0' && guess != NULL)
        return err_advise(err,
                          err_set(err, ST_INPUT,
                                  "'%s' line %llu has %s at byte %llu: it looks like %s without a "
                                  "byte-order mark",
                                  source_name(t->source), (unsigned long long)shown_line(t), defect,
                                  byte, guess),
                          REMEDY_NAME_ENCODING, 0, 0);
    if (bytes[at] == '\0')
        return err_set(err, ST_INPUT, "'%s' line %llu has %s at byte %llu: it is not text",
                       source_name(t->source), (unsigned long long)shown_line(t), defect, byte);
    return err_advise(err,
                      err_set(err, ST_INPUT,
                              "'%s' line %llu has %s (0x%02x) at byte %llu: it is not UTF-8",
                              source_name(t->source), (unsigned long long)shown_line(t), defect,
                              (unsigned char)bytes[at], byte),
                      REMEDY_NAME_ENCODING, 0, 0);
}

static enum status fail_long_word(const struct text *t, const char *bytes, size_t n,
                                  struct err *err)
{
    /* What is not text at all is better called so; the last character may be cut by the window. */
    const size_t good = utf8_span(bytes, n);
    if (good < n && (n - good >= 4 || bytes[good] == '\0'))
        return fail_at(t, bytes, good, n, err);
    return err_set(err, ST_INPUT,
                   "'%s' line %llu has a word of more than %d bytes at byte %llu: break it with "
                   "blanks",
                   source_name(t->source), (unsigned long long)shown_line(t), TEXT_PIECE,
                   (unsigned long long)(t->line_byte + 1));
}

/* Gives the next piece out of the window, whose line ends at `feed`. */
static enum status give_piece(struct text *t, struct text_piece *piece, size_t feed,
                              struct err *err)
{
    const char *bytes = t->window + t->start;
    const size_t have = t->end - t->start;
    size_t len = feed;
    if (feed < have && len > 0 && bytes[len - 1] == '\r')
        len--;
    const bool whole = len <= TEXT_PIECE;
    if (!whole)
        len = piece_length(bytes);
    if (len == 0 && !whole)
        return fail_long_word(t, bytes, TEXT_PIECE + 1, err);
    const size_t good = utf8_span(bytes, len);
    if (good < len)
        return fail_at(t, bytes, good, len, err);
    *piece = (struct text_piece){bytes, len, shown_line(t), whole};
    t->start += whole ? feed + (feed < have) : len;
    t->scanned = 0;
    t->line_byte += len;
    t->in_line = !whole;
    return ST_OK;
}

enum status text_next(struct text *t, struct text_piece *piece, bool *more, struct err *err)
{
    size_t feed;
    if (t->series != NULL)
        return text_series_next(t->series, piece, more, err);
    *more = false;
    if (!t->in_line && t->line == t->end_line)
        return ST_OK;
    TRY(find_line_end(t, &feed, err));
    if (t->start == t->end)
        return ST_OK;
    if (!t->in_line) {
        t->line++;
        t->line_byte = 0;
    }
    TRY(give_piece(t, piece, feed, err));
    *more = true;
    return ST_OK;
}

bool text_waits(const struct text *t)
{
    if (t->series != NULL)
        return text_series_waits(t->series);
    const size_t have = t->end - t->start;
    const bool ready = t->source_ended || have >= WINDOW_MAX ||
                       (have > 0 && memchr(t->window + t->start, '\n', have) != NULL);
    return !ready && text_input_waits(t->input);
}

enum status text_open(struct text **out, struct source *source, struct err *err)
{
    struct text *t = mem_zeroed(1, sizeof *t, err);
    if (t == NULL) {
        source_close(source);
        return ST_NOMEM;
    }
    enum status status;
    t->source = source;
    t->end_line = UINT64_MAX;
    TRY_OUT(text_input_new(&t->input, source, err));
    t->cap = 2 * (size_t)READ_MIN;
    t->window = mem_resize(NULL, t->cap, 1, err);
    if (t->window == NULL)
        status = ST_NOMEM;
out:
    if (status != ST_OK)
        text_close(t);
    else
        *out = t;
    return status;
}

enum status text_open_series(struct text **out, struct text_series *series, struct err *err)
{
    struct text *t = mem_zeroed(1, sizeof *t, err);
    if (t == NULL) {
        text_series_close(series);
        return ST_NOMEM;
    }
    t->series = series;
    *out = t;
    return ST_OK;
}

static enum status skip_lines(struct text *t, uint64_t n, struct err *err)
{
    while (t->line < n || t->in_line) {
        struct text_piece piece;
        bool more;
        TRY(text_next(t, &piece, &more, err));
        if (!more)
            return err_set(err, ST_INPUT,
                           "'%s' ends with line %llu where at least %llu were counted: it changed "
                           "while it was read",
                           source_name(t->source), (unsigned long long)t->line,
                           (unsigned long long)n);
    }
    return ST_OK;
}

enum status text_keep_to(struct text *t, uint64_t first, uint64_t end, struct err *err)
{
    t->end_line = UINT64_MAX;
    TRY(skip_lines(t, first, err));
    t->end_line = end;
    return ST_OK;
}

enum status text_next_member(struct text *t, size_t *at, struct err *err)
{
    TRY(source_next_member(t->source, err));
    TRY(text_input_begin_again(t->input, err));
    *at = source_member(t->source);
    *t = (struct text){.source = t->source,
                       .input = t->input,
                       .window = t->window,
                       .cap = t->cap,
                       .end_line = UINT64_MAX};
    return ST_OK;
}

enum status text_finish(struct text *t, uint64_t *hash, struct err *err)
{
    if (t->series != NULL)
        return text_series_finish(t->series, hash, err);
    t->start = t->end = t->scanned = 0;
    t->source_ended = true;
    return text_input_finish(t->input, hash, err);
}

const char *text_doubt(const struct text *t)
{
    return t->input != NULL ? text_input_doubt(t->input) : NULL;
}

const char *text_name(const struct text *t)
{
    if (t->series != NULL)
        return text_series_at(t->series) != NULL ? text_name(text_series_at(t->series)) : "";
    return source_name(t->source);
}

void text_close(struct text *t)
{
    if (t == NULL)
        return;
    text_series_close(t->series);
    source_close(t->source);
    text_input_free(t->input);
    mem_free(t->window);
    mem_free(t);
}
