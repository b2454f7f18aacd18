#include "corpora/shown.h"

#include <string.h>

#include "corpora/utf8.h"
#include "lib/base/mem.h"

static enum status add_escaped(struct buf *out, const char *bytes, size_t n, struct err *err)
{
    for (size_t i = 0; i < n;) {
        const unsigned char c = (unsigned char)bytes[i];
        if (c < 0x20 || c == 0x7F || utf8_defect(bytes + i, n - i) != NULL) {
            TRY(buf_addf(out, err, "\\x%02x", c));
            i++;
            continue;
        }
        size_t len = 1;
        while (i + len < n && ((unsigned char)bytes[i + len] & 0xC0) == 0x80)
            len++;
        /* U+0080..U+009F, encoded C2 80..C2 9F, are control characters too. */
        if (c == 0xC2 && (unsigned char)bytes[i + 1] < 0xA0)
            TRY(buf_addf(out, err, "\\u00%02x", (unsigned char)bytes[i + 1]));
        else
            TRY(buf_add(out, bytes + i, len, err));
        i += len;
    }
    return ST_OK;
}

enum status shown_add(struct buf *out, const char *name, struct err *err)
{
    const size_t len = strlen(name);
    if (len <= SHOWN_MAX)
        return add_escaped(out, name, len, err);
    TRY(buf_add_text(out, "...", err));
    return add_escaped(out, name + len - SHOWN_MAX, SHOWN_MAX, err);
}

char *shown_name(const char *path, const char *member, struct err *err)
{
    struct buf out = {0};
    enum status status = shown_add(&out, strcmp(path, "-") == 0 ? "standard input" : path, err);
    if (status == ST_OK && member != NULL) {
        status = buf_add_text(&out, ":", err);
        if (status == ST_OK)
            status = shown_add(&out, member, err);
    }
    if (status == ST_OK)
        status = buf_reserve(&out, 0, err); /* an empty name is still a string */
    if (status != ST_OK)
        buf_fini(&out);
    return out.data;
}

const char *shown_line(char *out, size_t size, const char *text)
{
    size_t end = 0;
    for (size_t i = 0; text[i] != '\0' && i + 1 < size; i++) {
        out[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : ' ';
        if (out[i] != ' ')
            end = i + 1;
    }
    out[end] = '\0';
    return out;
}

enum status shown_add_list(struct buf *out, const char *const *names, size_t n, struct err *err)
{
    for (size_t i = 0; i < n && i < SHOWN_NAMES; i++) {
        TRY(buf_add_text(out, i > 0 ? ", '" : "'", err));
        TRY(shown_add(out, names[i], err));
        TRY(buf_add_text(out, "'", err));
    }
    if (n > SHOWN_NAMES)
        TRY(buf_addf(out, err, " and %zu more", n - SHOWN_NAMES));
    return ST_OK;
}

enum status shown_names_note(struct shown_names *names, const char *name, struct err *err)
{
    const size_t kept = names->n < SHOWN_NAMES ? names->n : SHOWN_NAMES;
    size_t at = 0;
    while (at < kept && strcmp(names->first[at], name) <= 0)
        at++;
    if (at < SHOWN_NAMES) {
        char *copy = mem_copy_string(name, strlen(name), err);
        if (copy == NULL)
            return ST_NOMEM;
        if (kept == SHOWN_NAMES)
            mem_free(names->first[kept - 1]);
        const size_t behind = (kept == SHOWN_NAMES ? kept - 1 : kept) - at;
        memmove(&names->first[at + 1], &names->first[at], behind * sizeof *names->first);
        names->first[at] = copy;
    }
    names->n++;
    return ST_OK;
}

void shown_names_fini(struct shown_names *names)
{
    for (size_t i = 0; i < SHOWN_NAMES; i++)
        mem_free(names->first[i]);
    *names = (struct shown_names){0};
}
