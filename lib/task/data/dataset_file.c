/* The prepared directory: a corpus that has been read. prepared.json ties its files together: it
 * has the tokenizer, the markers, the vocabulary's hash, and the tokens and the text hash of each
 * split. */
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/io/io.h"
#include "lib/base/mem.h"
#include "lib/file/json.h"
#include "lib/task/data/dataset_parts.h"
#include "vocab/tokenizer/bpe.h"

enum { IDS_NAMES = 3 };

static const char *const file_names[] = {
    DATASET_RECORD, DATASET_VOCAB, DATASET_MERGES_FILE, "train.ids", "valid.ids", "test.ids", NULL};

const char *dataset_ids_name(enum split s)
{
    return file_names[IDS_NAMES + s];
}

const char *const *dataset_file_names(void)
{
    return file_names;
}

bool dataset_has_files(const char *dir, const char **name)
{
    size_t i = 0;
    while (file_names[i] != NULL && !io_has(dir, file_names[i]))
        i++;
    *name = file_names[i];
    return *name != NULL;
}

bool dataset_is_prepared(const char *dir)
{
    if (!io_is_dir(dir))
        return false;
    bool ids = io_has(dir, DATASET_RECORD);
    for (enum split s = 0; s < N_SPLITS; s++)
        ids = ids || io_has(dir, dataset_ids_name(s));
    return ids;
}

static enum status describe_split(struct json *o, const struct dataset *d, enum split s,
                                  struct err *err)
{
    TRY(json_set_string(o, "source", d->names[s], err));
    TRY(json_set_int(o, "tokens", (int64_t)d->splits[s].n, err));
    TRY(json_set_int(o, "unknown", (int64_t)d->splits[s].unknown, err));
    if (d->splits[s].words > 0) {
        TRY(json_set_int(o, "words", (int64_t)d->splits[s].words, err));
        TRY(json_set_int(o, "characters", (int64_t)d->splits[s].characters, err));
    }
    return json_set_string(o, "text_hash", hash_hex(d->splits[s].text_hash).text, err);
}

static enum status describe_splits(struct json *splits, const struct dataset *d, struct err *err)
{
    for (enum split s = 0; s < N_SPLITS; s++) {
        if (d->splits[s].n == 0)
            continue;
        struct json *o;
        TRY(json_new_object(&o, err));
        const enum status status = describe_split(o, d, s, err);
        if (status != ST_OK) {
            json_free(o);
            return status;
        }
        TRY(json_set_value(splits, split_name(s), o, err));
    }
    return ST_OK;
}

static enum status describe_markers(struct json *record, const struct markers *m, struct err *err)
{
    const char *const names[] = {"bos", "eos", "unk"}, *const values[] = {m->bos, m->eos, m->unk};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (values[i][0] != '\0')
            TRY(json_set_string(record, names[i], values[i], err));
    const char *normalize = marker_names_of(m).normalize;
    if (normalize == NULL)
        return ST_OK;
    TRY(json_set_string(record, "normalize", normalize, err));
    return json_set_string(record, "unicode", normalize_unicode_version(), err);
}

static enum status describe(struct json *record, const struct dataset *d, struct err *err)
{
    TRY(json_set_string(record, "format", DATASET_FORMAT, err));
    const int version = marker_names_of(&d->markers).normalize != NULL ? DATASET_VERSION_NORMALIZED
                        : markers_any(&d->markers)                     ? DATASET_VERSION_MARKED
                                                                       : DATASET_VERSION;
    TRY(json_set_int(record, "version", version, err));
    TRY(json_set_string(record, "tokenizer", d->tokenizer->name, err));
    if (d->tokenizer->bpe != NULL)
        TRY(json_set_string(record, "merges_hash", hash_hex(bpe_hash(d->tokenizer->bpe)).text,
                            err));
    TRY(describe_markers(record, &d->markers, err));
    TRY(json_set_string(record, "fingerprint", hash_hex(d->fingerprint).text, err));
    TRY(json_set_int(record, "vocab_size", (int64_t)vocab_size(d->vocab), err));
    TRY(json_set_string(record, "vocab_hash", hash_hex(vocab_hash(d->vocab)).text, err));
    struct json *splits;
    TRY(json_new_object(&splits, err));
    const enum status status = describe_splits(splits, d, err);
    if (status != ST_OK) {
        json_free(splits);
        return status;
    }
    return json_set_value(record, "splits", splits, err);
}

/* The files that are written: all are whole before the first gets its name, and the record is the
 * last. */
enum { N_FILES = 3 + N_SPLITS };

static enum status write_text(struct io_writer **file, const char *dir, const char *name,
                              struct slice text, struct err *err)
{
    char *path = io_join(dir, name, err);
    if (path == NULL)
        return ST_NOMEM;
    const enum status status = io_stage_file(file, path, text.bytes, text.len, err);
    mem_free(path);
    return status;
}

static enum status write_ids(struct io_writer **file, struct dataset *d, enum split s,
                             const char *dir, struct err *err)
{
    if (d->splits[s].n == 0)
        return ST_OK;
    char *path = io_join(dir, dataset_ids_name(s), err);
    if (path == NULL)
        return ST_NOMEM;
    const enum status status = ids_write(file, &d->splits[s], d->vocab, path, err);
    mem_free(path);
    return status;
}

static enum status write_record(struct io_writer **file, const struct dataset *d, const char *dir,
                                struct err *err)
{
    struct json *record = NULL;
    struct buf text = {0};
    enum status status = ST_OK;
    TRY_OUT(json_new_object(&record, err));
    TRY_OUT(describe(record, d, err));
    TRY_OUT(json_format(record, &text, true, err));
    TRY_OUT(write_text(file, dir, DATASET_RECORD, (struct slice){text.data, text.len}, err));
out:
    buf_fini(&text);
    json_free(record);
    return status;
}

/* In the order in which they get their names. Texts come after the ids: on their own they would be
 * a folder of documents. */
static enum status write_files(struct io_writer *files[N_FILES], struct dataset *d,
                               const struct buf *words, const char *dir, struct err *err)
{
    const struct bpe *bpe = d->tokenizer->bpe;
    const struct slice vocab = {words->data, words->len};
    for (enum split s = 0; s < N_SPLITS; s++)
        TRY(write_ids(&files[s], d, s, dir, err));
    TRY(write_text(&files[N_SPLITS], dir, DATASET_VOCAB, vocab, err));
    if (bpe != NULL)
        TRY(write_text(&files[N_SPLITS + 1], dir, DATASET_MERGES_FILE, bpe_text(bpe), err));
    TRY(write_record(&files[N_FILES - 1], d, dir, err));
    for (size_t i = 0; i < N_FILES; i++)
        if (files[i] != NULL)
            TRY(io_writer_finish(files[i], err));
    return ST_OK;
}

/* Removes what the new files replace. */
static enum status remove_old(const struct dataset *d, const char *dir, struct err *err)
{
    TRY(io_remove_in(dir, DATASET_RECORD, err));
    if (d->tokenizer->bpe == NULL)
        TRY(io_remove_in(dir, DATASET_MERGES_FILE, err));
    for (enum split s = 0; s < N_SPLITS; s++)
        if (d->splits[s].n == 0)
            TRY(io_remove_in(dir, dataset_ids_name(s), err));
    return ST_OK;
}

/* For the record, and for what the file system itself needs. */
enum { RECORD_ROOM = 16384 };

/* Checked before anything is replaced: the files are useful only together. */
static enum status check_room(const struct dataset *d, const struct buf *words, const char *dir,
                              struct err *err)
{
    const struct io_room room = io_find_room(dir);
    const size_t have = room.disk < room.file ? room.disk : room.file;
    double need = (double)words->len + RECORD_ROOM;
    if (d->tokenizer->bpe != NULL)
        need += (double)bpe_text(d->tokenizer->bpe).len;
    for (enum split s = 0; s < N_SPLITS; s++)
        if (d->splits[s].file == NULL) /* else they are written already */
            need += sizeof *d->splits[s].data * (double)d->splits[s].n;
    if (need <= (double)have)
        return ST_OK;
    return err_advise(
        err,
        err_set(err, ST_IO,
                "%.1f kB can still be written in '%s', by its disk or by 'ulimit -f', "
                "and its vocabulary and record need %.1f kB",
                (double)have / 1e3, dir, need / 1e3),
        REMEDY_OTHER_DISK, 0, 0);
}

/* Part of a set of files is of no use. */
static void remove_files(const char *dir)
{
    for (size_t i = 0; file_names[i] != NULL; i++)
        io_remove_in(dir, file_names[i], NULL);
}

enum status dataset_save(struct dataset *d, const char *dir, struct err *err)
{
    struct io_writer *files[N_FILES] = {NULL};
    struct buf words = {0};
    enum status status;
    const char *there;
    TRY(io_make_dir(dir, NULL, err));
    const bool fresh = !dataset_has_files(dir, &there);
    TRY_OUT(vocab_format(d->vocab, &words, err));
    TRY_OUT(check_room(d, &words, dir, err));
    TRY_OUT(write_files(files, d, &words, dir, err));
    TRY_OUT(remove_old(d, dir, err));
    TRY_OUT(io_writer_commit_all(files, N_FILES, err));
out:
    if (status != ST_OK && fresh)
        remove_files(dir);
    for (size_t i = 0; i < N_FILES; i++)
        io_writer_discard(files[i]);
    buf_fini(&words);
    return status;
}
