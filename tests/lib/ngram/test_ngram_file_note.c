/* Files that are not of a model of n-grams, or whose description or vocabulary does not fit. */
#include "tests/support/ngram_file_support.h"

static const struct note {
    const char *text, *message;
} notes[] = {
    {"{\"format\":1,\"order\":0}", "order 0, expected 1 to 10"},
    {"{\"format\":1,\"order\":11}", "order 11, expected 1 to 10"},
    {"{\"format\":1,\"order\":-1}", "order -1, expected 1 to 10"},
    {"{\"format\":1,\"order\":9223372036854775807}", "order 9223372036854775807, expected 1 to 10"},
    {"{\"format\":1,\"order\":4}", "'ngram.3.backoff'"},
    {"{\"format\":1,\"order\":3.5}", "order"},
    {"{\"format\":1,\"order\":\"3\"}", "order"},
    {"{\"format\":1}", "order"},
    {"{\"order\":3}", "format"},
    {"{\"format\":2,\"order\":3}", "of format 2; this program reads 1"},
    {"{\"format\":0,\"order\":3}", "of format 0; this program reads 1"},
    {"[1,3]", ""},
    {"{", ""},
    {"", ""},
    {NULL, "is no n-gram model"},
};

START_TEST(a_note_that_is_wrong_is_refused)
{
    whole.note = notes[_i].text;
    draft_save(&whole);
    assert_refused(notes[_i].message);
}
END_TEST

static const struct note vocabs[] = {
    {"", ""},
    {"<unk>\n<eos>\n", "'ngram.1.log_p' has 3 elements, expected 2"},
    {"<unk>\n<eos>\na\nb\n", "'ngram.1.log_p' has 3 elements, expected 4"},
    {"<unk>\n<eos>\n<eos>\n", "already"},
    {"<unk>\nb\na\n", "<eos>"},
    {"<eos>\nb\na\n", "<unk>"},
    {"<unk>\n<eos>\n\xff\n", ""},
    {"<unk>\n<eos>\na", ""},
};

START_TEST(a_vocabulary_that_does_not_fit_is_refused)
{
    struct safetensors_tensor *t = &whole.tensors[part_at("vocab")];
    t->data = vocabs[_i].text;
    t->shape[0] = strlen(vocabs[_i].text);
    draft_save(&whole);
    assert_refused(vocabs[_i].message);
}
END_TEST

START_TEST(a_network_is_no_n_gram_model)
{
    static const float weight[2];
    const struct safetensors_tensor t = {"encoder.weight", DTYPE_F32, 2, {2, 1}, weight};
    const struct safetensors_pair config = {"ptblm.config", "{\"cell\":\"lstm\"}"};
    struct safetensors_file file;
    ASSERT_OK(safetensors_save(test_file, &t, 1, &config, 1, &err));
    assert_refused("is no n-gram model");
    ASSERT_OK(safetensors_open(&file, test_file, &err));
    ck_assert(!ngram_is_in(&file));
    safetensors_close(&file);
}
END_TEST

START_TEST(a_file_without_a_checksum_is_refused)
{
    const struct safetensors_pair note = {"ptblm.ngram", whole.note};
    write_anew(&whole, &note, 1, 8);
    assert_refused("has no checksum");
}
END_TEST

static Suite *ngram_file_note_suite(void)
{
    Suite *s = suite_create("ngram_file_note");
    TCase *tc = tcase_create("ngram_file_note");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, test_dir_remove_strictly);
    tcase_add_loop_test(tc, a_note_that_is_wrong_is_refused, 0, N_OF(notes));
    tcase_add_loop_test(tc, a_vocabulary_that_does_not_fit_is_refused, 0, N_OF(vocabs));
    tcase_add_test(tc, a_network_is_no_n_gram_model);
    tcase_add_test(tc, a_file_without_a_checksum_is_refused);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(ngram_file_note_suite())
