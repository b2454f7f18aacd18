/* What the tests of texts share: all pieces of a text, joined so that their ends are visible. */
#ifndef PTBLM_TESTS_SUPPORT_TEXT_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_TEXT_SUPPORT_H

#include <check.h>
#include <string.h>

#include "corpora/text.h"
#include "lib/base/hash.h"
#include "tests/support/corpora_support.h"

/* All lines of a text, each followed by '|', or by '+' for a piece that does not end its line. */
struct lines {
    struct bytes joined;
    size_t pieces;
    size_t longest;
    uint64_t last_line;
};

static inline enum status drain_text(struct lines *l, struct text *t)
{
    *l = (struct lines){0};
    bytes_append(&l->joined, "", 0);
    for (;;) {
        struct text_piece p;
        bool more;
        const enum status status = text_next(t, &p, &more, &err);
        if (status != ST_OK || !more)
            return status;
        if (p.line < l->last_line) /* ck_assert is slow, because it records successes too */
            ck_abort_msg("the line number decreases");
        bytes_append(&l->joined, p.bytes, p.len);
        bytes_append(&l->joined, p.ends_line ? "|" : "+", 1);
        l->pieces++;
        l->longest = p.len > l->longest ? p.len : l->longest;
        l->last_line = p.line;
    }
}

static inline enum status read_bytes(struct lines *l, const void *bytes, size_t n)
{
    struct source *s;
    struct text *t;
    ck_assert_int_eq(source_open_memory(&s, "m", bytes, n, &err), ST_OK);
    ck_assert_int_eq(text_open(&t, s, &err), ST_OK);
    enum status status = drain_text(l, t);
    uint64_t hash;
    if (status == ST_OK)
        status = text_finish(t, &hash, &err);
    if (status == ST_OK)
        ck_assert_uint_eq(hash, hash_bytes(bytes, n));
    text_close(t);
    return status;
}

static inline void assert_refused(const char *bytes, size_t n, const char *message)
{
    struct lines l;
    ASSERT_FAILS(read_bytes(&l, bytes, n), ST_INPUT, message);
    bytes_free(&l.joined);
}

#endif
