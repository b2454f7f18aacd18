/* What is seen of a text while it is read: markers that count as words, unknown words, and what
 * would make them known. */
#include <stdio.h>
#include <string.h>

#include "tests/support/ids_support.h"
#include "vocab/advice/text_advice.h"
#include "vocab/advice/text_watch.h"

/* Encodes a text and watches it. */
static struct text_watch *watch(const char *bytes, const struct tokenizer *t,
                                const struct markers *markers, const struct vocab *v)
{
    struct ids ids = {0};
    struct err err = {0};
    struct text_watch *w;
    struct source *source;
    struct text *text;
    ck_assert_int_eq(text_watch_new(&w, t, markers, &err), ST_OK);
    const struct ids_reading how = {t, markers, w};
    ck_assert_int_eq(source_open_memory(&source, "m", bytes, strlen(bytes), &err), ST_OK);
    ck_assert_int_eq(text_open(&text, source, &err), ST_OK);
    ck_assert_int_eq(ids_encode_text(&ids, text, &how, v, OOV_UNK, NULL, &err), ST_OK);
    text_close(text);
    ids_fini(&ids);
    return w;
}

struct marker_case {
    const char *text;
    enum marker_kind kind;
    const char *found; /* NULL: none */
    uint64_t begins, ends, all, lines;
};

static void assert_found(const struct marker_case *c, const struct tokenizer *t,
                         const struct markers *markers, const struct vocab *v)
{
    struct text_watch *w = watch(c->text, t, markers, v);
    const struct found_marker f = text_watch_marker(w, c->kind, v);
    if (c->found == NULL) {
        ck_assert_msg(f.text == NULL, "%s is found in '%s'", f.text, c->text);
    } else {
        ck_assert_ptr_nonnull(f.text);
        ck_assert_str_eq(f.text, c->found);
        ck_assert_uint_eq(f.begins, c->begins);
        ck_assert_uint_eq(f.ends, c->ends);
        ck_assert_uint_eq(f.all, c->all);
        ck_assert_uint_eq(f.lines, c->lines);
    }
    text_watch_free(w);
}

START_TEST(markers_are_found_where_their_kind_stands)
{
    struct vocab *v = vocab_of("a b [UNK] unk", &(struct vocab_limits){0});
    static const struct marker_case cases[] = {
        {"<s> a </s>\n <s> b </s> \na\n", MARKER_BOS, "<s>", 2, 0, 2, 3},
        {"<s> a </s>\n <s> b </s> \na\n", MARKER_EOS, "</s>", 0, 2, 2, 3},
        {"a <eos>\nb <eos>", MARKER_EOS, "<eos>", 0, 2, 2, 2},
        {"a <eos> b\n", MARKER_EOS, NULL, 0, 0, 0, 0}, /* it is the token already */
        {"a </s> b </s> b\n", MARKER_EOS, "</s>", 0, 0, 2, 1},
        {"a <s> b\n", MARKER_BOS, NULL, 0, 0, 0, 0}, /* not where a line begins */
        {"a [UNK] b\n", MARKER_UNK, "[UNK]", 0, 0, 1, 1},
        {"a unk b\n", MARKER_UNK, "unk", 0, 0, 1, 1},
        {"a unk <unk>\n", MARKER_UNK, NULL, 0, 0, 0, 0}, /* a word: the text has <unk> itself */
        {"a <UNK> b\n", MARKER_UNK, NULL, 0, 0, 0, 0},   /* becomes <unk>, as all that is unknown */
        {"a b\n\n", MARKER_BOS, NULL, 0, 0, 0, 0},
        {"[CLS] a [SEP]\n", MARKER_BOS, "[CLS]", 1, 0, 1, 1},
        {"[CLS] a [SEP]\n", MARKER_EOS, "[SEP]", 0, 1, 1, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_found(&cases[i], &tokenizer_words, NULL, v);
    vocab_free(v);
}
END_TEST

START_TEST(tokenizers_that_cut_words_have_markers_beside_them)
{
    struct vocab *v = small_vocab();
    static const struct marker_case cases[] = {
        {"<s>a</s>\n", MARKER_BOS, "<s>", 1, 0, 1, 1},
        {"<s>a</s>\n", MARKER_EOS, "</s>", 0, 1, 1, 1},
        {"a, [UNK].\n", MARKER_UNK, "[UNK]", 0, 0, 1, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_found(&cases[i], &tokenizer_chars, NULL, v);
        assert_found(&cases[i], &tokenizer_treebank, NULL, v);
    }
    vocab_free(v);
}
END_TEST

START_TEST(markers_that_are_replaced_need_no_word)
{
    static const struct markers m = {.bos = "<s>", .eos = "<eos>", .unk = "unk"};
    struct vocab *v = vocab_of("a unk", &(struct vocab_limits){0});
    static const char text[] = "<s> a unk <eos>\n";
    for (enum marker_kind kind = MARKER_BOS; kind < MARKER_KINDS; kind++)
        assert_found(&(struct marker_case){.text = text, .kind = kind}, &tokenizer_words, &m, v);
    vocab_free(v);
}
END_TEST

/* One in many is a word that happens to look so. */
START_TEST(what_is_rare_needs_no_word)
{
    struct vocab *v = small_vocab();
    struct buf text = {0};
    struct err err = {0};
    for (int i = 0; i < 300; i++)
        ck_assert_int_eq(buf_add_text(&text, i < 2 ? "<s> a </s>\n" : "a b\n", &err), ST_OK);
    assert_found(&(struct marker_case){text.data, MARKER_BOS, NULL, 0, 0, 0, 0}, &tokenizer_words,
                 NULL, v);
    ck_assert_int_eq(buf_add_text(&text, "<s> a\n<s> b\n", &err), ST_OK);
    assert_found(&(struct marker_case){text.data, MARKER_BOS, "<s>", 4, 0, 4, 302},
                 &tokenizer_words, NULL, v);
    buf_fini(&text);
    vocab_free(v);
}
END_TEST

START_TEST(the_most_frequent_unknown_words_are_known)
{
    struct vocab *v = small_vocab();
    struct unknown_word top[UNKNOWN_TOP];
    struct text_watch *w = watch("x y a z\ny z b z u\n<unk> <eos>\n", &tokenizer_words, NULL, v);
    ck_assert_uint_eq(text_watch_top(w, NULL, 0, top), 3);
    ck_assert_str_eq(top[0].word.bytes, "z");
    ck_assert_uint_eq(top[0].times, 3);
    ck_assert_str_eq(top[1].word.bytes, "y");
    ck_assert_uint_eq(top[1].times, 2);
    ck_assert_str_eq(top[2].word.bytes, "x");
    ck_assert_uint_eq(text_watch_times(w, "y"), 2);
    ck_assert_uint_eq(text_watch_times(w, "a"), 0);
    const char *but[] = {NULL, "z"};
    ck_assert_uint_eq(text_watch_top(w, but, 2, top), 3);
    ck_assert_str_eq(top[0].word.bytes, "y");
    ck_assert_str_eq(top[1].word.bytes, "x");
    ck_assert_str_eq(top[2].word.bytes, "u");
    text_watch_free(w);
    vocab_free(v);
}
END_TEST

/* More of them than are counted: a frequent one is met early. */
START_TEST(unknown_words_without_end_take_bounded_memory)
{
    enum { N = 1 << 18 };
    struct text_watch *w;
    struct err err = {0};
    struct unknown_word top[UNKNOWN_TOP];
    ck_assert_int_eq(text_watch_new(&w, &tokenizer_words, NULL, &err), ST_OK);
    for (int i = 0; i < N; i++) {
        char word[32];
        const int len = snprintf(word, sizeof word, "word%d", i);
        ck_assert_int_eq(text_watch_unknown(w, (struct slice){word, (size_t)len}, 1, &err), ST_OK);
        if (i % 4 == 0)
            ck_assert_int_eq(text_watch_unknown(w, (struct slice){"often", 5}, 1, &err), ST_OK);
    }
    ck_assert_uint_eq(text_watch_top(w, NULL, 0, top), 3);
    ck_assert_str_eq(top[0].word.bytes, "often");
    ck_assert_uint_eq(top[0].times, N / 4);
    ck_assert_uint_eq(text_watch_times(w, "word65534"), 1);
    ck_assert_uint_eq(text_watch_times(w, "word65535"), 0);
    text_watch_free(w);
}
END_TEST

static void assert_advice(const char *text, const struct tokenizer *t, const struct vocab *v,
                          uint64_t unknown, enum text_change change, const char *what, double left)
{
    struct text_advice a;
    struct err err = {0};
    struct text_watch *w = watch(text, t, NULL, v);
    ck_assert_int_eq(text_advice_find(&a, w, unknown, v, &err), ST_OK);
    ck_assert_msg(a.change == change, "%s: %d", text, (int)a.change);
    if (change == TEXT_TOKENIZER)
        ck_assert_str_eq(a.tokenizer->name, what);
    if (change == TEXT_UNK)
        ck_assert_str_eq(a.marker, what);
    if (change != TEXT_KEEP)
        ck_assert_double_eq_tol(a.unknown, left, 1e-12);
    text_watch_free(w);
}

START_TEST(advice_is_what_makes_most_words_known)
{
    struct vocab *v = vocab_of("the company said it did n't expect N", &(struct vocab_limits){0});
    struct vocab *upper = vocab_of("THE COMPANY SAID", &(struct vocab_limits){0});
    struct vocab *chars = vocab_of("a b c", &(struct vocab_limits){0});
    const struct tokenizer *words = &tokenizer_words;
    assert_advice("The Company Said\n", words, v, 3, TEXT_LOWER, NULL, 0.0);
    assert_advice("THE COMPANY Fell\n", words, v, 3, TEXT_LOWER, NULL, 0.25);
    assert_advice("the company said\n", words, upper, 3, TEXT_UPPER, NULL, 0.0);
    assert_advice("The company didn't expect it, it said.\n", words, v, 4, TEXT_TOKENIZER,
                  "treebank", 0.0);
    assert_advice("the x said [UNK] [UNK]\n", words, v, 3, TEXT_UNK, "[UNK]", 0.0);
    assert_advice("prices fell\n", words, v, 2, TEXT_KEEP, NULL, 0.0);
    assert_advice("the company\n", words, v, 0, TEXT_KEEP, NULL, 0.0);
    assert_advice("abc\n", words, chars, 1, TEXT_KEEP, NULL, 0.0); /* has no blank */
    vocab_free(v);
    vocab_free(upper);
    vocab_free(chars);
}
END_TEST

START_TEST(a_vocabulary_of_characters_asks_for_that_tokenizer)
{
    struct vocab *v;
    struct err err = {0};
    const char text[] = "<unk>\n<eos>\na\nb\nc\n \n";
    ck_assert_int_eq(vocab_parse(&v, "v", text, sizeof text - 1, &err), ST_OK);
    assert_advice("abc cab\n", &tokenizer_words, v, 2, TEXT_TOKENIZER, "chars", 0.0);
    vocab_free(v);
}
END_TEST

static Suite *text_watch_suite(void)
{
    Suite *s = suite_create("text_watch");
    TCase *tc = vocab_tcase("text_watch");
    suite_add_tcase(s, tc);
    tcase_add_test(tc, markers_are_found_where_their_kind_stands);
    tcase_add_test(tc, tokenizers_that_cut_words_have_markers_beside_them);
    tcase_add_test(tc, markers_that_are_replaced_need_no_word);
    tcase_add_test(tc, what_is_rare_needs_no_word);
    tcase_add_test(tc, the_most_frequent_unknown_words_are_known);
    tcase_add_test(tc, unknown_words_without_end_take_bounded_memory);
    tcase_add_test(tc, advice_is_what_makes_most_words_known);
    tcase_add_test(tc, a_vocabulary_of_characters_asks_for_that_tokenizer);
    return s;
}

TAP_MAIN(text_watch_suite())
