/* Examples in labelled lines: the forms, where they lie, how they are divided, what is refused. */
#include "tests/support/compressed.h"
#include "tests/support/example_support.h"
#include "tests/support/tap.h"

enum { LINES = 40 };

static const struct {
    enum example_form form;
    const char *train, *test;
} texts[] = {
    {EXAMPLE_FORM_TAB, "pos\tgood film\nneg\tbad film\npos \t very good \n", "neg\tfilm\n"},
    {EXAMPLE_FORM_FASTTEXT,
     "__label__pos good film\n__label__neg bad film\n__label__pos\tvery good\n",
     "__label__neg film\n"},
    {EXAMPLE_FORM_TREC, "pos:x good film\nneg:y bad film\npos:z very good\n", "neg:q film\n"},
};

START_TEST(each_form_gives_the_same_examples)
{
    test_write_text("train.txt", texts[_i].train);
    test_write_text("test.txt", texts[_i].test);
    asked.keep_train = true;
    asked.form = texts[_i].form;
    read_ok();
    check_counts(&d, 3, 0, 1);
    check_example(&d, SPLIT_TRAIN, 0, "good film -> pos");
    check_example(&d, SPLIT_TRAIN, 1, "bad film -> neg");
    check_example(&d, SPLIT_TRAIN, 2, "very good -> pos");
    check_example(&d, SPLIT_TEST, 0, "film -> neg");
    ck_assert_str_eq(labels_of(&d), "neg pos ");
    ck_assert_uint_eq(d.examples[SPLIT_TRAIN]->width, 1);
    ck_assert(!d.examples[SPLIT_TRAIN]->per_step);
    ck_assert_ptr_eq(d.labels, d.coding.labels);
}
END_TEST

static const struct {
    enum example_form form;
    const char *train;
} looks[] = {
    {EXAMPLE_FORM_TAB, "a b\tx\nc\ty\n"},
    {EXAMPLE_FORM_TAB, "NUM:dist\tx\nHUM:ind\ty\n"}, /* the tab is before the text */
    {EXAMPLE_FORM_FASTTEXT, "__label__a x\n__label__b\ty\n"},
    {EXAMPLE_FORM_TREC, "NUM:dist x\nHUM:ind y z\n"},
};

START_TEST(the_form_is_told_by_the_first_lines)
{
    test_write_text("train.txt", looks[_i].train);
    asked.keep_train = true;
    read_ok();
    ck_assert_int_eq(d.coding.form, looks[_i].form);
}
END_TEST

START_TEST(trec_has_coarse_and_fine_labels)
{
    test_write_text("train.txt", "NUM:dist how far\nNUM:date when\nHUM:ind who\n");
    asked.keep_train = true;
    read_ok();
    ck_assert_str_eq(labels_of(&d), "HUM NUM ");
    asked.form = EXAMPLE_FORM_TREC_FINE;
    read_ok();
    ck_assert_str_eq(labels_of(&d), "HUM:ind NUM:date NUM:dist ");
    request.wanted = TEST, request.needed = TEST; /* the form of the coding, not the usual one */
    test_write_text("test.txt", "NUM:date when then\n");
    asked.form = EXAMPLE_FORM_AUTO;
    read_with_ok();
    check_example(&other, SPLIT_TEST, 0, "when <unk> -> NUM:date");
}
END_TEST

START_TEST(no_form_is_an_error_with_a_remedy)
{
    test_write_text("train.txt", "just a text\nof two lines\n");
    read_fails(ST_INPUT, "train.txt' is no labelled text");
    ck_assert_int_eq(err.remedy, REMEDY_EXAMPLE_FORM);
}
END_TEST

/* --- where texts lie --- */

static void write_all(const char *how)
{
    static const char *const names[] = {"train.txt", "test.txt"};
    struct file_member members[2];
    static char text[2][1 << 14];
    write_turns("train.txt", LINES);
    write_turns("test.txt", 6);
    for (size_t i = 0; i < 2; i++) {
        struct buf b = {0};
        ASSERT_OK(io_read_file(test_path(names[i]), 1 << 14, &b, &err));
        snprintf(text[i], sizeof text[i], "%.*s", (int)b.len, b.data);
        members[1 - i] = (struct file_member){.name = names[i], .text = text[i]}; /* test first */
        buf_fini(&b);
        if (strcmp(how, "gz") == 0) {
            char name[32];
            struct bytes gz = files_gzip(text[i], strlen(text[i]));
            snprintf(name, sizeof name, "%s.gz", names[i]);
            test_write(name, gz.data, gz.n);
            bytes_free(&gz);
        }
        if (strcmp(how, "folder") != 0)
            ck_assert_int_eq(unlink(test_path(names[i])), 0);
    }
    if (strcmp(how, "zip") != 0 && strcmp(how, "tgz") != 0)
        return;
    struct bytes archive = files_archive(how[0] == 'z' ? "zip" : "ustar", members, 2);
    struct bytes gz = files_gzip(archive.data, archive.n);
    const bool zip = how[0] == 'z';
    test_write(zip ? "x.zip" : "x.tgz", zip ? archive.data : gz.data, zip ? archive.n : gz.n);
    bytes_free(&archive), bytes_free(&gz);
    request.path = test_path(zip ? "x.zip" : "x.tgz");
}

START_TEST(folders_compressed_files_and_archives_give_the_same)
{
    static const char *const ways[] = {"gz", "zip", "tgz"};
    write_all("folder");
    read_ok();
    check_counts(&d, 36, 4, 6);
    test_dir_remove();
    test_dir_make();
    request.path = test_dir;
    write_all(ways[_i]);
    dataset_fini(&other);
    ASSERT_OK(dataset_read_examples(&other, &request, &asked, &err));
    check_counts(&other, 36, 4, 6);
    ck_assert_uint_eq(d.fingerprint, other.fingerprint);
    for (enum split s = 0; s < N_SPLITS; s++) {
        uint64_t one, two;
        ASSERT_OK(dataset_find_fingerprint(&one, &d, s, &err));
        ASSERT_OK(dataset_find_fingerprint(&two, &other, s, &err));
        ck_assert_uint_eq(one, two);
    }
}
END_TEST

START_TEST(pipes_are_read_once_and_cut_all_the_same)
{
    char text[1 << 12] = "";
    for (int i = 0; i < LINES; i++)
        sprintf(text + strlen(text), "%s\tword %d\n", i % 2 == 0 ? "a" : "b", i);
    request.path = pipe_of(text);
    read_ok();
    check_counts(&d, 36, 2, 2);
    test_write_text("all", text);
    request.path = test_path("all");
    dataset_fini(&other);
    ASSERT_OK(dataset_read_examples(&other, &request, &asked, &err));
    ck_assert_uint_eq(d.fingerprint, other.fingerprint);
    request = (struct dataset_request){
        .named[SPLIT_TRAIN] = pipe_of(text), .needed = TRAIN, .wanted = ALL};
    read_ok();
    check_counts(&d, 36, 4, 0);
}
END_TEST

/* --- how they are divided --- */

START_TEST(every_tenth_example_is_held_out)
{
    write_turns("train.txt", 25);
    write_turns("test.txt", 3);
    read_ok();
    check_counts(&d, 23, 2, 3);
    check_example(&d, SPLIT_VALID, 0, "word <unk> -> b");
    ck_assert_uint_eq(d.examples[SPLIT_VALID]->ids[0], (uint32_t)vocab_find(d.vocab, "word", 4));
    ck_assert_int_eq(vocab_find(d.vocab, "9", 1), -1); /* words are those of the rest */
    ck_assert_int_eq(vocab_find(d.vocab, "19", 2), -1);
    ck_assert_int_ge(vocab_find(d.vocab, "20", 2), 0);
    ck_assert_int_eq(d.division.way, EXAMPLE_VALID_HELD);
    ck_assert_uint_eq(d.division.held, 2);
    ck_assert_ptr_nonnull(strstr(d.names[SPLIT_VALID], "train.txt (every tenth example)"));
    request.wanted = TRAIN; /* the same train text for all who ask */
    dataset_fini(&other);
    ASSERT_OK(dataset_read_examples(&other, &request, &asked, &err));
    check_counts(&other, 23, 0, 0);
    ck_assert_uint_eq(vocab_hash(d.vocab), vocab_hash(other.vocab));
}
END_TEST

START_TEST(nothing_is_held_out_where_that_is_asked_or_a_valid_text_is_there)
{
    write_turns("train.txt", 25);
    asked.keep_train = true;
    read_ok();
    check_counts(&d, 25, 0, 0);
    ck_assert_int_eq(d.division.way, EXAMPLE_SPLITS_GIVEN);
    request.needed = TRAIN | VALID;
    read_fails(ST_INPUT, "valid");
    asked.keep_train = false;
    write_turns("dev.txt", 4);
    read_ok();
    check_counts(&d, 25, 4, 0);
}
END_TEST

START_TEST(one_text_is_cut_all_over)
{
    write_turns("all.txt", LINES);
    request.path = test_path("all.txt");
    read_ok();
    check_counts(&d, 36, 2, 2);
    ck_assert_int_eq(d.division.way, EXAMPLE_SPLITS_CUT);
    for (int i = 0; i < LINES; i++) {
        char number[8];
        snprintf(number, sizeof number, "%d", i);
        const bool cut = i % 20 >= 18;
        ck_assert_int_eq(vocab_find(d.vocab, number, strlen(number)) == -1, cut);
    }
    write_turns("few", 19);
    request.path = test_path("few");
    read_fails(ST_INPUT, "has 19 examples, too few to be cut");
    ck_assert_int_eq(err.remedy, REMEDY_NAME_SPLITS);
    request.wanted = TRAIN;
    read_ok();
    check_counts(&d, 19, 0, 0);
}
END_TEST

START_TEST(a_text_is_whole_where_the_others_are_named)
{
    write_turns("all.txt", LINES);
    write_turns("v", 3), write_turns("t", 2);
    request.path = test_path("all.txt");
    request.named[SPLIT_VALID] = test_path("v");
    request.named[SPLIT_TEST] = test_path("t");
    read_ok();
    check_counts(&d, LINES, 3, 2);
    request.path = NULL;
    request.named[SPLIT_TRAIN] = test_path("all.txt");
    read_ok();
    check_counts(&d, LINES, 3, 2);
}
END_TEST

START_TEST(a_model_reads_one_text_whole_if_that_is_asked)
{
    write_turns("train.txt", LINES);
    read_ok();
    write_turns("new", 5);
    request = (struct dataset_request){
        .path = test_path("new"), .needed = TEST, .wanted = TEST, .whole = true};
    read_with_ok();
    check_counts(&other, 0, 0, 5);
    ck_assert_ptr_eq(other.vocab, d.vocab);
    ck_assert_ptr_eq(other.labels, d.labels);
    request.whole = false;
    read_with_fails(ST_INPUT, "too few to be cut");
}
END_TEST

START_TEST(a_model_may_read_texts_without_labels)
{
    write_turns("train.txt", LINES);
    read_ok();
    test_write_text("new", "a\tword 1\nword word\n\xC3\xA9\n");
    request = (struct dataset_request){
        .named[SPLIT_TEST] = test_path("new"), .needed = TEST, .wanted = TEST};
    asked.unlabelled = true;
    read_with_ok();
    check_counts(&other, 0, 0, 3);
    ck_assert_ptr_null(other.examples[SPLIT_TEST]->labels);
    check_example(&other, SPLIT_TEST, 0, "<unk> word 1");
    check_example(&other, SPLIT_TEST, 2, "<unk>");
    ck_assert_uint_eq(other.splits[SPLIT_TEST].unknown, 2);
}
END_TEST

/* --- words --- */

START_TEST(words_are_made_by_the_tokenizer_within_the_limits)
{
    test_write_text("train.txt", "a\tOne two two\nb\tThree, two!\n");
    asked.keep_train = true;
    request.tokenizer = "treebank";
    read_ok();
    check_example(&d, SPLIT_TRAIN, 1, "three two -> b");
    request.tokenizer = "chars";
    read_ok();
    check_example(&d, SPLIT_TRAIN, 1, "T h r e e ,   t w o ! -> b");
    request.tokenizer = "words";
    request.vocab_limits = (struct vocab_limits){.min_count = 2};
    read_ok();
    check_example(&d, SPLIT_TRAIN, 0, "<unk> two two -> a");
    ck_assert_uint_eq(vocab_size(d.vocab), 3);
}
END_TEST

START_TEST(pieces_of_words_are_learned_from_the_train_part)
{
    test_write_text("train.txt", "a\tlow lower lowest\nb\tlow low new\nb\tnewer\n");
    asked.keep_train = true;
    request.tokenizer = "bpe";
    request.merges = 3;
    read_ok();
    check_example(&d, SPLIT_TRAIN, 1, "low low n@@ e@@ w -> b");
    ck_assert(d.tokenizer == d.owned_tokenizer && d.coding.tokenizer == d.tokenizer);
    ck_assert_uint_eq(d.examples[SPLIT_TRAIN]->longest, d.examples[SPLIT_TRAIN]->first[1]);
    test_write_text("test.txt", "b\tlow\n");
    request.needed = request.wanted = TEST;
    read_with_ok();
    check_example(&other, SPLIT_TEST, 0, "low -> b");
}
END_TEST

START_TEST(markers_stand_for_what_they_say)
{
    test_write_text("train.txt", "a\t<s> one [UNK] </s>\nb\tone\n");
    asked.keep_train = true;
    request.markers = (struct marker_names){.bos = "<s>", .eos = "</s>", .unk = "[UNK]"};
    read_ok();
    check_example(&d, SPLIT_TRAIN, 0, "one <unk> -> a");
}
END_TEST

START_TEST(a_vocabulary_of_a_file_is_taken)
{
    test_write_text("train.txt", "a\tone two\nb\tone\n");
    test_write_text("words.vocab", "<unk>\n<eos>\none\n");
    asked.keep_train = true;
    request.vocab_path = test_path("words.vocab");
    request.vocab_form = VOCAB_PTBLM;
    read_ok();
    check_example(&d, SPLIT_TRAIN, 0, "one <unk> -> a");
    request.oov = OOV_ERROR;
    read_fails(ST_INPUT,
               "train.txt' line 1 has the word 'two', which the vocabulary does not have");
    ck_assert_int_eq(err.remedy, REMEDY_ALLOW_UNKNOWN);
}
END_TEST

START_TEST(other_encodings_are_read_where_they_are_named)
{
    test_write_text("train.txt", "a\tcaf\xE9\nb\tthe\n");
    asked.keep_train = true;
    read_fails(ST_INPUT, "train.txt' line 1 has");
    ck_assert_int_eq(err.remedy, REMEDY_NAME_ENCODING);
    request.source_limits.reading.encoding = "latin1";
    read_ok();
    check_example(&d, SPLIT_TRAIN, 0, "caf\xC3\xA9 -> a");
}
END_TEST

/* --- what is refused --- */

static const struct {
    enum example_form form;
    const char *train, *test, *message;
} faults[] = {
    {EXAMPLE_FORM_AUTO, "a\tx\nb\ty\nz\n", NULL, "train.txt' line 3 has no label with a tab"},
    {EXAMPLE_FORM_AUTO, "a\tx\n\nb\ty\n", NULL, "train.txt' line 2 is empty"},
    {EXAMPLE_FORM_AUTO, "a\tx\nb\t \n", NULL, "train.txt' line 2 has no text after its label, 'b'"},
    {EXAMPLE_FORM_AUTO, "a\tx\n \ty\nb\tz\n", NULL, "train.txt' line 2 has no label"},
    {EXAMPLE_FORM_AUTO, "a\tx\nb\x01\ty\nb\tz\n", NULL, "line 2 has the label 'b\\x01', with a"},
    {EXAMPLE_FORM_AUTO, "a\tx\nb\ty\n", "a\tx\nc\ty\n",
     "test.txt' line 2 has the label 'c', which the train text does not have"},
    {EXAMPLE_FORM_AUTO, "a\tx\na\ty\n", NULL, "has one label alone, 'a'"},
    {EXAMPLE_FORM_AUTO, "", NULL, "train.txt' is empty"},
    {EXAMPLE_FORM_AUTO, "a\tx\nb\ty\n", "", "test.txt' has no example"},
    {EXAMPLE_FORM_AUTO, "__label__a x\n__label__b y __label__c\n", NULL,
     "line 2 has a second label, '__label__c'"},
    {EXAMPLE_FORM_AUTO, "__label__a x\n__label__b y\nz\n", NULL,
     "line 3 has no label: it does not"},
    {EXAMPLE_FORM_AUTO, "__label__a x\n__label__ y\n", NULL, "line 2 has no label"},
    {EXAMPLE_FORM_AUTO, "A:b x\nC:d y\nE: z\n", NULL,
     "line 3 has no label: it does not begin with L"},
    {EXAMPLE_FORM_FASTTEXT, "a\tx\n", NULL,
     "line 1 has no label: it does not begin with __label__"},
    {EXAMPLE_FORM_TREC, "ABC\tx\n", NULL, "line 1 has no label: it does not begin with LABEL:fine"},
};

START_TEST(defects_are_named_with_their_place)
{
    test_write_text("train.txt", faults[_i].train);
    if (faults[_i].test != NULL)
        test_write_text("test.txt", faults[_i].test);
    asked.keep_train = true;
    asked.form = faults[_i].form;
    read_fails(ST_INPUT, faults[_i].message);
}
END_TEST

START_TEST(a_text_without_tokens_is_refused)
{
    test_write_text("train.txt", "a\tx\nb\t...\n");
    request.tokenizer = "treebank";
    read_fails(ST_INPUT, "line 2 has a text of which the tokenizer 'treebank' makes no token");
}
END_TEST

START_TEST(texts_in_the_place_of_labels_are_refused)
{
    char text[1 << 12] = "";
    for (int i = 0; i < 30; i++)
        sprintf(text + strlen(text), "sentence %d\t%d\n", i, i % 2);
    test_write_text("train.txt", text);
    asked.keep_train = true;
    read_fails(ST_INPUT, "has 30 different labels for 30 examples");
}
END_TEST

START_TEST(what_cannot_be_examples_is_refused)
{
    request.path = NULL;
    read_fails(ST_USAGE, "there is no data with labels");
    request.path = test_dir;
    write_turns("train.txt", 5);
    asked.form = EXAMPLE_FORM_COLUMNS;
    read_fails(ST_USAGE, "has a label for each step, and each sequence needs one");
    asked.form = EXAMPLE_FORM_AUTO;
    request.documents.ends = true;
    read_fails(ST_USAGE, "no marks at the ends of documents");
    request.documents.ends = false;
    test_write_text("prepared.json", "{}");
    read_fails(ST_INPUT, "is a prepared directory");
}
END_TEST

START_TEST(the_first_text_at_fault_is_named_whatever_the_order)
{
    struct file_member members[] = {{.name = "test.txt", .text = "c\tx\n"},
                                    {.name = "valid.txt", .text = "a\n"},
                                    {.name = "train.txt", .text = "a\tx\nb\ty\n"}};
    struct bytes tar = files_archive("ustar", members, 3);
    test_write("x.tar", tar.data, tar.n);
    bytes_free(&tar);
    request.path = test_path("x.tar");
    read_fails(ST_INPUT, "valid.txt' line 1 has no label");
    members[2].text = "a\tx\nb\ty\n\n";
    tar = files_archive("ustar", members, 3);
    test_write("x.tar", tar.data, tar.n);
    bytes_free(&tar);
    read_fails(ST_INPUT, "train.txt' line 3 is empty");
}
END_TEST

START_TEST(files_without_names_for_splits_are_not_guessed)
{
    write_turns("one.txt", 5), write_turns("two.txt", 5), write_turns("three.txt", 5);
    read_fails(ST_INPUT, "has several files, whose names do not say");
    ck_assert_int_eq(err.remedy, REMEDY_NAME_SPLITS);
}
END_TEST

static Suite *example_lines_suite(void)
{
    Suite *s = suite_create("example_lines");
    TCase *tc = tcase_create("lines");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, each_form_gives_the_same_examples, 0, (int)N_OF(texts));
    tcase_add_loop_test(tc, the_form_is_told_by_the_first_lines, 0, (int)N_OF(looks));
    tcase_add_test(tc, trec_has_coarse_and_fine_labels);
    tcase_add_test(tc, no_form_is_an_error_with_a_remedy);
    tcase_add_loop_test(tc, folders_compressed_files_and_archives_give_the_same, 0, 3);
    tcase_add_test(tc, pipes_are_read_once_and_cut_all_the_same);
    tcase_add_test(tc, every_tenth_example_is_held_out);
    tcase_add_test(tc, nothing_is_held_out_where_that_is_asked_or_a_valid_text_is_there);
    tcase_add_test(tc, one_text_is_cut_all_over);
    tcase_add_test(tc, a_text_is_whole_where_the_others_are_named);
    tcase_add_test(tc, a_model_reads_one_text_whole_if_that_is_asked);
    tcase_add_test(tc, a_model_may_read_texts_without_labels);
    tcase_add_test(tc, words_are_made_by_the_tokenizer_within_the_limits);
    tcase_add_test(tc, pieces_of_words_are_learned_from_the_train_part);
    tcase_add_test(tc, markers_stand_for_what_they_say);
    tcase_add_test(tc, a_vocabulary_of_a_file_is_taken);
    tcase_add_test(tc, other_encodings_are_read_where_they_are_named);
    tcase_add_loop_test(tc, defects_are_named_with_their_place, 0, (int)N_OF(faults));
    tcase_add_test(tc, a_text_without_tokens_is_refused);
    tcase_add_test(tc, texts_in_the_place_of_labels_are_refused);
    tcase_add_test(tc, what_cannot_be_examples_is_refused);
    tcase_add_test(tc, the_first_text_at_fault_is_named_whatever_the_order);
    tcase_add_test(tc, files_without_names_for_splits_are_not_guessed);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(example_lines_suite())
