#include "lib/task/use/label_chunks.h"

#include <string.h>

#include "lib/base/mem.h"
#include "lib/nn/crf/crf.h"

static enum status list_names(const char ***names, const struct names *labels, struct err *err)
{
    const size_t C = names_size(labels);
    *names = mem_zeroed(C, sizeof **names, err);
    if (*names == NULL)
        return ST_NOMEM;
    for (size_t i = 0; i < C; i++)
        (*names)[i] = names_get(labels, (int32_t)i).bytes;
    return ST_OK;
}

enum status label_chunks_allow(bool **allowed, const struct names *labels, struct err *err)
{
    const size_t C = names_size(labels);
    const char **names;
    *allowed = NULL;
    TRY(list_names(&names, labels, err));
    *allowed = mem_zeroed((C + 1) * (C + 1), sizeof **allowed, err);
    if (*allowed != NULL)
        crf_allow_bio(names, C, *allowed);
    mem_free(names);
    return *allowed != NULL ? ST_OK : ST_NOMEM;
}

enum status label_chunks_count_begins(struct chunk_begins *begins, const struct examples *e,
                                      const struct names *labels, struct err *err)
{
    const size_t C = names_size(labels);
    bool *allowed;
    *begins = (struct chunk_begins){0};
    TRY(label_chunks_allow(&allowed, labels, err));
    for (size_t i = 0; i < e->n; i++) {
        size_t last = C;
        for (size_t t = e->first[i]; t < e->first[i + 1]; t++) {
            const size_t now = (size_t)e->labels[t];
            begins->with_b += strncmp(names_get(labels, e->labels[t]).bytes, "B-", 2) == 0;
            begins->with_i += !allowed[last * (C + 1) + now];
            last = now;
        }
    }
    mem_free(allowed);
    return ST_OK;
}

enum status label_chunks_init(struct label_chunks *c, const struct examples *e,
                              const struct names *labels, const int32_t *guesses, struct err *err)
{
    const size_t C = names_size(labels);
    *c = (struct label_chunks){0};
    TRY(list_names(&c->names, labels, err));
    TRY(chunks_init(&c->counts, c->names, C, err));
    for (size_t i = 0; i < e->n; i++) {
        for (size_t t = e->first[i]; t < e->first[i + 1]; t++)
            chunks_add(&c->counts, (size_t)e->labels[t], (size_t)guesses[t]);
        chunks_end_sentence(&c->counts);
    }
    chunks_finish(&c->counts);
    return ST_OK;
}

void label_chunks_fini(struct label_chunks *c)
{
    chunks_fini(&c->counts);
    mem_free(c->names);
    *c = (struct label_chunks){0};
}

bool label_chunks_are_there(const struct names *labels)
{
    bool any = false;
    for (size_t i = 0; i < names_size(labels); i++) {
        const struct slice name = names_get(labels, (int32_t)i);
        const bool is_chunk = name.len > 2 && name.bytes[1] == '-';
        if (!is_chunk && strcmp(name.bytes, "O") != 0)
            return false;
        any = any || is_chunk;
    }
    return any;
}
