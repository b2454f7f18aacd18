#include <lz4frame.h>
#include <string.h>

#include "corpora/compress/codec_rows.h"
#include "corpora/compress/codecs.h"

enum { MAGIC = 4, HAS_SUM = 4 };

static const unsigned char magic[MAGIC] = {0x04, 0x22, 0x4D, 0x18};
static const unsigned char legacy_magic[MAGIC] = {0x02, 0x21, 0x4C, 0x18};

static bool is_legacy(const unsigned char *head, size_t n)
{
    return n >= MAGIC && memcmp(head, legacy_magic, MAGIC) == 0;
}

static bool is_lz4(const unsigned char *head, size_t n)
{
    return n >= MAGIC && (memcmp(head, magic, MAGIC) == 0 || is_legacy(head, n));
}

/* A sum of each block is not enough: the blocks' lengths are outside of it, with the bit that says
 * that a block is not compressed. */
static enum codec_look look(const unsigned char *head, size_t n)
{
    if (codecs_is_skippable(head, n))
        return CODEC_SKIPPABLE;
    if (is_legacy(head, n))
        return CODEC_UNCHECKED;
    if (!codec_agrees(head, n, magic, MAGIC))
        return CODEC_JUNK;
    return n > MAGIC && (head[MAGIC] & HAS_SUM) == 0 ? CODEC_UNCHECKED : CODEC_FRAME;
}

static void *make(struct err *err)
{
    LZ4F_dctx *z;
    if (!LZ4F_isError(LZ4F_createDecompressionContext(&z, LZ4F_VERSION)))
        return z;
    err_set(err, ST_NOMEM, "out of memory: cannot decode lz4");
    return NULL;
}

static bool begin(void *state)
{
    LZ4F_resetDecompressionContext(state);
    return true;
}

static enum codec_step step(void *state, struct codec_io *io, const char **reason)
{
    size_t taken = io->n_in, given = io->room;
    const size_t code = LZ4F_decompress(state, io->out, &given, io->in, &taken, NULL);
    if (LZ4F_isError(code)) {
        codec_io_advance(io, io->n_in, 0); /* the library does not say how far it came */
        *reason = LZ4F_getErrorName(code);
        return strcmp(*reason, "ERROR_allocation_failed") == 0 ? CODEC_NO_MEMORY : CODEC_WRONG;
    }
    codec_io_advance(io, taken, given);
    return code == 0 ? CODEC_FRAME_END : CODEC_MORE;
}

static void lz4_free(void *state)
{
    LZ4F_freeDecompressionContext(state);
}

const struct codec codec_lz4 = {
    .name = "lz4",
    .suffix = ".lz4",
    .tar_suffixes = ".tlz4",
    .is = is_lz4,
    .look = look,
    .make = make,
    .begin = begin,
    .step = step,
    .free = lz4_free,
};
