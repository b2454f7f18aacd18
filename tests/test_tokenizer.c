/* The tokenizers, by tables of lines and the tokens that they must give. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/mem.h"
#include "lib/base/rng.h"
#include "tests/vocab_support.h"
#include "vocab/chars.h"
#include "vocab/tokenizer.h"
#include "vocab/treebank_word.h"

/* Appends the token and a bar to a struct buf. */
static enum status collect(void *ctx, const char *token, size_t len, struct err *err)
{
    ck_assert_uint_gt(len, 0);
    TRY(buf_add(ctx, token, len, err));
    return buf_add_text(ctx, "|", err);
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

START_TEST(tokenizers_are_found_by_name)
{
    size_t n = 0;
    for (; tokenizer_at(n) != NULL; n++) {
        ck_assert_ptr_eq(tokenizer_find(tokenizer_at(n)->name), tokenizer_at(n));
        ck_assert_uint_gt(strlen(tokenizer_at(n)->summary), 0);
    }
    ck_assert_uint_eq(n, 3);
    ck_assert_ptr_null(tokenizer_at(n + 1));
    ck_assert_ptr_eq(tokenizer_find("treebank"), &tokenizer_treebank);
    ck_assert_ptr_null(tokenizer_find("word"));
    ck_assert_ptr_null(tokenizer_find(""));
    ck_assert_str_eq(tokenizer_find("words")->joint, " ");
    ck_assert_str_eq(tokenizer_find("chars")->joint, "");
}
END_TEST

/* Takes *ctx tokens, then fails. */
static enum status fail_after(void *ctx, const char *token, size_t len, struct err *err)
{
    (void)token, (void)len;
    int *left = ctx;
    ck_assert_int_ge(*left, 0);
    return (*left)-- > 0 ? ST_OK : err_set(err, ST_IO, "enough");
}

START_TEST(a_failure_of_the_callback_ends_the_line_at_once)
{
    const char *line = "Don't cannot <unk> $ 5% 'tis the investors' \xc3\xa9 & n ' o";
    for (size_t i = 0; tokenizer_at(i) != NULL; i++) {
        for (int n = 0;; n++) {
            struct err err = {0};
            int left = n;
            const enum status status =
                tokenizer_split_each(tokenizer_at(i), line, strlen(line), fail_after, &left, &err);
            if (status == ST_OK) {
                ck_assert_int_gt(n, 5);
                break;
            }
            ck_assert_int_eq(status, ST_IO);
            ck_assert_str_eq(err.text, "enough");
            ck_assert_int_eq(left, -1);
        }
    }
}
END_TEST

static enum status add_length(void *ctx, const char *token, size_t len, struct err *err)
{
    (void)token;
    *(size_t *)ctx += len;
    return len > 0 ? ST_OK : err_set(err, ST_INPUT, "a token of no bytes");
}

/* A line of up to `max` bytes in memory of its own, which the sanitizers watch over. */
static char *random_line(struct rng *rng, size_t max, size_t *len)
{
    static const char alphabet[] =
        "aZsN09''..--,,::%%$$&&##//\\\\<<>>unkeos\"`_+ \t\xc3\xa9\xe2\x80"
        "\x99\x94\xa6\xf0\x9f\xff\xbd\xc2";
    static const char *const words[] = {"the",  "Cannot", "gonna ", "d'ye", "N",
                                        " x",   "<unk>",  " U.S.",  "n't",  "\x01\x1f",
                                        "\v\f", "wanna",  "$ "};
    const uint64_t kind = rng_next(rng) % 3;
    *len = 0;
    char *line = mem_resize(NULL, max + 8, 1, NULL);
    for (size_t n = rng_next(rng) % max; *len < n;) {
        const uint64_t any = rng_next(rng);
        if (kind == 2 && any % 2 == 0) {
            const char *word = words[any / 2 % (sizeof words / sizeof words[0])];
            memcpy(line + *len, word, strlen(word));
            *len += strlen(word);
        } else {
            line[(*len)++] = kind == 0 ? (char)any : alphabet[any % (sizeof alphabet - 1)];
        }
    }
    return mem_resize(line, *len, 1, NULL);
}

/* Whatever the bytes, tokens have a length, together no more than the line can give ("1/2" for two
 * bytes is the most), and the line itself is not written to. */
START_TEST(any_bytes_are_survived)
{
    struct rng rng;
    bool right = true;
    rng_init(&rng, 1, RNG_TEST);
    for (int round = 0; round < 20000; round++) {
        struct err err = {0};
        size_t len;
        char *line = random_line(&rng, 24, &len);
        char *copy = mem_copy_string(line, len, &err);
        for (size_t i = 0; tokenizer_at(i) != NULL; i++) {
            size_t bytes = 0;
            right &=
                tokenizer_split_each(tokenizer_at(i), line, len, add_length, &bytes, &err) == ST_OK;
            right &= bytes <= 3 * len;
        }
        right &= memcmp(copy, line, len) == 0;
        mem_free(copy), mem_free(line);
    }
    ck_assert(right);
}
END_TEST

/* What `words` says it does, byte by byte. */
static enum status split_words_by_bytes(const char *bytes, size_t len, struct buf *room,
                                        struct token_sink *sink, struct err *err)
{
    (void)room;
    for (size_t i = 0, from = 0; i <= len; i++) {
        const bool blank = i == len || bytes[i] == ' ' || (bytes[i] >= '\t' && bytes[i] <= '\r');
        if (!blank)
            continue;
        if (i > from)
            TRY(token_sink_add(sink, bytes + from, i - from, err));
        from = i + 1;
    }
    return ST_OK;
}

/* What `chars` says it does, without a short cut for ASCII. */
static enum status split_chars_by_code(const char *bytes, size_t len, struct buf *room,
                                       struct token_sink *sink, struct err *err)
{
    (void)room;
    for (size_t i = 0, n; i < len; i += n) {
        uint32_t code;
        n = tokenizer_special(bytes + i, len - i);
        n = n > 0 ? n : char_next(bytes + i, len - i, &code);
        TRY(token_sink_add(sink, bytes + i, n, err));
    }
    return ST_OK;
}

static const struct {
    const struct tokenizer *tokenizer;
    struct tokenizer definition;
} short_cuts[] = {
    {&tokenizer_words, {.split = split_words_by_bytes}},
    {&tokenizer_chars, {.split = split_chars_by_code}},
    {&tokenizer_treebank, {.split = treebank_split_by_rules}},
};

START_TEST(short_cuts_agree_with_the_rules)
{
    struct rng rng;
    struct buf got = {0}, want = {0};
    const struct tokenizer *t = short_cuts[_i].tokenizer, *by_rules = &short_cuts[_i].definition;
    rng_init(&rng, 2, RNG_TEST);
    for (int round = 0; round < 20000; round++) {
        struct err err = {0};
        size_t len;
        char *line = random_line(&rng, 200, &len);
        got.len = want.len = 0;
        bool same = tokenizer_split_each(t, line, len, collect, &got, &err) == ST_OK &&
                    tokenizer_split_each(by_rules, line, len, collect, &want, &err) == ST_OK;
        same =
            same && got.len == want.len && (len == 0 || memcmp(got.data, want.data, got.len) == 0);
        if (!same)
            ck_abort_msg("round %d: got %.*s, want %.*s", round, (int)got.len, got.data,
                         (int)want.len, want.data);
        mem_free(line);
    }
    buf_fini(&got), buf_fini(&want);
}
END_TEST

static Suite *tokenizer_suite(void)
{
    Suite *s = suite_create("tokenizer");
    TCase *tc = tcase_create("tokenizer");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, words_are_parted_by_ascii_white_space, 0,
                        sizeof words_cases / sizeof words_cases[0]);
    tcase_add_loop_test(tc, every_character_is_a_token, 0,
                        sizeof chars_cases / sizeof chars_cases[0]);
    tcase_add_loop_test(tc, raw_english_becomes_treebank_text, 0,
                        sizeof treebank_cases / sizeof treebank_cases[0]);
    tcase_add_test(tc, treebank_text_stays_as_it_is);
    tcase_add_test(tc, tokenizers_are_found_by_name);
    tcase_add_test(tc, a_failure_of_the_callback_ends_the_line_at_once);
    tcase_add_test(tc, any_bytes_are_survived);
    tcase_add_loop_test(tc, short_cuts_agree_with_the_rules, 0,
                        sizeof short_cuts / sizeof short_cuts[0]);
    suite_add_tcase(s, tc);
    return s;
}

int main(void)
{
    return run_suite(tokenizer_suite());
}
