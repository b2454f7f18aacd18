/* What is no plain text is known by its first bytes, and what is plain text is not taken for it. */
#include "corpora/input/foreign.h"

#include <string.h>

#include "tests/support/err_support.h"
#include "tests/support/tap.h"

enum kind { PLAIN, DOUBTED, SURE, BINARY };

static enum kind kind_of(const char *bytes, size_t n, struct foreign *f)
{
    bool is;
    ASSERT_OK(foreign_find(f, &is, bytes, n, &err));
    if (!is)
        return PLAIN;
    if (!f->is_text)
        return BINARY;
    return f->suffix != NULL ? DOUBTED : SURE;
}

#define BYTES(text) text, sizeof text - 1
static const struct {
    enum kind kind;
    const char *name;
    const char *bytes;
    size_t n;
} cases[] = {
    {BINARY, "PDF", BYTES("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n1 0 obj\n")},
    {BINARY, "Parquet", BYTES("PAR1\x15\0\x15\x10")},
    {BINARY, "NumPy", BYTES("\x93NUMPY\1\0v\0{'descr': '<i4'}")},
    {BINARY, "pickle", BYTES("\x80\4\x95\x0E\0\0\0\0\0\0\0}")},
    {BINARY, "pickle", BYTES("\x80\2]q\0(X\1\0\0\0a")},
    {BINARY, "SQLite", BYTES("SQLite format 3\0\x10\0\1\1")},
    {BINARY, "HDF5", BYTES("\x89HDF\r\n\x1A\n\0\0\0")},
    {BINARY, "safetensors", BYTES("\x14\0\0\0\0\0\0\0{\"a\":{}}")},
    {BINARY, "word ids", BYTES("PTBLMIDS\1\0\0\0\5\0\0\0")},
    {BINARY, "PNG", BYTES("\x89PNG\r\n\x1A\n\0\0\0\rIHDR")},
    {BINARY, "JPEG", BYTES("\xFF\xD8\xFF\xE0\0\x10JFIF\0")},
    {BINARY, "GIF", BYTES("GIF89a\1\0\1\0\x80\0")},
    {BINARY, "GGUF", BYTES("GGUF\3\0\0\0\0\0")},
    {BINARY, "Office", BYTES("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0\0\0")},
    {SURE, "JSON lines", BYTES("{\"text\": \"a\"}\n")},
    {SURE, "JSON lines", BYTES("{\"a\": 1}\r\n{\"a\": 2}\r\n{\"a\": 3")},
    {SURE, "XML", BYTES("<?xml version=\"1.0\"?>\n<a/>\n")},
    {SURE, "HTML", BYTES("<!doctype html>\n")},
    {SURE, "HTML", BYTES("<HTML lang=en>\n")},
    {SURE, "RTF", BYTES("{\\rtf1\\ansi a}\n")},
    {SURE, "PDF", BYTES("%PDF-1.3\n1 0 obj\n")},
    {DOUBTED, "JSON", BYTES("{\n  \"text\": \"a\"\n}\n")},
    {DOUBTED, "JSON", BYTES("[{\"text\": \"a\"},\n{\"text\": \"b\"}]\n")},
    {DOUBTED, "CSV", BYTES("id,text\n1,a b\n2,\"c, d\"\n3,e\n")},
    {DOUBTED, "CSV", BYTES("\"id\";\"text\"\n1;a\n2;b\n3;c\n")},
    {DOUBTED, "TSV", BYTES("id\ttext\n1\ta\n2\tb\n3\tc\n")},
    {DOUBTED, "subtitles", BYTES("1\r\n00:00:01,000 --> 00:00:02,500\r\nHello.\r\n\r\n")},
    {DOUBTED, "subtitles", BYTES("WEBVTT\n\n00:01.000 --> 00:02.500\nHello.\n")},
    {DOUBTED, "mailbox", BYTES("From a@b.c Mon Jan  1 10:00:00 2024\nSubject: a\n\nText.\n")},
    /* plain text */
    {PLAIN, "", BYTES("1\nthe first --> the second\n")},
    {PLAIN, "", BYTES("1\n2\n3\n")},
    {PLAIN, "", BYTES("From here on it is the year 2024\nAnd then it ends\n")},
    {PLAIN, "", BYTES("From here on it is plain text alone\nSubject: none\n")},
    {PLAIN, "", BYTES("")},
    {PLAIN, "", BYTES("{\n")},
    {PLAIN, "", BYTES("{ hello } world\n")},
    {DOUBTED, "JSON", BYTES("{\"text\": \"a\"}")},
    {PLAIN, "", BYTES("{}\n{}\n")},
    {DOUBTED, "JSON", BYTES("{\"a\": 1}\nand then plain words\n")},
    {PLAIN, "", BYTES("<unk> <eos> <s>\n")},
    {PLAIN, "", BYTES("<page>\n<?xml\n")},
    {PLAIN, "", BYTES("<mediawiki xmlns=\"a\">\n")},
    {PLAIN, "", BYTES("a , b , c\nd , e , f\ng , h , i\nj , k , l\n")},
    {PLAIN, "", BYTES("one, two\nthree, four\nfive, six\nseven, eight\n")},
    {PLAIN, "", BYTES("yes,no\nyes,no\nyes,no,no\nyes,no\n")},
    {PLAIN, "", BYTES("PAR1 is a word, and so is GGUF\n")},
    {PLAIN, "", BYTES("ORC\n")},
    {PLAIN, "", BYTES("BM GIF89a OggS\n")},
    {PLAIN, "", BYTES("%PDF- is how a file begins\n")},
    {PLAIN, "",
     BYTES("\x7F"
           "ELF is text\n")},
    {PLAIN, "", BYTES(" = Heading = \n \n The cat \n")},
    {PLAIN, "", BYTES("the cat\0sat")},
    {PLAIN, "", BYTES("\xE9t\xE9 latin\n")},
};

START_TEST(first_bytes_say_what_a_text_is)
{
    struct foreign f = {0};
    const enum kind kind = kind_of(cases[_i].bytes, cases[_i].n, &f);
    ck_assert_msg(kind == cases[_i].kind, "case %d is %d: %s", _i, kind, f.name);
    ck_assert(kind == PLAIN || strstr(f.name, cases[_i].name) != NULL);
}
END_TEST

/* Nothing that lines can be made of is refused without a way round: with no byte that a text cannot
 * have, every mark is that of a text. */
START_TEST(marks_alone_are_text)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[64] = "";
        struct foreign f = {0};
        size_t n = 0;
        for (size_t k = 0; k < cases[i].n && n < sizeof text - 1; k++)
            if (cases[i].bytes[k] > 0)
                text[n++] = cases[i].bytes[k];
        ck_assert_msg(kind_of(text, n, &f) != BINARY, "case %zu: %s", i, f.name);
    }
}
END_TEST

START_TEST(long_first_line_of_json_is_known)
{
    static char text[FOREIGN_HEAD + 100];
    struct foreign f = {0};
    memset(text, 'a', sizeof text);
    ck_assert_int_eq(kind_of(text, sizeof text, &f), PLAIN);
    memcpy(text, "{ \"text\" : \"", 12);
    ck_assert_int_eq(kind_of(text, sizeof text, &f), SURE);
    ck_assert_int_eq(kind_of(text, FOREIGN_HEAD - 1, &f), DOUBTED);
}
END_TEST

START_TEST(zip_archives_of_other_programs_are_known)
{
    static const struct {
        const char *name;
        const char *bytes;
        size_t n;
    } zips[] = {
        {"Office",
         BYTES(
             "PK\3\4\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x13\0\0\0[Content_Types].xml<")},
        {"EPUB",
         BYTES("PK\3\4\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x08\0\0\0mimetypeapplica"
               "tion/epub+zip")},
        {"PyTorch",
         BYTES(
             "PK\3\4\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10\0\0\0archive/data.pkl\x80")},
        {NULL, BYTES("PK\3\4\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x09\0\0\0train.txtthe")},
        {NULL, BYTES("PK\3\4\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xFF\0\0\0train.txtthe")},
        {NULL, BYTES("PK\3\4")},
    };
    for (size_t i = 0; i < sizeof zips / sizeof *zips; i++) {
        struct foreign f = {0};
        const bool is = foreign_find_zip(&f, (const unsigned char *)zips[i].bytes, zips[i].n);
        ck_assert_int_eq(is, zips[i].name != NULL);
        ck_assert(!is || strstr(f.name, zips[i].name) != NULL);
    }
}
END_TEST

static Suite *foreign_suite(void)
{
    Suite *suite = suite_create("foreign");
    TCase *tc = tcase_create("foreign");
    tcase_add_loop_test(tc, first_bytes_say_what_a_text_is, 0, sizeof cases / sizeof *cases);
    tcase_add_test(tc, marks_alone_are_text);
    tcase_add_test(tc, long_first_line_of_json_is_known);
    tcase_add_test(tc, zip_archives_of_other_programs_are_known);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(foreign_suite())
