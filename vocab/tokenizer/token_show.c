#include "vocab/tokenizer/token_show.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/utf8.h"
#include "vocab/tokenizer/bpe.h"

/* The length of the character that a byte begins, 0 where none begins with it. */
static size_t length_from(unsigned char byte)
{
    if (byte < 0x80)
        return 1;
    if (byte < 0xc2 || byte > 0xf4)
        return 0;
    return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

static void give_up_bytes(struct token_show *s)
{
    for (size_t i = 0; i < s->n; i++) {
        const size_t at = strlen(s->before);
        snprintf(s->before + at, sizeof s->before - at, "\\x%02X", (unsigned char)s->bytes[i]);
    }
    s->n = 0;
}

static void add_byte(struct token_show *s, unsigned char byte)
{
    uint32_t code;
    if (s->n > 0 && !utf8_continues((char)byte))
        give_up_bytes(s);
    s->bytes[s->n++] = (char)byte;
    const size_t want = length_from((unsigned char)s->bytes[0]);
    if (want > s->n)
        return;
    if (want == 0 || utf8_next(s->bytes, s->n, &code) != s->n || code == UTF8_BAD) {
        give_up_bytes(s);
        return;
    }
    memcpy(s->made, s->bytes, s->n);
    s->text = (struct slice){s->made, s->n};
    s->n = 0;
}

/* Takes the mark off a piece of a word that goes on. */
static bool take_mark(const struct tokenizer *t, struct slice *token)
{
    const size_t n = strlen(BPE_GOES_ON);
    if (!t->learns || token->len <= n || memcmp(token->bytes + token->len - n, BPE_GOES_ON, n) != 0)
        return false;
    token->len -= n;
    return true;
}

void token_show_next(struct token_show *s, struct slice token)
{
    const bool whole = token_special(token.bytes, token.len) == token.len;
    const bool begins = s->begun && (!s->goes_on || whole);
    s->before[0] = '\0';
    s->goes_on = take_mark(s->tokenizer, &token);
    s->begun = true;
    s->text = (struct slice){"", 0};
    const int byte = s->tokenizer->spells_bytes ? bpe_byte_of(token.bytes, token.len) : -1;
    if (byte < 0 || begins)
        give_up_bytes(s);
    if (begins)
        strcat(s->before, s->tokenizer->joint);
    if (byte < 0)
        s->text = token;
    else
        add_byte(s, (unsigned char)byte);
}

void token_show_end(struct token_show *s)
{
    s->before[0] = '\0';
    s->text = (struct slice){"", 0};
    give_up_bytes(s);
    s->begun = s->goes_on = false;
}
