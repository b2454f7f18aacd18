/* Taking examples out of others. */
#include "lib/base/mem.h"
#include "lib/task/data/examples.h"
#include "tests/support/err_support.h"
#include "tests/support/tap.h"

enum { N = 7 };

static struct examples from, to;
static const size_t lengths[N] = {3, 1, 4, 1, 5, 2, 6};

/* Example i has the numbers 10 i + t (and the same + 100 in a second column), and the label i, or
 * at each step that number. */
static void make(enum example_input kind, bool per_step)
{
    from = (struct examples){.n = N, .kind = kind, .width = 2, .per_step = per_step};
    from.first = mem_resize(NULL, N + 1, sizeof *from.first, &err);
    from.ids = kind == EXAMPLE_IDS ? mem_resize(NULL, 44, sizeof *from.ids, &err) : NULL;
    from.bytes = kind == EXAMPLE_BYTES ? mem_resize(NULL, 44, 1, &err) : NULL;
    from.floats = kind == EXAMPLE_FLOATS ? mem_resize(NULL, 44, sizeof *from.floats, &err) : NULL;
    from.labels = mem_resize(NULL, per_step ? 22 : N, sizeof *from.labels, &err);
    for (size_t i = 0; i < N; i++) {
        from.first[i] = from.steps;
        for (size_t t = 0; t < lengths[i]; t++, from.steps++)
            for (size_t k = 0; k < 2; k++) {
                const size_t at = 2 * from.steps + k, value = 10 * i + t + 100 * k;
                if (kind == EXAMPLE_IDS)
                    from.ids[at] = (int32_t)value;
                else if (kind == EXAMPLE_BYTES)
                    from.bytes[at] = (uint8_t)value;
                else
                    from.floats[at] = (float)value;
                if (per_step)
                    from.labels[from.steps] = (int32_t)(10 * i + t);
            }
        if (!per_step)
            from.labels[i] = (int32_t)i;
    }
    from.first[N] = from.steps;
    from.longest = 6;
}

static double number(const struct examples *e, size_t at)
{
    return e->kind == EXAMPLE_IDS     ? e->ids[at]
           : e->kind == EXAMPLE_BYTES ? e->bytes[at]
                                      : (double)e->floats[at];
}

/* *e is the examples whose bits are set. */
static void check(const struct examples *e, unsigned which)
{
    size_t n = 0, step = 0, longest = 0;
    for (size_t i = 0; i < N; i++) {
        if ((which >> i & 1U) == 0)
            continue;
        ck_assert_uint_eq(e->first[n], step);
        if (!e->per_step)
            ck_assert_int_eq(e->labels[n], (int)i);
        for (size_t t = 0; t < lengths[i]; t++, step++) {
            ck_assert_double_eq(number(e, 2 * step), (double)(10 * i + t));
            ck_assert_double_eq(number(e, 2 * step + 1), (double)(10 * i + t + 100));
            if (e->per_step)
                ck_assert_int_eq(e->labels[step], (int)(10 * i + t));
        }
        longest = longest < lengths[i] ? lengths[i] : longest;
        n++;
    }
    ck_assert_uint_eq(e->n, n);
    ck_assert_uint_eq(e->first[n], step);
    ck_assert_uint_eq(e->steps, step);
    ck_assert_uint_eq(e->longest, longest);
}

static bool is_picked(size_t i, size_t n, const void *ctx)
{
    ck_assert_uint_eq(n, N);
    return (*(const unsigned *)ctx >> i & 1U) != 0;
}

START_TEST(examples_are_taken_and_the_others_kept)
{
    static const enum example_input kinds[] = {EXAMPLE_IDS, EXAMPLE_BYTES, EXAMPLE_FLOATS};
    for (unsigned which = 0; which < 1U << N; which++) {
        make(kinds[_i / 2], _i % 2 == 1);
        ASSERT_OK(examples_take(&to, &from, is_picked, &which, &err));
        check(&to, which);
        check(&from, ~which);
        examples_fini(&to);
        examples_fini(&from);
    }
}
END_TEST

static uint64_t hash_of(const struct examples *e)
{
    struct hash *h;
    ASSERT_OK(hash_new(&h, &err));
    examples_hash(e, h);
    const uint64_t hash = hash_digest(h);
    hash_free(h);
    return hash;
}

START_TEST(the_hash_sees_every_part)
{
    make(EXAMPLE_IDS, false);
    const uint64_t hash = hash_of(&from);
    from.ids[43]++;
    ck_assert_uint_ne(hash_of(&from), hash);
    from.ids[43]--, from.labels[6]++;
    ck_assert_uint_ne(hash_of(&from), hash);
    from.labels[6]--, from.first[3]++;
    ck_assert_uint_ne(hash_of(&from), hash);
    from.first[3]--;
    ck_assert_uint_eq(hash_of(&from), hash);
    examples_fini(&from);
}
END_TEST

static Suite *examples_suite(void)
{
    Suite *s = suite_create("examples");
    TCase *tc = tcase_create("examples");
    tcase_add_loop_test(tc, examples_are_taken_and_the_others_kept, 0, 6);
    tcase_add_test(tc, the_hash_sees_every_part);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(examples_suite())
