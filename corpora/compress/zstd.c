#include <string.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "corpora/compress/codec_rows.h"
#include "corpora/compress/codecs.h"

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
    if (memcmp(head, magic, n < MAGIC ? n : MAGIC) != 0)
        return CODEC_JUNK;
    return n > MAGIC && (head[MAGIC] & HAS_SUM) == 0 ? CODEC_UNCHECKED : CODEC_FRAME;
}

static void *make(struct err *err)
{
    ZSTD_DStream *z = ZSTD_createDStream();
    if (z != NULL && ZSTD_isError(ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, WINDOW_LOG))) {
        ZSTD_freeDStream(z);
        z = NULL;
    }
    if (z == NULL)
        err_set(err, ST_NOMEM, "out of memory: cannot decode zstd");
    return z;
}

static bool begin(void *state)
{
    return !ZSTD_isError(ZSTD_DCtx_reset(state, ZSTD_reset_session_only));
}

/* The library does not say how far it came. */
static enum codec_step failure(size_t code, struct codec_io *io, const char **reason)
{
    io->in += io->n_in;
    io->n_in = 0;
    *reason = ZSTD_getErrorName(code);
    const ZSTD_ErrorCode error = ZSTD_getErrorCode(code);
    return error == ZSTD_error_memory_allocation               ? CODEC_NO_MEMORY
           : error == ZSTD_error_frameParameter_windowTooLarge ? CODEC_TOO_LARGE
                                                               : CODEC_WRONG;
}

static enum codec_step step(void *state, struct codec_io *io, const char **reason)
{
    ZSTD_inBuffer in = {io->in, io->n_in, 0};
    ZSTD_outBuffer out = {io->out, io->room, 0};
    const size_t code = ZSTD_decompressStream(state, &out, &in);
    if (ZSTD_isError(code))
        return failure(code, io, reason);
    io->in += in.pos;
    io->n_in -= in.pos;
    io->out += out.pos;
    io->room -= out.pos;
    return code == 0 ? CODEC_FRAME_END : CODEC_MORE;
}

static void zstd_free(void *state)
{
    ZSTD_freeDStream(state);
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
