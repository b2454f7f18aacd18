/* What the tests of ids share: a small vocabulary, and the test's file as a split. */
#ifndef PTBLM_TESTS_IDS_SUPPORT_H
#define PTBLM_TESTS_IDS_SUPPORT_H

#include <inttypes.h>

#include "tests/vocab_support.h"
#include "vocab/ids.h"

static const struct source_limits source_limits = {UINT64_C(1) << 36, 65536};

/* The split that is the whole of the test's file. */
static inline struct split_text whole_file(void)
{
    return (struct split_text){.path = test_path, .name = test_path, .end_line = UINT64_MAX};
}

static inline enum status encode(struct ids *ids, const char *text, const struct tokenizer *t,
                                 const struct vocab *v, enum oov oov, struct err *err)
{
    write_file(text, strlen(text));
    const struct split_text split = whole_file();
    return ids_encode_split(ids, &split, t, v, oov, &source_limits, err);
}

/* Compares with ids written as "0 1 2". */
static inline void assert_ids(const int32_t *data, size_t n, const char *expected)
{
    struct buf text = {0};
    struct err err = {0};
    ck_assert_int_eq(buf_reserve(&text, 0, &err), ST_OK);
    for (size_t i = 0; i < n; i++)
        ck_assert_int_eq(buf_addf(&text, &err, i > 0 ? " %" PRId32 : "%" PRId32, data[i]), ST_OK);
    ck_assert_str_eq(text.data, expected);
    buf_fini(&text);
}

/* 0 a, 1 <eos>, 2 <unk>, 3 b */
static inline struct vocab *small_vocab(void)
{
    return vocab_of("a a a <eos> <eos> <unk> b", &(struct vocab_limits){0});
}

#endif
