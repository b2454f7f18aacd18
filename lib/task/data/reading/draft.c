#include "lib/task/data/reading/draft.h"

#include <string.h>

#include "lib/base/escape.h"
#include "lib/base/mem.h"

enum { ROOM_MIN = 256 };

void draft_tables_fini(struct draft_tables *t)
{
    hash_table_fini(&t->words);
    hash_table_fini(&t->labels);
    for (size_t i = 0; i < FEATURES_MAX; i++)
        hash_table_fini(&t->values[i]);
}

void draft_fini(struct draft *d)
{
    examples_fini(&d->e);
    mem_free(d->lines);
    *d = (struct draft){0};
}

enum status draft_take(struct draft *to, struct draft *from, example_picks *picks, const void *ctx,
                       struct err *err)
{
    const size_t n = from->e.n;
    uint64_t *lines = mem_resize(NULL, n, sizeof *lines, err);
    *to = (struct draft){.lines = lines};
    if (lines == NULL)
        return ST_NOMEM;
    const enum status status = examples_take(&to->e, &from->e, picks, ctx, err);
    if (status != ST_OK) {
        draft_fini(to);
        return status;
    }
    size_t taken = 0, kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (picks(i, n, ctx))
            lines[taken++] = from->lines[i];
        else
            from->lines[kept++] = from->lines[i];
    }
    from->n_room = from->e.n; /* the blocks were made smaller */
    from->steps_room = from->e.steps;
    return ST_OK;
}

enum status draft_fail(const struct draft_place *place, const struct err *why, struct err *err)
{
    const enum status code = place->line == 0
                                 ? err_set(err, why->code, "'%s' %s", place->name, why->text)
                                 : err_set(err, why->code, "'%s' line %llu %s", place->name,
                                           (unsigned long long)place->line, why->text);
    return err_advise(err, code, why->remedy, why->n, why->m);
}

/* --- room --- */

static enum status grow(void **block, size_t count, size_t size, struct err *err)
{
    void *grown = mem_resize(*block, count, size, err);
    if (grown == NULL)
        return ST_NOMEM;
    *block = grown;
    return ST_OK;
}

static enum status reserve_step(struct draft *d, struct err *err)
{
    struct examples *e = &d->e;
    if (e->steps < d->steps_room)
        return ST_OK;
    const size_t room = d->steps_room == 0 ? ROOM_MIN : 2 * d->steps_room;
    TRY(grow((void **)&e->ids, room * e->width, sizeof *e->ids, err));
    if (e->per_step)
        TRY(grow((void **)&e->labels, room, sizeof *e->labels, err));
    d->steps_room = room;
    return ST_OK;
}

static enum status reserve_example(struct draft *d, struct err *err)
{
    struct examples *e = &d->e;
    if (e->n < d->n_room)
        return ST_OK;
    const size_t room = d->n_room == 0 ? ROOM_MIN : 2 * d->n_room;
    TRY(grow((void **)&e->first, room + 1, sizeof *e->first, err));
    TRY(grow((void **)&d->lines, room, sizeof *d->lines, err));
    if (!e->per_step)
        TRY(grow((void **)&e->labels, room, sizeof *e->labels, err));
    if (d->n_room == 0)
        e->first[0] = 0;
    d->n_room = room;
    return ST_OK;
}

size_t draft_begun_at(const struct draft *d)
{
    return d->e.n == 0 ? 0 : d->e.first[d->e.n];
}

/* --- adding --- */

static enum status fail_step(struct draft_writer *w, struct slice word, struct err *err)
{
    struct err why;
    if (word.len > TOKEN_MAX)
        err_set(&why, ST_INPUT, "has %s, a token of %zu bytes: the most is %d",
                escape_quoted(word.bytes, word.len).text, word.len, TOKEN_MAX);
    else
        err_set(&why, ST_INPUT, "has an example of more than %d tokens, the most", DRAFT_STEPS_MAX);
    return draft_fail(&w->place, &why, err);
}

/* Adds a step with its word; its features are the caller's. */
enum status draft_add_step(struct draft_writer *w, struct slice word, struct err *err)
{
    struct draft *d = w->to;
    int32_t number;
    if (word.len > TOKEN_MAX || d->e.steps - draft_begun_at(d) == DRAFT_STEPS_MAX)
        return fail_step(w, word, err);
    TRY(reserve_step(d, err));
    TRY(hash_table_add(&w->tables->words, word.bytes, word.len, &number, err));
    d->e.ids[d->e.steps++ * d->e.width] = number;
    return ST_OK;
}

static enum status take_tokens(struct token_sink *s, const struct slice *tokens, size_t n,
                               struct err *err)
{
    struct draft_writer *w = (struct draft_writer *)s;
    for (size_t i = 0; i < n; i++)
        TRY(draft_add_step(w, tokens[i], err));
    return ST_OK;
}

/* The number of a label, at `at` among the labels. */
enum status draft_add_label(struct draft_writer *w, size_t at, struct slice label, struct err *err)
{
    struct err why;
    if (label_check(label.bytes, label.len, &why) != ST_OK)
        return draft_fail(&w->place, &why, err);
    return hash_table_add(&w->tables->labels, label.bytes, label.len, &w->to->e.labels[at], err);
}

/* Ends the example at hand, which has a step. */
enum status draft_end_plain(struct draft_writer *w, struct err *err)
{
    struct draft *d = w->to;
    TRY(reserve_example(d, err));
    const size_t steps = d->e.steps - d->e.first[d->e.n];
    if (d->e.longest < steps)
        d->e.longest = steps;
    d->lines[d->e.n++] = w->origin;
    d->e.first[d->e.n] = d->e.steps;
    return ST_OK;
}

enum status draft_writer_init(struct draft_writer *w, const struct example_coding *coding,
                              struct draft_tables *tables, struct err *err)
{
    const bool columns = coding->form == EXAMPLE_FORM_COLUMNS;
    *w = (struct draft_writer){.sink.take = take_tokens, .coding = coding, .tables = tables};
    if (coding->markers != NULL)
        w->markers = *coding->markers;
    if (columns) /* a sentence of columns has no marks at its ends */
        w->markers.bos[0] = w->markers.eos[0] = '\0';
    if (markers_any(&w->markers))
        w->lines = (struct marked_lines){.markers = &w->markers,
                                         .anywhere = !columns && !coding->tokenizer->keeps_words};
    if (!columns)
        return ST_OK;
    w->columns.all = mem_resize(NULL, FEATURE_COLUMN_MAX + 1, sizeof *w->columns.all, err);
    return w->columns.all == NULL ? ST_NOMEM : ST_OK;
}

void draft_init(struct draft *d, const struct example_coding *coding)
{
    const bool columns = coding->form == EXAMPLE_FORM_COLUMNS;
    *d = (struct draft){.e = {.kind = EXAMPLE_IDS,
                              .width = 1 + (columns ? coding->columns.features.n : 0),
                              .per_step = columns}};
}

void draft_writer_begin(struct draft_writer *w, struct draft *to)
{
    draft_init(to, w->coding);
    w->to = to;
    w->sink.n = 0;
    w->lines.begun = w->lines.holds_eos = false;
    struct draft_columns *c = &w->columns;
    c->in_sentence = c->after_mark = false;
    c->empty_line = 0;
    c->want = 0;
}

void draft_writer_fini(struct draft_writer *w)
{
    if (w->lines.markers != NULL)
        marked_lines_fini(&w->lines);
    buf_fini(&w->room);
    buf_fini(&w->word);
    mem_free(w->columns.all);
}

enum status draft_read_marks(struct draft_writer *w, struct slice *text, bool ends, struct err *err)
{
    struct err why;
    if (w->lines.markers == NULL)
        return ST_OK;
    const enum status status = marked_lines_read(&w->lines, text, ends, &why);
    if (status == ST_OK || w->place.line == 0)
        return status == ST_OK ? ST_OK : err_wrap(err, &why, "'%s'", w->place.name);
    return err_wrap(err, &why, "'%s' line %llu", w->place.name, (unsigned long long)w->place.line);
}

enum status draft_add_text(struct draft_writer *w, struct slice text, bool ends, struct err *err)
{
    const struct tokenizer *t = w->coding->tokenizer;
    TRY(draft_read_marks(w, &text, ends, err));
    TRY(t->split(t, text.bytes, text.len, &w->room, &w->sink, err));
    return token_sink_flush(&w->sink, err);
}

enum status draft_end(struct draft_writer *w, const struct slice *label, struct err *err)
{
    struct draft *d = w->to;
    struct err why;
    TRY(reserve_example(d, err));
    if (d->e.steps == d->e.first[d->e.n]) {
        err_set(&why, ST_INPUT, "has a text of which the tokenizer '%s' makes no token",
                w->coding->tokenizer->name);
        return draft_fail(&w->place, &why, err);
    }
    if (label != NULL)
        TRY(draft_add_label(w, d->e.n, *label, err));
    return draft_end_plain(w, err);
}

enum status draft_add_line(struct draft_writer *w, struct slice line, struct err *err)
{
    struct labelled_line parts = {.text = line};
    struct err why;
    if (!w->unlabelled &&
        labelled_line_split(&parts, w->coding->form, line.bytes, line.len, &why) != ST_OK)
        return draft_fail(&w->place, &why, err);
    w->origin = w->place.line;
    TRY(draft_add_text(w, parts.text, true, err));
    return draft_end(w, w->unlabelled ? NULL : &parts.label, err);
}

enum status draft_give(struct examples *e, struct draft *d, const struct example_coding *coding,
                       struct err *err)
{
    struct draft rest;
    enum status status;
    draft_init(&rest, coding);
    TRY(reserve_example(d, err));
    const size_t from = d->e.first[d->e.n] * d->e.width, to = d->e.steps * d->e.width;
    for (size_t i = from; i < to; i += d->e.width) {
        TRY_OUT(reserve_step(&rest, err));
        memcpy(rest.e.ids + i - from, d->e.ids + i, d->e.width * sizeof *d->e.ids);
        rest.e.steps++;
    }
    d->e.steps = d->e.first[d->e.n];
    mem_free(d->e.labels);
    d->e.labels = NULL;
    *e = d->e;
    d->e = (struct examples){0};
    draft_fini(d);
    *d = rest;
    return ST_OK;
out:
    draft_fini(&rest);
    return status;
}
