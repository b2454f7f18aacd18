/* The forms that programs give their vocabularies. For the readers of vocabulary files, and for the
 * option that names a form. */
#ifndef PTBLM_VOCAB_VOCAB_FORM_H
#define PTBLM_VOCAB_VOCAB_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/err.h"

enum vocab_form {
    VOCAB_AUTO,       /* told by the whole file */
    VOCAB_PTBLM,      /* a word, or a word, a tab and its count */
    VOCAB_WORDS,      /* the whole line is a word */
    VOCAB_WORD_COUNT, /* a word, blanks (spaces or tabs), its count */
    VOCAB_COUNT_WORD, /* a count, blanks, the word, as `uniq -c` writes */
    VOCAB_WORD_ID,    /* a word, blanks, its id */
    VOCAB_ID_WORD,
    VOCAB_JSON, /* an object of words and their ids, or a list of words */
    VOCAB_FORMS,
};

/* "auto", "ptblm", "words", ...; NULL after the last. */
const char *vocab_form_name(size_t i);

/* The form of that name; NULL or an unknown one: VOCAB_AUTO. */
enum vocab_form vocab_form_find(const char *name);

/* "a word, blanks and its count": for messages. */
const char *vocab_form_text(enum vocab_form form);

/* Walks the lines of a text, each of which ends with a line feed; false after the last. */
struct vocab_lines {
    const char *at, *end;
    size_t number; /* of the line last given, from 1 */
};
bool vocab_lines_next(struct vocab_lines *l, struct slice *line);

/* A line of two fields with blanks between them, and perhaps before them; false: it is not. */
bool vocab_fields(const struct slice *line, struct slice *first, struct slice *second);
bool vocab_number(const struct slice *field, uint64_t *number);

/* The form of a text that is not JSON. Every line must be of that form, and for ids each of 0 to
 * V - 1 must be there once; a file of ptblm's own form is read so. ST_INPUT if it may be more than
 * one thing. */
enum status vocab_form_tell(enum vocab_form *form, const char *name, const char *text, size_t len,
                            struct err *err);

#endif
