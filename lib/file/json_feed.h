/* Text for jansson's parser, and memory, so that it can run out: jansson 2.14 does not look whether
 * the buffer of the token that it reads could grow. It drops a byte, takes a wrong text for a right
 * one, or, where the byte was the closing quote, writes past a block.
 *
 * So the first block that is not to be had comes out of a reserve that is large enough for any
 * growth of that buffer, and no byte of the text is given from then on: the parser stops, and the
 * buffer grows no more. */
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

/* One feed at a time in a thread. Before _fini, which tells whether memory ran out, what was parsed
 * all the same is to be freed. */
enum status json_feed_init(struct json_feed *f, const char *text, size_t len, struct err *err);
bool json_feed_fini(struct json_feed *f);

/* A json_load_callback_t; `feed` is the struct json_feed. */
size_t json_feed_read(void *buffer, size_t size, void *feed);

/* A json_malloc_t and a json_free_t: malloc and free, but for the thread's feed. */
void *json_feed_malloc(size_t bytes);
void json_feed_free(void *block);

#endif
