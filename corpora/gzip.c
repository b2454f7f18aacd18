#include "corpora/gzip.h"

#include <zlib.h>

#include "lib/base/mem.h"

enum { GZIP_IN = 1 << 16 };

enum gzip_place {
    IN_MEMBER,
    AFTER_MEMBER, /* another member, padding or the end may follow */
    IN_PADDING,
    AT_END,
};

struct gzip_stream {
    struct stream base;
    struct stream *from;
    const char *name;
    enum gzip_place place;
    uint64_t taken; /* encoded bytes read from below */
    z_stream z;
    unsigned char in[GZIP_IN];
};

/* Makes sure that there is encoded input; *more is false at its end. */
static enum status refill(struct gzip_stream *g, bool *more, struct err *err)
{
    if (g->z.avail_in == 0) {
        size_t got;
        TRY(stream_read(g->from, g->in, sizeof g->in, &got, err));
        g->taken += got;
        g->z.next_in = g->in;
        g->z.avail_in = (uInt)got;
    }
    *more = g->z.avail_in > 0;
    return ST_OK;
}

static unsigned long long offset_of_next(const struct gzip_stream *g)
{
    return g->taken - g->z.avail_in;
}

static enum status fail_inflate(const struct gzip_stream *g, int code, struct err *err)
{
    if (code == Z_MEM_ERROR)
        return err_set(err, ST_NOMEM, "out of memory: cannot decode '%s'", g->name);
    return err_set(err, ST_INPUT,
                   "'%s' is damaged: its gzip data are wrong before byte %llu (%s); "
                   "download or create it again",
                   g->name, offset_of_next(g), g->z.msg != NULL ? g->z.msg : zError(code));
}

/* Inflates into the caller's buffer, which z.next_out and z.avail_out describe. */
static enum status step_member(struct gzip_stream *g, struct err *err)
{
    bool more;
    TRY(refill(g, &more, err));
    if (!more)
        return err_set(err, ST_INPUT,
                       "'%s' is cut short: its gzip data end at byte %llu without their checksum; "
                       "download or create it again",
                       g->name, offset_of_next(g));
    const int code = inflate(&g->z, Z_NO_FLUSH);
    if (code == Z_STREAM_END)
        g->place = AFTER_MEMBER;
    else if (code != Z_OK && code != Z_BUF_ERROR)
        return fail_inflate(g, code, err);
    return ST_OK;
}

static enum status step_after_member(struct gzip_stream *g, struct err *err)
{
    bool more;
    TRY(refill(g, &more, err));
    if (!more) {
        g->place = AT_END;
    } else if (g->z.next_in[0] == 0x1F) {
        inflateReset(&g->z);
        g->place = IN_MEMBER;
    } else {
        g->place = IN_PADDING;
    }
    return ST_OK;
}

static enum status step_padding(struct gzip_stream *g, struct err *err)
{
    bool more;
    TRY(refill(g, &more, err));
    for (; g->z.avail_in > 0; g->z.next_in++, g->z.avail_in--)
        if (g->z.next_in[0] != 0)
            return err_set(err, ST_INPUT,
                           "'%s' has bytes that are not gzip data after its end, at byte %llu; "
                           "download or create it again",
                           g->name, offset_of_next(g));
    if (!more)
        g->place = AT_END;
    return ST_OK;
}

static enum status gzip_read(struct stream *s, void *buf, size_t cap, size_t *got, struct err *err)
{
    struct gzip_stream *g = (struct gzip_stream *)s;
    const uInt room = cap < GZIP_IN ? (uInt)cap : GZIP_IN;
    g->z.next_out = buf;
    g->z.avail_out = room;
    while (g->z.avail_out == room && g->place != AT_END) {
        if (g->place == IN_MEMBER)
            TRY(step_member(g, err));
        else if (g->place == AFTER_MEMBER)
            TRY(step_after_member(g, err));
        else
            TRY(step_padding(g, err));
    }
    *got = room - g->z.avail_out;
    return ST_OK;
}

/* May say so while inflate still holds some output back, but never keeps silent about a wait. */
static bool gzip_waits(struct stream *s)
{
    struct gzip_stream *g = (struct gzip_stream *)s;
    return g->place != AT_END && g->z.avail_in == 0 && stream_waits(g->from);
}

static void gzip_close(struct stream *s)
{
    struct gzip_stream *g = (struct gzip_stream *)s;
    inflateEnd(&g->z);
    stream_close(g->from);
    mem_free(g);
}

static const struct stream_ops gzip_ops = {gzip_read, NULL, gzip_waits, gzip_close};

enum status gzip_open(struct stream **s, struct stream *from, const char *name, struct err *err)
{
    const int window_and_gzip_header = 15 + 16;
    struct gzip_stream *g = mem_zeroed(1, sizeof *g, err);
    if (g == NULL) {
        stream_close(from);
        return ST_NOMEM;
    }
    g->base.ops = &gzip_ops;
    g->from = from;
    g->name = name;
    if (inflateInit2(&g->z, window_and_gzip_header) != Z_OK) {
        gzip_close(&g->base);
        return err_set(err, ST_NOMEM, "out of memory: cannot decode '%s'", name);
    }
    *s = &g->base;
    return ST_OK;
}
