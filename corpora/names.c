#include "corpora/names.h"

#include <string.h>

#include "lib/base/escape.h"
#include "lib/base/mem.h"

enum status names_add(struct buf *out, const char *name, struct err *err)
{
    const size_t len = strlen(name);
    if (len <= NAMES_BYTES)
        return escape_add(out, name, len, 0, err);
    TRY(buf_add_text(out, "...", err));
    return escape_add(out, name + len - NAMES_BYTES, NAMES_BYTES, 0, err);
}

char *names_path(const char *path, const char *member, struct err *err)
{
    struct buf out = {0};
    enum status status = names_add(&out, strcmp(path, "-") == 0 ? "standard input" : path, err);
    if (status == ST_OK && member != NULL) {
        status = buf_add_text(&out, ":", err);
        if (status == ST_OK)
            status = names_add(&out, member, err);
    }
    if (status == ST_OK)
        status = buf_reserve(&out, 0, err); /* an empty name is still a string */
    if (status != ST_OK)
        buf_fini(&out);
    return out.data;
}

enum status names_add_list(struct buf *out, const char *const *names, size_t n, struct err *err)
{
    for (size_t i = 0; i < n && i < NAMES_SHOWN; i++) {
        TRY(buf_add_text(out, i > 0 ? ", '" : "'", err));
        TRY(names_add(out, names[i], err));
        TRY(buf_add_text(out, "'", err));
    }
    if (n > NAMES_SHOWN)
        TRY(buf_addf(out, err, " and %zu more", n - NAMES_SHOWN));
    return ST_OK;
}

enum status names_note(struct names_first *first, const char *name, struct err *err)
{
    const size_t kept = first->n < NAMES_SHOWN ? first->n : NAMES_SHOWN;
    size_t at = 0;
    while (at < kept && strcmp(first->names[at], name) <= 0)
        at++;
    if (at < NAMES_SHOWN) {
        char *copy = mem_copy_string(name, strlen(name), err);
        if (copy == NULL)
            return ST_NOMEM;
        if (kept == NAMES_SHOWN)
            mem_free(first->names[kept - 1]);
        const size_t after = (kept == NAMES_SHOWN ? kept - 1 : kept) - at;
        memmove(&first->names[at + 1], &first->names[at], after * sizeof *first->names);
        first->names[at] = copy;
    }
    first->n++;
    return ST_OK;
}

void names_fini(struct names_first *first)
{
    for (size_t i = 0; i < NAMES_SHOWN; i++)
        mem_free(first->names[i]);
    *first = (struct names_first){0};
}
