/* The notation of the built-in corpus: each line of the input is a rule, those behind a line "%"
 * are of the second list. What compiles must give sentences that it scores itself. */
#include <math.h>
#include <string.h>

#include "corpora/builtin/grammar_compile.h"
#include "corpora/builtin/grammar_sample.h"
#include "lib/base/mem.h"
#include "tests/fuzz/fuzz.h"

enum { RULES_MAX = 64 };

static void sample(const struct grammar *g)
{
    struct err err = {0};
    struct buf text = {0};
    struct rng rng;
    uint64_t n_tokens = 0;
    rng_init(&rng, 1, RNG_CORPUS);
    FUZZ_REQUIRE(grammar_sample(g, &rng, &text, &n_tokens, &err) == ST_OK);
    FUZZ_REQUIRE(text.len > 0 && text.data[text.len - 1] == '\n' && n_tokens > 0);
    buf_fini(&text);
}

static void check_states(const struct grammar *g)
{
    const size_t n = g->states.len / sizeof(uint32_t) - 1;
    for (size_t s = 0; s < n; s++) {
        double sum = 0;
        for (uint32_t a = grammar_states(g)[s]; a < grammar_states(g)[s + 1]; a++) {
            FUZZ_REQUIRE(grammar_arcs(g)[a].next < n + 1);
            sum += grammar_arcs(g)[a].p;
        }
        FUZZ_REQUIRE(grammar_states(g)[s] == grammar_states(g)[s + 1] || fabs(sum - 1) < 1e-9);
    }
}

/* The rules are part of the program: messages repeat them as they are. */
static bool is_printable(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (data[i] != '\n' && (data[i] < ' ' || data[i] > '~'))
            return false;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!is_printable(data, size))
        return 0;
    struct err err = {0};
    struct grammar g = {0};
    const char *rules[2][RULES_MAX + 1] = {{NULL}};
    size_t n = 0, list = 0;
    char *copy = mem_copy_string((const char *)data, size, &err), *rest = copy;
    FUZZ_REQUIRE(copy != NULL);
    while (rest != NULL && n < RULES_MAX) {
        const char *rule = strsep(&rest, "\n");
        if (strcmp(rule, "%") == 0 && list == 0)
            list = 1, n = 0;
        else
            rules[list][n++] = rule;
    }
    if (fuzz_accepted(grammar_compile(&g, rules[0], list > 0 ? rules[1] : NULL, &err), ST_INPUT,
                      &err)) {
        check_states(&g);
        sample(&g);
    }
    grammar_fini(&g);
    mem_free(copy);
    return 0;
}
