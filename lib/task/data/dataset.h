/* A corpus as word ids: vocabulary, tokenizer, and the train, valid and test streams; read from
 * texts, from a directory that dataset_save wrote ("prepared"), or made from the built-in grammar.
 */
#ifndef PTBLM_TASK_DATA_DATASET_H
#define PTBLM_TASK_DATA_DATASET_H

#include <stdbool.h>
#include <stdint.h>

#include "corpora/source.h"
#include "corpora/splits/splits.h"
#include "lib/base/err.h"
#include "lib/task/data/example_form.h"
#include "lib/task/data/examples.h"
#include "vocab/ids.h"
#include "vocab/tokenizer/tokenizer.h"
#include "vocab/vocab.h"

/* Tokens of the built-in corpus where a request says none: near the Penn Treebank's. */
enum {
    DATASET_SEED = 1, /* of the built-in corpus, whatever the seed of the training */
    DATASET_TRAIN_TOKENS = 930000,
    DATASET_VALID_TOKENS = 74000,
    DATASET_TEST_TOKENS = 82000,
    DATASET_MERGES = 10000, /* of a tokenizer that learns, as in subword-nmt */
};

struct dataset_request {
    const char *path; /* a corpus or a prepared directory; NULL and nothing named: the
                         built-in corpus */
    const char
        *named[N_SPLITS];  /* files or members; NULL: found by name (corpora/splits/splits.h) */
    unsigned needed;       /* 1 << split for each split that must be there */
    unsigned wanted;       /* for those that are read if they exist */
    const char *tokenizer; /* NULL: the prepared directory's, else "words" */
    struct marker_names markers;     /* where NULL: the prepared directory's, or for texts */
    const struct markers *otherwise; /* these, such as a model's; NULL: none */
    /* One that has learned, such as a model's, instead of `tokenizer`; borrowed. NULL: none */
    const struct tokenizer *learned;
    const char
        *merges_path; /* the merges of a tokenizer that learns; NULL: those of the train text */
    uint64_t merges;  /* at most so many of them; 0: DATASET_MERGES */
    const char *vocab_path;     /* a vocabulary file; NULL: the words of the train split */
    enum vocab_form vocab_form; /* of that file (struct vocab_file) */
    bool vocab_add;             /* likewise */
    struct vocab_limits vocab_limits;
    enum oov oov;
    struct source_limits source_limits; /* zeroed: SOURCE_LIMITS_DEFAULT */
    uint64_t seed;                      /* of the built-in corpus */
    uint64_t tokens[N_SPLITS];          /* of the built-in corpus; 0: the numbers above */
    struct document_choice documents; /* of a folder or archive of documents; `marks` is set here */
    bool whole;                       /* corpora/splits/splits.h */
    const char *directory; /* that relative paths above count from (io_find); NULL: this one */
    /* A directory to write the ids of texts to as they are read, so that memory does not grow with
     * them; dataset_save to it must follow. NULL: ids are kept in memory. */
    const char *ids_dir;
};

/* What is asked of examples (dataset_read_examples). */
struct example_request {
    bool per_step;                  /* a label for each step: columns */
    enum example_form form;         /* AUTO: found out */
    struct example_columns columns; /* of columns */
    struct example_images images;   /* of IDX: the sequence and its seed */
    /* Where no valid text is given, it is not made out of the train text. */
    bool keep_train;
    /* No labels are read: lines are texts as a whole, the label's column may be missing, and images
     * need no file of labels. Only with a given coding. */
    bool unlabelled;
};

struct dataset {
    const struct vocab *vocab; /* NULL: examples of numbers have none */
    struct vocab *owned_vocab; /* vocab where the dataset made it, else NULL */
    const struct tokenizer *tokenizer;
    struct tokenizer *owned_tokenizer; /* tokenizer where the dataset has its merges, else NULL */
    struct markers markers;
    struct ids splits[N_SPLITS]; /* n == 0: missing or not requested; no data with ids_dir */
    struct text_watch *watches[N_SPLITS]; /* what was seen of a text; NULL: it was not read here */
    const char *doubts[N_SPLITS]; /* what a text seems to be rather than plain text, or NULL */
    char *names[N_SPLITS];        /* where each came from, as shown to the user; NULL: missing */
    /* Of splits that are documents: how many, how they were divided, and what was left out. */
    struct dataset_documents {
        enum division_kind division; /* DIVISION_NONE: there are none */
        size_t n[N_SPLITS];
        struct shards shards[N_SPLITS];
        struct documents_left left;
    } documents;
    double true_perplexity[N_SPLITS]; /* of valid and test of the built-in corpus: what a
                                         perfect model would have; otherwise 0 */
    struct vocab_taken vocab_taken;   /* what the vocabulary file was taken for */
    /* Of sequences with labels, whose `splits` have no ids: what dataset_read_examples has read. */
    struct examples *examples[N_SPLITS];                       /* NULL: missing or not requested */
    const struct names *labels;                                /* NULL: there are no examples */
    struct example_coding coding;                              /* all of it, for a model to keep */
    struct names *owned_labels, *owned_features[FEATURES_MAX]; /* NULL where they were given */
    struct dataset_division {
        enum example_split_way {
            EXAMPLE_SPLITS_GIVEN, /* train, valid and test as they were found */
            EXAMPLE_VALID_HELD,   /* valid is every tenth example of the train text; of IDX the last
                                   * 5,000 of the train images, or their last twelfth */
            EXAMPLE_SPLITS_CUT,   /* one text was cut: a twentieth each is test and valid */
        } way;
        size_t held; /* examples that became valid, of EXAMPLE_VALID_HELD */
    } division;
    bool prepared;        /* read from a prepared directory */
    uint64_t fingerprint; /* of vocabulary, merges, and the ids of the splits that were read */
};

/* Fills *d; dataset_fini releases it, even after a failure. Without a vocabulary file the train
 * split is read even if it is not wanted. A single text (plain or compressed) is cut, into the same
 * parts whichever are needed or wanted (corpora/splits/splits.h). Every text is read once, except
 * one that is cut, whose lines are counted first; an archive is decoded once for the names of its
 * members and once for all its texts. A prepared directory has its own splits and
 * vocabulary, so naming texts, a vocabulary file or limits is ST_USAGE; if its files do not belong
 * together, that is ST_INPUT with the file's name. */
enum status dataset_read(struct dataset *d, const struct dataset_request *request, struct err *err);

/* The same with a given vocabulary, such as a model's, which is borrowed and must outlive *d.
 * request->vocab_path and vocab_limits are ignored. A prepared directory must have been made with
 * the same vocabulary. */
enum status dataset_read_with(struct dataset *d, const struct dataset_request *request,
                              const struct vocab *vocab, struct err *err);

/* Reads sequences with labels: train, valid and test as they are found by name (request->path and
 * named), each a file, compressed or not, a member of an archive, or documents; standard input or a
 * pipe can be one of them. d->examples has the splits that were asked for; ids of splits stay
 * empty. Vocabulary (within request->vocab_limits), labels and features come from the train
 * examples, which are read for that even if they are not wanted.
 *
 * Where there is no valid text, examples of train become valid, wanted or not, unless
 * examples->keep_train. One text, or documents that no folder divides, are cut into the splits that
 * are not named, whichever are asked for: a twentieth each is test and valid, sentences of columns
 * at the end of the text, all others spread over it, since texts may be sorted by their labels. So
 * a part is the same examples for all who ask (d->division). Labels of what is cut or held out are
 * those of the whole text; words and values of features only of its train part. Labels of steps
 * that are all "O" or of chunks ("B-NP") are completed: each kind gets every letter that comes.
 *
 * ST_INPUT names file, line and what is wrong: a line without a label or text, a label that the
 * train text does not have, too few columns or another number than before, an empty sentence,
 * images of another size, files that do not belong together, no examples, or one label alone. */
enum status dataset_read_examples(struct dataset *d, const struct dataset_request *request,
                                  const struct example_request *examples, struct err *err);

/* The same with a given coding, such as a model's, which is borrowed and must outlive *d: of
 * request and examples only what says where and in which splits the data lies counts, with the
 * form, which may be another than the coding's unless that is columns or images. If request->whole,
 * one text is not cut, but is the split that is needed. */
enum status dataset_read_examples_with(struct dataset *d, const struct dataset_request *request,
                                       const struct example_request *examples,
                                       const struct example_coding *coding, struct err *err);

/* Whether what a request asks for is images in IDX files, by their names or first bytes. */
enum status dataset_has_images(bool *are, const struct dataset_request *request, struct err *err);

/* The fingerprint of a split that was read: of the vocabulary and its ids alone. */
enum status dataset_find_fingerprint(uint64_t *fingerprint, const struct dataset *d, enum split s,
                                     struct err *err);

/* The share of <unk> in the text that the vocabulary was counted in, or where it has no counts in
 * the train text; -1 where neither is there. */
double dataset_unk_share(const struct dataset *d);

/* Writes the files of a prepared directory: SPLIT.ids for each split that exists, vocab.txt,
 * merges.txt where there are any, and prepared.json, which is removed first and gets its name last,
 * so that a directory is either whole or not a prepared one. All are written before the first gets
 * its name: if the disk or memory is too small, the old files stay, and if there were none, nothing
 * but the directory is left. Creates the directory; removes .ids files of splits that do not exist.
 * Ids that are still in unfinished files (ids_dir) are afterwards only in this directory. */
enum status dataset_save(struct dataset *d, const char *dir, struct err *err);

/* The names of these files, ending with NULL. */
const char *const *dataset_file_names(void);

/* Whether any of them is in `dir`; *name is then the first found. */
bool dataset_has_files(const char *dir, const char **name);

/* Whether a split was found and read: ids, or examples. */
bool dataset_has(const struct dataset *d, enum split s);

void dataset_fini(struct dataset *d);

#endif
