#include "vocab/vectors/vectors_lines.h"

#include <string.h>

enum { READ_MIN = 1 << 15 };

static enum status read_more(struct vectors_lines *l, struct err *err)
{
    size_t got;
    const size_t have = l->window.len - l->start;
    if (l->start > 0 &&
        l->start >= have) { /* what moves is less than what was given since it moved last */
        memmove(l->window.data, l->window.data + l->start, have);
        l->window.len = have;
        l->start = 0;
    }
    TRY(buf_reserve(&l->window, READ_MIN, err));
    TRY(source_read(l->source, l->window.data + l->window.len, READ_MIN, &got, err));
    l->window.len += got;
    l->ended = got == 0;
    return ST_OK;
}

enum status vectors_lines_look(struct vectors_lines *l, size_t n, struct slice *ahead,
                               struct err *err)
{
    while (l->window.len - l->start < n && !l->ended)
        TRY(read_more(l, err));
    *ahead = (struct slice){l->window.data + l->start, l->window.len - l->start};
    return ST_OK;
}

void vectors_lines_skip(struct vectors_lines *l, size_t n)
{
    l->start += n;
}

/* Reads until a line end is ahead; *len is how far. */
static enum status find_line_end(struct vectors_lines *l, size_t *len, bool *found, struct err *err)
{
    size_t scanned = 0;
    for (;;) {
        const size_t have = l->window.len - l->start;
        const char *from = l->window.data + l->start;
        const char *end = have > scanned ? memchr(from + scanned, '\n', have - scanned) : NULL;
        *found = end != NULL;
        *len = end != NULL ? (size_t)(end - from) : have;
        if (*found || l->ended || have > VECTORS_LINE_MAX)
            return ST_OK;
        scanned = have;
        TRY(read_more(l, err));
    }
}

enum status vectors_lines_next(struct vectors_lines *l, struct slice *line, bool *more,
                               struct err *err)
{
    bool found;
    size_t len;
    TRY(find_line_end(l, &len, &found, err));
    *more = found || len > 0;
    if (!*more)
        return ST_OK;
    l->line++;
    if (len > VECTORS_LINE_MAX)
        return err_set(err, ST_INPUT, "'%s' line %llu has more than %d bytes: no word vector has",
                       source_name(l->source), (unsigned long long)l->line, VECTORS_LINE_MAX);
    if (!found)
        return err_set(err, ST_INPUT,
                       "'%s' does not end with a line end: it looks cut short in line %llu; if it "
                       "is complete, add a line end",
                       source_name(l->source), (unsigned long long)l->line);
    *line = (struct slice){l->window.data + l->start, len};
    l->given = l->start;
    l->start += len + 1;
    if (len > 0 && line->bytes[len - 1] == '\r')
        line->len--;
    return ST_OK;
}

void vectors_lines_back(struct vectors_lines *l)
{
    l->start = l->given;
    l->line--;
}

void vectors_lines_fini(struct vectors_lines *l)
{
    source_close(l->source);
    buf_fini(&l->window);
    *l = (struct vectors_lines){.source = NULL};
}
