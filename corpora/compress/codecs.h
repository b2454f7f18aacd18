/* The compressions that are read, and how a file of one is told. */
#ifndef PTBLM_CORPORA_COMPRESS_CODECS_H
#define PTBLM_CORPORA_COMPRESS_CODECS_H

#include <stdbool.h>
#include <stddef.h>

#include "corpora/compress/codec.h"

/* Row i of the table, or NULL behind its last. */
const struct codec *codecs_row(size_t i);

/* NULL if there is none of that name. */
const struct codec *codecs_find(const char *name);

/* What the first bytes are whatever the file's name, or NULL. */
const struct codec *codecs_of_bytes(const unsigned char *head, size_t n);

/* What the end of a name says, or NULL; *tar if it says a tar within. */
const struct codec *codecs_of_name(const char *name, bool *tar);

/* Bytes of ".gz", ".xz", ... at the end of a name, 0 if it has no suffix of a compressed text. */
size_t codecs_suffix_len(const char *name);

/* True for the frames to be passed over that zstd and lz4 have in common: 0x184D2A50 to ..5F. */
bool codecs_is_skippable(const unsigned char *head, size_t n);

#endif
