#include "vocab/markers.h"

#include <stdint.h>
#include <string.h>

#include "lib/base/ascii.h"
#include "lib/base/escape.h"
#include "vocab/tokenizer/token.h"

/* --- what is a marker --- */

enum status marker_check(const char *text, struct err *err)
{
    const size_t len = strlen(text);
    if (len == 0 || len > MARKER_MAX)
        return err_set(err, ST_USAGE, "wants a word of 1 to %d bytes, not one of %zu", MARKER_MAX,
                       len);
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] <= ' ' || text[i] == 0x7f)
            return err_set(err, ST_USAGE, "wants a single word, not %s",
                           escape_quoted(text, len).text);
    return ST_OK;
}

static enum status take(char to[MARKER_MAX + 1], const char *text, struct err *err)
{
    to[0] = '\0';
    if (text == NULL)
        return ST_OK;
    TRY(marker_check(text, err));
    memcpy(to, text, strlen(text) + 1);
    return ST_OK;
}

enum { NORMALIZE_NONE, NORMALIZE_NFC };

const char *markers_normalize_at(size_t i)
{
    static const char *const names[] = {[NORMALIZE_NONE] = "none", [NORMALIZE_NFC] = "nfc", NULL};
    return names[i];
}

static bool is_normalized(const struct markers *m)
{
    return strcmp(m->normalize, markers_normalize_at(NORMALIZE_NFC)) == 0;
}

/* Whether there is anything to be replaced. */
static bool has_marks(const struct markers *m)
{
    return m->bos[0] != '\0' || m->eos[0] != '\0' || m->unk[0] != '\0';
}

static enum status take_normalize(struct markers *m, const char *name, struct err *err)
{
    TRY(take(m->normalize, name, err));
    if (name == NULL || is_normalized(m) || strcmp(name, markers_normalize_at(NORMALIZE_NONE)) == 0)
        return ST_OK;
    return err_set(err, ST_USAGE, "there is no normalization %s, only nfc and none",
                   escape_quoted(name, strlen(name)).text);
}

enum status markers_set(struct markers *m, const struct marker_names *names, struct err *err)
{
    TRY(take(m->bos, names->bos, err));
    TRY(take(m->eos, names->eos, err));
    TRY(take(m->unk, names->unk, err));
    TRY(take_normalize(m, names->normalize, err));
    if (strcmp(m->bos, TOKEN_UNK) == 0 || strcmp(m->eos, TOKEN_UNK) == 0)
        return err_set(err, ST_USAGE,
                       "%s is an unknown word, and cannot be what a line begins or ends with",
                       TOKEN_UNK);
    if (strcmp(m->unk, TOKEN_EOS) == 0 ||
        (m->unk[0] != '\0' && (strcmp(m->unk, m->bos) == 0 || strcmp(m->unk, m->eos) == 0)))
        return err_set(err, ST_USAGE,
                       "%s cannot be both an unknown word and what a line begins or ends with",
                       escape_quoted(m->unk, strlen(m->unk)).text);
    return ST_OK;
}

struct marker_names marker_names_of(const struct markers *m)
{
    return (struct marker_names){
        m->bos[0] != '\0' ? m->bos : NULL, m->eos[0] != '\0' ? m->eos : NULL,
        m->unk[0] != '\0' ? m->unk : NULL, is_normalized(m) ? m->normalize : NULL};
}

static void fill(char to[MARKER_MAX + 1], const char from[MARKER_MAX + 1])
{
    if (to[0] == '\0')
        memcpy(to, from, MARKER_MAX + 1);
}

void markers_fill(struct markers *m, const struct markers *other)
{
    fill(m->bos, other->bos);
    fill(m->eos, other->eos);
    fill(m->unk, other->unk);
    fill(m->normalize, other->normalize);
}

bool markers_any(const struct markers *m)
{
    return has_marks(m) || is_normalized(m);
}

/* --- reading lines --- */

/* What must not stand beside a letter or digit at a marker's edge: the "unk" of "trunk" is part of
 * a word, and that of "<unk>" and "[unk]" of another marker. */
static bool holds_on(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c & 0x80) != 0 || memchr("_<>[]", c, 5) != NULL;
}

static bool is_letter(char c)
{
    return holds_on(c) && memchr("<>[]", c, 4) == NULL;
}

/* Whether bytes[at..at+n) stands by itself. */
static bool stands_free(const struct marked_lines *l, struct slice s, size_t at, size_t n)
{
    const char before = at > 0 ? s.bytes[at - 1] : ' ';
    const char after = at + n < s.len ? s.bytes[at + n] : ' ';
    if (!l->anywhere)
        return ascii_is_space(before) && ascii_is_space(after);
    return !(is_letter(s.bytes[at]) && holds_on(before)) &&
           !(is_letter(s.bytes[at + n - 1]) && holds_on(after));
}

static size_t skip_blanks(struct slice s, size_t at)
{
    while (at < s.len && ascii_is_space(s.bytes[at]))
        at++;
    return at;
}

/* The place after a bos, and one blank, that stand at `at` or after blanks there; `at` if there is
 * none. Some texts have several: as many as the order of an n-gram model asks for. */
static size_t skip_bos(const struct marked_lines *l, struct slice s, size_t at)
{
    const char *bos = l->markers->bos;
    const size_t n = strlen(bos);
    for (;;) {
        const size_t from = skip_blanks(s, at);
        if (n == 0 || s.len - from < n || memcmp(s.bytes + from, bos, n) != 0 ||
            !stands_free(l, s, from, n))
            return at;
        at = from + n;
        at += at < s.len && ascii_is_space(s.bytes[at]);
    }
}

/* A marker, and where it comes next. */
struct search {
    const char *marker;
    size_t len, next; /* SIZE_MAX: no more */
};

/* Finds it from there on. */
static void search_from(const struct marked_lines *l, struct search *f, struct slice s, size_t from)
{
    for (;; from = f->next + 1) {
        const char *found =
            f->len > 0 ? memmem(s.bytes + from, s.len - from, f->marker, f->len) : NULL;
        f->next = found != NULL ? (size_t)(found - s.bytes) : SIZE_MAX;
        if (found == NULL || stands_free(l, s, f->next, f->len))
            return;
    }
}

/* The end of a line, or perhaps of one that goes on in the next piece: the eos is not a token, and
 * the blank before it not text. */
static void end_with_eos(struct marked_lines *l, bool ends_line)
{
    struct buf *room = &l->room;
    if (room->len > 0 && ascii_is_space(room->data[room->len - 1]))
        room->len--;
    l->holds_eos = !ends_line;
}

/* The text from `at` on with its markers replaced. */
static enum status replace(struct marked_lines *l, struct slice s, size_t at, bool ends_line,
                           struct err *err)
{
    struct search eos = {l->markers->eos, strlen(l->markers->eos), 0};
    struct search unk = {l->markers->unk, strlen(l->markers->unk), 0};
    search_from(l, &eos, s, at);
    search_from(l, &unk, s, at);
    while (eos.next != SIZE_MAX || unk.next != SIZE_MAX) {
        const bool is_eos = eos.next < unk.next;
        const struct search *f = is_eos ? &eos : &unk;
        TRY(buf_add(&l->room, s.bytes + at, f->next - at, err));
        at = f->next + f->len;
        if (is_eos && skip_blanks(s, at) == s.len) {
            end_with_eos(l, ends_line);
            return ST_OK;
        }
        TRY(buf_add_text(&l->room, is_eos ? TOKEN_EOS : TOKEN_UNK, err));
        if (is_eos && skip_bos(l, s, at) > at) {
            at = skip_bos(l, s, at);
            TRY(buf_add_text(&l->room, " ", err));
        }
        if (eos.next < at)
            search_from(l, &eos, s, at);
        if (unk.next < at)
            search_from(l, &unk, s, at);
    }
    return buf_add(&l->room, s.bytes + at, s.len - at, err);
}

static enum status replace_marks(struct marked_lines *l, struct slice *piece, bool ends_line,
                                 struct err *err)
{
    const struct slice s = *piece;
    const bool blank = skip_blanks(s, 0) == s.len;
    enum status status = ST_OK;
    l->room.len = 0;
    TRY(buf_reserve(&l->room, 0, err));
    if (l->holds_eos && !blank) {
        status = buf_add_text(&l->room, TOKEN_EOS " ", err);
        l->holds_eos = false;
    }
    const size_t at = l->begun ? 0 : skip_bos(l, s, 0);
    if (status == ST_OK && !(l->holds_eos && blank))
        status = replace(l, s, at, ends_line, err);
    l->begun = !ends_line && (l->begun || skip_blanks(s, at) < s.len);
    l->holds_eos = l->holds_eos && !ends_line;
    *piece = (struct slice){l->room.data, l->room.len};
    return status;
}

enum status marked_lines_read(struct marked_lines *l, struct slice *piece, bool ends_line,
                              struct err *err)
{
    if (is_normalized(l->markers))
        TRY(normalize_nfc(&l->normalizer, piece, err));
    return has_marks(l->markers) ? replace_marks(l, piece, ends_line, err) : ST_OK;
}

void marked_lines_fini(struct marked_lines *l)
{
    buf_fini(&l->room);
    normalizer_fini(&l->normalizer);
}
