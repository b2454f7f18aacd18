/* Text and memory for jansson's parser, so that memory may run out. jansson 2.14 does not check
 * whether the buffer of the token that it reads could grow: it drops a byte, accepts a wrong text,
 * or, if the byte was the closing quote, writes past a block.
 *
 * So the first block that cannot be allocated comes out of a reserve that is large enough for any
 * growth of that buffer, and from then on the parser gets no byte of the text: it stops, and the
 * buffer does not grow again. */
#ifndef PTBLM_FILE_JSON_FEED_H
#define PTBLM_FILE_JSON_FEED_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/err.h"

struct json_feed {
    const char *at, *end; /* of the text, which is the caller's */
    void *reserve;
    size_t reserved; /* bytes */
    bool ran_out;    /* what was parsed must not be used */
};

/* One feed at a time in a thread. _fini tells whether memory ran out; whatever was parsed must be
 * freed before it. */
enum status json_feed_init(struct json_feed *f, const char *text, size_t len, struct err *err);
bool json_feed_fini(struct json_feed *f);

/* A json_load_callback_t; `feed` is the struct json_feed. */
size_t json_feed_read(void *buffer, size_t size, void *feed);

/* A json_malloc_t and a json_free_t: malloc and free, except while the thread has a feed. */
void *json_feed_malloc(size_t bytes);
void json_feed_free(void *block);

#endif
