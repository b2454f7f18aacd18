/* Sentences in columns (lib/task/data): the first byte chooses columns and features, the rest is
 * the text. What is read is read again with the model's part of it, with labels and without. */
#include "tests/fuzz/examples.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const features[] = {"none", "suffix2,shape", "column2,prefix1,lower",
                                           "column-2,suffix16"};
    struct dataset d;
    struct err err = {0};
    const unsigned how = size > 0 ? data[0] : 0;
    const char *path = fuzz_file(data + (size > 0), size - (size > 0));
    const bool cut = (how & 1U) != 0;
    const struct dataset_request request = {.path = cut ? path : NULL,
                                            .named[SPLIT_TRAIN] = cut ? NULL : path,
                                            .needed = 1U << SPLIT_TRAIN,
                                            .wanted = SPLITS_ALL};
    struct example_request asked = {.per_step = true, .keep_train = (how & 2U) != 0};
    asked.columns.lower = asked.columns.no_digits = (how & 4U) != 0;
    asked.columns.word = (how & 8U) != 0 ? 2 : 0;
    asked.columns.label = (how & 16U) != 0 ? -2 : 0;
    FUZZ_REQUIRE(features_parse(&asked.columns.features, features[how >> 5 & 3U], &err) == ST_OK);
    const enum status status = dataset_read_examples(&d, &request, &asked, &err);
    if (fuzz_accepted(status, ST_INPUT, &err)) {
        const size_t n = fuzz_check_dataset(&d);
        FUZZ_REQUIRE(fuzz_check_again(&d, path, false) == n);
        FUZZ_REQUIRE(fuzz_check_again(&d, path, true) == n);
    }
    dataset_fini(&d);
    return 0;
}
