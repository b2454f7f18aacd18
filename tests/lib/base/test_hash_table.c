/* The hash table, beside a list that is searched from end to end. Its source is included, so that
 * allocations can be made to fail and chains can be looked at. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/rng.h"
#include "tests/support/tap.h"

static long allocations, failing; /* number `failing` fails; 0: none does */

static bool fails(struct err *err)
{
    if (++allocations != failing)
        return false;
    err_set(err, ST_NOMEM, "out of memory: made to fail");
    return true;
}

static void *faulty_resize(void *block, size_t count, size_t size, struct err *err)
{
    return fails(err) ? NULL : mem_resize(block, count, size, err);
}

static void *faulty_unset(size_t count, size_t size, struct err *err)
{
    return fails(err) ? NULL : mem_unset(count, size, err);
}

#define mem_resize faulty_resize
#define mem_unset  faulty_unset
#include "lib/base/arena.c"
#include "lib/base/hash_table.c"
#undef mem_resize
#undef mem_unset

static int32_t add(struct hash_table *t, const char *bytes, size_t len)
{
    struct err err = {0};
    int32_t number;
    ck_assert_msg(hash_table_add(t, bytes, len, &number, &err) == ST_OK, "%s", err.text);
    return number;
}

/* Random strings of few different letters, of all lengths at which keys are made differently. */
enum { N_STRINGS = 3000, LONGEST = 40 };

static struct slice random_string(struct rng *rng, char room[LONGEST])
{
    const size_t len = rng_next(rng) % (LONGEST + 1);
    for (size_t i = 0; i < len; i++)
        room[i] = "\0a\xff"[rng_next(rng) % 64 < 62 ? 1 : rng_next(rng) % 3];
    return (struct slice){room, len};
}

static int32_t search(const struct slice *list, size_t n, struct slice s)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].len == s.len && (s.len == 0 || memcmp(list[i].bytes, s.bytes, s.len) == 0))
            return (int32_t)i;
    return HASH_TABLE_NONE;
}

START_TEST(strings_are_numbered_in_order_of_arrival)
{
    struct hash_table t = {0};
    struct slice list[N_STRINGS];
    size_t n = 0;
    bool right = true;
    struct rng rng;
    rng_init(&rng, 1, RNG_TEST);
    for (int i = 0; i < N_STRINGS; i++) {
        char room[LONGEST];
        const struct slice s = random_string(&rng, room);
        const int32_t known = search(list, n, s);
        right &= hash_table_find(&t, s.bytes, s.len) == known;
        const int32_t number = add(&t, s.bytes, s.len);
        right &= number == (known == HASH_TABLE_NONE ? (int32_t)n : known);
        if (known == HASH_TABLE_NONE)
            list[n++] = hash_table_get(&t, number);
        right &= hash_table_size(&t) == n;
    }
    for (int32_t i = 0; i < (int32_t)n; i++) { /* they have not moved */
        const struct slice s = hash_table_get(&t, i);
        right &= s.bytes == list[i].bytes && s.len == list[i].len && s.bytes[s.len] == '\0';
        right &= hash_table_find(&t, s.bytes, s.len) == i;
    }
    ck_assert(right);
    ck_assert_uint_gt(n, 500);
    hash_table_fini(&t);
}
END_TEST

START_TEST(one_byte_more_or_another_makes_another_string)
{
    struct hash_table t = {0};
    char bytes[LONGEST];
    memset(bytes, 'x', sizeof bytes);
    int32_t n = 0;
    for (size_t len = 0; len <= LONGEST; len++) {
        ck_assert_int_eq(add(&t, bytes, len), n++);
        for (size_t i = 0; i < len; i++) {
            bytes[i] = 'y';
            ck_assert_int_eq(hash_table_find(&t, bytes, len), HASH_TABLE_NONE);
            ck_assert_int_eq(add(&t, bytes, len), n++);
            bytes[i] = 'x';
        }
    }
    hash_table_fini(&t);
}
END_TEST

START_TEST(a_batch_is_found_as_one_by_one)
{
    struct hash_table t = {0};
    struct rng rng;
    bool right = true;
    rng_init(&rng, 2, RNG_TEST);
    for (int round = 0; round < 300; round++) {
        char room[HASH_TABLE_BATCH][LONGEST];
        struct slice keys[HASH_TABLE_BATCH];
        int32_t numbers[HASH_TABLE_BATCH + 1];
        const size_t n = rng_next(&rng) % (HASH_TABLE_BATCH + 1);
        for (size_t i = 0; i < n; i++)
            keys[i] = random_string(&rng, room[i]);
        numbers[n] = 12345;
        hash_table_find_all(&t, keys, n, numbers);
        for (size_t i = 0; i < n; i++)
            right &= numbers[i] == hash_table_find(&t, keys[i].bytes, keys[i].len);
        right &= numbers[n] == 12345;
        for (size_t i = 0; i < n / 4; i++)
            add(&t, keys[i].bytes, keys[i].len);
    }
    ck_assert(right);
    hash_table_fini(&t);
}
END_TEST

static unsigned longest_chain(const struct hash_table *t)
{
    const UT_hash_table *table = t->first->hh.tbl;
    unsigned longest = 0;
    for (unsigned i = 0; i < table->num_buckets; i++)
        longest = table->buckets[i].count > longest ? table->buckets[i].count : longest;
    return longest;
}

/* A thousand strings that would all share a bucket if there were no seed. */
START_TEST(strings_made_to_collide_do_not)
{
    struct hash_table t = {0};
    char text[16];
    for (unsigned i = 0; hash_table_size(&t) < 1000; i++) {
        const size_t len = (size_t)snprintf(text, sizeof text, "w%u", i);
        const union key key = key_of(text, len);
        if ((hash_key(&key, len, 0) & 2047) == 0)
            add(&t, text, len);
    }
    ck_assert_uint_eq(t.first->hh.tbl->num_buckets, 2048);
    ck_assert_uint_lt(longest_chain(&t), 12); /* more: once in 10^9 runs */
    hash_table_fini(&t);
}
END_TEST

/* As if their hashes were the same. */
START_TEST(strings_with_the_same_hash_are_distinguished)
{
    struct hash_table t = {0};
    char bytes[LONGEST], other[LONGEST];
    memset(bytes, 'x', sizeof bytes);
    memset(other, 'x', sizeof other);
    other[1] = 'y';
    for (size_t len = 2; len <= LONGEST; len++) {
        const int32_t number = add(&t, bytes, len);
        const union key key = key_of(bytes, len), unlike = key_of(other, len);
        const unsigned hash = t.entries[number]->hh.hashv;
        ck_assert_int_eq(find_hashed(&t, &key, len, hash), number);
        ck_assert_int_eq(find_hashed(&t, &unlike, len, hash), HASH_TABLE_NONE);
    }
    hash_table_fini(&t);
}
END_TEST

START_TEST(chains_stay_short_and_the_allocations_are_the_same_under_any_seed)
{
    struct hash_table t = {0};
    const long before = allocations;
    char text[16];
    for (unsigned i = 0; i < 100000; i++)
        add(&t, text, (size_t)snprintf(text, sizeof text, "%u", i));
    ck_assert_uint_lt(longest_chain(&t), 14);
    ck_assert_uint_eq(t.first->hh.tbl->num_buckets, 1 << 18);
    ck_assert(t.first->hh.tbl->noexpand);
    const long first = allocations - before;
    for (uint64_t seed = 1; seed < 4; seed++) {
        struct hash_table other = {0};
        const long start = allocations;
        for (unsigned i = 0; i < 100000; i++) {
            add(&other, text, (size_t)snprintf(text, sizeof text, "%u", i));
            if (i == 0) /* the string of one byte is found without its hash */
                other.seed = seed;
        }
        ck_assert_int_eq(allocations - start, first);
        hash_table_fini(&other);
    }
    hash_table_fini(&t);
}
END_TEST

/* Adds strings; where one is refused, the table must be as it was, and takes it at the second
 * attempt. Returns whether one was refused. */
static bool add_with_a_failure(long number)
{
    struct hash_table t = {0};
    bool refused = false, right = true;
    allocations = 0;
    failing = number;
    for (int32_t i = 0; i < 300; i++) {
        char text[40];
        struct err err = {0};
        int32_t added, id = HASH_TABLE_NONE;
        const size_t len = (size_t)snprintf(text, sizeof text, "%d and %*d", i, i % 20, 1);
        if (hash_table_add(&t, text, len, &id, &err) != ST_OK) {
            right &= !refused && err.code == ST_NOMEM && hash_table_size(&t) == (size_t)i;
            right &= hash_table_find(&t, text, len) == HASH_TABLE_NONE;
            refused = true;
            id = add(&t, text, len);
        }
        right &= id == i;
        for (int32_t k = 0; refused && k <= i; k++) {
            const struct slice s = hash_table_get(&t, k);
            added = hash_table_find(&t, s.bytes, s.len);
            right &= added == k;
        }
    }
    failing = 0;
    hash_table_fini(&t);
    ck_assert_msg(right, "after failure %ld", number);
    ck_assert_int_eq(refused, allocations >= number);
    return refused;
}

START_TEST(memory_that_runs_out_leaves_the_table_as_it_was)
{
    long n = 1;
    while (add_with_a_failure(n))
        n++;
    ck_assert_int_gt(n, 12); /* entries, buckets, blocks, and uthash's own */
}
END_TEST

/* Every third string goes, the others turn round; then strings are added again. */
START_TEST(strings_arranged_anew_are_found_by_their_new_numbers)
{
    enum { N = 999, LEFT = 666 };
    struct hash_table t = {0};
    struct err err = {0};
    int32_t order[LEFT], number;
    char text[16];
    bool right = true;
    for (int i = 0; i < N; i++)
        add(&t, text, (size_t)snprintf(text, sizeof text, "%d", i));
    for (int i = 0, n = LEFT; i < N; i++)
        if (i % 3 != 0)
            order[--n] = i;
    allocations = 0, failing = 1;
    ck_assert_int_eq(hash_table_arrange(&t, order, LEFT, &err), ST_NOMEM);
    failing = 0;
    ck_assert_uint_eq(hash_table_size(&t), N);
    ck_assert_int_eq(hash_table_find(&t, "3", 1), 3);
    ck_assert_int_eq(hash_table_arrange(&t, order, LEFT, &err), ST_OK);
    ck_assert_uint_eq(hash_table_size(&t), LEFT);
    for (int i = 0; i < LEFT; i++) {
        const size_t len = (size_t)snprintf(text, sizeof text, "%d", order[i]);
        right &= hash_table_find(&t, text, len) == i;
        right &= strcmp(hash_table_get(&t, i).bytes, text) == 0;
    }
    for (int i = 0; i < N; i += 3) {
        const size_t len = (size_t)snprintf(text, sizeof text, "%d", i);
        const struct slice key = {text, len};
        hash_table_find_all(&t, &key, 1, &number);
        right &= number == HASH_TABLE_NONE && hash_table_find(&t, text, len) == HASH_TABLE_NONE;
        right &=
            add(&t, text, len) == LEFT + i / 3 && hash_table_find(&t, text, len) == LEFT + i / 3;
    }
    ck_assert(right);
    hash_table_fini(&t);
}
END_TEST

START_TEST(an_empty_table_has_nothing)
{
    struct hash_table t = {0};
    const struct slice keys[] = {{"", 0}, {"a", 1}, {"ab", 2}};
    int32_t numbers[3] = {7, 7, 7};
    hash_table_find_all(&t, keys, 3, numbers);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(numbers[i], HASH_TABLE_NONE);
        ck_assert_int_eq(hash_table_find(&t, keys[i].bytes, keys[i].len), HASH_TABLE_NONE);
    }
    ck_assert_int_eq(add(&t, "", 0), 0);
    ck_assert_int_eq(hash_table_find(&t, "", 0), 0);
    hash_table_fini(&t);
    ck_assert_uint_eq(hash_table_size(&t), 0);
    hash_table_fini(&t);
}
END_TEST

/* Pieces that do not overlap, with bytes [32, 32 + n) in as few cache lines as they can be. */
START_TEST(an_arena_keeps_together_what_is_read_together)
{
    struct arena a = {0};
    struct err err = {0};
    struct rng rng;
    const unsigned char *pieces[2000];
    size_t sizes[2000];
    rng_init(&rng, 3, RNG_TEST);
    for (size_t i = 0; i < 2000; i++) {
        const size_t n = i == 1000 ? 1 << 20 : 1 + rng_next(&rng) % 150;
        sizes[i] = 32 + n;
        unsigned char *piece = arena_take(&a, sizes[i], 32, sizes[i], &err);
        ck_assert_ptr_nonnull(piece);
        const uintptr_t first = (uintptr_t)(piece + 32), last = first + n - 1;
        ck_assert_uint_eq((uintptr_t)piece % 8, 0);
        ck_assert_uint_eq(last / 64 - first / 64 + 1, (n + 63) / 64);
        memset(piece, (int)(i & 255), sizes[i]);
        pieces[i] = piece;
    }
    bool whole = true;
    for (size_t i = 0; i < 2000; i++)
        for (size_t k = 0; k < sizes[i]; k++)
            whole &= pieces[i][k] == (i & 255);
    ck_assert(whole);
    arena_fini(&a);
}
END_TEST

static Suite *hash_table_suite(void)
{
    Suite *s = suite_create("hash_table");
    TCase *tc = tcase_create("hash_table");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, strings_are_numbered_in_order_of_arrival);
    tcase_add_test(tc, one_byte_more_or_another_makes_another_string);
    tcase_add_test(tc, a_batch_is_found_as_one_by_one);
    tcase_add_test(tc, strings_made_to_collide_do_not);
    tcase_add_test(tc, strings_with_the_same_hash_are_distinguished);
    tcase_add_test(tc, chains_stay_short_and_the_allocations_are_the_same_under_any_seed);
    tcase_add_test(tc, memory_that_runs_out_leaves_the_table_as_it_was);
    tcase_add_test(tc, strings_arranged_anew_are_found_by_their_new_numbers);
    tcase_add_test(tc, an_empty_table_has_nothing);
    tcase_add_test(tc, an_arena_keeps_together_what_is_read_together);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(hash_table_suite())
