/* Ids on their way from a tokenizer into memory or into a file, and the way back in stretches, so
 * that a text's ids need not fit into memory. What ids.c and ids_file.c share; nobody else includes
 * this. */
#ifndef PTBLM_VOCAB_IDS_SPOOL_H
#define PTBLM_VOCAB_IDS_SPOOL_H

#include "vocab/ids.h"

enum {
    IDS_HEADER = 64,    /* bytes of the file form before the ids */
    IDS_CHUNK = 1 << 14 /* ids of one stretch */
};

enum ids_place { IDS_IN_MEMORY, IDS_IN_FILE, IDS_NOWHERE };

struct ids_spool {
    enum ids_place place;
    int32_t *data, *next, *end; /* [next, end) is free */
    size_t n_written;           /* ids that are in the file already */
    struct io_writer *file;
};

/* A zeroed spool is one in memory. Opening it in a file writes an empty header. */
enum status ids_spool_open_file(struct ids_spool *s, const char *path, struct err *err);

/* Appends n ids. */
enum status ids_spool_add(struct ids_spool *s, const int32_t *ids, size_t n, struct err *err);

/* Hands the ids over to `ids`; the spool is empty afterwards. */
enum status ids_spool_end(struct ids_spool *s, struct ids *ids, struct err *err);

void ids_spool_fini(struct ids_spool *s);

/* Points *stretch at ids [from, from + *n), *n <= IDS_CHUNK; those of a file are read into `room`.
 * *n is 0 behind the last id. */
enum status ids_read(const struct ids *ids, size_t from, int32_t room[IDS_CHUNK],
                     const int32_t **stretch, size_t *n, struct err *err);

/* n <= IDS_CHUNK ids as they stand in a file. */
void ids_pack(uint32_t packed[IDS_CHUNK], const int32_t *ids, size_t n);

/* Appends n <= IDS_CHUNK ids to a file, or writes them over those from number `at` on. */
enum status ids_put(struct io_writer *file, const int32_t *ids, size_t n, struct err *err);
enum status ids_put_at(struct io_writer *file, const int32_t *ids, size_t n, size_t at,
                       struct err *err);

/* What a line's end is among the numbers of words: unlike an <eos> of the text, it ends a line. */
enum { IDS_LINE_END = -1 };

/* Why a token is refused, behind "has 'word', ". */
#define IDS_UNKNOWN                                                                                \
    "which is not in the vocabulary: leave out --oov error to take it for an unknown word"

#endif
