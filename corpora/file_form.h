/* What a file is, from its name together with its first bytes: neither alone is to be trusted. A
 * text may begin with "PK" or "BZh", and a download may have the wrong name. */
#ifndef PTBLM_CORPORA_FILE_FORM_H
#define PTBLM_CORPORA_FILE_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/err.h"

enum file_form {
    FORM_TEXT,
    FORM_GZIP, /* of one text */
    FORM_TAR,
    FORM_TGZ, /* gzip of tar */
    FORM_ZIP,
};

/* The form to read `path` in; head[0..n) are its first bytes, up to 512. A name that says text is
 * believed, and so is one that says archive or gzip if the bytes agree; any other name leaves it to
 * the bytes. ST_INPUT, with `shown` for the name, if name and bytes contradict each other, or for a
 * compression that is not read. */
enum status file_form_detect(enum file_form *form, const char *path, const char *shown,
                             const unsigned char *head, size_t n, struct err *err);

/* True if the bytes begin with the header of a tar member, its checksum right. */
bool file_form_is_tar(const unsigned char *head, size_t n);

#endif
