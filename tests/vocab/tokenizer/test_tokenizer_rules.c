/* What every tokenizer keeps to on any bytes, and its short cuts beside its definition. */
#include <stdbool.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/rng.h"
#include "lib/base/utf8.h"
#include "tests/support/tap.h"
#include "tests/support/tokenizer_support.h"
#include "vocab/tokenizer/tokenizer_treebank.h"

START_TEST(tokenizers_are_found_by_name)
{
    size_t n = 0;
    for (; tokenizer_at(n) != NULL; n++) {
        ck_assert_ptr_eq(tokenizer_find(tokenizer_at(n)->name), tokenizer_at(n));
        ck_assert_uint_gt(strlen(tokenizer_at(n)->summary), 0);
    }
    ck_assert_uint_ge(n, 4);
    ck_assert_ptr_null(tokenizer_at(n + 1));
    ck_assert_ptr_eq(tokenizer_find("treebank"), &tokenizer_treebank);
    ck_assert_ptr_null(tokenizer_find("word"));
    ck_assert_ptr_null(tokenizer_find(""));
    ck_assert_str_eq(tokenizer_find("words")->joint, " ");
    ck_assert_str_eq(tokenizer_find("chars")->joint, "");
}
END_TEST

/* Takes *ctx tokens, then fails. */
static enum status fail_after(void *ctx, const char *token, size_t len, struct err *err)
{
    (void)token, (void)len;
    int *left = ctx;
    ck_assert_int_ge(*left, 0);
    return (*left)-- > 0 ? ST_OK : err_set(err, ST_IO, "enough");
}

START_TEST(a_failure_of_the_callback_ends_the_line_at_once)
{
    const char *line = "Don't cannot <unk> $ 5% 'tis the investors' \xc3\xa9 & n ' o";
    for (size_t i = 0; tokenizer_at(i) != NULL; i++) {
        for (int n = 0;; n++) {
            struct err err = {0};
            int left = n;
            const enum status status =
                tokenizer_split_each(tokenizer_at(i), line, strlen(line), fail_after, &left, &err);
            if (status == ST_OK) {
                ck_assert_int_gt(n, 5);
                break;
            }
            ck_assert_int_eq(status, ST_IO);
            ck_assert_str_eq(err.text, "enough");
            ck_assert_int_eq(left, -1);
        }
    }
}
END_TEST

static enum status add_length(void *ctx, const char *token, size_t len, struct err *err)
{
    (void)token;
    *(size_t *)ctx += len;
    return len > 0 ? ST_OK : err_set(err, ST_INPUT, "a token of no bytes");
}

/* A line of up to `max` bytes in memory of its own, which the sanitizers watch over. */
static char *random_line(struct rng *rng, size_t max, size_t *len)
{
    static const char alphabet[] =
        "aZsN09''..--,,::%%$$&&##//\\\\<<>>unkeos\"`_+ \t\xc3\xa9\xe2\x80"
        "\x99\x94\xa6\xf0\x9f\xff\xbd\xc2";
    static const char *const words[] = {"the",  "Cannot", "gonna ", "d'ye", "N",
                                        " x",   "<unk>",  " U.S.",  "n't",  "\x01\x1f",
                                        "\v\f", "wanna",  "$ "};
    const uint64_t kind = rng_next(rng) % 3;
    *len = 0;
    char *line = mem_resize(NULL, max + 8, 1, NULL);
    for (size_t n = rng_next(rng) % max; *len < n;) {
        const uint64_t any = rng_next(rng);
        if (kind == 2 && any % 2 == 0) {
            const char *word = words[any / 2 % (sizeof words / sizeof words[0])];
            memcpy(line + *len, word, strlen(word));
            *len += strlen(word);
        } else {
            line[(*len)++] = kind == 0 ? (char)any : alphabet[any % (sizeof alphabet - 1)];
        }
    }
    return mem_resize(line, *len, 1, NULL);
}

/* Whatever the bytes, tokens have a length, together no more than the line can give ("1/2" for two
 * bytes is the most), and the line itself is not written to. */
START_TEST(any_bytes_are_survived)
{
    struct rng rng;
    bool right = true;
    rng_init(&rng, 1, RNG_TEST);
    for (int round = 0; round < 20000; round++) {
        struct err err = {0};
        size_t len;
        char *line = random_line(&rng, 24, &len);
        char *copy = mem_copy_string(line, len, &err);
        for (size_t i = 0; tokenizer_at(i) != NULL; i++) {
            size_t bytes = 0;
            right &=
                tokenizer_split_each(tokenizer_at(i), line, len, add_length, &bytes, &err) == ST_OK;
            right &= bytes <= 3 * len;
        }
        right &= memcmp(copy, line, len) == 0;
        mem_free(copy), mem_free(line);
    }
    ck_assert(right);
}
END_TEST

/* What `words` says it does, byte by byte. */
static enum status split_words_by_bytes(const struct tokenizer *t, const char *bytes, size_t len,
                                        struct buf *room, struct token_sink *sink, struct err *err)
{
    (void)t, (void)room;
    for (size_t i = 0, from = 0; i <= len; i++) {
        const bool blank = i == len || bytes[i] == ' ' || (bytes[i] >= '\t' && bytes[i] <= '\r');
        if (!blank)
            continue;
        if (i > from)
            TRY(token_sink_add(sink, bytes + from, i - from, err));
        from = i + 1;
    }
    return ST_OK;
}

/* What `chars` says it does, without a short cut for ASCII. */
static enum status split_chars_by_code(const struct tokenizer *t, const char *bytes, size_t len,
                                       struct buf *room, struct token_sink *sink, struct err *err)
{
    (void)t, (void)room;
    for (size_t i = 0, n; i < len; i += n) {
        uint32_t code;
        n = token_special(bytes + i, len - i);
        n = n > 0 ? n : utf8_next(bytes + i, len - i, &code);
        TRY(token_sink_add(sink, bytes + i, n, err));
    }
    return ST_OK;
}

static const struct {
    const struct tokenizer *tokenizer;
    struct tokenizer definition;
} short_cuts[] = {
    {&tokenizer_words, {.split = split_words_by_bytes}},
    {&tokenizer_chars, {.split = split_chars_by_code}},
    {&tokenizer_treebank, {.split = treebank_split_by_rules}},
};

START_TEST(short_cuts_agree_with_the_rules)
{
    struct rng rng;
    struct buf got = {0}, want = {0};
    const struct tokenizer *t = short_cuts[_i].tokenizer, *by_rules = &short_cuts[_i].definition;
    rng_init(&rng, 2, RNG_TEST);
    for (int round = 0; round < 20000; round++) {
        struct err err = {0};
        size_t len;
        char *line = random_line(&rng, 200, &len);
        got.len = want.len = 0;
        bool same = tokenizer_split_each(t, line, len, collect, &got, &err) == ST_OK &&
                    tokenizer_split_each(by_rules, line, len, collect, &want, &err) == ST_OK;
        same =
            same && got.len == want.len && (len == 0 || memcmp(got.data, want.data, got.len) == 0);
        if (!same)
            ck_abort_msg("round %d: got %.*s, want %.*s", round, (int)got.len, got.data,
                         (int)want.len, want.data);
        mem_free(line);
    }
    buf_fini(&got), buf_fini(&want);
}
END_TEST

static Suite *tokenizer_rules_suite(void)
{
    Suite *s = suite_create("tokenizer_rules");
    TCase *tc = tcase_create("tokenizer_rules");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, tokenizers_are_found_by_name);
    tcase_add_test(tc, a_failure_of_the_callback_ends_the_line_at_once);
    tcase_add_test(tc, any_bytes_are_survived);
    tcase_add_loop_test(tc, short_cuts_agree_with_the_rules, 0,
                        sizeof short_cuts / sizeof short_cuts[0]);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(tokenizer_rules_suite())
