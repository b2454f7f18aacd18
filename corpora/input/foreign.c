#include "corpora/input/foreign.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "lib/base/ascii.h"
#include "lib/base/utf8.h"
#include "lib/file/json.h"

#define AS_LINES "export its texts as plain text, or as JSON lines"
#define AS_TEXT  "save it as plain text"
#define AS_MODEL "give the text that is to be read"
#define AS_PDF   "convert it, with pdftotext for example"

/* Those with bytes that no text has. A mark that could stand in a text counts only where such bytes
 * follow it. Sources: the formats' own specifications, and the table of file(1). */
static const struct magic {
    const char *mark;
    size_t len, at;
    const char *name, *remedy;
} magics[] = {
    {"%PDF-", 5, 0, "a PDF document", AS_PDF},
    {"PAR1", 4, 0, "a Parquet table", AS_LINES},
    {"ARROW1\0\0", 8, 0, "an Arrow table", AS_LINES},
    {"\xFF\xFF\xFF\xFF", 4, 0, "an Arrow table", AS_LINES},
    {"FEA1", 4, 0, "a Feather table", AS_LINES},
    {"Obj\1", 4, 0, "an Avro file", AS_LINES},
    {"ORC", 3, 0, "an ORC table", AS_LINES},
    {"\x93NUMPY", 6, 0, "a NumPy array (npy)", "word ids of other programs are not read: " AS_TEXT},
    {"\x89HDF\r\n\x1A\n", 8, 0, "an HDF5 file", AS_LINES},
    {"SQLite format 3\0", 16, 0, "an SQLite database", AS_LINES},
    {"PTBLMIDS", 8, 0, "a file of word ids of a prepared directory",
     "give the directory that it is in"},
    {"GGUF", 4, 0, "a model (GGUF)", AS_MODEL},
    {"mmap lm http://kheafield.com/code", 33, 0, "a model (KenLM)", AS_MODEL},
    {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8, 0, "an Office document of the old form", AS_TEXT},
    {"\x89PNG\r\n\x1A\n", 8, 0, "a picture (PNG)", NULL},
    {"\xFF\xD8\xFF", 3, 0, "a picture (JPEG)", NULL},
    {"GIF8", 4, 0, "a picture (GIF)", NULL},
    {"II*\0", 4, 0, "a picture (TIFF)", NULL},
    {"MM\0*", 4, 0, "a picture (TIFF)", NULL},
    {"BM", 2, 0, "a picture (BMP)", NULL},
    {"WEBP", 4, 8, "a picture (WebP)", NULL},
    {"WAVE", 4, 8, "a sound (WAV)", NULL},
    {"ID3", 3, 0, "a sound (MP3)", NULL},
    {"OggS", 4, 0, "a sound (Ogg)", NULL},
    {"fLaC", 4, 0, "a sound (FLAC)", NULL},
    {"ftyp", 4, 4, "a film or sound (MP4)", NULL},
    {"\x7F"
     "ELF",
     4, 0, "a program", NULL},
};

static bool stands_at(const char *head, size_t n, size_t at, const char *mark, size_t len)
{
    return n >= at + len && memcmp(head + at, mark, len) == 0;
}

/* safetensors: the header's length in 8 bytes, little-endian, then JSON. */
static bool is_safetensors(const char *head, size_t n)
{
    return n > 8 && head[8] == '{' && memcmp(head + 5, "\0\0\0", 3) == 0;
}

/* Protocol 2 and later: PROTO, its number, and the first of a pickle's usual operations. */
static bool is_pickle(const char *head, size_t n)
{
    return n > 2 && head[0] == '\x80' && head[1] >= 2 && head[1] <= 5 &&
           memchr("\x95](}c\x8A\x8Cq", (unsigned char)head[2], 8) != NULL;
}

/* Whether the bytes have what no text has; a character cut by their end is none. */
static bool has_no_text(const char *head, size_t n)
{
    const size_t good = utf8_span(head, n);
    return good < n && (n - good >= 4 || head[good] == '\0');
}

static bool find_binary(struct foreign *found, const char *head, size_t n)
{
    *found = (struct foreign){.name = NULL};
    if (!has_no_text(head, n))
        return false;
    if (is_safetensors(head, n))
        *found = (struct foreign){.name = "a model (safetensors)", .remedy = AS_MODEL};
    else if (is_pickle(head, n))
        *found = (struct foreign){.name = "a Python pickle", .remedy = AS_LINES};
    for (size_t i = 0; i < sizeof magics / sizeof *magics && found->name == NULL; i++)
        if (stands_at(head, n, magics[i].at, magics[i].mark, magics[i].len))
            *found = (struct foreign){.name = magics[i].name, .remedy = magics[i].remedy};
    return found->name != NULL;
}

/* --- texts with a form --- */

struct line {
    const char *bytes;
    size_t len;
};

/* Line i of the head, without its end; false if it is not there whole. */
static bool get_line(struct line *line, const char *head, size_t n, size_t i)
{
    for (;; i--) {
        const char *feed = memchr(head, '\n', n);
        if (feed == NULL)
            return false;
        *line = (struct line){head, (size_t)(feed - head)};
        if (line->len > 0 && line->bytes[line->len - 1] == '\r')
            line->len--;
        if (i == 0)
            return true;
        n -= (size_t)(feed + 1 - head);
        head = feed + 1;
    }
}

enum { LINES_SEEN = 4 };

static enum status is_object(bool *is, struct line line, struct err *err)
{
    struct json *v = NULL;
    struct err why;
    *is = false;
    if (line.len < 2 || line.bytes[0] != '{' || line.bytes[line.len - 1] != '}')
        return ST_OK;
    const enum status status = json_parse(&v, "it", line.bytes, line.len, &why);
    *is = status == ST_OK && json_is_object(v) && json_size(v) > 0;
    json_free(v);
    return status == ST_NOMEM ? err_wrap(err, &why, "a text") : ST_OK;
}

static size_t skip_blanks(const char *head, size_t n, size_t at)
{
    while (at < n && memchr(" \t\r\n", head[at], 4) != NULL)
        at++;
    return at;
}

/* Whether an object begins at `at`: a brace, a name in quotes, a colon. */
static bool begins_object(const char *head, size_t n, size_t at)
{
    if (at >= n || head[at] != '{')
        return false;
    at = skip_blanks(head, n, at + 1);
    if (at >= n || head[at] != '"')
        return false;
    const char *end = memchr(head + at + 1, '"', n - at - 1);
    if (end == NULL)
        return false;
    at = skip_blanks(head, n, (size_t)(end - head) + 1);
    return at < n && head[at] == ':';
}

/* An array of objects, or an object on more lines than one. */
static bool is_json(const char *head, size_t n)
{
    const size_t at = n > 0 && head[0] == '[' ? skip_blanks(head, n, 1) : 0;
    return begins_object(head, n, at);
}

/* Each of the first lines is a whole object with a member, or the first is too long to be seen. */
static enum status is_json_lines(bool *is, const char *head, size_t n, struct err *err)
{
    struct line line;
    *is = begins_object(head, n, 0) && (n == FOREIGN_HEAD || get_line(&line, head, n, 0));
    for (size_t i = 0; *is && i < LINES_SEEN && get_line(&line, head, n, i); i++)
        TRY(is_object(is, line, err));
    return ST_OK;
}

static bool begins_with_word(const char *head, size_t n, const char *word)
{
    const size_t len = strlen(word);
    return n >= len && strncasecmp(head, word, len) == 0;
}

/* Fields of a line between `by`, outside of double quotes; 0 if a quote is left open. */
static size_t count_fields(struct line line, char by)
{
    size_t fields = 1;
    bool quoted = false;
    for (size_t i = 0; i < line.len; i++) {
        quoted ^= line.bytes[i] == '"';
        fields += !quoted && line.bytes[i] == by;
    }
    return quoted ? 0 : fields;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Names of columns: letters, digits and underscores alone, as no sentence has. */
static bool is_header(struct line line, char by)
{
    bool begun = false;
    for (size_t i = 0; i < line.len; i++) {
        const char c = line.bytes[i];
        const bool word = is_letter(c) || c == '_' || (begun && (ascii_is_digit(c) || c == '-'));
        if (!word && c != '"' && !(c == by && begun))
            return false;
        begun = c == '"' ? begun : word;
    }
    return begun;
}

/* A line of names, then at least three with as many fields. */
static bool is_table(const char *head, size_t n, char by)
{
    struct line line;
    size_t rows = 0;
    if (!get_line(&line, head, n, 0) || !is_header(line, by))
        return false;
    const size_t fields = count_fields(line, by);
    for (; fields > 1 && rows < LINES_SEEN && get_line(&line, head, n, rows + 1); rows++)
        if (count_fields(line, by) != fields)
            return false;
    return fields > 1 && rows >= 3;
}

/* A time of subtitles: hours may be left out, a comma or a point is before the milliseconds. */
static bool begins_with_time(struct line line)
{
    size_t at = 0;
    while (at < line.len && (ascii_is_digit(line.bytes[at]) || memchr(":,.", line.bytes[at], 3)))
        at++;
    return at >= 9 && at + 5 <= line.len && memcmp(line.bytes + at, " --> ", 5) == 0;
}

/* SRT: a number alone, then the times of what is said. */
static bool is_subtitles(const char *head, size_t n)
{
    struct line number, times;
    if (!get_line(&number, head, n, 0) || !get_line(&times, head, n, 1) || number.len == 0)
        return false;
    for (size_t i = 0; i < number.len; i++)
        if (!ascii_is_digit(number.bytes[i]))
            return false;
    return begins_with_time(times);
}

/* mbox (RFC 4155): "From", who and when; then a header's name and a colon. */
static bool is_mailbox(const char *head, size_t n)
{
    struct line from, header;
    size_t at = 0;
    if (!get_line(&from, head, n, 0) || !get_line(&header, head, n, 1) || from.len < 20 ||
        memcmp(from.bytes, "From ", 5) != 0 || !ascii_is_digit(from.bytes[from.len - 1]))
        return false;
    while (at < header.len && (header.bytes[at] == '-' || is_letter(header.bytes[at])))
        at++;
    return at > 0 && at < header.len && header.bytes[at] == ':';
}

enum status foreign_find(struct foreign *found, bool *is, const char *head, size_t n,
                         struct err *err)
{
    bool lines;
    if (n > FOREIGN_HEAD)
        n = FOREIGN_HEAD;
    *is = true;
    if (find_binary(found, head, n))
        return ST_OK;
    TRY(is_json_lines(&lines, head, n, err));
    if (lines)
        *found = (struct foreign){.name = "JSON lines", .json_lines = true};
    else if (begins_with_word(head, n, "<!doctype html") || begins_with_word(head, n, "<html"))
        *found = (struct foreign){.name = "an HTML page", .remedy = "extract its text"};
    else if (begins_with_word(head, n, "<?xml "))
        *found = (struct foreign){.name = "an XML document", .remedy = "extract its text"};
    else if (begins_with_word(head, n, "{\\rtf1"))
        *found = (struct foreign){.name = "an RTF document", .remedy = AS_TEXT};
    else if (begins_with_word(head, n, "%PDF-1."))
        *found = (struct foreign){.name = "a PDF document", .remedy = AS_PDF};
    else if (is_json(head, n))
        *found = (struct foreign){.name = "JSON",
                                  .remedy = "write it as JSON lines, an object a line",
                                  .suffix = ".json"};
    else if (is_subtitles(head, n))
        *found = (struct foreign){.name = "subtitles",
                                  .remedy = "take out what is said, without numbers and times",
                                  .suffix = ".srt"};
    else if (begins_with_word(head, n, "WEBVTT"))
        *found = (struct foreign){.name = "subtitles (WebVTT)",
                                  .remedy = "take out what is said, without the times",
                                  .suffix = ".vtt"};
    else if (is_mailbox(head, n))
        *found = (struct foreign){.name = "a mailbox",
                                  .remedy = "take out the texts, without the headers",
                                  .suffix = ".mbox"};
    else if (is_table(head, n, ',') || is_table(head, n, ';'))
        *found = (struct foreign){
            .name = "a table (CSV)",
            .remedy = "export the column of texts alone (for labels: label, tab and text)",
            .suffix = ".csv"};
    else if (is_table(head, n, '\t'))
        *found = (struct foreign){.name = "a table (TSV)",
                                  .remedy = "cut out the column of texts alone (for labels: label "
                                            "and text, without the line of names)",
                                  .suffix = ".tsv"};
    else
        *is = false;
    found->is_text = *is;
    return ST_OK;
}

/* --- zip --- */

/* APPNOTE.TXT 4.3.7: the name's length at 26, that of the extra field at 28, the name at 30. */
bool foreign_find_zip(struct foreign *found, const unsigned char *head, size_t n)
{
    static const struct {
        const char *first;    /* the name of the first member, or how it ends */
        const char *contents; /* what that begins with; NULL: anything */
        const char *name, *remedy;
    } rows[] = {
        {"[Content_Types].xml", NULL, "an Office document (docx, xlsx or pptx)", AS_TEXT},
        {"mimetype", "application/epub+zip", "an e-book (EPUB)", "convert it to plain text"},
        {"mimetype", "application/vnd.oasis", "an OpenDocument file", AS_TEXT},
        {"/data.pkl", NULL, "a PyTorch file", AS_MODEL},
        {".npy", NULL, "a file of NumPy arrays (npz)",
         "word ids of other programs are not read: " AS_TEXT},
    };
    if (n < 30 || memcmp(head, "PK\3\4", 4) != 0)
        return false;
    const size_t len = head[26] | (size_t)head[27] << 8, extra = head[28] | (size_t)head[29] << 8;
    if (30 + len > n)
        return false;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const size_t m = strlen(rows[i].first);
        const char *contents = rows[i].contents;
        if (len < m || memcmp(head + 30 + len - m, rows[i].first, m) != 0)
            continue;
        if (contents != NULL &&
            !stands_at((const char *)head, n, 30 + len + extra, contents, strlen(contents)))
            continue;
        *found = (struct foreign){.name = rows[i].name, .remedy = rows[i].remedy};
        return true;
    }
    return false;
}
