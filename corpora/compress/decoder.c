#include "corpora/compress/decoder.h"

#include <string.h>

#include "lib/base/mem.h"

enum { IN_BYTES = 1 << 16 };
enum { SKIPPABLE_HEAD = 8 };

enum place {
    BETWEEN, /* a frame, padding or the end may follow */
    IN_FRAME,
    IN_SKIPPABLE,
    IN_PADDING,
    AT_END,
};

struct decoder {
    struct stream base;
    struct stream *from;
    const struct codec *codec;
    const char *name;
    void *state;
    enum place place;
    uint64_t frames;
    uint64_t skip;         /* bytes of a skippable frame that are left */
    unsigned char last[4]; /* bytes of it */
    uint64_t padding;      /* bytes of padding so far */
    uint64_t taken;        /* encoded bytes read from below */
    size_t at, n;          /* in[at..n) are not decoded yet */
    unsigned char in[IN_BYTES];
};

static unsigned long long offset_of_next(const struct decoder *d)
{
    return d->taken - (d->n - d->at);
}

/* Makes sure that there are `wanted` encoded bytes in a row; fewer at the end of the input. */
static enum status refill(struct decoder *d, size_t wanted, struct err *err)
{
    if (d->n - d->at >= wanted)
        return ST_OK;
    memmove(d->in, d->in + d->at, d->n - d->at);
    d->n -= d->at;
    d->at = 0;
    for (size_t got = 1; got > 0 && d->n < wanted; d->n += got, d->taken += got)
        TRY(stream_read(d->from, d->in + d->n, sizeof d->in - d->n, &got, err));
    return ST_OK;
}

static enum status fail_cut(const struct decoder *d, struct err *err)
{
    return err_set(err, ST_INPUT,
                   "'%s' is cut short: its %s data end at byte %llu without their checksum; "
                   "download or create it again",
                   d->name, d->codec->name, offset_of_next(d));
}

static enum status fail_junk(const struct decoder *d, struct err *err)
{
    if (d->frames > 0)
        return err_set(err, ST_INPUT,
                       "'%s' has bytes that are not %s data after its end, at byte %llu; "
                       "download or create it again",
                       d->name, d->codec->name, offset_of_next(d));
    return err_set(err, ST_INPUT,
                   "'%s' is damaged: at byte %llu there is no beginning of %s data; download or "
                   "create it again",
                   d->name, offset_of_next(d), d->codec->name);
}

static enum status fail_unchecked(const struct decoder *d, struct err *err)
{
    return err_set(
        err, ST_INPUT,
        "'%s' has %s data without a checksum at byte %llu, so damage to them would not be "
        "noticed: compress it again with the command %s, which adds one",
        d->name, d->codec->name, offset_of_next(d), d->codec->name);
}

static enum status fail_step(const struct decoder *d, enum codec_step step, const char *reason,
                             struct err *err)
{
    if (step == CODEC_NO_MEMORY)
        return err_set(err, ST_NOMEM, "out of memory: cannot decode '%s'", d->name);
    if (step == CODEC_TOO_LARGE)
        return err_set(err, ST_INPUT,
                       "'%s' has %s data that take a window of more than %d MiB of memory, the "
                       "limit: compress it again with the command %s and its default settings",
                       d->name, d->codec->name, CODEC_WINDOW_MAX >> 20, d->codec->name);
    return err_set(err, ST_INPUT,
                   "'%s' is damaged: its %s data are wrong before byte %llu (%s); "
                   "download or create it again",
                   d->name, d->codec->name, offset_of_next(d), reason);
}

/* Decodes into the caller's buffer. */
static enum status step_frame(struct decoder *d, struct codec_io *io, struct err *err)
{
    const char *reason = "";
    TRY(refill(d, 1, err));
    const size_t had = d->n - d->at, room = io->room;
    io->in = d->in + d->at;
    io->n_in = had;
    const enum codec_step step = d->codec->step(d->state, io, &reason);
    d->at += had - io->n_in;
    if (step == CODEC_FRAME_END)
        d->place = BETWEEN;
    else if (step != CODEC_MORE)
        return fail_step(d, step, reason, err);
    else if (had == 0 && io->room == room)
        return fail_cut(d, err);
    return ST_OK;
}

static enum status begin_frame(struct decoder *d, struct err *err)
{
    if (!d->codec->begin(d->state))
        return fail_step(d, CODEC_NO_MEMORY, "", err);
    d->frames++;
    d->place = IN_FRAME;
    return ST_OK;
}

/* Magic number and length, then so many bytes. */
static enum status begin_skippable(struct decoder *d, struct err *err)
{
    if (d->n - d->at < SKIPPABLE_HEAD)
        return fail_cut(d, err);
    d->skip = 0;
    for (size_t i = SKIPPABLE_HEAD; i > 4; i--)
        d->skip = d->skip << 8 | d->in[d->at + i - 1];
    d->at += SKIPPABLE_HEAD;
    memset(d->last, 0, sizeof d->last);
    d->place = IN_SKIPPABLE;
    return ST_OK;
}

static enum status step_between(struct decoder *d, struct err *err)
{
    TRY(refill(d, CODEC_HEAD, err));
    if (d->n == d->at) {
        d->place = AT_END;
        return d->frames > 0 ? ST_OK : fail_cut(d, err);
    }
    switch (d->codec->look(d->in + d->at, d->n - d->at)) {
    case CODEC_FRAME:
        return begin_frame(d, err);
    case CODEC_UNCHECKED:
        return fail_unchecked(d, err);
    case CODEC_SKIPPABLE:
        return begin_skippable(d, err);
    case CODEC_PADDING:
        d->place = IN_PADDING;
        return d->frames > 0 ? ST_OK : fail_junk(d, err);
    case CODEC_JUNK:
        break;
    }
    return fail_junk(d, err);
}

/* No sum covers a skippable frame's length. One that got longer by damage, and ends where another
 * frame does, would take that one's text away; so none that holds a frame's beginning is passed. */
static enum status step_skippable(struct decoder *d, struct err *err)
{
    TRY(refill(d, 1, err));
    if (d->n == d->at && d->skip > 0)
        return fail_cut(d, err);
    for (; d->skip > 0 && d->at < d->n; d->skip--) {
        memmove(d->last, d->last + 1, sizeof d->last - 1);
        d->last[sizeof d->last - 1] = d->in[d->at++];
        if (d->codec->is(d->last, sizeof d->last))
            return fail_step(d, CODEC_WRONG, "a frame within one that is passed over", err);
    }
    if (d->skip == 0)
        d->place = BETWEEN;
    return ST_OK;
}

static enum status step_padding(struct decoder *d, struct err *err)
{
    TRY(refill(d, 1, err));
    for (; d->at < d->n && d->in[d->at] == 0; d->at++)
        d->padding++;
    if (d->at == d->n && d->n > 0)
        return ST_OK;
    const bool whole = d->padding % d->codec->padding == 0;
    if (!whole || (d->n > 0 && !d->codec->resumes))
        return fail_junk(d, err);
    d->place = d->n > 0 ? BETWEEN : AT_END;
    return ST_OK;
}

static enum status step_any(struct decoder *d, struct codec_io *io, struct err *err)
{
    switch (d->place) {
    case BETWEEN:
        return step_between(d, err);
    case IN_FRAME:
        return step_frame(d, io, err);
    case IN_SKIPPABLE:
        return step_skippable(d, err);
    case IN_PADDING:
        return step_padding(d, err);
    case AT_END:
        break;
    }
    return ST_OK;
}

static enum status decoder_read(struct stream *s, void *buf, size_t cap, size_t *got,
                                struct err *err)
{
    struct decoder *d = (struct decoder *)s;
    struct codec_io io = {.out = buf, .room = cap};
    while (io.room == cap && d->place != AT_END)
        TRY(step_any(d, &io, err));
    *got = cap - io.room;
    return ST_OK;
}

/* May say so while the codec still holds some output back, but never keeps silent about a wait. */
static bool decoder_waits(struct stream *s)
{
    struct decoder *d = (struct decoder *)s;
    const size_t wanted = d->place == BETWEEN ? CODEC_HEAD : 1;
    return d->place != AT_END && d->n - d->at < wanted && stream_waits(d->from);
}

static void decoder_close(struct stream *s)
{
    struct decoder *d = (struct decoder *)s;
    if (d->state != NULL)
        d->codec->free(d->state);
    stream_close(d->from);
    mem_free(d);
}

static const struct stream_ops decoder_ops = {decoder_read, NULL, decoder_waits, decoder_close};

enum status decoder_open(struct stream **s, struct stream *from, const struct codec *codec,
                         const char *name, struct err *err)
{
    struct decoder *d = mem_zeroed(1, sizeof *d, err);
    if (d == NULL) {
        stream_close(from);
        return ST_NOMEM;
    }
    d->base.ops = &decoder_ops;
    d->from = from;
    d->codec = codec;
    d->name = name;
    d->state = codec->make(err);
    if (d->state == NULL) {
        decoder_close(&d->base);
        return ST_NOMEM;
    }
    *s = &d->base;
    return ST_OK;
}
