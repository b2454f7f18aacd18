#include <bzlib.h>
#include <stdint.h>
#include <string.h>

#include "corpora/compress/codec_rows.h"
#include "lib/base/mem.h"

enum { MAGIC = 3, LEVEL = 1, BLOCK_MAGIC = 6 };

static bool has_level(const unsigned char *head)
{
    return memcmp(head, "BZh", MAGIC) == 0 && head[MAGIC] >= '1' && head[MAGIC] <= '9';
}

/* "BZh" is also how a text may begin; a stream goes on with a digit and those of pi, or if it has
 * no block, of its square root. */
static bool is_bzip2(const unsigned char *head, size_t n)
{
    return n >= MAGIC + LEVEL + BLOCK_MAGIC && has_level(head) &&
           (memcmp(head + MAGIC + LEVEL, "1AY&SY", BLOCK_MAGIC) == 0 ||
            memcmp(head + MAGIC + LEVEL, "\x17\x72\x45\x38\x50\x90", BLOCK_MAGIC) == 0);
}

static enum codec_look look(const unsigned char *head, size_t n)
{
    if (n > MAGIC)
        return has_level(head) ? CODEC_FRAME : CODEC_JUNK;
    return memcmp(head, "BZh", n) == 0 ? CODEC_FRAME : CODEC_JUNK;
}

struct bzip2 {
    bz_stream z;
    bool open;
};

static void *make(struct err *err)
{
    return mem_zeroed(1, sizeof(struct bzip2), err);
}

static void end(struct bzip2 *b)
{
    if (b->open)
        BZ2_bzDecompressEnd(&b->z);
    b->open = false;
}

static bool begin(void *state)
{
    struct bzip2 *b = state;
    end(b);
    memset(&b->z, 0, sizeof b->z);
    b->open = BZ2_bzDecompressInit(&b->z, 0, 0) == BZ_OK;
    return b->open;
}

static enum codec_step step(void *state, struct codec_io *io, const char **reason)
{
    bz_stream *z = &((struct bzip2 *)state)->z;
    const unsigned n_in = codec_at_most(io->n_in), room = codec_at_most(io->room);
    z->next_in = (char *)(uintptr_t)io->in;
    z->avail_in = n_in;
    z->next_out = (char *)io->out;
    z->avail_out = room;
    const int code = BZ2_bzDecompress(z);
    codec_io_advance(io, n_in - z->avail_in, room - z->avail_out);
    *reason = "a block or its checksum is wrong";
    return code == BZ_STREAM_END  ? CODEC_FRAME_END
           : code == BZ_OK        ? CODEC_MORE
           : code == BZ_MEM_ERROR ? CODEC_NO_MEMORY
                                  : CODEC_WRONG;
}

static void bzip2_free(void *state)
{
    end(state);
    mem_free(state);
}

const struct codec codec_bzip2 = {
    .name = "bzip2",
    .suffix = ".bz2",
    .tar_suffixes = ".tbz2 .tbz .tb2 .tz2",
    .is = is_bzip2,
    .look = look,
    .like_text = true,
    .make = make,
    .begin = begin,
    .step = step,
    .free = bzip2_free,
};
