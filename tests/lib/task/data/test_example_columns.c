/* Examples in columns: sentences, features, how they are divided, what is refused. */
#include "tests/support/example_support.h"
#include "tests/support/tap.h"

static void setup_columns(void)
{
    setup();
    asked.per_step = true;
    asked.keep_train = true;
}

static void features(const char *list)
{
    ASSERT_OK(features_parse(&asked.columns.features, list, &err));
}

START_TEST(sentences_are_read_with_their_words_and_labels)
{
    test_write_text("train.txt", "The DT B\ncat NN I\n\nsits\tVB  O\r\n");
    read_ok();
    check_counts(&d, 2, 0, 0);
    check_example(&d, SPLIT_TRAIN, 0, "The/B cat/I");
    check_example(&d, SPLIT_TRAIN, 1, "sits/O");
    ck_assert(d.examples[SPLIT_TRAIN]->per_step);
    ck_assert_int_eq(d.coding.form, EXAMPLE_FORM_COLUMNS);
    ck_assert_uint_eq(d.coding.columns.n, 3);
}
END_TEST

START_TEST(word_and_label_may_be_any_column)
{
    test_write_text("train.txt", "1 The DT B x\n2 cat NN I x\n");
    asked.columns.word = 2;
    asked.columns.label = -2;
    read_ok();
    check_example(&d, SPLIT_TRAIN, 0, "The/B cat/I");
    asked.columns.word = -4;
    asked.columns.label = 3;
    read_ok();
    check_example(&d, SPLIT_TRAIN, 0, "The/DT cat/NN");
}
END_TEST

START_TEST(features_are_columns_of_their_own)
{
    test_write_text("train.txt", "The DT B\nthe DT I\n\nBut CC B\n\nBut CC O\nthe VB O\n");
    features("column2,lower,suffix2,shape");
    read_ok();
    ck_assert_uint_eq(d.examples[SPLIT_TRAIN]->width, 5);
    check_example(&d, SPLIT_TRAIN, 0, "The+DT+the+he+Xx/B the+DT+the+he+x/I");
    check_example(&d, SPLIT_TRAIN, 2, "But+CC+but+ut+Xx/O the+<unk>+the+he+x/O");
    ck_assert_uint_eq(names_size(d.coding.features[0]), 3); /* VB comes once */
}
END_TEST

START_TEST(features_of_neighbours_end_with_the_sentence)
{
    test_write_text("train.txt", "A x P\nB y Q\nC z P\nD x Q\n\nD y P\n\nA x P\nB y Q\nC z P\nD x "
                                 "Q\n\nD y P\n");
    features("lower+1,column2-2,suffix1+9");
    read_ok();
    check_example(&d, SPLIT_TRAIN, 0, "A+b+<s>+</s>/P B+c+<s>+</s>/Q C+d+x+</s>/P D+</s>+y+</s>/Q");
    check_example(&d, SPLIT_TRAIN, 1, "D+</s>+<s>+</s>/P");
}
END_TEST

START_TEST(words_may_be_looked_up_in_lower_case_and_without_digits)
{
    test_write_text("train.txt", "The B\n1984 I\nthe O\n\n\xC3\x89"
                                 "a O\n");
    asked.columns.lower = true;
    asked.columns.no_digits = true;
    features("shape");
    read_ok();
    check_example(&d, SPLIT_TRAIN, 0, "the+Xx/B 0000+<unk>/I the+<unk>/O");
    check_example(&d, SPLIT_TRAIN, 1,
                  "\xC3\xA9"
                  "a+Xx/O");
    ck_assert_uint_eq(d.splits[SPLIT_TRAIN].unknown, 0);
}
END_TEST

START_TEST(marks_of_documents_are_no_tokens)
{
    test_write_text("train.txt",
                    "-DOCSTART- -X- O\n\nEU NNP B\nis VB O\n-DOCSTART- -X- O\nand CC O\n\n"
                    "-DOCSTART- -X- O\n\nso RB O\n\n-DOCSTART- -X- O\n\n\n");
    read_ok();
    check_counts(&d, 3, 0, 0);
    check_example(&d, SPLIT_TRAIN, 0, "EU/B is/O");
    check_example(&d, SPLIT_TRAIN, 1, "and/O");
}
END_TEST

START_TEST(chunk_labels_are_completed)
{
    test_write_text("train.txt", "a B-NP\nb I-NP\nc B-LST\nd O\n");
    test_write_text("test.txt", "a B-LST\nb I-LST\n");
    read_ok();
    ck_assert_str_eq(labels_of(&d), "B-LST B-NP I-LST I-NP O ");
    check_example(&d, SPLIT_TEST, 0, "a/B-LST b/I-LST");
    test_write_text("test.txt", "a B-VP\n");
    read_fails(ST_INPUT, "test.txt' line 1 has the label 'B-VP', which the train text does not");
    test_write_text("train.txt", "a NN\nb I-NP\nc B-LST\nd O\n"); /* no scheme */
    test_write_text("test.txt", "a I-LST\n");
    read_fails(ST_INPUT, "test.txt' line 1 has the label 'I-LST'");
}
END_TEST

/* --- how they are divided --- */

static void write_sentences(const char *name, int n)
{
    char text[1 << 13] = "";
    for (int i = 0; i < n; i++)
        sprintf(text + strlen(text), "word A\nw%d B\n\n", i);
    test_write_text(name, text);
}

START_TEST(one_text_is_cut_at_its_end_between_sentences)
{
    write_sentences("all", 41);
    request.path = test_path("all");
    read_ok();
    check_counts(&d, 37, 2, 2);
    ck_assert_int_eq(d.division.way, EXAMPLE_SPLITS_CUT);
    ck_assert_int_ge(vocab_find(d.vocab, "w36", 3), 0);
    ck_assert_int_eq(vocab_find(d.vocab, "w37", 3), -1);
    ck_assert_uint_eq(d.examples[SPLIT_TEST]->steps, 4);
}
END_TEST

START_TEST(every_tenth_sentence_is_held_out)
{
    asked.keep_train = false;
    write_sentences("train.txt", 20);
    read_ok();
    check_counts(&d, 18, 2, 0);
    check_example(&d, SPLIT_VALID, 1, "word/A <unk>/B");
    ck_assert_int_eq(vocab_find(d.vocab, "w9", 2), -1);
    ck_assert_int_eq(vocab_find(d.vocab, "w19", 3), -1);
    write_sentences("train.txt", 5);
    read_ok();
    check_counts(&d, 4, 1, 0);
    write_sentences("train.txt", 1);
    read_fails(ST_INPUT, "has one example, of which no valid text can be made");
    ck_assert_int_eq(err.remedy, REMEDY_KEEP_TRAIN);
}
END_TEST

START_TEST(names_of_conll_2003_are_found)
{
    write_sentences("eng.train", 7), write_sentences("eng.testa", 3),
        write_sentences("eng.testb", 2);
    asked.keep_train = false;
    read_ok();
    check_counts(&d, 7, 3, 2);
}
END_TEST

START_TEST(documents_of_a_folder_end_sentences)
{
    test_make_dir("train"), test_make_dir("test");
    test_write_text("train/a.conll", "a A\nb B");
    test_write_text("train/b.conll", "c A\nd B\n\n");
    test_write_text("train/c.conll", "\ne A\n");
    test_write_text("test/a.conll", "b B\n");
    read_fails(ST_INPUT, "train/c.conll' line 1 is empty");
    test_write_text("train/c.conll", "e A\n");
    read_ok();
    check_counts(&d, 3, 0, 1);
    check_example(&d, SPLIT_TRAIN, 0, "a/A b/B");
    check_example(&d, SPLIT_TRAIN, 1, "c/A d/B");
}
END_TEST

START_TEST(a_pipe_is_read_once)
{
    request.path = NULL;
    request.named[SPLIT_TRAIN] = pipe_of("a x A\nb y B\n\nc x A\n");
    features("column2");
    read_ok();
    check_counts(&d, 2, 0, 0);
    check_example(&d, SPLIT_TRAIN, 0, "a+x/A b+<unk>/B");
    ck_assert_uint_eq(d.coding.columns.n, 3);
}
END_TEST

/* --- with a model --- */

START_TEST(a_model_reads_columns_as_it_was_trained)
{
    test_write_text("train.txt", "The x DT B\nTHE x DT I\n");
    asked.columns.lower = true;
    features("column3,suffix1");
    read_ok();
    test_write_text("new", "the y DT I\n");
    request = (struct dataset_request){
        .named[SPLIT_TEST] = test_path("new"), .needed = TEST, .wanted = TEST};
    asked = (struct example_request){0};
    read_with_ok();
    check_example(&other, SPLIT_TEST, 0, "the+DT+<unk>/I");
    test_write_text("new", "the y DT\n");
    read_with_fails(ST_INPUT, "new' line 1 has 3 columns, where the train text has 4");
    test_write_text("new", "the y DT Z\n");
    read_with_fails(ST_INPUT, "new' line 1 has the label 'Z', which the model does not have");
}
END_TEST

START_TEST(the_label_may_be_missing_where_none_is_asked_for)
{
    static const struct {
        int label;
        const char *line;
    } lines[] = {{-1, "the y DT\n"}, {-1, "the y DT ?\n"}, {1, "the y DT\n"}, {2, "the y DT\n"}};
    static const char *const train[] = {"The x DT B\nthe x DT I\n", "B The x DT\nI the x DT\n",
                                        "The B x DT\nthe I x DT\n"};
    test_write_text("train.txt", train[_i < 2 ? 0 : _i - 1]);
    asked.columns.label = lines[_i].label;
    asked.columns.word = _i == 2 ? 2 : 1;
    features("column4");
    if (_i < 2)
        features("column3");
    read_ok();
    test_write_text("new", lines[_i].line);
    request = (struct dataset_request){
        .named[SPLIT_TEST] = test_path("new"), .needed = TEST, .wanted = TEST};
    asked = (struct example_request){.unlabelled = true};
    read_with_ok();
    ck_assert_ptr_null(other.examples[SPLIT_TEST]->labels);
    check_example(&other, SPLIT_TEST, 0, "the+DT");
    test_write_text("new", "the y\n");
    read_with_fails(ST_INPUT, "new' line 1 has 2 columns, and a feature is to be column");
    ck_assert_int_eq(err.remedy, REMEDY_EXAMPLE_COLUMNS);
    test_write_text("new", "the y DT B more\n");
    read_with_fails(ST_INPUT, "new' line 1 has 5 columns, where the train text has 4");
}
END_TEST

START_TEST(words_alone_are_enough_where_no_other_column_is_needed)
{
    test_write_text("train.txt", "The x DT B\nthe x DT I\n");
    features("suffix1");
    read_ok();
    test_write_text("new", "the\nthe\n\n\n\nThe\n");
    request = (struct dataset_request){
        .named[SPLIT_TEST] = test_path("new"), .needed = TEST, .wanted = TEST};
    asked = (struct example_request){.unlabelled = true};
    read_with_ok();
    check_counts(&other, 0, 0, 2); /* more empty lines do no harm here */
    check_example(&other, SPLIT_TEST, 0, "the+e the+e");
}
END_TEST

/* --- what is refused --- */

static const struct {
    const char *train, *test, *features;
    int word, label;
    const char *message;
} faults[] = {
    {"a A\nb\n", NULL, "", 0, 0,
     "train.txt' line 2 has 1 column, where the lines before it have 2"},
    {"a A\nb B C\n", NULL, "", 0, 0, "line 2 has 3 columns, where the lines before it have 2"},
    {"a\nb\n", NULL, "", 0, 0, "line 1 has one column, where a word and its label are needed"},
    {"a A\n\n\nb B\n", NULL, "", 0, 0, "line 3 is empty, and so is the sentence that it ends"},
    {"\na A\nb B\n", NULL, "", 0, 0, "line 1 is empty, and so is the sentence that it ends"},
    {"a A\n \t \n  \nb B\n", NULL, "", 0, 0, "line 3 is empty"},
    {"\n\n", NULL, "", 0, 0, "train.txt' has no example"},
    {"-DOCSTART- O\n\n", NULL, "", 0, 0, "train.txt' has no example"},
    {"a A\nb B\n", "a A\nb C\n", "", 0, 0, "test.txt' line 2 has the label 'C', which the train"},
    {"a A\nb B\n", "c A\n\nd B\ne C\n", "", 0, 0, "test.txt' line 4 has the label 'C'"},
    {"a A\nb B\n", "a x A\n", "", 0, 0,
     "test.txt' line 1 has 3 columns, where the train text has 2"},
    {"a A\nb A\n", NULL, "", 0, 0, "has one label alone, 'A'"},
    {"a A\nb B\n", NULL, "", 3, 0, "line 1 has 2 columns, and the word is to be column 3"},
    {"a A\nb B\n", NULL, "", 0, -3, "line 1 has 2 columns, and the label is to be column -3"},
    {"a A\nb B\n", NULL, "column3", 0, 0, "has 2 columns, and a feature is to be column 3"},
    {"a A\nb B\n", NULL, "column2", 0, 0,
     "has its label in column 2, which is also to be a feature"},
    {"a A\nb B\n", NULL, "", 0, 1, "has its label in column 1, which is also to be the word"},
};

START_TEST(defects_are_named_with_their_place)
{
    test_write_text("train.txt", faults[_i].train);
    if (faults[_i].test != NULL)
        test_write_text("test.txt", faults[_i].test);
    features(faults[_i].features);
    asked.columns.word = faults[_i].word;
    asked.columns.label = faults[_i].label;
    read_fails(ST_INPUT, faults[_i].message);
}
END_TEST

START_TEST(too_many_columns_are_refused)
{
    char line[512] = "";
    for (int i = 0; i <= FEATURE_COLUMN_MAX; i++)
        strcat(line, "x ");
    test_write_text("train.txt", line);
    read_fails(ST_INPUT, "line 1 has more than 100 columns");
}
END_TEST

START_TEST(what_would_change_words_is_refused)
{
    test_write_text("train.txt", "a A\nb B\n");
    request.tokenizer = "treebank";
    read_fails(ST_USAGE, "columns have their words");
    request.tokenizer = "words";
    request.markers.eos = "</s>";
    read_fails(ST_USAGE, "no marks at their ends");
    asked.form = EXAMPLE_FORM_TAB;
    read_fails(ST_USAGE, "has one label for each sequence, and each step needs one");
}
END_TEST

START_TEST(unknown_words_may_be_an_error)
{
    test_write_text("train.txt", "a A\nb B\n");
    test_write_text("test.txt", "a A\n\nb B\nc A\n");
    request.oov = OOV_ERROR;
    read_fails(ST_INPUT, "test.txt' line 4 has the word 'c', which the vocabulary does not have");
}
END_TEST

static Suite *example_columns_suite(void)
{
    Suite *s = suite_create("example_columns");
    TCase *tc = tcase_create("columns");
    tcase_add_checked_fixture(tc, setup_columns, teardown);
    tcase_add_test(tc, sentences_are_read_with_their_words_and_labels);
    tcase_add_test(tc, word_and_label_may_be_any_column);
    tcase_add_test(tc, features_are_columns_of_their_own);
    tcase_add_test(tc, features_of_neighbours_end_with_the_sentence);
    tcase_add_test(tc, words_may_be_looked_up_in_lower_case_and_without_digits);
    tcase_add_test(tc, marks_of_documents_are_no_tokens);
    tcase_add_test(tc, chunk_labels_are_completed);
    tcase_add_test(tc, one_text_is_cut_at_its_end_between_sentences);
    tcase_add_test(tc, every_tenth_sentence_is_held_out);
    tcase_add_test(tc, names_of_conll_2003_are_found);
    tcase_add_test(tc, documents_of_a_folder_end_sentences);
    tcase_add_test(tc, a_pipe_is_read_once);
    tcase_add_test(tc, a_model_reads_columns_as_it_was_trained);
    tcase_add_loop_test(tc, the_label_may_be_missing_where_none_is_asked_for, 0, 4);
    tcase_add_test(tc, words_alone_are_enough_where_no_other_column_is_needed);
    tcase_add_loop_test(tc, defects_are_named_with_their_place, 0, (int)N_OF(faults));
    tcase_add_test(tc, too_many_columns_are_refused);
    tcase_add_test(tc, what_would_change_words_is_refused);
    tcase_add_test(tc, unknown_words_may_be_an_error);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(example_columns_suite())
