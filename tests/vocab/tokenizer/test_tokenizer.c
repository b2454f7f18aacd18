/* The tokenizers, by tables of lines and the tokens that they must give. */
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/utf8.h"
#include "tests/support/tap.h"
#include "tests/support/tokenizer_support.h"

/* The UTF-8 of a code point, surrogates too; returns its length. */
static size_t put_utf8(char *to, uint32_t code)
{
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    const size_t len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--, code >>= 6)
        to[i] = (char)(0x80 | (code & 0x3F));
    to[0] = (char)(0xF00 >> len | code);
    return len;
}

static void assert_tokens(const struct tokenizer *t, const char *line, const char *expected)
{
    struct buf tokens = {0};
    struct err err = {0};
    ck_assert_int_eq(buf_reserve(&tokens, 0, &err), ST_OK);
    /* A copy without a NUL behind it: reading past the end shows under the sanitizers. */
    char *copy = mem_resize(NULL, strlen(line), 1, &err);
    memcpy(copy, line, strlen(line));
    ck_assert_int_eq(tokenizer_split_each(t, copy, strlen(line), collect, &tokens, &err), ST_OK);
    ck_assert_msg(strcmp(tokens.data, expected) == 0, "%s of \"%s\": got %s, expected %s", t->name,
                  line, tokens.data, expected);
    mem_free(copy);
    buf_fini(&tokens);
}

struct line_case {
    const char *line, *tokens;
};

static const struct line_case words_cases[] = {
    {"", ""},
    {" \t ", ""},
    {"a", "a|"},
    {" the  cat\tsat \r\v\f.", "the|cat|sat|.|"},
    {"<unk> N <eos> <x>", "<unk>|N|<eos>|<x>|"},
    {"Don't, \"STOP\".", "Don't,|\"STOP\".|"},
    {"na\xc3\xafve\xc2\xa0word", "na\xc3\xafve\xc2\xa0word|"},
};

START_TEST(words_are_parted_by_ascii_white_space)
{
    assert_tokens(&tokenizer_words, words_cases[_i].line, words_cases[_i].tokens);
}
END_TEST

/* Every code point, with a letter on both sides: one word, or two at a blank. */
START_TEST(unicode_divides_where_python_does)
{
    /* [c for c in range(0x110000) if len(('a' + chr(c) + 'b').split()) == 2], python 3.11 */
    static const uint32_t blanks[] = {
        0x9,    0xa,    0xb,    0xc,    0xd,    0x1c,   0x1d,   0x1e,   0x1f,   0x20,
        0x85,   0xa0,   0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006,
        0x2007, 0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, UTF8_BAD};
    size_t next = 0;
    for (uint32_t code = 1; code < UTF8_BAD; code++) {
        struct buf tokens = {0};
        struct err err = {0};
        char line[8] = "a";
        const size_t len = put_utf8(line + 1, code);
        line[1 + len] = 'b';
        ck_assert_int_eq(
            tokenizer_split_each(&tokenizer_unicode, line, len + 2, collect, &tokens, &err), ST_OK);
        const bool divides = code != '|' && strcmp(tokens.data, "a|b|") == 0;
        ck_assert_msg(divides == (code == blanks[next]), "U+%04X: %s", (unsigned)code, tokens.data);
        next += divides;
        buf_fini(&tokens);
    }
    ck_assert_uint_eq(blanks[next], UTF8_BAD);
}
END_TEST

static const struct line_case unicode_cases[] = {
    {"", ""},
    {" \t\xc2\xa0 ", ""},
    {"\xe3\x80\x80the\xc2\xa0\xe2\x80\xaf"
     "cat\xc2\x85",
     "the|cat|"},
    {"<unk>\xe2\x80\xa8<eos>", "<unk>|<eos>|"},
    {"zero\xe2\x80\x8bwidth \xef\xbb\xbfmark", "zero\xe2\x80\x8bwidth|\xef\xbb\xbfmark|"},
    {"\xc2\xa0\xa0 \xe2\x80", "\xa0|\xe2\x80|"},
};

START_TEST(unicode_words_are_parted_by_all_blanks)
{
    assert_tokens(&tokenizer_unicode, unicode_cases[_i].line, unicode_cases[_i].tokens);
}
END_TEST

static const struct line_case chars_cases[] = {
    {"", ""},
    {"ab c", "a|b| |c|"},
    {"a\t\r", "a|\t|\r|"},
    {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80x", "\xc3\xa9|\xe2\x82\xac|\xf0\x9f\x98\x80|x|"},
    {"e\xcc\x81", "e|\xcc\x81|"},
    {"a<unk>b <eos>", "a|<unk>|b| |<eos>|"},
    {"<unk <UNK><", "<|u|n|k| |<|U|N|K|>|<|"},
    {"_N_", "_|N|_|"},
    /* What is not UTF-8 falls into bytes: cut short, overlong, a surrogate, too large. */
    {"\xc3", "\xc3|"},
    {"\xe2\x82", "\xe2|\x82|"},
    {"\xe2\x82\x41", "\xe2|\x82|A|"},
    {"\xc0\xaf", "\xc0|\xaf|"},
    {"\xed\xa0\x80", "\xed|\xa0|\x80|"},
    {"\xf4\x90\x80\x80", "\xf4|\x90|\x80|\x80|"},
    {"\xff\x80", "\xff|\x80|"},
};

START_TEST(every_character_is_a_token)
{
    assert_tokens(&tokenizer_chars, chars_cases[_i].line, chars_cases[_i].tokens);
}
END_TEST

static const struct line_case treebank_cases[] = {
    {"", ""},
    {"   ", ""},
    {"Pierre Vinken, 61 years old, will join the board Nov. 29.",
     "pierre|vinken|N|years|old|will|join|the|board|nov.|N|"},
    {"Mr. Vinken is chairman of Elsevier N.V., the Dutch publishing group.",
     "mr.|vinken|is|chairman|of|elsevier|n.v.|the|dutch|publishing|group|"},
    /* contractions */
    {"I can't, won't, don't.", "i|ca|n't|wo|n't|do|n't|"},
    {"ISN'T", "is|n't|"},
    {"They'll say we're sure you've won; I'm glad he'd come.",
     "they|'ll|say|we|'re|sure|you|'ve|won|i|'m|glad|he|'d|come|"},
    {"He couldn't've gone", "he|could|n't|'ve|gone|"},
    {"cannot Cannot cannots", "can|not|can|not|cannots|"},
    {"gonna gotta wanna gimme lemme", "gon|na|got|ta|wan|na|gim|me|lem|me|"},
    {"d'ye more'n that", "d|'ye|more|'n|that|"},
    {"'Tis and 'twas.", "'t|is|and|'t|was|"},
    {"ca n't do n't they 'll 's", "ca|n't|do|n't|they|'ll|'s|"},
    {"O'Brien d'Arcy o'clock y'all", "o'brien|d'arcy|o'clock|y'all|"},
    /* possessives and single quotes */
    {"John's dog", "john|'s|dog|"},
    {"The funds' investments.", "the|funds|'|investments|"},
    {"It was the investors'.", "it|was|the|investors|'|"},
    {"investors ' rights", "investors|'|rights|"},
    {"the 'best' plan", "the|best|plan|"},
    {"'Yes,' he said, 'it's ours.'", "yes|he|said|it|'s|ours|"},
    {"'the best boys' ran", "the|best|boys|ran|"},
    {"Give 'em '80s rock 'n' roll", "give|'em|'80s|rock|'n|roll|"},
    {"singin' ''quoted''", "singin|quoted|"},
    {"Inc.'s U.S.'s", "inc.|'s|u.s.|'s|"},
    /* periods */
    {"The end.", "the|end|"},
    {"One. Two", "one|two|"},
    {"in the U.S. and the U.K.", "in|the|u.s.|and|the|u.k.|"},
    {"non-U.S. firms", "non-u.s.|firms|"},
    {"at 5:30 p.m.", "at|N|p.m.|"},
    {"a Ph.D. thesis, i.e. work", "a|ph.d.|thesis|i.e.|work|"},
    {"J. P. Morgan and Vitamin C.", "j.|p.|morgan|and|vitamin|c|"},
    {"Acme Inc.", "acme|inc.|"},
    {"(Acme Inc.)", "acme|inc.|"},
    {"\"Acme Corp.\"", "acme|corp.|"},
    {"apples, pears, etc.", "apples|pears|etc.|"},
    {"Rep. Smith, Sen. Jones, Gov. Brown", "rep.|smith|sen.|jones|gov.|brown|"},
    {"it makes me ill. A mass. One rep. more", "it|makes|me|ill|a|mass|one|rep|more|"},
    {"Ill. and Mass. are states", "ill.|and|mass.|are|states|"},
    {"No. 5 is a no. No.", "no.|N|is|a|no|no|"},
    {"mr. smith of smith co. said", "mr.|smith|of|smith|co.|said|"},
    {"Dogs.Cats on www.host.org.", "dogs.cats|on|www.host.org|"},
    {"It is ok. His cap. fits", "it|is|ok|his|cap|fits|"},
    {"Wait... what...", "wait|what|"},
    {"Wait...what", "wait|what|"},
    {"...and so on", "and|so|on|"},
    {"B.A.T Industries", "b.a.t|industries|"},
    /* numbers */
    {"1,000.50 and 3", "N|and|N|"},
    {"1,000, 2: 3.", "N|N|N|"},
    {".5 -3 +4 10:30 1988-89", "N|N|N|N|N|"},
    {"1/2 1\\/2 8 3/4", "N|N|N|N|"},
    {"2\xc2\xbd points", "N|N|points|"},
    {"the 1980s and the 1980's", "the|1980s|and|the|N|'s|"},
    {"30-year 13th 190.58-point p53 B-2", "30-year|13th|190.58-point|p53|b-2|"},
    {"1/2-year", "1\\/2-year|"},
    {"5% 5.5 % (7%)", "N|N|N|N|N|N|"},
    {"N $ N N-day", "N|$|N|n-day|"},
    /* money and signs */
    {"$1.5 billion, $5.", "$|N|billion|$|N|"},
    {"C$5, US$ 3 and HK$7.50", "c$|N|us$|N|and|hk$|N|"},
    {"\xc2\xa3"
     "5 \xe2\x82\xac"
     "6 \xc2\xa5"
     "7",
     "#|N|\xe2\x82\xac|N|\xc2\xa5|N|"},
    {"# 5 #5", "#|N|#|N|"},
    {"AT&T, S&P and Smith & Co.", "at&t|s&p|and|smith|&|co.|"},
    {"p&g s&ls", "p&g|s&ls|"},
    /* other punctuation */
    {"a;b:c!d?e", "a|b|c|d|e|"},
    {"(one) [two] {three} <four>", "one|two|three|four|"},
    {"-LRB- x -RRB- -lcb-", "x|"},
    {"\"Stop,\" ``go'' `x'", "stop|go|x|"},
    {"yes -- no--maybe - so", "yes|no|maybe|so|"},
    {"well-known pre- and post-war", "well-known|pre-|and|post-war|"},
    {"and/or MGM/UA mgm\\/ua", "and\\/or|mgm\\/ua|mgm\\/ua|"},
    {"/ \\/ * \\* = | ~ ^ _ @", ""},
    {"user@host.org http://host.org/a", "user|host.org|http|host.org\\/a|"},
    {"snake_case _x_ C++", "snake_case|x|c++|"},
    {"<unk> <eos> <unk>'s x<unk>", "<unk>|<eos>|<unk>|'s|x|<unk>|"},
    {"\x01 bell\x07", "bell|"},
    /* beyond ASCII */
    {"\xe2\x80\x9cSmart\xe2\x80\x9d quotes aren\xe2\x80\x99t", "smart|quotes|are|n't|"},
    {"the \xe2\x80\x98"
     "best\xe2\x80\x99 one",
     "the|best|one|"},
    {"yes\xe2\x80\x94no \xe2\x80\x93 so\xe2\x80\xa6", "yes|no|so|"},
    {"no\xc2\xa0"
     "break soft\xc2\xadhyphen zero\xe2\x80\x8bwidth",
     "no|break|softhyphen|zerowidth|"},
    {"\xc3\x89"
     "COLE \xc5\xa0KODA \xc5\xb8 \xc6\xa0",
     "\xc3\xa9"
     "cole|\xc5\xa1koda|\xc3\xbf|\xc6\xa1|"},
    {"\xce\xa3\xce\x8a \xd0\x9c\xd0\x98\xd0\xa0 \xd0\x81 \xe1\xba\xa0",
     "\xcf\x83\xce\xaf|\xd0\xbc\xd0\xb8\xd1\x80|\xd1\x91|\xe1\xba\xa1|"},
    {"\xc3\x97 \xc3\xb7 \xc4\xb0 \xf0\x9f\x98\x80", "\xc3\x97|\xc3\xb7|\xc4\xb0|\xf0\x9f\x98\x80|"},
    {"\xe2\x82", "\xe2\x82|"},
};

START_TEST(raw_english_becomes_treebank_text)
{
    assert_tokens(&tokenizer_treebank, treebank_cases[_i].line, treebank_cases[_i].tokens);
}
END_TEST

/* Text that is prepared already, as in the treebank's language-modelling files. */
START_TEST(treebank_text_stays_as_it_is)
{
    static const char *const lines[] = {
        "mr. <unk> is chairman of <unk> n.v. the dutch publishing group",
        "the 30-year bond fell N N to $ N a share c$ N said at&t 's co. in the u.s.",
        "they 'll do n't can not gon na 't is '80s investors ' <unk> i 'd we 've",
        "mgm\\/ua b.a.t non-u.s. & # N p.m. l.j. hooker corp. of n.j. vs. ltd. inc.",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct buf tokens = {0};
        struct err err = {0};
        ck_assert_int_eq(tokenizer_split_each(&tokenizer_treebank, lines[i], strlen(lines[i]),
                                              collect, &tokens, &err),
                         ST_OK);
        for (char *bar = tokens.data; (bar = strchr(bar, '|')) != NULL;)
            *bar = ' ';
        tokens.data[tokens.len - 1] = '\0';
        ck_assert_str_eq(tokens.data, lines[i]);
        buf_fini(&tokens);
    }
}
END_TEST

static Suite *tokenizer_suite(void)
{
    Suite *s = suite_create("tokenizer");
    TCase *tc = tcase_create("tokenizer");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, words_are_parted_by_ascii_white_space, 0,
                        sizeof words_cases / sizeof words_cases[0]);
    tcase_add_test(tc, unicode_divides_where_python_does);
    tcase_add_loop_test(tc, unicode_words_are_parted_by_all_blanks, 0,
                        sizeof unicode_cases / sizeof unicode_cases[0]);
    tcase_add_loop_test(tc, every_character_is_a_token, 0,
                        sizeof chars_cases / sizeof chars_cases[0]);
    tcase_add_loop_test(tc, raw_english_becomes_treebank_text, 0,
                        sizeof treebank_cases / sizeof treebank_cases[0]);
    tcase_add_test(tc, treebank_text_stays_as_it_is);
    suite_add_tcase(s, tc);
    return s;
}

TAP_MAIN(tokenizer_suite())
