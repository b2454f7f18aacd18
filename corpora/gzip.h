/* gzip data (RFC 1952) decoded, by way of zlib. Every member's CRC-32 and length are checked. */
#ifndef PTBLM_CORPORA_GZIP_H
#define PTBLM_CORPORA_GZIP_H

#include "corpora/stream.h"
#include "lib/base/err.h"

/* Decodes what `from` holds, one or several members behind each other; zero bytes may follow, as
 * tapes leave them, anything else may not. Owns `from`, which is closed where opening fails, too.
 * `name` is for messages, is borrowed and must outlive the stream. */
enum status gzip_open(struct stream **s, struct stream *from, const char *name, struct err *err);

#endif
