/* Assertions on functions that can fail, with their message in `err`. */
#ifndef PTBLM_TESTS_SUPPORT_ERR_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_ERR_SUPPORT_H

#include <check.h>
#include <string.h>

#include "lib/base/err.h"

static struct err err;

#define ASSERT_OK(call)                                                                            \
    do {                                                                                           \
        const enum status got_ = (call);                                                           \
        ck_assert_msg(got_ == ST_OK, "status %d: %s", got_, err.text);                             \
    } while (0)

/* The status, and a part of the message. */
#define ASSERT_FAILS(call, want, text_)                                                            \
    do {                                                                                           \
        const enum status got_ = (call);                                                           \
        ck_assert_msg(got_ == (want), "status %d: %s", got_, err.text);                            \
        ck_assert_msg(strstr(err.text, text_) != NULL, "'%s' is not in '%s'", text_, err.text);    \
    } while (0)

#endif
