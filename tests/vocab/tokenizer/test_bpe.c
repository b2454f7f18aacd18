/* Byte-pair encoding beside a naive implementation of the paper's algorithm, its text form, and the
 * way from tokens back to text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/rng.h"
#include "lib/base/utf8.h"
#include "tests/support/tap.h"
#include "tests/support/tokenizer_support.h"
#include "vocab/tokenizer/bpe_learn.h"
#include "vocab/tokenizer/token_show.h"
#include "vocab/tokenizer/tokenizer_bpe.h"

#include "tests/support/err_support.h"

/* --- the naive implementation: all pairs are counted anew for every merge --- */

enum { WORDS = 200, PIECES = 16, PIECE = 64 };

struct naive {
    size_t n;
    struct {
        size_t n, times;
        char pieces[PIECES][PIECE];
    } words[WORDS];
};

struct naive_pair {
    char left[PIECE], right[PIECE];
    size_t times;
};

static void naive_add(struct naive *v, const char *word, size_t times)
{
    size_t n = 0;
    const size_t len = strlen(word);
    uint32_t code;
    for (size_t at = 0, c; at < len; at += c) {
        c = utf8_next(word + at, len - at, &code);
        snprintf(v->words[v->n].pieces[n++], PIECE, "%.*s%s", (int)c, word + at,
                 at + c == len ? "</w>" : "");
    }
    v->words[v->n].n = n;
    v->words[v->n++].times = times;
}

static bool is_pair(const char (*pieces)[PIECE], const struct naive_pair *p)
{
    return strcmp(pieces[0], p->left) == 0 && strcmp(pieces[1], p->right) == 0;
}

static size_t naive_count(const struct naive *v, const struct naive_pair *p)
{
    size_t times = 0;
    for (size_t w = 0; w < v->n; w++)
        for (size_t i = 0; i + 1 < v->words[w].n; i++)
            times += is_pair(&v->words[w].pieces[i], p) ? v->words[w].times : 0;
    return times;
}

/* The most frequent pair, of several the greatest. */
static struct naive_pair naive_best(const struct naive *v)
{
    struct naive_pair best = {.times = 0};
    for (size_t w = 0; w < v->n; w++) {
        for (size_t i = 0; i + 1 < v->words[w].n; i++) {
            struct naive_pair p;
            strcpy(p.left, v->words[w].pieces[i]);
            strcpy(p.right, v->words[w].pieces[i + 1]);
            p.times = naive_count(v, &p);
            int order =
                p.times != best.times ? (p.times > best.times ? 1 : -1) : strcmp(p.left, best.left);
            order = order != 0 ? order : strcmp(p.right, best.right);
            if (order > 0)
                best = p;
        }
    }
    return best;
}

static void naive_merge(struct naive *v, const struct naive_pair *p)
{
    for (size_t w = 0; w < v->n; w++) {
        size_t to = 0;
        for (size_t i = 0; i < v->words[w].n; i++) {
            char(*pieces)[PIECE] = v->words[w].pieces;
            char made[PIECE];
            const bool joins = i + 1 < v->words[w].n && is_pair(&pieces[i], p);
            strcpy(made, pieces[i]);
            if (joins)
                strcat(made, pieces[++i]);
            strcpy(pieces[to++], made);
        }
        v->words[w].n = to;
    }
}

static void naive_learn(struct naive *v, struct buf *text, size_t n)
{
    ASSERT_OK(buf_add_text(text, "#version: 0.2\n", &err));
    for (size_t i = 0; i < n; i++) {
        const struct naive_pair best = naive_best(v);
        if (best.times < 2)
            break;
        ASSERT_OK(buf_addf(text, &err, "%s %s\n", best.left, best.right));
        naive_merge(v, &best);
    }
}

/* --- learning --- */

static struct vocab_counts *counts;

static void count_word(const char *word, size_t times)
{
    int32_t number;
    ASSERT_OK(vocab_counts_add_times(counts, word, strlen(word), times, &number, &err));
}

static void learn(struct buf *text, size_t n)
{
    ASSERT_OK(bpe_learn(text, counts, n, &err));
}

/* The example of the paper, section 3.2, with its frequencies. */
START_TEST(the_papers_example)
{
    struct buf text = {0};
    ASSERT_OK(vocab_counts_new(&counts, &err));
    count_word("low", 5), count_word("lower", 2), count_word("newest", 6), count_word("widest", 3);
    count_word("<unk>", 100), count_word("<eos>", 100);
    learn(&text, 10);
    /* of (e s) and (s t</w>), and of (l o) and (o w</w>) and so on, the greater one */
    ck_assert_str_eq(text.data, "#version: 0.2\n"
                                "s t</w>\n"
                                "e st</w>\n"
                                "l o\n"
                                "w est</w>\n"
                                "n e\n"
                                "ne west</w>\n"
                                "lo w</w>\n"
                                "w i\n"
                                "wi d\n"
                                "wid est</w>\n");
    buf_fini(&text);
    vocab_counts_free(counts);
}
END_TEST

START_TEST(it_ends_before_what_occurs_once)
{
    struct buf text = {0};
    ASSERT_OK(vocab_counts_new(&counts, &err));
    count_word("ab", 2), count_word("cd", 1);
    learn(&text, 1000);
    ck_assert_str_eq(text.data, "#version: 0.2\na b</w>\n");
    buf_fini(&text);
    vocab_counts_free(counts);
}
END_TEST

/* Words over few letters, so that pairs overlap, tie, and come back. */
static void random_word(struct rng *rng, char *word)
{
    static const char *const letters[] = {"a", "a", "b", "\xc3\xa9", "<", "/", "w", ">"};
    const size_t kinds = 2 + rng_next(rng) % 7, n = 1 + rng_next(rng) % 9;
    word[0] = '\0';
    for (size_t i = 0; i < n; i++)
        strcat(word, letters[rng_next(rng) % (kinds < 8 ? kinds : 8)]);
}

START_TEST(merges_are_those_of_a_naive_implementation)
{
    struct rng rng;
    rng_init(&rng, 3, RNG_TEST);
    for (int round = 0; round < 60; round++) {
        struct naive *v = mem_zeroed(1, sizeof *v, &err);
        struct buf got = {0}, want = {0};
        ASSERT_OK(vocab_counts_new(&counts, &err));
        for (size_t i = 0, n = 1 + rng_next(&rng) % 30; i < n; i++) {
            char word[64];
            random_word(&rng, word);
            const size_t times = 1 + rng_next(&rng) % 6, before = vocab_counts_size(counts);
            if (strstr(word, "</w>") != NULL)
                continue;
            count_word(word, times);
            if (vocab_counts_size(counts) > before)
                naive_add(v, word, times);
            else
                for (size_t w = 0; w < before; w++)
                    if (strcmp(vocab_counts_word(counts, (int32_t)w).bytes, word) == 0)
                        v->words[w].times += times;
        }
        learn(&got, 100);
        naive_learn(v, &want, 100);
        ck_assert_str_eq(got.data, want.data);
        buf_fini(&got), buf_fini(&want);
        vocab_counts_free(counts);
        mem_free(v);
    }
}
END_TEST

/* --- splitting --- */

static struct tokenizer *made(const struct tokenizer *row, const char *merges)
{
    struct tokenizer *t;
    ASSERT_OK(tokenizer_new(&t, row, "merges", merges, strlen(merges), &err));
    return t;
}

static void assert_split(const struct tokenizer *t, const char *line, const char *want)
{
    struct buf tokens = {0};
    ASSERT_OK(buf_add_text(&tokens, "", &err));
    for (int again = 0; again < 2; again++) { /* the second time from what is remembered */
        tokens.len = 0;
        ASSERT_OK(tokenizer_split_each(t, line, strlen(line), collect, &tokens, &err));
        ck_assert_str_eq(tokens.data, want);
    }
    buf_fini(&tokens);
}

START_TEST(words_become_pieces)
{
    struct tokenizer *t = made(&tokenizer_bpe, "#version: 0.2\nl o\nlo w</w>\ne r</w>\nlo w\n");
    assert_split(t, " low  lower\tlowlow slo", "low|low@@|er|low@@|low|s@@|l@@|o|");
    assert_split(t, "<unk> <eos> x<unk>", "<unk>|<eos>|x@@|<@@|u@@|n@@|k@@|>|");
    assert_split(t, "\xc3\xa9t\xc3\xa9", "\xc3\xa9@@|t@@|\xc3\xa9|");
    tokenizer_free(t);
    t = made(&tokenizer_bpe_bytes, "#version: 0.2\nl o\nlo w</w>\n\xc3\xa9 t\n");
    assert_split(t, "lower \xc3\xa9t\xc3\xa9", "lo@@|w@@|e@@|r|\xc3\xa9t@@|\xc3\xa9|");
    assert_split(t,
                 "\xe2\x82\xac"
                 "1\xe2\x82\xac",
                 "<0xE2>@@|<0x82>@@|<0xAC>@@|1@@|<0xE2>@@|<0x82>@@|<0xAC>|");
    tokenizer_free(t);
}
END_TEST

/* A merge of a lower rank comes first, wherever it stands, and all of its places from the left. */
START_TEST(ranks_decide)
{
    struct tokenizer *t = made(&tokenizer_bpe, "#version: 0.2\nb c\na b\na a\naa a\na b\n");
    assert_split(t, "abcx abx aaaaax", "a@@|bc@@|x|ab@@|x|aa@@|aaa@@|x|");
    tokenizer_free(t);
}
END_TEST

/* What would read as something else is left in pieces. */
START_TEST(pieces_are_never_read_as_something_else)
{
    struct tokenizer *t =
        made(&tokenizer_bpe, "#version: 0.2\n@ @</w>\nx @@</w>\n< unk></w>\nunk ></w>\n@ @\n");
    assert_split(t, "x@@ @@ @@@ <unk>", "x@@|@@@|@|@@@|@|@@@@|@|<unk>|");
    tokenizer_free(t);
    t = made(&tokenizer_bpe_bytes, "#version: 0.2\n<0x E2></w>\nE2 ></w>\n0 x\n< 0x\nE 2\n");
    assert_split(t, "<0xE2>", "<0x@@|E2>|");
    tokenizer_free(t);
}
END_TEST

/* --- the text form --- */

static void assert_refused(const char *text, const char *what)
{
    struct tokenizer *t = NULL;
    err.text[0] = '\0';
    ck_assert_int_eq(tokenizer_new(&t, &tokenizer_bpe, "m", text, strlen(text), &err), ST_INPUT);
    ck_assert_msg(strstr(err.text, what) != NULL, "%s", err.text);
}

START_TEST(what_is_not_merges_is_refused)
{
    assert_refused("", "'m' line 1");
    assert_refused("a b\n", "'m' line 1 has 'a b'");
    assert_refused("#version: 0.21\na b\n", "'m' line 1");
    assert_refused("#version: 0.2\na b\nab\n", "'m' line 3 has 'ab'");
    assert_refused("#version: 0.2\na b\n\n", "'m' line 3");
    assert_refused("#version: 0.2\na b c\n", "'m' line 2");
    assert_refused("#version: 0.2\na  b\n", "'m' line 2");
    assert_refused("#version: 0.2\na\tb c\n", "'m' line 2");
    assert_refused("#version: 0.2\na</w> b\n", "ends a word");
    assert_refused("#version: 0.2\na </w>\n", "'m' line 2");
    assert_refused("#version: 0.2\na \xff\n", "UTF-8");
    assert_refused("#version: 0.2\n\xc4\xa0 t\n", "beginnings of words");
}
END_TEST

START_TEST(the_text_form_is_kept)
{
    struct tokenizer *t = made(&tokenizer_bpe, "#version: 0.2 - made elsewhere\r\na b\r\nab c</w>");
    const struct slice text = bpe_text(t->bpe);
    ck_assert_str_eq(text.bytes, "#version: 0.2\na b\nab c</w>\n");
    ck_assert_uint_eq(text.len, strlen(text.bytes));
    ck_assert_uint_eq(bpe_n_merges(t->bpe), 2);
    tokenizer_free(t);
}
END_TEST

/* --- and back --- */

static enum status show(void *ctx, const char *token, size_t len, struct err *e)
{
    struct {
        struct token_show show;
        struct buf text;
    } *to = ctx;
    token_show_next(&to->show, (struct slice){token, len});
    TRY(buf_add_text(&to->text, to->show.before, e));
    return buf_add(&to->text, to->show.text.bytes, to->show.text.len, e);
}

/* Text of whole characters without blanks but single ones. */
static size_t random_text(struct rng *rng, char *text)
{
    static const char *const parts[] = {"a",
                                        "b",
                                        "@",
                                        "@@",
                                        "<0xE2>",
                                        "<unk>",
                                        "</w>",
                                        "\xc3\xa9",
                                        "\xe2\x82\xac",
                                        "\xf0\x9f\x98\x80",
                                        "0x",
                                        "\x01",
                                        "E2>",
                                        "<",
                                        "low"};
    const size_t n = 1 + rng_next(rng) % 12;
    text[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        const size_t len = strlen(text);
        if (len > 0 && text[len - 1] != ' ' && rng_next(rng) % 4 == 0)
            strcat(text, " ");
        strcat(text, parts[rng_next(rng) % (sizeof parts / sizeof *parts)]);
    }
    return strlen(text);
}

START_TEST(text_comes_back)
{
    const struct tokenizer *rows[] = {&tokenizer_bpe, &tokenizer_bpe_bytes};
    struct rng rng;
    rng_init(&rng, 4, RNG_TEST);
    for (int round = 0; round < 40; round++) {
        ASSERT_OK(vocab_counts_new(&counts, &err));
        for (int i = 0; i < 20; i++) {
            char text[256];
            size_t len = random_text(&rng, text);
            for (size_t at = 0, word; at < len; at += word + 1) {
                word = strcspn(text + at, " ");
                text[at + word] = '\0';
                count_word(text + at, 1 + rng_next(&rng) % 3);
            }
        }
        struct tokenizer *t;
        ASSERT_OK(tokenizer_learn(&t, rows[round % 2], counts, 60, &err));
        for (int i = 0; i < 50; i++) {
            char text[256];
            random_text(&rng, text);
            struct {
                struct token_show show;
                struct buf text;
            } to = {.show = {.tokenizer = t}};
            ASSERT_OK(tokenizer_split_each(t, text, strlen(text), show, &to, &err));
            token_show_end(&to.show);
            ASSERT_OK(buf_add_text(&to.text, to.show.before, &err));
            ck_assert_str_eq(to.text.data, text);
            buf_fini(&to.text);
        }
        tokenizer_free(t);
        vocab_counts_free(counts);
    }
}
END_TEST

START_TEST(bytes_that_are_no_character_are_shown)
{
    struct tokenizer *t = made(&tokenizer_bpe_bytes, "#version: 0.2\n");
    const char *tokens[] = {"a@@",      "<0xE2>@@", "<0x82>", "b",       "<0xC3>@@",
                            "<0xC3>@@", "<0xA9>",   "<0x82>", "<0xF0>@@"};
    struct {
        struct token_show show;
        struct buf text;
    } to = {.show = {.tokenizer = t}};
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++)
        ASSERT_OK(show(&to, tokens[i], strlen(tokens[i]), &err));
    token_show_end(&to.show);
    ASSERT_OK(buf_add_text(&to.text, to.show.before, &err));
    ck_assert_str_eq(to.text.data, "a\\xE2\\x82 b \\xC3\xc3\xa9 \\x82 \\xF0");
    buf_fini(&to.text);
    tokenizer_free(t);
}
END_TEST

/* Any word is made of the tokens that are known without it. */
START_TEST(bytes_leave_nothing_unknown)
{
    struct rng rng;
    rng_init(&rng, 5, RNG_TEST);
    ASSERT_OK(vocab_counts_new(&counts, &err));
    count_word("lower", 3), count_word("\xe4\xb8\xad\xe6\x96\x87", 2);
    struct tokenizer *t;
    struct vocab *v;
    ASSERT_OK(tokenizer_learn(&t, &tokenizer_bpe_bytes, counts, 20, &err));
    ASSERT_OK(tokenizer_complete(t, counts, &err));
    ASSERT_OK(vocab_from_counts(&v, counts, &(struct vocab_limits){1, 0}, &err));
    for (int i = 0; i < 3000; i++) {
        const uint32_t c = 0x80 + (uint32_t)(rng_next(&rng) % 0x10ff80);
        char text[8];
        if (c < 0x800)
            snprintf(text, sizeof text, "%c%c", 0xc0 | c >> 6, 0x80 | (c & 63));
        else if (c < 0x10000)
            snprintf(text, sizeof text, "%c%c%c", 0xe0 | c >> 12, 0x80 | (c >> 6 & 63),
                     0x80 | (c & 63));
        else
            snprintf(text, sizeof text, "%c%c%c%c", 0xf0 | c >> 18, 0x80 | (c >> 12 & 63),
                     0x80 | (c >> 6 & 63), 0x80 | (c & 63));
        if (c >= 0xd800 && c < 0xe000)
            continue;
        struct buf tokens = {0};
        ASSERT_OK(tokenizer_split_each(t, text, strlen(text), collect, &tokens, &err));
        for (char *at = tokens.data; *at != '\0';) {
            const size_t n = strcspn(at, "|");
            ck_assert_int_ge(vocab_find(v, at, n), 0);
            at += n + 1;
        }
        buf_fini(&tokens);
    }
    vocab_free(v);
    tokenizer_free(t);
    vocab_counts_free(counts);
}
END_TEST

static Suite *bpe_suite(void)
{
    Suite *s = suite_create("bpe");
    TCase *tc = tcase_create("bpe");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, the_papers_example);
    tcase_add_test(tc, it_ends_before_what_occurs_once);
    tcase_add_test(tc, merges_are_those_of_a_naive_implementation);
    tcase_add_test(tc, words_become_pieces);
    tcase_add_test(tc, ranks_decide);
    tcase_add_test(tc, pieces_are_never_read_as_something_else);
    tcase_add_test(tc, what_is_not_merges_is_refused);
    tcase_add_test(tc, the_text_form_is_kept);
    tcase_add_test(tc, text_comes_back);
    tcase_add_test(tc, bytes_that_are_no_character_are_shown);
    tcase_add_test(tc, bytes_leave_nothing_unknown);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(bpe_suite())
