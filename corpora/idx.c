#include "corpora/idx.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/mem.h"

enum {
    MAGIC = 4,       /* bytes before the dimensions */
    BLOCK = 1 << 16, /* bytes read at once */
};

/* Bytes of a number, 0 for a type that there is not. */
static size_t size_of(unsigned type)
{
    switch (type) {
    case IDX_UBYTE:
    case IDX_BYTE:
        return 1;
    case IDX_SHORT:
        return 2;
    case IDX_INT:
    case IDX_FLOAT:
        return 4;
    case IDX_DOUBLE:
        return 8;
    default:
        return 0;
    }
}

bool idx_is_head(const unsigned char *head, size_t n)
{
    return n >= MAGIC && head[0] == 0 && head[1] == 0 && size_of(head[2]) > 0 && head[3] >= 1 &&
           head[3] <= IDX_DIMS_MAX;
}

/* Fills buf unless the source ends before. */
static enum status read_all(struct source *source, unsigned char *buf, size_t n, size_t *got,
                            struct err *err)
{
    size_t more = 1;
    *got = 0;
    while (*got < n && more > 0) {
        TRY(source_read(source, buf + *got, n - *got, &more, err));
        *got += more;
    }
    return ST_OK;
}

static uint64_t big_endian(const unsigned char *bytes, size_t n)
{
    uint64_t value = 0;
    for (size_t i = 0; i < n; i++)
        value = value << 8 | bytes[i];
    return value;
}

static enum status check_magic(const unsigned char magic[MAGIC], size_t got, const char *name,
                               struct err *err)
{
    if (got < MAGIC || magic[0] != 0 || magic[1] != 0)
        return err_set(err, ST_INPUT,
                       "'%s' is not an IDX file: it does not begin with two bytes 0, a type and a "
                       "number of dimensions",
                       name);
    if (size_of(magic[2]) == 0)
        return err_set(err, ST_INPUT,
                       "'%s' is an IDX file of an unknown type, 0x%02x: those known are 0x08, "
                       "0x09, 0x0b, 0x0c, 0x0d and 0x0e",
                       name, magic[2]);
    if (magic[3] < 1 || magic[3] > IDX_DIMS_MAX)
        return err_set(err, ST_INPUT,
                       "'%s' is an IDX file of %u dimensions: those of 1 to %d are read", name,
                       magic[3], IDX_DIMS_MAX);
    return ST_OK;
}

const char *idx_dims_text(char text[IDX_DIMS_TEXT], const size_t *dims, size_t n_dims)
{
    size_t len = 0;
    for (size_t i = 0; i < n_dims; i++)
        len +=
            (size_t)snprintf(text + len, IDX_DIMS_TEXT - len, "%s%zu", i > 0 ? " x " : "", dims[i]);
    return text;
}

static enum status set_dims(struct idx_array *a, const unsigned char *bytes, const char *name,
                            struct err *err)
{
    char shape[IDX_DIMS_TEXT];
    bool fits = true;
    a->n = 1;
    for (size_t i = 0; i < a->n_dims; i++) {
        a->dims[i] = (size_t)big_endian(bytes + 4 * i, 4);
        fits = fits && !__builtin_mul_overflow(a->n, a->dims[i], &a->n);
    }
    if (!fits || a->n > SIZE_MAX / sizeof(double))
        return err_set(err, ST_INPUT, "'%s' says that it has %s numbers, more than any file", name,
                       idx_dims_text(shape, a->dims, a->n_dims));
    if (a->n == 0)
        return err_set(err, ST_INPUT, "'%s' is empty: its header says %s", name,
                       idx_dims_text(shape, a->dims, a->n_dims));
    return ST_OK;
}

static enum status read_head(struct idx_array *a, struct source *source, struct err *err)
{
    const char *name = source_name(source);
    unsigned char head[4 * IDX_DIMS_MAX];
    size_t got;
    TRY(read_all(source, head, MAGIC, &got, err));
    TRY(check_magic(head, got, name, err));
    a->type = (enum idx_type)head[2];
    a->n_dims = head[3];
    TRY(read_all(source, head, 4 * a->n_dims, &got, err));
    if (got < 4 * a->n_dims)
        return err_set(err, ST_INPUT, "'%s' is cut short: it ends in its header", name);
    return set_dims(a, head, name, err);
}

static float convert(const unsigned char *bytes, enum idx_type type)
{
    const uint64_t bits = big_endian(bytes, size_of(type));
    const uint32_t bits32 = (uint32_t)bits;
    float single;
    double twice;
    switch (type) {
    case IDX_BYTE:
        return (float)(int8_t)bits;
    case IDX_SHORT:
        return (float)(int16_t)bits;
    case IDX_INT:
        return (float)(int32_t)bits32;
    case IDX_FLOAT:
        memcpy(&single, &bits32, sizeof single);
        return single;
    case IDX_DOUBLE:
        memcpy(&twice, &bits, sizeof twice);
        return (float)twice;
    case IDX_UBYTE:
        break;
    }
    return (float)(uint8_t)bits;
}

/* Room for `need` of the a->n numbers: twice as much each time, so that it grows with what has come
 * and not with what was promised. */
static enum status make_room(struct idx_array *a, size_t need, size_t *room, struct err *err)
{
    if (need <= *room)
        return ST_OK;
    size_t more = *room < BLOCK ? BLOCK : 2 * *room;
    more = more < need ? need : more;
    more = more > a->n ? a->n : more;
    void *block = a->type == IDX_UBYTE ? mem_resize(a->bytes, more, sizeof *a->bytes, err)
                                       : mem_resize(a->floats, more, sizeof *a->floats, err);
    if (block == NULL)
        return ST_NOMEM;
    if (a->type == IDX_UBYTE)
        a->bytes = block;
    else
        a->floats = block;
    *room = more;
    return ST_OK;
}

static enum status take(struct idx_array *a, size_t at, const unsigned char *block, size_t n,
                        const char *name, struct err *err)
{
    if (a->type == IDX_UBYTE) {
        memcpy(a->bytes + at, block, n);
        return ST_OK;
    }
    for (size_t i = 0; i < n; i++) {
        a->floats[at + i] = convert(block + i * size_of(a->type), a->type);
        if (!isfinite(a->floats[at + i]))
            return err_set(err, ST_INPUT, "'%s' has a number that is not finite, its %zu.", name,
                           at + i + 1);
    }
    return ST_OK;
}

static enum status fail_length(const struct idx_array *a, const char *name, size_t have,
                               struct err *err)
{
    char shape[IDX_DIMS_TEXT];
    if (have > a->n)
        return err_set(err, ST_INPUT,
                       "'%s' has bytes after the %s numbers that its header speaks of: download "
                       "or create it again",
                       name, idx_dims_text(shape, a->dims, a->n_dims));
    return err_set(err, ST_INPUT,
                   "'%s' is cut short: it has %zu numbers where its header says %s: download or "
                   "create it again",
                   name, have, idx_dims_text(shape, a->dims, a->n_dims));
}

static enum status read_numbers(struct idx_array *a, struct source *source, struct err *err)
{
    const char *name = source_name(source);
    const size_t size = size_of(a->type);
    unsigned char block[BLOCK];
    size_t room = 0, at = 0, got;
    for (;;) {
        TRY(read_all(source, block, sizeof block, &got, err));
        const size_t n = got / size;
        if (got == 0 && at == a->n)
            return ST_OK;
        if (n > a->n - at || (n == a->n - at && got % size != 0))
            return fail_length(a, name, a->n + 1, err);
        if (n == 0 || got % size != 0)
            return fail_length(a, name, at + n, err);
        TRY(make_room(a, at + n, &room, err));
        TRY(take(a, at, block, n, name, err));
        at += n;
    }
}

enum status idx_read(struct idx_array *a, struct source *source, struct err *err)
{
    *a = (struct idx_array){0};
    TRY(read_head(a, source, err));
    return read_numbers(a, source, err);
}

void idx_fini(struct idx_array *a)
{
    mem_free(a->bytes);
    mem_free(a->floats);
    *a = (struct idx_array){0};
}
