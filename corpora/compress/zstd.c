#include <string.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "corpora/compress/codec_rows.h"
#include "corpora/compress/codecs.h"
#include "lib/base/mem.h"

enum { MAGIC = 4, HAS_SUM = 4, WINDOW_LOG = 27 };
_Static_assert(CODEC_WINDOW_MAX == 1 << WINDOW_LOG, "the limit is a power of two");

static const unsigned char magic[MAGIC] = {0x28, 0xB5, 0x2F, 0xFD};

static bool is_zstd(const unsigned char *head, size_t n)
{
    return n >= MAGIC && memcmp(head, magic, MAGIC) == 0;
}

static enum codec_look look(const unsigned char *head, size_t n)
{
    if (codecs_is_skippable(head, n))
        return CODEC_SKIPPABLE;
    if (!codec_agrees(head, n, magic, MAGIC))
        return CODEC_JUNK;
    return n > MAGIC && (head[MAGIC] & HAS_SUM) == 0 ? CODEC_UNCHECKED : CODEC_FRAME;
}

struct zstd {
    ZSTD_DStream *z;
    bool begun;
    unsigned long long said, given; /* bytes of the frame's content: as its header has it; so far */
};

static void zstd_free(void *state)
{
    ZSTD_freeDStream(((struct zstd *)state)->z);
    mem_free(state);
}

static void *make(struct err *err)
{
    struct zstd *d = mem_zeroed(1, sizeof *d, err);
    if (d == NULL)
        return NULL;
    d->z = ZSTD_createDStream();
    if (d->z != NULL &&
        !ZSTD_isError(ZSTD_DCtx_setParameter(d->z, ZSTD_d_windowLogMax, WINDOW_LOG)))
        return d;
    zstd_free(d);
    err_set(err, ST_NOMEM, "out of memory: cannot decode zstd");
    return NULL;
}

static bool begin(void *state)
{
    struct zstd *d = state;
    d->begun = false;
    d->given = 0;
    return !ZSTD_isError(ZSTD_DCtx_reset(d->z, ZSTD_reset_session_only));
}

/* The library does not say how far it came. */
static enum codec_step failure(size_t code, struct codec_io *io, const char **reason)
{
    codec_io_advance(io, io->n_in, 0);
    *reason = ZSTD_getErrorName(code);
    const ZSTD_ErrorCode error = ZSTD_getErrorCode(code);
    return error == ZSTD_error_memory_allocation               ? CODEC_NO_MEMORY
           : error == ZSTD_error_frameParameter_windowTooLarge ? CODEC_TOO_LARGE
                                                               : CODEC_WRONG;
}

/* libzstd 1.5 checks the size that a header says only where it decodes a frame at one go, or the
 * last block is not empty: whether a frame is taken must not depend on the caller's buffer. */
static enum codec_step check_size(const struct zstd *d, const char **reason)
{
    *reason = "a frame has another size than it says";
    return d->said == ZSTD_CONTENTSIZE_UNKNOWN || d->said == d->given ? CODEC_FRAME_END
                                                                      : CODEC_WRONG;
}

static enum codec_step step(void *state, struct codec_io *io, const char **reason)
{
    struct zstd *d = state;
    ZSTD_inBuffer in = {io->in, io->n_in, 0};
    ZSTD_outBuffer out = {io->out, io->room, 0};
    if (!d->begun)
        d->said = ZSTD_getFrameContentSize(io->in, io->n_in);
    d->begun = true;
    const size_t code = ZSTD_decompressStream(d->z, &out, &in);
    if (ZSTD_isError(code))
        return failure(code, io, reason);
    codec_io_advance(io, in.pos, out.pos);
    d->given += out.pos;
    return code == 0 ? check_size(d, reason) : CODEC_MORE;
}

const struct codec codec_zstd = {
    .name = "zstd",
    .suffix = ".zst",
    .tar_suffixes = ".tzst",
    .is = is_zstd,
    .look = look,
    .make = make,
    .begin = begin,
    .step = step,
    .free = zstd_free,
};
