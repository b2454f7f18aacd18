/* Inside the built-in corpus: rules, tables and automaton, against probabilities worked out by
 * hand, by writing out every sentence, and by the inside algorithm. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "corpora/builtin/grammar_compile.h"
#include "corpora/builtin/grammar_sample.h"
#include "corpora/builtin/grammar_score.h"
#include "tests/support/tap.h"

enum { MAX_WORDS = 16 };

/* p(sentence) by the automaton; 0 where it is not of the grammar. */
static double forward(const struct grammar *g, const char *sentence)
{
    struct grammar_scorer s = {0};
    double product = 1, p = 1;
    ck_assert_int_eq(grammar_scorer_begin(&s, NULL), ST_OK);
    for (const char *c = sentence; *c != '\0' && p > 0; c += strspn(c, " ")) {
        const int32_t word = hash_table_find(&g->words, c, strcspn(c, " "));
        ck_assert_int_ge(word, 0);
        ck_assert_int_eq(grammar_scorer_read(&s, g, (uint32_t)word, &p, NULL), ST_OK);
        product *= p;
        c += strcspn(c, " ");
    }
    if (p > 0) {
        ck_assert_int_eq(grammar_scorer_read(&s, g, GRAMMAR_END_WORD, &p, NULL), ST_OK);
        product *= p;
    }
    grammar_scorer_fini(&s);
    return product;
}

static void compile(struct grammar *g, const char *const *rules, const char *const *classes)
{
    struct err err = {0};
    *g = (struct grammar){0};
    ck_assert_msg(grammar_compile(g, rules, classes, &err) == ST_OK, "%s", err.text);
}

static const char *const small_rules[] = {
    "n : sg pl",
    "Start -> 3 Noun[n] Verb[n] | 2 Very sg thing | Pair",
    "Noun[pl] -> two Beast[pl]",
    "Noun[x] -> the Beast[x]",
    "Verb[n] -> 4 _ | Run[n]",
    "Very -> _ | very Very1",
    "Very1 -> 2 _ | very",
    "Pair -> two Beast[pl] | two dogs run",
    NULL,
};
static const char *const small_classes[] = {"Beast[n] = dog/dogs cat/cats", "Run[n] = runs/run",
                                            NULL};

/* Weights: Start's first alternative stands for two, so they are 3 3 2 1 of 9. A class of two
 * words has shares of about 0.51 and 0.49. */
START_TEST(probabilities_are_those_worked_out_by_hand)
{
    struct grammar g;
    compile(&g, small_rules, small_classes);
    const double dog = forward(&g, "the dog") / (3.0 / 9 * 4 / 5), cat = 1 - dog;
    ck_assert_double_gt(dog, cat);
    ck_assert_double_eq_tol(forward(&g, "the cat runs"), 3.0 / 9 * cat * 1 / 5, 1e-15);
    ck_assert_double_eq_tol(forward(&g, "two cats run"), 3.0 / 9 * cat * 1 / 5, 1e-15);
    ck_assert_double_eq_tol(forward(&g, "sg thing"), 2.0 / 9 * 1 / 2, 1e-15);
    ck_assert_double_eq_tol(forward(&g, "very sg thing"), 2.0 / 9 * 1 / 2 * 2 / 3, 1e-15);
    ck_assert_double_eq_tol(forward(&g, "very very sg thing"), 2.0 / 9 * 1 / 2 * 1 / 3, 1e-15);
    ck_assert(forward(&g, "the dogs") == 0);
    ck_assert(forward(&g, "the dog run") == 0);
    ck_assert(forward(&g, "very very very sg thing") == 0);
    ck_assert(forward(&g, "") == 0);
    grammar_fini(&g);
}
END_TEST

START_TEST(a_sentence_with_several_derivations_has_their_sum)
{
    struct grammar g;
    compile(&g, small_rules, small_classes);
    const double dog = forward(&g, "the dog") / (3.0 / 9 * 4 / 5);
    ck_assert_double_eq_tol(forward(&g, "two dogs"), dog * (3.0 / 9 * 4 / 5 + 1.0 / 9 / 2), 1e-15);
    ck_assert_double_eq_tol(forward(&g, "two dogs run"), 3.0 / 9 * dog / 5 + 1.0 / 9 / 2, 1e-15);
    grammar_fini(&g);
}
END_TEST

START_TEST(the_sentences_of_a_small_grammar_make_up_all_of_it)
{
    const char *const all[] = {"the dog",  "the cat",       "the dog runs",      "the cat runs",
                               "two dogs", "two cats",      "two dogs run",      "two cats run",
                               "sg thing", "very sg thing", "very very sg thing"};
    struct grammar g;
    double sum = 0;
    compile(&g, small_rules, small_classes);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        sum += forward(&g, all[i]);
    ck_assert_double_eq_tol(sum, 1.0, 1e-14);
    grammar_fini(&g);
}
END_TEST

/* The inside algorithm (Lari and Young 1990): p(symbol derives words i..j), by the rules alone. */
struct inside {
    const struct grammar *g;
    uint32_t words[MAX_WORDS];
    uint32_t n;
    double *memo; /* [symbols, MAX_WORDS + 1, MAX_WORDS + 1], negative where not known */
};

static double inside_symbol(struct inside *in, uint32_t symbol, uint32_t i, uint32_t j);

static double inside_sequence(struct inside *in, const uint32_t *items, uint32_t n, uint32_t i,
                              uint32_t j)
{
    double sum = 0;
    if (n == 0)
        return i == j ? 1 : 0;
    for (uint32_t k = i; k <= j; k++) {
        const double first = inside_symbol(in, items[0], i, k);
        if (first > 0)
            sum += first * inside_sequence(in, items + 1, n - 1, k, j);
    }
    return sum;
}

static double inside_symbol(struct inside *in, uint32_t symbol, uint32_t i, uint32_t j)
{
    double *memo = in->memo + (symbol * (MAX_WORDS + 1) + i) * (MAX_WORDS + 1) + j;
    if (*memo >= 0)
        return *memo;
    const struct grammar_symbol *s = grammar_symbols(in->g) + symbol;
    double sum = 0;
    for (uint32_t a = 0; a < s->n; a++) {
        const struct grammar_option *o = grammar_options(in->g) + s->first + a;
        const double p = (double)grammar_weight(in->g, s, a) / grammar_weights(in->g, s);
        if (!s->is_class)
            sum += p * inside_sequence(in, grammar_items(in->g) + o->first, o->n_items, i, j);
        else if (j == i + 1 && in->words[i] == o->first)
            sum += p;
    }
    return *memo = sum;
}

static double inside(const struct grammar *g, const char *sentence)
{
    const size_t cells = hash_table_size(&g->names) * (MAX_WORDS + 1) * (MAX_WORDS + 1);
    struct inside in = {.g = g, .memo = malloc(cells * sizeof(double))};
    ck_assert_ptr_nonnull(in.memo);
    for (size_t i = 0; i < cells; i++)
        in.memo[i] = -1;
    for (const char *c = sentence; *c != '\0'; c += strspn(c, " ")) {
        const int32_t word = hash_table_find(&g->words, c, strcspn(c, " "));
        in.words[in.n++] = (uint32_t)word;
        c += strcspn(c, " ");
    }
    const double p = inside_symbol(&in, GRAMMAR_START_SYMBOL, 0, in.n);
    free(in.memo);
    return p;
}

START_TEST(forward_and_inside_probabilities_are_the_same)
{
    const struct grammar *g;
    struct rng rng;
    int seen = 0;
    ck_assert_int_eq(grammar_builtin(&g, NULL), ST_OK);
    rng_init(&rng, 5, RNG_TEST);
    while (seen < 60) {
        struct buf line = {0};
        uint64_t n = 0;
        ck_assert_int_eq(grammar_sample(g, &rng, &line, &n, NULL), ST_OK);
        if (n <= MAX_WORDS) {
            line.data[line.len - 1] = '\0';
            const double p = inside(g, line.data);
            ck_assert_double_gt(p, 0);
            ck_assert_double_le(fabs(forward(g, line.data) / p - 1), 1e-12);
            seen++;
        }
        buf_fini(&line);
    }
}
END_TEST

START_TEST(the_arcs_of_every_state_sum_to_one)
{
    const struct grammar *g;
    size_t without = 0;
    ck_assert_int_eq(grammar_builtin(&g, NULL), ST_OK);
    for (size_t s = 0; s + 1 < g->states.len / sizeof(uint32_t); s++) {
        double sum = 0;
        for (uint32_t a = grammar_states(g)[s]; a < grammar_states(g)[s + 1]; a++)
            sum += grammar_arcs(g)[a].p;
        if (grammar_states(g)[s] == grammar_states(g)[s + 1])
            without++;
        else
            ck_assert_double_eq_tol(sum, 1.0, 1e-12);
    }
    ck_assert_uint_eq(without, 1); /* behind the line end */
}
END_TEST

START_TEST(the_first_words_of_a_class_are_the_commonest)
{
    const char *const rules[] = {"Start -> Word", "Word = a b c d e f g h", NULL};
    struct grammar g;
    compile(&g, rules, NULL);
    double last = 1, sum = 0;
    for (char word[] = "a"; word[0] <= 'h'; word[0]++) {
        const double p = forward(&g, word);
        ck_assert_double_lt(p, last);
        sum += p;
        last = p;
    }
    ck_assert_double_eq_tol(sum, 1.0, 1e-14);
    ck_assert_double_eq_tol(forward(&g, "a") / forward(&g, "h"), 31.0 / 24, 1e-5);
    grammar_fini(&g);
}
END_TEST

#define EIGHT " : 1 2 3 4 5 6 7 8"

START_TEST(rules_that_are_wrong_are_refused)
{
    static const struct {
        const char *rules[9];
        const char *message;
    } cases[] = {
        {{"Start -> Nobody"}, "no grammar rule fits the symbol 'Nobody'"},
        {{"Start -> Np[sg]", "Np[pl] -> we"}, "no grammar rule fits the symbol 'Np[sg]'"},
        {{"Start -> Np[sg]", "Np[n,t] -> we"}, "no grammar rule fits the symbol 'Np[sg]'"},
        {{"Start -> one", "Spare -> two"}, "grammar rule 'Spare -> two' is never used"},
        {{"Start -> one Np", "Np -> a | b Start"}, "grammar symbol 'Start' derives itself"},
        {{"Start one"}, "grammar rule 'Start one' has neither '->' nor '='"},
        {{"Start -> 0 one"}, "a weight of grammar symbol 'Start' is 0 or too large"},
        {{"Start -> 4294967295 a | b"}, "a weight of grammar symbol 'Start' is 0 or too large"},
        {{"Start -> Np[n]", "Np[sg] -> we"}, "variable 'n' in a rule of 'Start' has no range"},
        {{"n : sg pl", "Start -> Np[n]", "Np[n] = one"}, NULL},
        {{"n : sg pl", "Start -> Np[n]", "Np[n] = we/us/ours"}, NULL},
        {{"n : sg pl", "Start -> Np[du]", "Np[n] = we/us"},
         "word class 'Np[du]' has no form of 'us'"},
        {{"Start -> "}, "grammar rule 'Start -> ' is empty"},
        {{"Start -> one", ""}, "grammar rule '' is never used"},
        {{"a" EIGHT, "b" EIGHT, "c" EIGHT, "d" EIGHT, "e" EIGHT, "Start -> Np[a,b,c,d,e]"},
         "the grammar has more than 16384 symbols, the limit"},
        {{"a" EIGHT, "b" EIGHT, "c" EIGHT, "d" EIGHT, "e" EIGHT, "f" EIGHT,
          "Start -> Np[a,b,c,d,e,f]"},
         "the grammar has more than 65536 options, the limit"},
        {{"Start -> Np Np Np Np Np Np Np Np Np Np Np Np Np Np Np Np Np Np Np Np Np", "Np -> _ | _"},
         "the grammar has more than 1048576 arcs, the limit"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct grammar g = {0};
        struct err err = {0};
        const enum status status = grammar_compile(&g, cases[i].rules, NULL, &err);
        ck_assert_int_eq(status, cases[i].message == NULL ? ST_OK : ST_INPUT);
        ck_assert_str_eq(err.text, cases[i].message == NULL ? "" : cases[i].message);
        grammar_fini(&g);
    }
}
END_TEST

START_TEST(a_sentence_without_words_is_a_line_end)
{
    const char *const rules[] = {"Start -> _", NULL};
    struct grammar g;
    struct rng rng;
    struct buf text = {0};
    uint64_t n = 0;
    compile(&g, rules, NULL);
    rng_init(&rng, 1, RNG_TEST);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(grammar_sample(&g, &rng, &text, &n, NULL), ST_OK);
    ck_assert_str_eq(text.data, "\n\n");
    ck_assert_uint_eq(n, 2);
    buf_fini(&text);
    grammar_fini(&g);
}
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("grammar_rules");
    TCase *t = tcase_create("rules");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, probabilities_are_those_worked_out_by_hand);
    tcase_add_test(t, a_sentence_with_several_derivations_has_their_sum);
    tcase_add_test(t, the_sentences_of_a_small_grammar_make_up_all_of_it);
    tcase_add_test(t, forward_and_inside_probabilities_are_the_same);
    tcase_add_test(t, the_arcs_of_every_state_sum_to_one);
    tcase_add_test(t, the_first_words_of_a_class_are_the_commonest);
    tcase_add_test(t, rules_that_are_wrong_are_refused);
    tcase_add_test(t, a_sentence_without_words_is_a_line_end);
    suite_add_tcase(suite, t);
    return suite;
}

TAP_MAIN(make_suite())
