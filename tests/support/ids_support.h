/* What the tests of ids share: a small vocabulary, and the test's file as a split. */
#ifndef PTBLM_TESTS_SUPPORT_IDS_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_IDS_SUPPORT_H

#include <inttypes.h>

#include "corpora/splits/split_reader.h"
#include "tests/support/vocab_support.h"
#include "vocab/ids.h"

static const struct source_limits source_limits = SOURCE_LIMITS_DEFAULT;

/* The split that is all of the test's file. */
static inline struct split_text whole_file(void)
{
    return (struct split_text){.path = test_file, .name = test_file, .end_line = UINT64_MAX};
}

/* `path` NULL: into memory. */
static inline enum status encode_split(struct ids *ids, const struct split_text *split,
                                       const struct tokenizer *t, const struct vocab *v,
                                       enum oov oov, const char *path, struct err *err)
{
    struct text *text;
    TRY(split_open(&text, split, &source_limits, err));
    enum status status =
        ids_encode_text(ids, text, &(struct ids_reading){.tokenizer = t}, v, oov, path, err);
    if (status == ST_OK)
        status = text_finish(text, &ids->text_hash, err);
    text_close(text);
    return status;
}

static inline enum status encode(struct ids *ids, const char *text, const struct tokenizer *t,
                                 const struct vocab *v, enum oov oov, struct err *err)
{
    test_write("file", text, strlen(text));
    const struct split_text split = whole_file();
    return encode_split(ids, &split, t, v, oov, NULL, err);
}

/* Counts the test's file. `ids` NULL: counts only; `path` NULL: into memory. */
static inline enum status count(struct ids *ids, struct vocab_counts *counts,
                                const struct tokenizer *t, const char *path, struct err *err)
{
    const struct split_text split = whole_file();
    struct text *text;
    TRY(split_open(&text, &split, &source_limits, err));
    enum status status =
        ids_count_text(ids, counts, text, &(struct ids_reading){.tokenizer = t}, path, err);
    if (status == ST_OK && ids != NULL)
        status = text_finish(text, &ids->text_hash, err);
    text_close(text);
    return status;
}

/* As a file, in which those of a file under way then are alone. */
static inline void save_ids(struct ids *ids, const struct vocab *v, const char *path)
{
    struct err err = {0};
    struct io_writer *file = NULL;
    ck_assert_msg(ids_write(&file, ids, v, path, &err) == ST_OK, "%s", err.text);
    ck_assert_msg(io_writer_commit(file, &err) == ST_OK, "%s", err.text);
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
