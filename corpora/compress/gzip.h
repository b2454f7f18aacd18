/* Writing gzip (RFC 1952), by zlib. Reading it is a row of codecs.h. */
#ifndef PTBLM_CORPORA_COMPRESS_GZIP_H
#define PTBLM_CORPORA_COMPRESS_GZIP_H

#include <stddef.h>

#include "lib/base/err.h"
#include "lib/base/io/io.h"

struct gzip_writer;

/* What is put becomes one frame in *to, without a name and a time, so that the same bytes give the
 * same file. `to` is borrowed. */
enum status gzip_writer_open(struct gzip_writer **g, struct io_writer *to, struct err *err);
enum status gzip_writer_put(struct gzip_writer *g, const void *bytes, size_t n, struct err *err);

/* Ends the frame; nothing can be put after it. */
enum status gzip_writer_end(struct gzip_writer *g, struct err *err);

/* NULL is allowed. */
void gzip_writer_free(struct gzip_writer *g);

#endif
