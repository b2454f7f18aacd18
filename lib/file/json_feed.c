#include "lib/file/json_feed.h"

#include <stdlib.h>

#include "lib/base/mem.h"

static _Thread_local struct json_feed *current;

enum status json_feed_init(struct json_feed *f, const char *text, size_t len, struct err *err)
{
    /* the buffer begins with 16 bytes and doubles where the token, with a NUL after it, fills
     * it */
    const size_t reserved = 2 * len + 64;
    *f = (struct json_feed){.at = text, .end = len > 0 ? text + len : text, .reserved = reserved};
    f->reserve = mem_unset(reserved, 1, err);
    if (f->reserve == NULL)
        return ST_NOMEM;
    current = f;
    return ST_OK;
}

bool json_feed_fini(struct json_feed *f)
{
    current = NULL;
    mem_free(f->reserve);
    return f->ran_out;
}

/* Byte by byte, because the parser would read to the end of a larger piece. */
size_t json_feed_read(void *buffer, size_t size, void *feed)
{
    struct json_feed *f = feed;
    if (f->ran_out || f->at == f->end || size == 0)
        return 0;
    *(char *)buffer = *f->at++;
    return 1;
}

void *json_feed_malloc(size_t bytes)
{
    void *block = malloc(bytes);
    if (block != NULL || current == NULL || current->ran_out)
        return block;
    current->ran_out = true;
    return bytes <= current->reserved ? current->reserve : NULL;
}

void json_feed_free(void *block)
{
    if (current == NULL || block != current->reserve)
        free(block);
}
