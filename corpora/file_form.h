/* What a file is, from its name together with its first bytes: neither alone is to be trusted. A
 * text may begin with "PK" or "BZh", and a download may have the wrong name. */
#ifndef PTBLM_CORPORA_FILE_FORM_H
#define PTBLM_CORPORA_FILE_FORM_H

#include <stddef.h>

#include "corpora/compress/codec.h"
#include "lib/base/err.h"

enum file_kind {
    FILE_TEXT,
    FILE_TAR,
    FILE_ZIP,
};

struct file_form {
    enum file_kind kind;       /* of a compressed file: what its name says is within */
    const struct codec *codec; /* NULL: not compressed */
};

/* The form to read `path` in; head[0..n) are its first bytes, up to 512. A name that says text is
 * believed, and so is one that says archive or compression if the bytes agree; any other name
 * leaves it to the bytes. ST_INPUT, with `shown` for the name, if name and bytes contradict each
 * other, or for a compression that is not read. */
enum status file_form_detect(struct file_form *form, const char *path, const char *shown,
                             const unsigned char *head, size_t n, struct err *err);

/* Checks what comes out of the decompression of a file, whose first bytes these are, against what
 * was expected of it: ST_INPUT for a tar where a text should be, for a text where a tar should be,
 * and for what is compressed once more. */
enum status file_form_check_decoded(const struct file_form *form, const char *shown,
                                    const unsigned char *head, size_t n, struct err *err);

/* Whether a name ends with `suffix`, that of a compression put aside: "x.csv.gz" with ".csv". */
bool file_form_name_ends(const char *path, const char *suffix);

/* Whether a name says that what it names is a text, compressed or not: "x.txt", "x.tokens.gz". */
bool file_form_name_says_text(const char *path);

/* True for an archive, compressed or not. */
bool file_form_is_archive(const struct file_form *form);

/* True if the bytes begin with the header of a tar member, its checksum right. */
bool file_form_is_tar(const unsigned char *head, size_t n);

#endif
