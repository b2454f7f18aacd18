/* Blocks of a stream on their way to an archive reader: counted against the limit, and watched for
 * the zeros that end a tar. */
#ifndef PTBLM_CORPORA_TAR_INPUT_H
#define PTBLM_CORPORA_TAR_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "corpora/stream.h"
#include "lib/base/err.h"

enum { TAR_INPUT_BLOCK = 1 << 16 };

struct tar_input {
    struct stream *from; /* borrowed */
    const char *name;    /* for messages; borrowed */
    uint64_t limit;      /* bytes that may be taken */
    uint64_t taken;      /* bytes taken so far */
    uint64_t zeros_from; /* all bytes from this offset to `taken` are zero */
    unsigned char block[TAR_INPUT_BLOCK];
};

/* The next bytes into f->block; *got == 0 is the end. */
enum status tar_input_read(struct tar_input *f, size_t *got, struct err *err);

/* Reads what is left of a tar and checks that from offset `mark` on there are zeros only, and two
 * blocks of them or more. */
enum status tar_input_check_end(struct tar_input *f, uint64_t mark, struct err *err);

#endif
