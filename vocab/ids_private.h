/* What the files of ids share: writing ids to memory or to a file as they come, and reading them
 * back in chunks, so that the ids of a text need not fit into memory. Nobody else includes this. */
#ifndef PTBLM_VOCAB_IDS_PRIVATE_H
#define PTBLM_VOCAB_IDS_PRIVATE_H

#include "vocab/ids.h"

enum { IDS_HEADER = 64 }; /* bytes of the file form before the ids */

enum ids_place { IDS_IN_MEMORY, IDS_IN_FILE, IDS_NOWHERE };

struct ids_spool {
    enum ids_place place;
    int32_t *data, *next, *end; /* [next, end) is free */
    size_t n_written;           /* ids already in the file */
    struct io_writer *file;
};

/* A zeroed spool writes to memory. Opening a file writes an empty header. */
enum status ids_spool_open_file(struct ids_spool *s, const char *path, struct err *err);

/* Appends n ids. */
enum status ids_spool_add(struct ids_spool *s, const int32_t *ids, size_t n, struct err *err);

/* Moves the ids to `ids`; the spool is empty afterwards. */
enum status ids_spool_end(struct ids_spool *s, struct ids *ids, struct err *err);

void ids_spool_fini(struct ids_spool *s);

/* n <= IDS_CHUNK ids in the byte order of a file. */
void ids_pack(uint32_t packed[IDS_CHUNK], const int32_t *ids, size_t n);

/* Appends n <= IDS_CHUNK ids to a file, or overwrites those from number `at` on. */
enum status ids_put(struct io_writer *file, const int32_t *ids, size_t n, struct err *err);
enum status ids_put_at(struct io_writer *file, const int32_t *ids, size_t n, size_t at,
                       struct err *err);

/* The end of a line among the numbers of words; an <eos> in the text has its own number. */
enum { IDS_LINE_END = -1 };

/* The error for a word of a text that is not in the vocabulary and may not become <unk>. */
enum status ids_refuse_unknown(const char *name, uint64_t line, struct slice word, struct err *err);

#endif
