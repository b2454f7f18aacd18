/* Texts to numbers: a hash table with open addressing over one buffer of all texts. */
#include "corpora/builtin/grammar_private.h"

#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/mem.h"

const char *grammar_names_text(const struct grammar_names *names, uint32_t number)
{
    return names->bytes.data + ((const uint32_t *)(const void *)names->starts.data)[number];
}

static bool has_text(const struct grammar_names *names, uint32_t number, const char *text,
                     size_t len)
{
    const char *own = grammar_names_text(names, number);
    return strlen(own) == len && memcmp(own, text, len) == 0;
}

/* The slot that holds the text, or the empty one where it belongs. */
static size_t find_slot(const struct grammar_names *names, const char *text, size_t len)
{
    size_t slot = hash_bytes(text, len) & (names->n_slots - 1);
    while (names->slots[slot] != 0 && !has_text(names, names->slots[slot] - 1, text, len))
        slot = (slot + 1) & (names->n_slots - 1);
    return slot;
}

int64_t grammar_names_find(const struct grammar_names *names, const char *text, size_t len)
{
    if (names->n == 0)
        return GRAMMAR_NONE;
    return (int64_t)names->slots[find_slot(names, text, len)] - 1;
}

static enum status grow_slots(struct grammar_names *names, struct err *err)
{
    const size_t n_slots = names->n_slots == 0 ? 64 : 2 * names->n_slots;
    uint32_t *slots = mem_zeroed(n_slots, sizeof *slots, err);
    if (slots == NULL)
        return ST_NOMEM;
    mem_free(names->slots);
    names->slots = slots;
    names->n_slots = n_slots;
    for (uint32_t i = 0; i < names->n; i++) {
        const char *text = grammar_names_text(names, i);
        names->slots[find_slot(names, text, strlen(text))] = i + 1;
    }
    return ST_OK;
}

enum status grammar_names_add(struct grammar_names *names, const char *text, size_t len,
                              uint32_t *number, struct err *err)
{
    const int64_t known = grammar_names_find(names, text, len);
    if (known != GRAMMAR_NONE) {
        *number = (uint32_t)known;
        return ST_OK;
    }
    if (names->n_slots < 2 * ((size_t)names->n + 1))
        TRY(grow_slots(names, err));
    if (names->bytes.len > UINT32_MAX / 2)
        return err_set(err, ST_NOMEM, "out of memory: the grammar has more names than it can hold");
    const uint32_t start = (uint32_t)names->bytes.len;
    const size_t slot = find_slot(names, text, len);
    TRY(buf_add(&names->starts, &start, sizeof start, err));
    TRY(buf_add(&names->bytes, text, len, err));
    TRY(buf_add(&names->bytes, "", 1, err));
    *number = names->n;
    names->slots[slot] = ++names->n;
    return ST_OK;
}

void grammar_names_fini(struct grammar_names *names)
{
    buf_fini(&names->bytes);
    buf_fini(&names->starts);
    mem_free(names->slots);
    *names = (struct grammar_names){0};
}
