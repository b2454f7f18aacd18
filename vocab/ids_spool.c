#include "vocab/ids_private.h"

#include <endian.h>
#include <string.h>

#include "lib/base/mem.h"

enum status ids_spool_open_file(struct ids_spool *s, const char *path, struct err *err)
{
    static const unsigned char header[IDS_HEADER];
    *s = (struct ids_spool){.place = IDS_IN_FILE};
    TRY(io_writer_open(&s->file, path, err));
    return io_writer_put(s->file, header, sizeof header, err);
}

static enum status flush(struct ids_spool *s, struct err *err)
{
    const size_t n = (size_t)(s->next - s->data);
    if (s->place == IDS_IN_FILE)
        TRY(ids_put(s->file, s->data, n, err));
    s->n_written += n;
    s->next = s->data;
    return ST_OK;
}

/* Makes room for an id at next. */
static enum status make_room(struct ids_spool *s, struct err *err)
{
    const size_t n = (size_t)(s->next - s->data);
    if (n > 0 && s->place != IDS_IN_MEMORY)
        return flush(s, err);
    const size_t room = n == 0 ? IDS_CHUNK : 2 * n;
    int32_t *data = mem_resize(s->data, room, sizeof *data, err);
    if (data == NULL)
        return ST_NOMEM;
    s->data = data;
    s->next = data + n;
    s->end = data + room;
    return ST_OK;
}

enum status ids_spool_add(struct ids_spool *s, const int32_t *ids, size_t n, struct err *err)
{
    while (n > 0) {
        if (s->next == s->end)
            TRY(make_room(s, err));
        const size_t room = (size_t)(s->end - s->next), part = n < room ? n : room;
        memcpy(s->next, ids, part * sizeof *ids);
        s->next += part;
        ids += part;
        n -= part;
    }
    return ST_OK;
}

enum status ids_spool_end(struct ids_spool *s, struct ids *ids, struct err *err)
{
    if (s->place != IDS_IN_MEMORY && s->data != NULL)
        TRY(flush(s, err));
    ids->n = s->n_written + (size_t)(s->next - s->data);
    ids->file = s->file;
    s->file = NULL;
    if (s->place == IDS_IN_MEMORY) {
        ids->data = ids->owned = s->data;
        s->data = NULL;
    }
    ids_spool_fini(s);
    return ST_OK;
}

void ids_spool_fini(struct ids_spool *s)
{
    io_writer_discard(s->file);
    mem_free(s->data);
    *s = (struct ids_spool){0};
}

enum status ids_read(const struct ids *ids, size_t from, int32_t room[IDS_CHUNK],
                     const int32_t **chunk, size_t *n, struct err *err)
{
    *n = ids->n - from < IDS_CHUNK ? ids->n - from : IDS_CHUNK;
    *chunk = room;
    if (ids->file == NULL) {
        *chunk = ids->data + from;
        return ST_OK;
    }
    TRY(io_writer_read_at(ids->file, room, *n * sizeof *room, IDS_HEADER + from * sizeof *room,
                          err));
    for (size_t i = 0; i < *n; i++)
        room[i] = (int32_t)le32toh((uint32_t)room[i]);
    return ST_OK;
}

void ids_pack(uint32_t packed[IDS_CHUNK], const int32_t *ids, size_t n)
{
    for (size_t i = 0; i < n; i++)
        packed[i] = htole32((uint32_t)ids[i]);
}

enum status ids_put(struct io_writer *file, const int32_t *ids, size_t n, struct err *err)
{
    uint32_t packed[IDS_CHUNK];
    ids_pack(packed, ids, n);
    return io_writer_put(file, packed, n * sizeof *packed, err);
}

enum status ids_put_at(struct io_writer *file, const int32_t *ids, size_t n, size_t at,
                       struct err *err)
{
    uint32_t packed[IDS_CHUNK];
    ids_pack(packed, ids, n);
    return io_writer_put_at(file, packed, n * sizeof *packed, IDS_HEADER + at * sizeof *packed,
                            err);
}
