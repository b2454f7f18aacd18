/* What the tests of n-gram model files share: the parts of a small model, which can be spoiled and
 * saved with a right checksum. */
#ifndef PTBLM_TESTS_SUPPORT_NGRAM_FILE_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_NGRAM_FILE_SUPPORT_H

#include "lib/file/json_text.h"
#include "lib/file/safetensors_header.h"
#include "lib/ngram/ngram_file.h"
#include "tests/support/arpa_support.h"

/* The 2-grams "<s> a", "a <unk>", "a a", the 3-grams "<s> a <unk>", "a a </s>". */
static const char vocab[] = "<unk>\n<eos>\na\n";
static const float log_p1[] = {-1, -2, -0.5f}, backoff1[] = {0, -0.25f, -0.125f};
static const uint64_t first1[] = {0, 0, 1, 3};
static const uint32_t words2[] = {2, 0, 2};
static const float log_p2[] = {-1, -3, -0.5f}, backoff2[] = {-0.5f, 0, 0.25f};
static const uint64_t first2[] = {0, 1, 1, 2};
static const uint32_t words3[] = {0, 1};
static const float log_p3[] = {-4, 0};

static const struct safetensors_tensor parts[] = {
    {"ngram.1.log_p", DTYPE_F32, 1, {3}, log_p1}, {"ngram.1.backoff", DTYPE_F32, 1, {3}, backoff1},
    {"ngram.1.first", DTYPE_U64, 1, {4}, first1}, {"ngram.2.words", DTYPE_U32, 1, {3}, words2},
    {"ngram.2.log_p", DTYPE_F32, 1, {3}, log_p2}, {"ngram.2.backoff", DTYPE_F32, 1, {3}, backoff2},
    {"ngram.2.first", DTYPE_U64, 1, {4}, first2}, {"ngram.3.words", DTYPE_U32, 1, {2}, words3},
    {"ngram.3.log_p", DTYPE_F32, 1, {2}, log_p3}, {"vocab", DTYPE_U8, 1, {sizeof vocab - 1}, vocab},
};
enum { N_PARTS = N_OF(parts) };

/* A file that is to be spoiled; room for what a part needs at the most. */
struct draft {
    struct safetensors_tensor tensors[N_PARTS];
    uint64_t data[N_PARTS][8];
    size_t n;
    const char *note;
};

static struct draft whole;

static inline void draft_make(struct draft *d)
{
    memset(d, 0, sizeof *d);
    d->n = N_PARTS;
    d->note = "{\"format\":1,\"order\":3}";
    for (size_t i = 0; i < N_PARTS; i++) {
        d->tensors[i] = parts[i];
        memcpy(d->data[i], parts[i].data, safetensors_bytes(&parts[i]));
        d->tensors[i].data = d->data[i];
    }
}

static inline size_t part_at(const char *name)
{
    for (size_t i = 0; i < N_PARTS; i++)
        if (strcmp(parts[i].name, name) == 0)
            return i;
    ck_abort_msg("there is no part %s", name);
}

static inline void draft_save(const struct draft *d)
{
    const struct safetensors_pair note = {"ptblm.ngram", d->note};
    ASSERT_OK(safetensors_save(test_file, d->tensors, d->n, &note, d->note != NULL, &err));
}

static inline void assert_refused(const char *message)
{
    struct ngram_file f = {.model = {.order = 7}};
    ASSERT_FAILS(ngram_open(&f, test_file, &err), ST_INPUT, message);
    ck_assert_msg(strstr(err.text, test_file) != NULL, "the file is not named: %s", err.text);
    ck_assert(!json_text_has_control(err.text));
    ck_assert(f.vocab == NULL && f.file.n_tensors == 0 && f.model.order == 0);
}

/* A fixture of each test. */
static inline void setup(void)
{
    test_dir_make();
    draft_make(&whole);
}

/* Writes the parts with the last ones first, and the header of `pairs` such that the file has a
 * multiple of `align` bytes. */
static inline void write_anew(const struct draft *d, const struct safetensors_pair *pairs,
                              size_t n_pairs, size_t align)
{
    struct safetensors_tensor reversed[N_PARTS];
    struct buf header = {0}, data = {0}, file = {0};
    for (size_t i = 0; i < d->n; i++) {
        reversed[i] = d->tensors[d->n - 1 - i];
        ASSERT_OK(buf_add(&data, reversed[i].data, safetensors_bytes(&reversed[i]), &err));
    }
    ASSERT_OK(safetensors_build_header(&header, reversed, d->n, pairs, n_pairs, 8, &err));
    while ((8 + header.len + data.len) % align != 0)
        ASSERT_OK(buf_add_text(&header, " ", &err));
    const uint64_t len = header.len;
    ASSERT_OK(buf_add(&file, &len, sizeof len, &err));
    ASSERT_OK(buf_add(&file, header.data, header.len, &err));
    ASSERT_OK(buf_add(&file, data.data, data.len, &err));
    ASSERT_OK(io_write_file(test_file, file.data, file.len, &err));
    buf_fini(&header);
    buf_fini(&data);
    buf_fini(&file);
}

#endif
