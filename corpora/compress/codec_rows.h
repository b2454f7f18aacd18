/* The rows of the table in codecs.c. Each stands in the file of its name, the only door to its
 * library. */
#ifndef PTBLM_CORPORA_COMPRESS_CODEC_ROWS_H
#define PTBLM_CORPORA_COMPRESS_CODEC_ROWS_H

#include "corpora/compress/codec.h"

/* RFC 1952, by zlib: CRC-32 and length of every member. */
extern const struct codec codec_gzip;

/* By libbz2: a CRC-32 of every block, and one of all of them. */
extern const struct codec codec_bzip2;

/* tukaani.org/xz/xz-file-format.txt, by liblzma: CRC-32 of all headers, and of each block the sum
 * that the stream says, of which "none" is refused. */
extern const struct codec codec_xz;

/* RFC 8878, by libzstd: XXH64 of each frame's content; without it a frame is refused. */
extern const struct codec codec_zstd;

/* lz4_Frame_format.md of lz4, by liblz4: XXH32 of each frame's content; without it a frame is
 * refused, and so are legacy frames, which have none. */
extern const struct codec codec_lz4;

#endif
