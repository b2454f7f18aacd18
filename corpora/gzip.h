/* gzip data (RFC 1952) decoded, by way of zlib. Every member's CRC-32 and length are checked. */
#ifndef PTBLM_CORPORA_GZIP_H
#define PTBLM_CORPORA_GZIP_H

#include "corpora/stream.h"
#include "lib/base/err.h"

/* Decodes what `from` holds, one member or several in a row; zero bytes may follow, as tapes leave
 * them, but nothing else. Owns `from`, which is closed even if opening fails.
 * `name` is for messages, is borrowed and must outlive the stream. */
enum status gzip_open(struct stream **s, struct stream *from, const char *name, struct err *err);

#endif
