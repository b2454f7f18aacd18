/* One compression: how a frame of it begins, and its library behind four functions. Each is one
 * file and one line of the table in codecs.c; decoder.c does for all of them what is alike. */
#ifndef PTBLM_CORPORA_COMPRESS_CODEC_H
#define PTBLM_CORPORA_COMPRESS_CODEC_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "lib/base/err.h"

/* A window or dictionary of at most so many bytes is decoded: it is held in memory. The command xz
 * asks for half of it at its highest level, zstd for all of it. */
enum { CODEC_WINDOW_MAX = 1 << 27 };

/* Frame: what a compressor writes for one text, and what may stand several times in a file: gzip's
 * member, the stream of bzip2 and xz, the frame of zstd and lz4. */
enum codec_look {
    CODEC_FRAME,
    CODEC_UNCHECKED, /* a frame without a sum over its content: damage could not be told */
    CODEC_SKIPPABLE, /* eight bytes and what they say is to be passed over */
    CODEC_PADDING,   /* a zero byte that may stand behind a frame */
    CODEC_JUNK,      /* none of these */
};

/* Encoded bytes not taken yet, and where decoded ones go; a step moves both on. One that fails has
 * taken the bytes in which, or before which, the damage lies. */
struct codec_io {
    const unsigned char *in;
    size_t n_in;
    unsigned char *out;
    size_t room;
};

static inline void codec_io_advance(struct codec_io *io, size_t taken, size_t given)
{
    io->in += taken;
    io->n_in -= taken;
    io->out += given;
    io->room -= given;
}

/* For a library that counts in unsigned int; the rest comes in another step. */
static inline unsigned codec_at_most(size_t n)
{
    return n < UINT_MAX ? (unsigned)n : UINT_MAX;
}

/* Whether head[n] begins with a magic number, as far as it goes. */
static inline bool codec_agrees(const unsigned char *head, size_t n, const unsigned char *magic,
                                size_t len)
{
    return memcmp(head, magic, n < len ? n : len) == 0;
}

enum codec_step {
    CODEC_MORE,
    CODEC_FRAME_END, /* all of its sums are right */
    CODEC_WRONG,
    CODEC_TOO_LARGE, /* more than CODEC_WINDOW_MAX */
    CODEC_NO_MEMORY,
};

/* Bytes that `look` and the first step of a frame see at least, if there are so many: the longest
 * header of a zstd frame. */
enum { CODEC_HEAD = 18 };

struct codec {
    const char *name;         /* also that of its command */
    const char *suffix;       /* of a text; ".tar" may stand before it */
    const char *tar_suffixes; /* short forms of that: ".tgz .taz" */
    /* True if a file of any name is this, by its first bytes [n]. */
    bool (*is)(const unsigned char *head, size_t n);
    /* What begins here; n < CODEC_HEAD only at the end of the input, n > 0. Less than a magic
     * number there is a frame if it agrees as far as it goes. */
    enum codec_look (*look)(const unsigned char *head, size_t n);
    unsigned padding; /* padding is a multiple of so many bytes; 0 if there is none */
    bool resumes;     /* a frame may follow padding */
    bool like_text;   /* a text may begin as `is` wants it */
    /* NULL, with err set, for want of memory. */
    void *(*make)(struct err *err);
    /* Goes to the beginning of a frame; false for want of memory. */
    bool (*begin)(void *state);
    /* *reason is set for CODEC_WRONG, and lives as long as the state. */
    enum codec_step (*step)(void *state, struct codec_io *io, const char **reason);
    void (*free)(void *state);
};

#endif
