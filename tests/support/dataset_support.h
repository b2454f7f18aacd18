/* What the tests of datasets share: a directory with texts for three splits, and ways to read,
 * prepare and compare. */
#ifndef PTBLM_TESTS_SUPPORT_DATASET_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_DATASET_SUPPORT_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/io.h"
#include "lib/task/data/dataset.h"

enum { TRAIN = 1 << SPLIT_TRAIN, VALID = 1 << SPLIT_VALID, TEST = 1 << SPLIT_TEST, ALL = 7 };

static char dir[64]; /* holds train.txt, valid.txt, test.txt */
static struct dataset d, other;
static struct err err;

/* "dir/name"; the last few results stay valid. */
static inline const char *at(const char *name)
{
    static char paths[8][160];
    static int next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", dir, name);
    return path;
}

static inline void write_file(const char *name, const char *text)
{
    ck_assert_int_eq(io_write_file(at(name), text, strlen(text), NULL), ST_OK);
}

static inline void setup(void)
{
    const char *tmp = getenv("TMPDIR");
    snprintf(dir, sizeof dir, "%.40s/dataset-XXXXXX", tmp != NULL ? tmp : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    write_file("train.txt", "the cat sat\nthe dog sat on the cat\n");
    write_file("valid.txt", "the cow sat\n");
    write_file("test.txt", "the cat on the moon\n");
    d = other = (struct dataset){0};
    err = (struct err){0};
}

static inline void teardown(void)
{
    char command[128];
    dataset_fini(&d);
    dataset_fini(&other);
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    ck_assert_int_eq(system(command), 0);
}

static inline struct dataset_request request_of(const char *path, unsigned needed, unsigned wanted)
{
    return (struct dataset_request){.path = path, .needed = needed, .wanted = wanted};
}

static inline void read_ok(struct dataset *to, const struct dataset_request *request)
{
    const enum status status = dataset_read(to, request, &err);
    ck_assert_msg(status == ST_OK, "%s", err.text);
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
    const enum status status = dataset_read(&other, request, &err);
    ck_assert_msg(status == want, "status %d: %s", status, err.text);
    ck_assert_msg(strstr(err.text, text) != NULL, "'%s' is not in '%s'", text, err.text);
}

/* The directory as "prepared", with all three splits, in `name`. */
static inline void prepare(const char *name)
{
    dataset_fini(&d);
    read_all(&d, dir);
    const enum status status = dataset_save(&d, at(name), &err);
    ck_assert_msg(status == ST_OK, "%s", err.text);
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
