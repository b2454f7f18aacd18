/* What the tests of datasets share: a directory with texts for three splits, and ways to read,
 * prepare and compare. */
#ifndef PTBLM_TESTS_SUPPORT_DATASET_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_DATASET_SUPPORT_H

#include "lib/base/io/io.h"
#include "lib/task/data/dataset.h"
#include "tests/support/splits_support.h"

static struct dataset d, other;

static inline void setup(void)
{
    test_dir_make();
    test_write_text("train.txt", "the cat sat\nthe dog sat on the cat\n");
    test_write_text("valid.txt", "the cow sat\n");
    test_write_text("test.txt", "the cat on the moon\n");
    d = other = (struct dataset){0};
    err = (struct err){0};
}

static inline void teardown(void)
{
    dataset_fini(&d);
    dataset_fini(&other);
    test_dir_remove();
}

static inline struct dataset_request request_of(const char *path, unsigned needed, unsigned wanted)
{
    return (struct dataset_request){.path = path, .needed = needed, .wanted = wanted};
}

static inline void read_ok(struct dataset *to, const struct dataset_request *request)
{
    ASSERT_OK(dataset_read(to, request, &err));
}

static inline void read_all(struct dataset *to, const char *path)
{
    const struct dataset_request request = request_of(path, TRAIN, ALL);
    read_ok(to, &request);
}

static inline void read_fails(const struct dataset_request *request, enum status want,
                              const char *text)
{
    dataset_fini(&other);
    ASSERT_FAILS(dataset_read(&other, request, &err), want, text);
}

/* The directory as "prepared", with all three splits, in `name`. */
static inline void prepare(const char *name)
{
    dataset_fini(&d);
    read_all(&d, test_dir);
    ASSERT_OK(dataset_save(&d, test_path(name), &err));
}

static inline void check_words(const struct dataset *from, enum split s, const char *want)
{
    char text[512] = "";
    for (size_t i = 0; i < from->splits[s].n; i++) {
        strcat(text, i > 0 ? " " : "");
        strcat(text, vocab_word(from->vocab, from->splits[s].data[i]));
    }
    ck_assert_str_eq(text, want);
}

static inline void check_same_ids(const struct dataset *a, const struct dataset *b, enum split s)
{
    ck_assert_uint_eq(a->splits[s].n, b->splits[s].n);
    ck_assert_mem_eq(a->splits[s].data, b->splits[s].data, a->splits[s].n * sizeof(int32_t));
}

#endif
