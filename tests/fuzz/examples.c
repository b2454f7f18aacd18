/* What holds for all examples that were read. */
#include "tests/fuzz/examples.h"

#include "tests/fuzz/fuzz.h"

static void check_labels(const struct examples *e, const struct names *labels)
{
    const size_t n = e->per_step ? e->steps : e->n;
    for (size_t i = 0; e->labels != NULL && i < n; i++)
        FUZZ_REQUIRE(e->labels[i] >= 0 && (size_t)e->labels[i] < names_size(labels));
}

static void check_ids(const struct examples *e, const struct example_coding *c)
{
    FUZZ_REQUIRE(e->kind == EXAMPLE_IDS && e->width == 1 + c->columns.features.n);
    for (size_t i = 0; i < e->steps; i++) {
        const int32_t *ids = e->ids + i * e->width;
        FUZZ_REQUIRE(ids[0] >= 0 && (size_t)ids[0] < vocab_size(c->vocab));
        for (size_t f = 1; f < e->width; f++)
            FUZZ_REQUIRE(ids[f] >= 0 && (size_t)ids[f] < names_size(c->features[f - 1]));
    }
}

void fuzz_check_examples(const struct examples *e, const struct example_coding *coding)
{
    size_t longest = 0;
    FUZZ_REQUIRE(e->first[0] == 0 && e->first[e->n] == e->steps);
    for (size_t i = 0; i < e->n; i++) {
        FUZZ_REQUIRE(e->first[i] < e->first[i + 1]);
        const size_t steps = e->first[i + 1] - e->first[i];
        longest = longest < steps ? steps : longest;
    }
    FUZZ_REQUIRE(e->longest == longest);
    check_labels(e, coding->labels);
    check_ids(e, coding);
}

size_t fuzz_check_dataset(const struct dataset *d)
{
    size_t n = 0;
    FUZZ_REQUIRE(d->labels != NULL && names_size(d->labels) > 1);
    for (enum split s = 0; s < N_SPLITS; s++) {
        if (d->examples[s] == NULL)
            continue;
        FUZZ_REQUIRE(d->names[s] != NULL && d->examples[s]->labels != NULL);
        fuzz_check_examples(d->examples[s], &d->coding);
        n += d->examples[s]->n;
    }
    return n;
}

size_t fuzz_check_again(const struct dataset *d, const char *path, bool unlabelled)
{
    struct dataset again;
    struct err err = {0};
    const struct dataset_request request = {
        .named[SPLIT_TEST] = path, .needed = 1U << SPLIT_TEST, .wanted = 1U << SPLIT_TEST};
    const struct example_request asked = {.unlabelled = unlabelled};
    const enum status status =
        dataset_read_examples_with(&again, &request, &asked, &d->coding, &err);
    FUZZ_REQUIRE(fuzz_accepted(status, ST_INPUT, &err));
    const struct examples *e = again.examples[SPLIT_TEST];
    FUZZ_REQUIRE((e->labels == NULL) == unlabelled);
    fuzz_check_examples(e, &d->coding);
    const size_t n = e->n;
    dataset_fini(&again);
    return n;
}
