/* The text form of vocabularies: what is read and written, and all that is refused. */
#include "tests/support/vocab_support.h"

#include "lib/base/buf.h"
#include "lib/base/mem.h"
#include "vocab/tokenizer/tokenizer.h"

static struct vocab *parse(const char *text)
{
    struct err err = {0};
    struct vocab *v = NULL;
    ck_assert_msg(vocab_parse(&v, "v.txt", text, strlen(text), &err) == ST_OK, "%s", err.text);
    return v;
}

START_TEST(the_order_of_a_file_is_kept)
{
    const char *text = "z\t1\n<eos>\t0\na\t18446744073709551615\n<unk>\t7\n";
    struct vocab *v = parse(text);
    ck_assert_int_eq(vocab_find(v, "z", 1), 0);
    ck_assert_int_eq(vocab_eos(v), 1);
    ck_assert_int_eq(vocab_find(v, "a", 1), 2);
    ck_assert_int_eq(vocab_unk(v), 3);
    assert_text(v, text);
    vocab_free(v);
}
END_TEST

START_TEST(a_count_may_be_missing)
{
    struct vocab *v = parse("<unk>\nb\t5\n<eos>\n");
    assert_text(v, "<unk>\t0\nb\t5\n<eos>\t0\n");
    vocab_free(v);
}
END_TEST

START_TEST(blanks_and_tabs_can_be_words)
{
    const char *text = "<unk>\t1\n \t2\n\t\t3\na\tb\t4\n\r\t5\n<eos>\t6\n\xc2\xa0\t7\n";
    struct vocab *v = parse(text);
    ck_assert_int_eq(vocab_find(v, " ", 1), 1);
    ck_assert_int_eq(vocab_find(v, "\t", 1), 2);
    ck_assert_int_eq(vocab_find(v, "a\tb", 3), 3);
    ck_assert_int_eq(vocab_find(v, "\r", 1), 4);
    assert_text(v, text);
    vocab_free(v);
}
END_TEST

START_TEST(what_is_saved_is_loaded)
{
    struct err err = {0};
    struct vocab *v = vocab_of("the the cat <eos> <unk>", &(struct vocab_limits){0}), *again = NULL;
    struct buf text = {0};
    ck_assert_int_eq(vocab_format(v, &text, &err), ST_OK);
    ck_assert_int_eq(io_write_file(test_file, text.data, text.len, &err), ST_OK);
    buf_fini(&text);
    ck_assert_int_eq(vocab_load(&again, test_file, &err), ST_OK);
    assert_text(again, "the\t2\n<eos>\t1\n<unk>\t1\ncat\t1\n");
    ck_assert_uint_eq(vocab_hash(v), vocab_hash(again));
    vocab_free(again);
    vocab_free(v);
}
END_TEST

START_TEST(a_missing_file_is_named)
{
    struct err err = {0};
    struct vocab *v = NULL;
    ck_assert_int_eq(vocab_load(&v, test_file, &err), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, test_file));
    ck_assert_ptr_null(v);
}
END_TEST

START_TEST(the_hash_tells_words_and_order_but_not_counts)
{
    static const char *const texts[] = {
        "a\t1\nb\t1\n<unk>\t0\n<eos>\t0\n", "a\t9\nb\t3\n<unk>\n<eos>\n",
        "b\t1\na\t1\n<unk>\t0\n<eos>\t0\n", "ab\t1\n<unk>\t0\n<eos>\t0\n",
        "a\t1\nb\t1\n<eos>\t0\n<unk>\t0\n", "a\t1\nb\t1\nc\t1\n<unk>\t0\n<eos>\t0\n",
    };
    uint64_t hashes[6];
    for (size_t i = 0; i < 6; i++) {
        struct vocab *v = parse(texts[i]);
        hashes[i] = vocab_hash(v);
        vocab_free(v);
    }
    ck_assert_uint_eq(hashes[0], hashes[1]);
    for (size_t i = 1; i < 6; i++)
        for (size_t k = i + 1; k < 6; k++)
            ck_assert_uint_ne(hashes[i], hashes[k]);
}
END_TEST

static const struct bad_file {
    const char *text, *message;
    size_t len; /* 0: as strlen says */
} bad_files[] = {
    {"", "'v.txt' is empty", 0},
    {"<unk>\t1\n<eos>\t1", "does not end with a line end", 0},
    {"<unk>\n<eos>\na\t1\nb\t1\na\t2\n", "'v.txt' line 5 has 'a', which is on line 3 already", 0},
    {"<unk>\n<eos>\n<unk>\n", "'v.txt' line 3 has '<unk>', which is on line 1 already", 0},
    {"<unk>\n\n<eos>\n", "'v.txt' line 2 has no word", 0},
    {"<unk>\n\t5\n<eos>\n", "'v.txt' line 2 has no word", 0},
    {"\n", "'v.txt' line 1 has no word", 0},
    {"<eos>\t1\na\t1\n", "'v.txt' has no line for <unk>", 0},
    {"<unk>\t1\na\t1\n", "'v.txt' has no line for <eos>", 0},
    {"<unk>\t1\r\n<eos>\t1\r\n", "'v.txt' line 1 ends with CR LF", 0},
    {"<unk>\r\n<eos>\n", "'v.txt' line 1 ends with CR LF", 0},
    {"<unk>\t1\na\0b\t1\n<eos>\t1\n", "'v.txt' line 2 has a NUL byte", 21},
    {"<unk>\t1\n<eos>\t1\n\xff\t1\n", "'v.txt' line 3 has a byte that no character begins with", 0},
    {"<unk>\t\n<eos>\t1\n", "line 1 has '' after its last tab", 0},
    {"<unk>\t-1\n<eos>\t1\n", "line 1 has '-1' after", 0},
    {"<unk>\t+1\n<eos>\t1\n", "line 1 has '+1' after", 0},
    {"<unk>\t1\n<eos>\t 1\n", "line 2 has ' 1' after", 0},
    {"<unk>\t1\n<eos>\t1 \n", "line 2 has '1 ' after", 0},
    {"<unk>\t1.5\n<eos>\t1\n", "line 1 has '1.5' after", 0},
    {"<unk>\t0x1\n<eos>\t1\n", "line 1 has '0x1' after", 0},
    {"<unk>\t18446744073709551616\n<eos>\t1\n", "line 1 has '18446744073709551616' after", 0},
    {"<unk>\t99999999999999999999999\n<eos>\t1\n", "after its last tab", 0},
    {"a\tb\n<unk>\n<eos>\n", "line 1 has 'b' after", 0},
    {"a\t\x1b[2J\n<unk>\n<eos>\n", "line 1 has '\\x1b[2J' after", 0},
};

START_TEST(a_bad_file_is_refused_with_its_line)
{
    const struct bad_file *bad = &bad_files[_i];
    struct err err = {0};
    struct vocab *v = NULL;
    const size_t len = bad->len > 0 ? bad->len : strlen(bad->text);
    ck_assert_int_eq(vocab_parse(&v, "v.txt", bad->text, len, &err), ST_INPUT);
    ck_assert_ptr_null(v);
    ck_assert_msg(strstr(err.text, bad->message) != NULL, "%s", err.text);
}
END_TEST

START_TEST(a_word_that_is_too_long_is_refused_with_its_line)
{
    struct err err = {0};
    struct buf text = {0};
    struct vocab *v = NULL;
    ck_assert_int_eq(buf_add_text(&text, "<unk>\n<eos>\n", &err), ST_OK);
    ck_assert_int_eq(buf_reserve(&text, TOKEN_MAX + 2, &err), ST_OK);
    memset(text.data + text.len, 'x', TOKEN_MAX + 1);
    text.data[text.len + TOKEN_MAX] = '\n';
    ck_assert_int_eq(vocab_parse(&v, "v.txt", text.data, text.len + TOKEN_MAX + 1, &err), ST_OK);
    vocab_free(v);
    text.data[text.len + TOKEN_MAX] = 'x';
    text.data[text.len + TOKEN_MAX + 1] = '\n';
    ck_assert_int_eq(vocab_parse(&v, "v.txt", text.data, text.len + TOKEN_MAX + 2, &err), ST_INPUT);
    ck_assert_msg(strncmp(err.text, "'v.txt' line 3 has 'xxx", 22) == 0, "%s", err.text);
    ck_assert_ptr_nonnull(strstr(err.text, "xxx...', a word of 65536 bytes"));
    buf_fini(&text);
}
END_TEST

START_TEST(more_lines_than_a_vocabulary_can_have_are_refused)
{
    struct err err = {0};
    const size_t lines = (size_t)VOCAB_MAX + 1;
    char *text = mem_resize(NULL, lines, 1, &err);
    memset(text, '\n', lines);
    struct vocab *v = NULL;
    ck_assert_int_eq(vocab_parse(&v, "v.txt", text, lines, &err), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "has 16777217 lines"));
    ck_assert_int_eq(vocab_parse(&v, "v.txt", text, lines - 1, &err), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "line 1 has no word"));
    mem_free(text);
}
END_TEST

/* A file cut anywhere is refused, or ends behind a line and is a smaller vocabulary. */
START_TEST(a_file_cut_within_a_line_is_refused)
{
    const char *text = "<unk>\t12\n<eos>\t11\na\t10\nb\t9\n";
    for (size_t len = 0; len < strlen(text); len++) {
        struct err err = {0};
        struct vocab *v = NULL;
        const bool whole = len >= 18 && text[len - 1] == '\n';
        ck_assert_int_eq(vocab_parse(&v, "v.txt", text, len, &err), whole ? ST_OK : ST_INPUT);
        vocab_free(v);
    }
}
END_TEST

static struct vocab *load_marked(const char *text, const struct markers *m)
{
    struct vocab *v = NULL;
    struct err err = {0};
    test_write("file", text, strlen(text));
    ck_assert_msg(vocab_load_as(&v, &(struct vocab_file){.path = test_file}, m, NULL, &err) ==
                      ST_OK,
                  "%s", err.text);
    return v;
}

START_TEST(markers_become_the_tokens_that_are_missing)
{
    static const struct markers m = {.bos = "<s>", .eos = "</s>", .unk = "[UNK]"};
    struct vocab *v = load_marked("<s>\na\t3\n[UNK]\t2\n</s>\t1\n", &m);
    assert_text(v, "<s>\t0\na\t3\n<unk>\t2\n<eos>\t1\n");
    ck_assert_int_eq(vocab_unk(v), 2);
    ck_assert_int_eq(vocab_eos(v), 3);
    ck_assert_int_eq(vocab_find(v, "[UNK]", 5), -1);
    vocab_free(v);
    v = load_marked("<unk>\t1\n</s>\t2\n[UNK]\t4\n", &m); /* <unk> is there: [UNK] is a word */
    assert_text(v, "<unk>\t1\n<eos>\t2\n[UNK]\t4\n");
    vocab_free(v);
}
END_TEST

START_TEST(a_missing_token_is_named_with_the_marker_that_may_be_it)
{
    struct vocab *v = NULL;
    struct err err = {0};
    const char no_unk[] = "<eos>\n<UNK>\n", no_eos[] = "<unk>\n</s>\n", none[] = "<unk>\na\n";
    ck_assert_int_eq(vocab_parse(&v, "v", no_unk, strlen(no_unk), &err), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "'<UNK>'"));
    ck_assert_int_eq(err.remedy, REMEDY_MARKER_UNK);
    ck_assert_int_eq(vocab_parse(&v, "v", no_eos, strlen(no_eos), &err), ST_INPUT);
    ck_assert_ptr_nonnull(strstr(err.text, "'</s>'"));
    ck_assert_int_eq(err.remedy, REMEDY_MARKER_EOS);
    ck_assert_int_eq(vocab_parse(&v, "v", none, strlen(none), &err), ST_INPUT);
    ck_assert_int_eq(err.remedy, REMEDY_VOCAB_ADD);
}
END_TEST

/* --- files of other programs --- */

static enum status load_as(struct vocab **v, const char *text, enum vocab_form form, bool add,
                           struct vocab_taken *taken, struct err *err)
{
    test_write("file", text, strlen(text));
    return vocab_load_as(v, &(struct vocab_file){test_file, form, add}, NULL, taken, err);
}

static const struct other {
    const char *text;
    enum vocab_form form; /* as which it is taken */
    const char *own;
} others[] = {
    {"a\n<unk>\n<eos>\n", VOCAB_PTBLM, "a\t0\n<unk>\t0\n<eos>\t0\n"},
    {"a\t7\n<unk>\t3\n<eos>\n", VOCAB_PTBLM, "a\t7\n<unk>\t3\n<eos>\t0\n"},
    {" \t7\n<unk>\t3\n<eos>\t5\n", VOCAB_PTBLM, " \t7\n<unk>\t3\n<eos>\t5\n"},
    {"new york\n<unk>\n<eos>\n", VOCAB_PTBLM, "new york\t0\n<unk>\t0\n<eos>\t0\n"},
    {"[UNK]\n<unk>\n<eos>\n", VOCAB_PTBLM, "[UNK]\t0\n<unk>\t0\n<eos>\t0\n"},
    {"[\"\n<unk>\n<eos>\n", VOCAB_PTBLM, "[\"\t0\n<unk>\t0\n<eos>\t0\n"},
    {"a\t2\n<unk>\t1\n<eos>\t0\n", VOCAB_PTBLM, "a\t2\n<unk>\t1\n<eos>\t0\n"},
    {"a\t1\n<unk>\t2\n<eos>\t0\n", VOCAB_PTBLM, "a\t1\n<unk>\t2\n<eos>\t0\n"},
    {"a\t0\n<unk>\t1\n<eos>\t2\n", VOCAB_WORD_ID, "a\t0\n<unk>\t0\n<eos>\t0\n"},
    {"a 7\n<unk> 3\n<eos>   5\n", VOCAB_WORD_COUNT, "a\t7\n<unk>\t3\n<eos>\t5\n"},
    {"   7 a\n  13 <unk>\n   5 <eos>\n", VOCAB_COUNT_WORD, "a\t7\n<unk>\t13\n<eos>\t5\n"},
    {"a 1\n<unk> 2\n<eos> 0\n", VOCAB_WORD_ID, "<eos>\t0\na\t0\n<unk>\t0\n"},
    {"2 a\n0 <unk>\n1 <eos>\n", VOCAB_ID_WORD, "<unk>\t0\n<eos>\t0\na\t0\n"},
    {"2\ta\n0\t<unk>\n1\t<eos>\n", VOCAB_ID_WORD, "<unk>\t0\n<eos>\t0\na\t0\n"},
    {"{\"a\": 2, \"<eos>\": 0, \"<unk>\": 1}", VOCAB_JSON, "<eos>\t0\n<unk>\t0\na\t0\n"},
    {" [\"<eos>\", \"\\u00e9\",\n\"<unk>\"]\n", VOCAB_JSON, "<eos>\t0\n\xC3\xA9\t0\n<unk>\t0\n"},
};

START_TEST(a_file_of_another_program_is_told_by_the_whole)
{
    const struct other *o = &others[_i];
    struct vocab *v = NULL;
    struct vocab_taken taken;
    struct err err = {0};
    ck_assert_msg(load_as(&v, o->text, VOCAB_AUTO, false, &taken, &err) == ST_OK, "%s", err.text);
    assert_text(v, o->own);
    ck_assert_int_eq(taken.form, o->form);
    ck_assert_uint_eq(taken.words, 3);
    ck_assert(!taken.mark && !taken.crlf && taken.codec == NULL && taken.unk < 0 && taken.eos < 0);
    vocab_free(v);
    ck_assert_msg(load_as(&v, o->text, o->form, false, NULL, &err) == ST_OK, "%s", err.text);
    assert_text(v, o->own);
    vocab_free(v);
}
END_TEST

START_TEST(marks_and_line_ends_of_other_systems_are_dropped)
{
    struct vocab *v = NULL;
    struct vocab_taken taken;
    struct err err = {0};
    ck_assert_int_eq(
        load_as(&v, "\xEF\xBB\xBFthe 3\r\n<unk> 1\r\n<eos> 2\r\n", VOCAB_AUTO, false, &taken, &err),
        ST_OK);
    assert_text(v, "the\t3\n<unk>\t1\n<eos>\t2\n");
    ck_assert(taken.mark && taken.crlf);
    vocab_free(v);
    ck_assert_int_eq(load_as(&v, "the\r\n<unk>\n<eos>\n", VOCAB_AUTO, false, &taken, &err),
                     ST_INPUT);
}
END_TEST

START_TEST(what_is_missing_is_added_behind_the_last_word)
{
    struct vocab *v = NULL;
    struct vocab_taken taken;
    struct err err = {0};
    ck_assert_int_eq(load_as(&v, "{\"a\":0,\"b\":1}", VOCAB_AUTO, false, &taken, &err), ST_INPUT);
    ck_assert_int_eq(err.remedy, REMEDY_VOCAB_ADD);
    ck_assert_int_eq(load_as(&v, "{\"a\":0,\"b\":1}", VOCAB_AUTO, true, &taken, &err), ST_OK);
    assert_text(v, "a\t0\nb\t0\n<unk>\t0\n<eos>\t0\n");
    ck_assert_int_eq(taken.unk, 2);
    ck_assert_int_eq(taken.eos, 3);
    ck_assert_uint_eq(taken.words, 4);
    vocab_free(v);
    ck_assert_int_eq(load_as(&v, "<unk>\na\n", VOCAB_AUTO, true, &taken, &err), ST_OK);
    assert_text(v, "<unk>\t0\na\t0\n<eos>\t0\n");
    ck_assert_int_eq(taken.unk, -1);
    ck_assert_int_eq(taken.eos, 2);
    vocab_free(v);
}
END_TEST

static const struct unread {
    const char *text;
    enum vocab_form form;
    const char *what;
    enum remedy remedy;
} unread[] = {
    {"a 8\nb 7\nc 6\nd 5\ne 4\nf 3\ng 2\n<unk> 1\n<eos> 0\n", VOCAB_AUTO, "ids or counts",
     REMEDY_VOCAB_FORM},
    {"a\t8\nb\t6\nc\t7\nd\t5\ne\t4\nf\t3\ng\t2\n<unk>\t1\n<eos>\t0\n", VOCAB_AUTO, "ids or counts",
     REMEDY_VOCAB_FORM},
    {"a \t7\n<unk> 3\n<eos>\t5\n", VOCAB_AUTO, "behind a tab and some", REMEDY_VOCAB_FORM},
    {"0 1\n1 0\n", VOCAB_AUTO, "all its words are numbers", REMEDY_VOCAB_FORM},
    {"a 9\nb 8\n<unk> 7\n<eos>\n", VOCAB_AUTO, "but not on all (see line 4)", REMEDY_VOCAB_FORM},
    {"a\n", VOCAB_WORD_COUNT, "line 1 has 'a', which is not a word, blanks and its count",
     REMEDY_NONE},
    {"a 0\nb 2\n", VOCAB_WORD_ID, "gives 'b' the id 2, but its 2 words have the ids 0 to 1",
     REMEDY_NONE},
    {"0 a\n0 b\n", VOCAB_ID_WORD, "gives the id 0 to 'a' and to 'b'", REMEDY_NONE},
    {"1 a\n0 a\n", VOCAB_ID_WORD, "has 'a' twice, as id 0 and as id 1", REMEDY_NONE},
    {"{\"a\":1.5}", VOCAB_AUTO, "a value for 'a' that is no id", REMEDY_NONE},
    {"{\"a\":-1}", VOCAB_AUTO, "a value for 'a' that is no id", REMEDY_NONE},
    {"{\"a\":0,\"a\":1}", VOCAB_AUTO, "not valid JSON", REMEDY_NONE},
    {"{\"a\":0", VOCAB_AUTO, "not valid JSON", REMEDY_NONE},
    {"[\"a\",\"a\"]", VOCAB_AUTO, "has 'a' twice", REMEDY_NONE},
    {"[\"a\",7]", VOCAB_AUTO, "element 1 must be a string", REMEDY_NONE},
    {"[\"a\\nb\"]", VOCAB_AUTO, "no word may have a line end", REMEDY_NONE},
    {"[]", VOCAB_JSON, "has no words", REMEDY_NONE},
    {"7", VOCAB_JSON, "has no words", REMEDY_NONE},
    {"", VOCAB_AUTO, "is empty", REMEDY_NONE},
    {"a 1\n<unk> 2", VOCAB_AUTO, "does not end with a line end", REMEDY_NONE},
};

START_TEST(a_file_that_may_be_two_things_or_none_is_refused)
{
    const struct unread *u = &unread[_i];
    struct vocab *v = NULL;
    struct err err = {0};
    ck_assert_int_eq(load_as(&v, u->text, u->form, true, NULL, &err), ST_INPUT);
    ck_assert_msg(strstr(err.text, u->what) != NULL, "'%s' is not in '%s'", u->what, err.text);
    ck_assert_ptr_nonnull(strstr(err.text, test_file));
    ck_assert_int_eq(err.remedy, u->remedy);
}
END_TEST

static Suite *vocab_file_suite(void)
{
    Suite *s = suite_create("vocab_file");
    TCase *tc = vocab_tcase("vocab_file");
    tcase_add_test(tc, the_order_of_a_file_is_kept);
    tcase_add_test(tc, a_count_may_be_missing);
    tcase_add_test(tc, blanks_and_tabs_can_be_words);
    tcase_add_test(tc, what_is_saved_is_loaded);
    tcase_add_test(tc, a_missing_file_is_named);
    tcase_add_test(tc, the_hash_tells_words_and_order_but_not_counts);
    tcase_add_loop_test(tc, a_bad_file_is_refused_with_its_line, 0,
                        sizeof bad_files / sizeof bad_files[0]);
    tcase_add_test(tc, a_word_that_is_too_long_is_refused_with_its_line);
    tcase_add_test(tc, more_lines_than_a_vocabulary_can_have_are_refused);
    tcase_add_test(tc, a_file_cut_within_a_line_is_refused);
    tcase_add_test(tc, markers_become_the_tokens_that_are_missing);
    tcase_add_test(tc, a_missing_token_is_named_with_the_marker_that_may_be_it);
    tcase_add_loop_test(tc, a_file_of_another_program_is_told_by_the_whole, 0,
                        sizeof others / sizeof *others);
    tcase_add_test(tc, marks_and_line_ends_of_other_systems_are_dropped);
    tcase_add_test(tc, what_is_missing_is_added_behind_the_last_word);
    tcase_add_loop_test(tc, a_file_that_may_be_two_things_or_none_is_refused, 0,
                        sizeof unread / sizeof *unread);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(vocab_file_suite())
