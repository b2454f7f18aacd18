/* A compressed stream decoded. */
#ifndef PTBLM_CORPORA_COMPRESS_DECODER_H
#define PTBLM_CORPORA_COMPRESS_DECODER_H

#include "corpora/compress/codec.h"
#include "corpora/stream.h"
#include "lib/base/err.h"

/* Decodes what `from` holds: one frame or several in a row, each of whose sums is checked; frames
 * to be passed over; padding where the codec has it; nothing else. ST_INPUT for anything else, for
 * a frame without a sum over its content, and for one that wants a window above CODEC_WINDOW_MAX.
 * Owns `from`, which is closed even if opening fails. `name` is for messages, is borrowed and must
 * outlive the stream. */
enum status decoder_open(struct stream **s, struct stream *from, const struct codec *codec,
                         const char *name, struct err *err);

#endif
