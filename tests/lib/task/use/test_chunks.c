/* Chunks as conlleval counts them: cases worked out by hand. tests/cli/chunks.sh compares with
 * other implementations on random labels. */
#include <string.h>

#include "lib/task/use/chunks.h"
#include "tests/support/array_support.h"
#include "tests/support/err_support.h"
#include "tests/support/tap.h"

static const char *const names[] = {"O",    "B-NP", "I-NP", "B-VP", "I-VP",  "E-NP", "E-VP",
                                    "S-NP", "[-NP", "]-NP", ".",    "B-A-B", "I-A",  "B",
                                    "I",    "B-0",  "I-0",  "NN",   "X-NP",  "O-NP", ".-NP"};

static size_t label_of(const char *text, size_t len)
{
    for (size_t i = 0; i < N_OF(names); i++)
        if (strlen(names[i]) == len && memcmp(names[i], text, len) == 0)
            return i;
    ck_abort_msg("there is no label '%.*s'", (int)len, text);
}

/* Labels between blanks; "|" ends a sentence. */
static void add_all(struct chunks *c, const char *gold, const char *guess)
{
    while (*gold != '\0') {
        const size_t len = strcspn(gold, " "), guess_len = strcspn(guess, " ");
        if (*gold == '|')
            chunks_end_sentence(c);
        else
            chunks_add(c, label_of(gold, len), label_of(guess, guess_len));
        gold += len + (gold[len] == ' ');
        guess += guess_len + (guess[guess_len] == ' ');
    }
    ck_assert_str_eq(guess, "");
    chunks_end_sentence(c);
    chunks_finish(c);
}

static void start(struct chunks *c)
{
    ASSERT_OK(chunks_init(c, names, N_OF(names), &err));
}

START_TEST(every_kind_of_error_is_counted)
{
    static const struct {
        const char *gold, *guess;
        uint64_t n_gold, n_found, n_correct, right;
    } cases[] = {
        {"O O", "O O", 0, 0, 0, 2},
        {"B-NP I-NP O B-VP", "B-NP I-NP O B-VP", 2, 2, 2, 4},
        /* another type; of one word only; the inside alone */
        {"B-NP I-NP O", "B-VP I-VP O", 1, 1, 0, 1},
        {"B-NP I-NP O", "B-VP I-NP O", 1, 2, 0, 2},
        {"B-NP I-NP O", "B-NP I-VP O", 1, 2, 0, 2},
        /* too long, too short, at either side */
        {"B-NP O O", "B-NP I-NP O", 1, 1, 0, 2},
        {"B-NP I-NP O", "B-NP O O", 1, 1, 0, 2},
        {"O B-NP O", "B-NP I-NP O", 1, 1, 0, 1},
        {"B-NP I-NP O", "O B-NP O", 1, 1, 0, 1},
        /* split, and joined */
        {"B-NP I-NP I-NP", "B-NP B-NP I-NP", 1, 2, 0, 2},
        {"B-NP I-NP B-NP", "B-NP I-NP I-NP", 2, 1, 0, 2},
        {"B-NP B-NP O", "B-NP I-NP O", 2, 1, 0, 2},
        /* missed, and made up */
        {"B-NP I-NP O", "O O O", 1, 0, 0, 1},
        {"O O O", "O B-NP O", 0, 1, 0, 2},
        /* an inside begins a chunk after O, at the start, and after another type */
        {"O B-NP I-NP", "O I-NP I-NP", 1, 1, 1, 2},
        {"B-NP I-NP", "I-NP I-NP", 1, 1, 1, 1},
        {"B-VP B-NP", "B-VP I-NP", 2, 2, 2, 1},
        {"B-VP I-VP B-NP", "B-VP I-VP I-NP", 2, 2, 2, 2},
        {"B-NP I-VP I-NP", "B-NP B-VP B-NP", 3, 3, 3, 1},
        /* the end of a sentence ends chunks */
        {"B-NP | I-NP", "B-NP | I-NP", 2, 2, 2, 2},
        {"B-NP | B-NP", "B-NP | I-NP", 2, 2, 2, 1},
        {"B-NP I-NP | O", "B-NP I-NP | O", 1, 1, 1, 3},
        /* IOE */
        {"I-NP E-NP I-NP E-NP", "I-NP E-NP I-NP E-NP", 2, 2, 2, 4},
        {"I-NP E-NP E-NP O", "I-NP E-NP I-NP O", 2, 2, 2, 3},
        {"I-NP E-NP E-NP O", "I-NP I-NP E-NP O", 2, 1, 0, 3},
        {"O E-NP O", "O I-NP O", 1, 1, 1, 2},
        /* a B after E of its own type is no beginning, nor is one S after another */
        {"B-NP E-NP B-NP E-NP", "B-NP E-NP B-NP E-NP", 1, 1, 1, 4},
        {"S-NP S-NP O", "B-NP I-NP O", 1, 1, 1, 1},
        {"S-NP B-VP O", "S-NP B-VP O", 2, 2, 2, 3},
        /* brackets are chunks of one word; what follows one begins none */
        {"[-NP ]-NP O", "[-NP ]-NP O", 2, 2, 2, 3},
        {"[-NP I-NP O", "[-NP I-NP O", 1, 1, 1, 3},
        {"[-NP B-NP", "[-NP B-VP", 1, 2, 1, 1},
        /* "." is outside, unless it has the type of its neighbours */
        {"B-NP . B-NP", "B-NP . B-NP", 2, 2, 2, 3},
        {"B-NP .-NP B-NP", "B-NP .-NP B-NP", 1, 1, 1, 3},
        /* types with hyphens, without a name, and "0", which is none */
        {"B-A-B I-A", "B-A-B I-A", 2, 2, 2, 2},
        {"B I O B", "B I O I", 2, 2, 2, 3},
        {"B-0 I-0", "B I", 1, 1, 1, 2},
        {"NN O NN", "NN NN NN", 0, 0, 0, 2},
        /* tags without rules; O with a type */
        {"X-NP X-NP O", "X-NP X-NP O", 1, 1, 1, 3},
        {"B-NP O-NP B-NP", "B-NP O-NP B-NP", 2, 2, 2, 3},
        {"X-NP O-NP B-NP O", "X-NP O-NP B-NP O", 2, 2, 1, 4},
        /* a beginning that the other lacks, within chunks that end together */
        {"X-NP O-NP B-NP O", "X-NP X-NP X-NP O", 2, 1, 1, 2},
    };
    for (size_t i = 0; i < N_OF(cases); i++) {
        struct chunks c;
        start(&c);
        add_all(&c, cases[i].gold, cases[i].guess);
        ck_assert_msg(c.all.gold == cases[i].n_gold && c.all.found == cases[i].n_found &&
                          c.all.correct == cases[i].n_correct && c.right == cases[i].right,
                      "%s for %s: %d, %d, %d, %d", cases[i].guess, cases[i].gold, (int)c.all.gold,
                      (int)c.all.found, (int)c.all.correct, (int)c.right);
        chunks_fini(&c);
    }
}
END_TEST

START_TEST(counts_by_type_add_up)
{
    struct chunks c;
    struct chunk_counts sum = {0};
    start(&c);
    add_all(&c, "B-NP I-NP B-VP B-A-B O B-NP | B I O B-VP",
            "B-NP I-NP I-VP O B-NP B-VP | B O O B-VP");
    ck_assert_uint_eq(c.tokens, 10);
    static const struct chunk_type want[] = {{"", {1, 1, 0}},
                                             {"A", {0, 0, 0}},
                                             {"A-B", {1, 0, 0}},
                                             {"NP", {2, 2, 1}},
                                             {"VP", {2, 3, 2}}};
    ck_assert_uint_eq(c.n_types, N_OF(want));
    for (size_t i = 0; i < N_OF(want); i++) {
        ck_assert_str_eq(c.types[i].name, want[i].name);
        ck_assert_mem_eq(&c.types[i].counts, &want[i].counts, sizeof want[i].counts);
        sum.gold += want[i].counts.gold;
        sum.found += want[i].counts.found;
        sum.correct += want[i].counts.correct;
    }
    ck_assert_mem_eq(&c.all, &sum, sizeof sum);
    chunks_fini(&c);
    chunks_fini(&c);
}
END_TEST

/* The figures of the example in conlleval's documentation. */
START_TEST(figures_are_percentages)
{
    const struct chunk_counts example = {459, 539, 371}, none = {0, 0, 0}, missed = {3, 0, 0};
    ASSERT_NEAR(chunk_precision(&example), 68.83, 0.005);
    ASSERT_NEAR(chunk_recall(&example), 80.83, 0.005);
    ASSERT_NEAR(chunk_f1(&example), 74.35, 0.005);
    ck_assert(chunk_precision(&none) == 0.0 && chunk_recall(&none) == 0.0 &&
              chunk_f1(&none) == 0.0);
    ck_assert(chunk_precision(&missed) == 0.0 && chunk_f1(&missed) == 0.0);
    const struct chunks empty = {.tokens = 0};
    ck_assert(chunks_accuracy(&empty) == 0.0);
}
END_TEST

static void assert_format(const char *gold, const char *guess, const char *want)
{
    struct chunks c;
    struct buf text = {0};
    start(&c);
    add_all(&c, gold, guess);
    ASSERT_OK(chunks_format(&c, &text, &err));
    ck_assert_str_eq(text.data, want);
    buf_fini(&text);
    chunks_fini(&c);
}

START_TEST(the_output_is_that_of_conlleval)
{
    assert_format("B-NP I-NP B-VP B-A-B O B-NP", "B-NP I-NP I-VP O B-NP B-VP",
                  "processed 6 tokens with 4 phrases; found: 4 phrases; correct: 2.\n"
                  "accuracy:  33.33%; precision:  50.00%; recall:  50.00%; FB1:  50.00\n"
                  "              A-B: precision:   0.00%; recall:   0.00%; FB1:   0.00  0\n"
                  "               NP: precision:  50.00%; recall:  50.00%; FB1:  50.00  2\n"
                  "               VP: precision:  50.00%; recall: 100.00%; FB1:  66.67  2\n");
    assert_format("", "", "processed 0 tokens with 0 phrases; found: 0 phrases; correct: 0.\n");
    assert_format("NN NN", "NN .",
                  "processed 2 tokens with 0 phrases; found: 0 phrases; correct: 0.\n"
                  "accuracy:  50.00%; precision:   0.00%; recall:   0.00%; FB1:   0.00\n");
    assert_format("B I B", "B O B",
                  "processed 3 tokens with 2 phrases; found: 2 phrases; correct: 1.\n"
                  "accuracy:  66.67%; precision:  50.00%; recall:  50.00%; FB1:  50.00\n"
                  "                 : precision:  50.00%; recall:  50.00%; FB1:  50.00  2\n"
                  "                 : precision:  50.00%; recall:  50.00%; FB1:  50.00  2\n");
    assert_format("B O", "O O",
                  "processed 2 tokens with 1 phrases; found: 0 phrases; correct: 0.\n"
                  "accuracy:  50.00%; precision:   0.00%; recall:   0.00%; FB1:   0.00\n"
                  "                 : precision:   0.00%; recall:   0.00%; FB1:   0.00  0\n");
}
END_TEST

static Suite *chunks_suite(void)
{
    Suite *s = suite_create("chunks");
    TCase *tc = tcase_create("chunks");
    tcase_add_test(tc, every_kind_of_error_is_counted);
    tcase_add_test(tc, counts_by_type_add_up);
    tcase_add_test(tc, figures_are_percentages);
    tcase_add_test(tc, the_output_is_that_of_conlleval);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(chunks_suite())
