/* What the tests of tokenizers share: the tokens of a line as one text. */
#ifndef PTBLM_TESTS_SUPPORT_TOKENIZER_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_TOKENIZER_SUPPORT_H

#include <check.h>

#include "lib/base/buf.h"
#include "vocab/tokenizer/tokenizer.h"

/* Appends the token and a bar to a struct buf. */
static inline enum status collect(void *ctx, const char *token, size_t len, struct err *err)
{
    ck_assert_uint_gt(len, 0);
    TRY(buf_add(ctx, token, len, err));
    return buf_add_text(ctx, "|", err);
}

#endif
