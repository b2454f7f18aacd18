/* Finds the train, valid and test texts of a corpus. */
#ifndef PTBLM_CORPORA_SPLITS_SPLITS_H
#define PTBLM_CORPORA_SPLITS_SPLITS_H

#include <stdint.h>

#include "corpora/documents.h"
#include "corpora/source.h"
#include "corpora/splits/division.h"
#include "corpora/splits/split.h"
#include "lib/base/err.h"

/* Where one split lies; path is NULL if the corpus has no such split. split_reader.h reads it. */
struct split_text {
    char *path;
    char *member;        /* NULL unless in an archive */
    char *name;          /* as shown to the user: "corpus.tgz:data/ptb.train.txt" */
    uint64_t first_line; /* lines [first_line, end_line) of the text, counted from 0; */
    uint64_t end_line;   /* UINT64_MAX: to its end */
    /* Where the split is several documents: their names below `path`, which is a folder, or that of
     * an archive (documents.kind); `member` is NULL. n == 0: it is one text. */
    struct source_list documents;
    bool documents_end; /* with one more <eos> each */
};

struct corpus {
    struct split_text splits[N_SPLITS];
    enum division_kind division; /* how documents became splits; DIVISION_NONE: there are none */
    /* Where names say of how many files documents are some (division_count_shards), and how many of
     * them there are: of each split or, if documents were cut, of all, in that of train. */
    struct shards {
        size_t have, of;
    } shards[N_SPLITS];
    struct documents_left left; /* what was not taken as a document */
};

/* What the user said: a corpus (NULL: none) and explicit files or members (NULL: find it). */
struct corpus_request {
    const char *path;
    const char *named[N_SPLITS];
    unsigned needed; /* bit 1 << split for each split that must be there */
    unsigned wanted; /* for those that are looked for too, but may be missing */
    struct document_choice documents;
    bool whole; /* documents without a division are not cut: the split that is needed has them */
    const char *directory; /* that relative paths in `named` count from (io_find); NULL: this one */
};

/* Fills *c; corpus_fini releases it. ST_USAGE if the corpus is one text and all splits are
 * named, so that it would never be read.
 * In a directory or archive the word-level files are found by name: "train", "valid" or "dev" or
 * "val" or "validation", "test" as a whole word of the base name, with any prefix and extension
 * ("ptb.train.txt", "wiki.train.tokens", "en-dev.txt.gz", "train"). Character-level rewrites (a
 * "char" word in the name) are passed over if there is a word-level file; the three texts must
 * be of one family (same directory, same name but for the split word and ".gz"). Of several
 * families the one with the most splits is meant: the archive that people know has a pair of
 * scripts, train.sh and test.sh, beside the three texts. A tie, or a needed split that is missing,
 * is an error that lists the candidates.
 * Where names do not tell so, more words are looked for ("training", "heldout", "devel", "testing",
 * "eval"), then the sub-folders of a directory are too, and then the files are documents: divided
 * by folders or as shards where their names say how, and otherwise cut, whole documents each
 * (division.h). They come in the order of their paths' bytes, those of an archive in its own.
 * Texts whose names speak of splits unclearly are an error as before.
 * A name in `named` is a member of the archive (whole, or its unambiguous last part), a file of
 * the directory, or else a path of its own: of a text, or of a folder, all of whose documents it is
 * then, unless their names speak of other splits.
 * A corpus that is one text (plain, .gz) is cut by lines into the splits that are not named,
 * whichever are needed, so that a part is the same lines for all who ask: the last twentieth is
 * test, the twentieth before it valid (unless named), the rest train; too few lines for that is an
 * error unless train alone is asked for, which then has them all. Where only one is not named it
 * has the text whole. "-" and pipes can be read once only and so are not cut: they are the train
 * text whole, and an error if another split is needed.
 */
enum status corpus_find(struct corpus *c, const struct corpus_request *request,
                        const struct source_limits *limits, struct err *err);
void corpus_fini(struct corpus *c);

#endif
