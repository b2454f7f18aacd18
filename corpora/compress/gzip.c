#include <stdint.h>
#include <zlib.h>

#include "corpora/compress/codec_rows.h"
#include "corpora/compress/gzip.h"
#include "lib/base/mem.h"

static bool is_gzip(const unsigned char *head, size_t n)
{
    return n >= 3 && head[0] == 0x1F && head[1] == 0x8B && head[2] == Z_DEFLATED;
}

static enum codec_look look(const unsigned char *head, size_t n)
{
    if (head[0] == 0)
        return CODEC_PADDING; /* as tapes leave it */
    return head[0] == 0x1F && (n < 2 || head[1] == 0x8B) ? CODEC_FRAME : CODEC_JUNK;
}

static void *make(struct err *err)
{
    const int window_and_gzip_header = 15 + 16;
    z_stream *z = mem_zeroed(1, sizeof *z, err);
    if (z != NULL && inflateInit2(z, window_and_gzip_header) != Z_OK) {
        mem_free(z);
        z = NULL;
        err_set(err, ST_NOMEM, "out of memory: cannot decode gzip");
    }
    return z;
}

static bool begin(void *state)
{
    return inflateReset(state) == Z_OK;
}

static enum codec_step step(void *state, struct codec_io *io, const char **reason)
{
    z_stream *z = state;
    const uInt n_in = codec_at_most(io->n_in), room = codec_at_most(io->room);
    z->next_in = (Bytef *)(uintptr_t)io->in;
    z->avail_in = n_in;
    z->next_out = io->out;
    z->avail_out = room;
    const int code = inflate(z, Z_NO_FLUSH);
    codec_io_advance(io, n_in - z->avail_in, room - z->avail_out);
    *reason = z->msg != NULL ? z->msg : zError(code);
    return code == Z_STREAM_END                  ? CODEC_FRAME_END
           : code == Z_OK || code == Z_BUF_ERROR ? CODEC_MORE
           : code == Z_MEM_ERROR                 ? CODEC_NO_MEMORY
                                                 : CODEC_WRONG;
}

static void gzip_free(void *state)
{
    inflateEnd(state);
    mem_free(state);
}

const struct codec codec_gzip = {
    .name = "gzip",
    .suffix = ".gz",
    .tar_suffixes = ".tgz .taz",
    .is = is_gzip,
    .look = look,
    .padding = 1,
    .make = make,
    .begin = begin,
    .step = step,
    .free = gzip_free,
};

/* --- writing --- */

struct gzip_writer {
    z_stream z;
    struct io_writer *to;
    unsigned char room[1 << 16];
};

enum status gzip_writer_open(struct gzip_writer **g, struct io_writer *to, struct err *err)
{
    const int window_and_gzip_header = 15 + 16, memory = 8;
    struct gzip_writer *made = mem_zeroed(1, sizeof *made, err);
    if (made == NULL)
        return ST_NOMEM;
    made->to = to;
    if (deflateInit2(&made->z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_and_gzip_header, memory,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        mem_free(made);
        return err_set(err, ST_NOMEM, "out of memory: cannot encode gzip");
    }
    *g = made;
    return ST_OK;
}

/* deflate cannot fail with room to write to, and needs to be asked until it leaves some. */
static enum status deflate_on(struct gzip_writer *g, int flush, struct err *err)
{
    do {
        g->z.next_out = g->room;
        g->z.avail_out = sizeof g->room;
        deflate(&g->z, flush);
        TRY(io_writer_put(g->to, g->room, sizeof g->room - g->z.avail_out, err));
    } while (g->z.avail_out == 0);
    return ST_OK;
}

enum status gzip_writer_put(struct gzip_writer *g, const void *bytes, size_t n, struct err *err)
{
    const unsigned char *at = bytes;
    while (n > 0) {
        const uInt part = codec_at_most(n);
        g->z.next_in = (Bytef *)(uintptr_t)at;
        g->z.avail_in = part;
        TRY(deflate_on(g, Z_NO_FLUSH, err));
        at += part;
        n -= part;
    }
    return ST_OK;
}

enum status gzip_writer_end(struct gzip_writer *g, struct err *err)
{
    g->z.avail_in = 0;
    return deflate_on(g, Z_FINISH, err);
}

void gzip_writer_free(struct gzip_writer *g)
{
    if (g == NULL)
        return;
    deflateEnd(&g->z);
    mem_free(g);
}
