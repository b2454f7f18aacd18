#include "lib/task/data/example_coder.h"

#include "lib/base/mem.h"
#include "lib/task/data/reading/draft.h"

struct example_coder {
    const struct example_coding *coding;
    struct draft_tables tables;
    struct draft draft;
    struct draft_writer writer;
};

enum status example_coder_new(struct example_coder **out, const struct example_coding *coding,
                              const char *name, struct err *err)
{
    struct example_coder *c = mem_zeroed(1, sizeof *c, err);
    if (c == NULL)
        return ST_NOMEM;
    c->coding = coding;
    const enum status status = draft_writer_init(&c->writer, coding, &c->tables, err);
    if (status != ST_OK) {
        example_coder_free(c);
        return status;
    }
    c->writer.unlabelled = true;
    c->writer.place.name = name;
    draft_writer_begin(&c->writer, &c->draft);
    *out = c;
    return ST_OK;
}

enum status example_coder_add(struct example_coder *c, const char *line, size_t len,
                              uint64_t number, bool *ended, struct err *err)
{
    const struct slice text = {line, len};
    c->writer.place.line = number;
    *ended = true;
    if (c->coding->form == EXAMPLE_FORM_COLUMNS)
        return draft_add_columns(&c->writer, text, ended, err);
    return draft_add_line(&c->writer, text, err);
}

enum status example_coder_end(struct example_coder *c, bool *ended, struct err *err)
{
    return draft_end_sentence(&c->writer, ended, err);
}

enum status example_coder_give(struct example_coder *c, struct examples *e, struct err *err)
{
    struct draft_ids ids = {0};
    uint64_t unknown;
    enum status status = draft_ids_find(&ids, &c->tables, c->coding, err);
    if (status == ST_OK)
        status = draft_give(e, &c->draft, c->coding, err);
    if (status == ST_OK)
        draft_set_ids(e, &ids, c->coding, &unknown);
    draft_ids_fini(&ids);
    if (status == ST_OK && c->draft.e.steps == 0) { /* a sentence that has begun needs its words */
        draft_tables_fini(&c->tables);
        c->tables = (struct draft_tables){0};
    }
    return status;
}

void example_coder_free(struct example_coder *c)
{
    if (c == NULL)
        return;
    draft_writer_fini(&c->writer);
    draft_fini(&c->draft);
    draft_tables_fini(&c->tables);
    mem_free(c);
}
