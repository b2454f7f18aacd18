/* The texts of a corpus one after the other, each source opened once if its splits allow it. */
#include <string.h>

#include "corpora/text.h"
#include "lib/task/data/dataset_parts.h"

static bool is_same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Whether a split begins where the one before it ended. */
static bool follows(const struct split_text *next, const struct split_text *before)
{
    return next != NULL && before != NULL && next->first_line == before->end_line &&
           is_same(next->path, before->path) && is_same(next->member, before->member);
}

static enum status open_memory(struct text **t, const struct dataset_text *text, struct err *err)
{
    struct source *source;
    TRY(source_open_memory(&source, text->name, text->memory.data, text->memory.len, err));
    return text_open(t, source, err);
}

enum status dataset_reader_open(struct dataset_reader *r, const struct dataset_text *text,
                                enum split s, struct text **opened, struct err *err)
{
    if (r->text != NULL && follows(text->file, r->file)) {
        TRY(text_next_split(r->text, text->file, err));
    } else {
        TRY(dataset_reader_end(r, err));
        TRY(text->in_memory ? open_memory(&r->text, text, err)
                            : text_open_split(&r->text, text->file, r->limits, err));
    }
    r->file = text->file;
    r->given |= 1u << s;
    *opened = r->text;
    return ST_OK;
}

enum status dataset_reader_end(struct dataset_reader *r, struct err *err)
{
    uint64_t hash;
    if (r->text == NULL)
        return ST_OK;
    TRY(text_finish(r->text, &hash, err));
    for (enum split s = 0; s < N_SPLITS; s++)
        if (dataset_has_bit(r->given, s))
            r->splits[s].text_hash = hash;
    dataset_reader_fini(r);
    return ST_OK;
}

void dataset_reader_fini(struct dataset_reader *r)
{
    text_close(r->text);
    r->text = NULL;
    r->file = NULL;
    r->given = 0;
}
