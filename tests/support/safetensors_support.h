/* What the tests of model files share: a directory for each test, which must hold at most one file
 * at its end, functions that write and read that file or expect it to be refused, and sample
 * tensors. */
#ifndef PTBLM_TESTS_SUPPORT_SAFETENSORS_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_SAFETENSORS_SUPPORT_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/mem.h"
#include "lib/file/json_text.h"
#include "lib/file/safetensors_header.h"
#include "tests/support/tap.h"
#include "tests/support/test_dir.h"

static inline struct buf read_back(void)
{
    struct buf bytes = {0};
    struct err err;
    ck_assert_int_eq(io_read_file(test_file, SIZE_MAX / 2, &bytes, &err), ST_OK);
    return bytes;
}

static inline void write_bytes(const void *bytes, size_t n)
{
    struct err err;
    ck_assert_int_eq(io_write_file(test_file, bytes, n, &err), ST_OK);
}

/* A file of a header and `n` zero bytes. */
static inline void write_parts(const char *header, size_t n)
{
    struct buf b = {0};
    struct err err;
    const uint64_t len = strlen(header);
    buf_add(&b, &len, sizeof len, &err);
    buf_add(&b, header, len, &err);
    ck_assert_int_eq(buf_reserve(&b, n, &err), ST_OK);
    memset(b.data + b.len, 0, n);
    b.len += n;
    write_bytes(b.data, b.len);
    buf_fini(&b);
}

static inline void assert_refused(const char *text)
{
    struct safetensors_file file = {.n_tensors = 77};
    struct err err = {0};
    ck_assert_int_eq(safetensors_open(&file, test_file, &err), ST_INPUT);
    ck_assert_msg(strstr(err.text, text) != NULL, "'%s' is not in: %s", text, err.text);
    ck_assert_ptr_nonnull(strstr(err.text, test_file));
    ck_assert(!json_text_has_control(err.text));
    ck_assert_uint_eq(file.n_tensors, 77);
}

static inline struct safetensors_file open_file(void)
{
    struct safetensors_file file;
    struct err err = {0};
    ck_assert_msg(safetensors_open(&file, test_file, &err) == ST_OK, "%s", err.text);
    return file;
}

/* Tensors of every type and rank, in no order. */
static const float weights[6] = {0, 1, 2, 3, 4, -0.0f};
static const float bias[3] = {0.5f, 1e-40f, 3e38f};
static const int64_t steps[1] = {INT64_MIN};
static const uint64_t seeds[2] = {UINT64_MAX, 7};
static const unsigned char words[5] = "a\0b\xff";

static const struct safetensors_tensor sample[] = {
    {"words", DTYPE_U8, 1, {5}, words},       {"z.weight", DTYPE_F32, 2, {2, 3}, weights},
    {"a.bias", DTYPE_F32, 1, {3}, bias},      {"step", DTYPE_I64, 0, {0}, steps},
    {"rng", DTYPE_U64, 2, {1, 2}, seeds},     {"none", DTYPE_F32, 2, {0, 4}, NULL},
    {"caf\xc3\xa9", DTYPE_U8, 0, {0}, words},
};
static const struct safetensors_pair sample_metadata[] = {
    {"ptblm.config", "{\"cell\":\"lstm\",\"lr\":20.0}"},
    {"format", "pt"},
    {"note", "two\nlines ]|"},
};
enum { N_SAMPLE = sizeof sample / sizeof *sample, N_PAIRS = 3 };

static inline void save_sample(void)
{
    struct err err = {0};
    ck_assert_msg(safetensors_save(test_file, sample, N_SAMPLE, sample_metadata, N_PAIRS, &err) ==
                      ST_OK,
                  "%s", err.text);
}

#endif
