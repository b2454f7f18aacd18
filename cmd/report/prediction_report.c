#include "cmd/report/prediction_report.h"

#include <stdio.h>
#include <string.h>

#include "cmd/report/record.h"
#include "lib/base/ascii.h"
#include "lib/base/mem.h"
#include "lib/task/data/example_form.h"
#include "lib/task/use/classes.h"

bool prediction_is_blank(const char *line, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!ascii_is_space(line[i]))
            return false;
    return true;
}

/* The next line of several, each with a line feed; false after the last. */
static bool next_line(const struct buf *lines, size_t *at, struct slice *line)
{
    if (*at >= lines->len)
        return false;
    const char *first = lines->data + *at, *end = memchr(first, '\n', lines->len - *at);
    *line = (struct slice){first, (size_t)(end - first)};
    *at += line->len + 1;
    return true;
}

bool prediction_in_sentence(const struct buf *lines, bool of_tokens)
{
    if (!of_tokens || lines->len < 2)
        return false;
    size_t at = lines->len - 1;
    while (at > 0 && lines->data[at - 1] != '\n')
        at--;
    return columns_is_token(lines->data + at, lines->len - 1 - at);
}

/* --- the labels of a target, best first --- */

static const char *name_of(const struct prediction_form *f, int32_t label)
{
    return names_get(f->labels, label).bytes;
}

/* "label", or "label<separator>p" for each of the top. `room` holds all labels. */
static void print_text(const struct prediction_form *f, const struct predictions *p, size_t i,
                       char separator, size_t *room)
{
    const size_t C = names_size(f->labels);
    if (f->top == 0) {
        fputs(name_of(f, p->guesses[i]), stdout);
        return;
    }
    classes_top(p->p + i * C, C, f->top, room);
    for (size_t j = 0; j < f->top; j++) {
        if (j > 0)
            putchar(separator);
        printf("%s%c%.6f", name_of(f, (int32_t)room[j]), separator, (double)p->p[i * C + room[j]]);
    }
}

static void add_json(struct record *r, const struct prediction_form *f, const struct predictions *p,
                     size_t i, size_t *room)
{
    const size_t C = names_size(f->labels);
    record_add_text(r, "label", name_of(f, p->guesses[i]));
    record_add_digits(r, "probability", (double)p->p[i * C + (size_t)p->guesses[i]], 8);
    if (f->top == 0)
        return;
    classes_top(p->p + i * C, C, f->top, room);
    record_open_list(r, "top");
    for (size_t j = 0; j < f->top; j++) {
        record_open_item(r);
        record_add_text(r, "label", name_of(f, (int32_t)room[j]));
        record_add_digits(r, "probability", (double)p->p[i * C + room[j]], 8);
        record_close(r);
    }
    record_close(r);
}

/* --- lines --- */

static enum status print_one(const struct prediction_form *f, const struct predictions *p, size_t i,
                             size_t *room, struct err *err)
{
    struct record r = {0};
    if (!f->json) {
        print_text(f, p, i, '\t', room);
        putchar('\n');
        return ST_OK;
    }
    add_json(&r, f, p, i, room);
    const enum status status = record_print(&r, RECORD_JSON, err);
    record_fini(&r);
    return status;
}

static size_t *room_of(const struct prediction_form *f, struct err *err)
{
    return mem_zeroed(names_size(f->labels), sizeof(size_t), err);
}

enum status prediction_print(const struct prediction_form *f, const struct predictions *p,
                             struct err *err)
{
    size_t *room = room_of(f, err);
    enum status status = room != NULL ? ST_OK : ST_NOMEM;
    for (size_t i = 0; i < p->n && status == ST_OK; i++)
        status = print_one(f, p, i, room, err);
    mem_free(room);
    return status;
}

enum status prediction_print_lines(const struct prediction_form *f, const struct buf *lines,
                                   const struct predictions *p, struct err *err)
{
    size_t *room = room_of(f, err);
    enum status status = room != NULL ? ST_OK : ST_NOMEM;
    struct slice line;
    size_t i = 0;
    for (size_t at = 0; status == ST_OK && next_line(lines, &at, &line);) {
        if (prediction_is_blank(line.bytes, line.len))
            puts(f->json ? "{}" : "");
        else
            status = print_one(f, p, i++, room, err);
    }
    mem_free(room);
    return status;
}

/* --- tokens --- */

static void print_tokens(const struct prediction_form *f, const struct buf *lines,
                         const struct predictions *p, size_t *room)
{
    struct slice line;
    size_t i = 0;
    for (size_t at = 0; next_line(lines, &at, &line);) {
        const char separator = memchr(line.bytes, '\t', line.len) != NULL ? '\t' : ' ';
        fwrite(line.bytes, 1, line.len, stdout);
        if (columns_is_token(line.bytes, line.len)) {
            putchar(separator);
            print_text(f, p, i++, separator, room);
        }
        putchar('\n');
    }
}

static enum status add_token(struct record *r, const struct prediction_form *f,
                             const struct slice *line, const struct predictions *p, size_t i,
                             size_t *room, struct err *err)
{
    char *text = mem_copy_string(line->bytes, line->len, err);
    if (text == NULL)
        return ST_NOMEM;
    record_open_item(r);
    record_add_text(r, "token", text);
    add_json(r, f, p, i, room);
    record_close(r);
    mem_free(text);
    return ST_OK;
}

/* An object with the tokens of a sentence; *at goes on to the line after it. */
static enum status print_sentence(const struct prediction_form *f, const struct buf *lines,
                                  size_t *at, const struct predictions *p, size_t *i, size_t *room,
                                  struct err *err)
{
    struct record r = {0};
    struct slice line;
    enum status status = ST_OK;
    record_open_list(&r, "tokens");
    for (size_t next = *at; status == ST_OK && next_line(lines, &next, &line) &&
                            columns_is_token(line.bytes, line.len);
         *at = next)
        status = add_token(&r, f, &line, p, (*i)++, room, err);
    record_close(&r);
    if (status == ST_OK)
        status = record_print(&r, RECORD_JSON, err);
    record_fini(&r);
    return status;
}

static enum status print_sentences(const struct prediction_form *f, const struct buf *lines,
                                   const struct predictions *p, size_t *room, struct err *err)
{
    struct slice line;
    size_t i = 0;
    for (size_t at = 0; at < lines->len;) {
        size_t next = at;
        next_line(lines, &next, &line);
        if (columns_is_token(line.bytes, line.len))
            TRY(print_sentence(f, lines, &at, p, &i, room, err));
        else
            at = next;
    }
    return ST_OK;
}

enum status prediction_print_tokens(const struct prediction_form *f, const struct buf *lines,
                                    const struct predictions *p, struct err *err)
{
    size_t *room = room_of(f, err);
    enum status status = ST_OK;
    if (room == NULL)
        return ST_NOMEM;
    if (f->json)
        status = print_sentences(f, lines, p, room, err);
    else
        print_tokens(f, lines, p, room);
    mem_free(room);
    return status;
}
