/* What the tests of examples share: a directory, ways to read it, and what an example is expected
 * to be. */
#ifndef PTBLM_TESTS_SUPPORT_EXAMPLE_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_EXAMPLE_SUPPORT_H

#include <stdio.h>
#include <unistd.h>

#include "lib/base/io/io.h"
#include "lib/task/data/dataset.h"
#include "tests/support/splits_support.h"

static struct dataset d, other;
static struct dataset_request request;
static struct example_request asked;

static inline void setup(void)
{
    test_dir_make();
    d = other = (struct dataset){0};
    request = (struct dataset_request){.path = test_dir, .needed = TRAIN, .wanted = ALL};
    asked = (struct example_request){0};
    err = (struct err){0};
}

static inline void teardown(void)
{
    dataset_fini(&d);
    dataset_fini(&other);
    test_dir_remove();
}

static inline void read_ok(void)
{
    dataset_fini(&d);
    ASSERT_OK(dataset_read_examples(&d, &request, &asked, &err));
}

/* The same with what was read before. */
static inline void read_with_ok(void)
{
    dataset_fini(&other);
    ASSERT_OK(dataset_read_examples_with(&other, &request, &asked, &d.coding, &err));
}

static inline void read_fails(enum status want, const char *text)
{
    dataset_fini(&other);
    ASSERT_FAILS(dataset_read_examples(&other, &request, &asked, &err), want, text);
}

static inline void read_with_fails(enum status want, const char *text)
{
    dataset_fini(&other);
    ASSERT_FAILS(dataset_read_examples_with(&other, &request, &asked, &d.coding, &err), want, text);
}

/* A text of n lines "LABEL<TAB>word i", the labels a and b by turns. */
static inline void write_turns(const char *name, int n)
{
    char text[1 << 14] = "";
    size_t len = 0;
    for (int i = 0; i < n; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s\tword %d\n",
                                i % 2 == 0 ? "a" : "b", i);
    test_write_text(name, text);
}

/* The words of example i, and its label; of steps those are "word/label" or, with features,
 * "word+value+value/label". */
static inline const char *example_text(const struct dataset *from, enum split s, size_t i)
{
    static char text[1024];
    size_t len = 0;
    const struct examples *e = from->examples[s];
    ck_assert_ptr_nonnull(e);
    ck_assert_uint_lt(i, e->n);
    for (size_t t = e->first[i]; t < e->first[i + 1]; t++) {
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", t > e->first[i] ? " " : "",
                                vocab_word(from->vocab, e->ids[t * e->width]));
        for (size_t f = 1; f < e->width; f++)
            len += (size_t)snprintf(
                text + len, sizeof text - len, "+%s",
                names_get(from->coding.features[f - 1], e->ids[t * e->width + f]).bytes);
        if (e->per_step && e->labels != NULL)
            len += (size_t)snprintf(text + len, sizeof text - len, "/%s",
                                    names_get(from->labels, e->labels[t]).bytes);
    }
    if (!e->per_step && e->labels != NULL)
        snprintf(text + len, sizeof text - len, " -> %s",
                 names_get(from->labels, e->labels[i]).bytes);
    return text;
}

static inline void check_example(const struct dataset *from, enum split s, size_t i,
                                 const char *want)
{
    ck_assert_str_eq(example_text(from, s, i), want);
}

static inline void check_counts(const struct dataset *from, size_t train, size_t valid, size_t test)
{
    const size_t want[N_SPLITS] = {train, valid, test};
    for (enum split s = 0; s < N_SPLITS; s++) {
        const struct examples *e = from->examples[s];
        ck_assert_uint_eq(e == NULL ? 0 : e->n, want[s]);
        ck_assert_int_eq(from->names[s] != NULL, want[s] > 0);
        size_t longest = 0;
        for (size_t i = 0; e != NULL && i < e->n; i++) {
            ck_assert_uint_lt(e->first[i], e->first[i + 1]);
            if (longest < e->first[i + 1] - e->first[i])
                longest = e->first[i + 1] - e->first[i];
        }
        if (e != NULL) {
            ck_assert_uint_eq(e->first[0], 0);
            ck_assert_uint_eq(e->first[e->n], e->steps);
            ck_assert_uint_eq(e->longest, longest);
        }
    }
}

static inline const char *labels_of(const struct dataset *from)
{
    static char text[1024];
    struct buf b = {0};
    ASSERT_OK(names_format(from->labels, &b, &err));
    snprintf(text, sizeof text, "%.*s", (int)b.len, b.data != NULL ? b.data : "");
    for (char *at = text; *at != '\0'; at++)
        *at = *at == '\n' ? ' ' : *at;
    buf_fini(&b);
    return text;
}

/* A pipe that holds a text: its path. */
static inline const char *pipe_of(const char *text)
{
    static char path[32];
    int fds[2];
    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_int_eq(write(fds[1], text, strlen(text)), (int)strlen(text));
    close(fds[1]);
    snprintf(path, sizeof path, "/dev/fd/%d", fds[0]);
    return path;
}

#endif
