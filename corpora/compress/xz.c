#include <lzma.h>
#include <string.h>

#include "corpora/compress/codec_rows.h"
#include "lib/base/mem.h"

enum { MAGIC = 6, CHECK_AT = 7 };
enum {
    BESIDE_WINDOW = 1 << 20
}; /* what liblzma takes for more than the dictionary: less than that */

static const unsigned char magic[MAGIC] = {0xFD, '7', 'z', 'X', 'Z', 0};

static bool is_xz(const unsigned char *head, size_t n)
{
    return n >= MAGIC && memcmp(head, magic, MAGIC) == 0;
}

static enum codec_look look(const unsigned char *head, size_t n)
{
    if (head[0] == 0)
        return CODEC_PADDING;
    if (!codec_agrees(head, n, magic, MAGIC))
        return CODEC_JUNK;
    return n > CHECK_AT && (head[CHECK_AT] & 0x0F) == LZMA_CHECK_NONE ? CODEC_UNCHECKED
                                                                      : CODEC_FRAME;
}

static void *make(struct err *err)
{
    lzma_stream *z = mem_zeroed(1, sizeof *z, err);
    if (z != NULL)
        *z = (lzma_stream)LZMA_STREAM_INIT;
    return z;
}

static bool begin(void *state)
{
    return lzma_stream_decoder(state, CODEC_WINDOW_MAX + BESIDE_WINDOW,
                               LZMA_TELL_UNSUPPORTED_CHECK) == LZMA_OK;
}

static enum codec_step result_of(lzma_ret code, const char **reason)
{
    *reason = code == LZMA_UNSUPPORTED_CHECK ? "their kind of checksum is not known"
              : code == LZMA_OPTIONS_ERROR   ? "they use a filter that is not known"
                                             : "a block, a header or a checksum is wrong";
    return code == LZMA_STREAM_END                     ? CODEC_FRAME_END
           : code == LZMA_OK || code == LZMA_BUF_ERROR ? CODEC_MORE
           : code == LZMA_MEM_ERROR                    ? CODEC_NO_MEMORY
           : code == LZMA_MEMLIMIT_ERROR               ? CODEC_TOO_LARGE
                                                       : CODEC_WRONG;
}

static enum codec_step step(void *state, struct codec_io *io, const char **reason)
{
    lzma_stream *z = state;
    z->next_in = io->in;
    z->avail_in = io->n_in;
    z->next_out = io->out;
    z->avail_out = io->room;
    const lzma_ret code = lzma_code(z, LZMA_RUN);
    codec_io_advance(io, io->n_in - z->avail_in, io->room - z->avail_out);
    return result_of(code, reason);
}

static void xz_free(void *state)
{
    lzma_end(state);
    mem_free(state);
}

const struct codec codec_xz = {
    .name = "xz",
    .suffix = ".xz",
    .tar_suffixes = ".txz",
    .is = is_xz,
    .look = look,
    .padding = 4,
    .resumes = true,
    .make = make,
    .begin = begin,
    .step = step,
    .free = xz_free,
};
