#include "lib/base/escape.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/utf8.h"

enum {
    BYTE_ROOM = sizeof "\\x1b" - 1,
    CHAR_ROOM = 2 * BYTE_ROOM + 1, /* a control character has two bytes at most */
};
static const char dots[] = "...";

/* The letter after the backslash, or 0. */
static char letter_of(uint32_t code)
{
    return code == '\n' ? 'n' : code == '\t' ? 't' : code == '\r' ? 'r' : '\0';
}

/* The character at bytes[0] as it is shown; returns how many bytes it has. */
static size_t escape_next(char out[CHAR_ROOM], const char *bytes, size_t n, unsigned how)
{
    uint32_t code;
    const size_t len = utf8_next(bytes, n, &code);
    const bool backslash = code == '\\' && (how & ESCAPE_BACKSLASH) != 0;
    if (code != UTF8_BAD && !utf8_is_control(code) && !backslash) {
        memcpy(out, bytes, len);
        out[len] = '\0';
    } else if ((how & ESCAPE_LETTERS) != 0 && letter_of(code) != '\0') {
        snprintf(out, CHAR_ROOM, "\\%c", letter_of(code));
    } else {
        for (size_t i = 0; i < len; i++)
            snprintf(out + i * BYTE_ROOM, BYTE_ROOM + 1, "\\x%02x", (unsigned char)bytes[i]);
    }
    return len;
}

enum status escape_add(struct buf *out, const char *bytes, size_t n, unsigned how, struct err *err)
{
    char shown[CHAR_ROOM];
    for (size_t i = 0; i < n;) {
        i += escape_next(shown, bytes + i, n - i, how);
        TRY(buf_add_text(out, shown, err));
    }
    return ST_OK;
}

const char *escape_cut(char *out, size_t size, const char *bytes, size_t n, unsigned how)
{
    char shown[CHAR_ROOM];
    size_t len = 0, cut = 0; /* cut: the last place with room for the dots */
    for (size_t i = 0; i < n;) {
        i += escape_next(shown, bytes + i, n - i, how);
        const size_t more = strlen(shown);
        if (len + more >= size) {
            memcpy(out + cut, dots, sizeof dots);
            return out;
        }
        memcpy(out + len, shown, more);
        len += more;
        cut = len + sizeof dots <= size ? len : cut;
    }
    out[len] = '\0';
    return out;
}

struct escaped escape_text(const char *text)
{
    struct escaped shown;
    escape_cut(shown.text, sizeof shown.text, text, strlen(text), 0);
    return shown;
}

struct quoted escape_quoted(const char *bytes, size_t n)
{
    struct quoted q = {"'"};
    escape_cut(q.text + 1, sizeof q.text - 2, bytes, n, ESCAPE_BACKSLASH);
    strcat(q.text, "'");
    return q;
}

const char *escape_line(char *out, size_t size, const char *text)
{
    size_t end = 0;
    for (size_t i = 0; text[i] != '\0' && i + 1 < size; i++) {
        out[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : ' ';
        if (out[i] != ' ')
            end = i + 1;
    }
    out[end] = '\0';
    return out;
}
