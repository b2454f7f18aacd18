/* The prepared directory: what a corpus is once it has been read. prepared.json ties its files
 * together: the tokenizer, and the vocabulary's hash, tokens and text hash of each split. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/io.h"
#include "lib/base/mem.h"
#include "lib/model/json.h"
#include "lib/task/dataset_parts.h"

const char *dataset_ids_name(enum split s)
{
    static const char *const names[N_SPLITS] = {"train.ids", "valid.ids", "test.ids"};
    return names[s];
}

struct dataset_hex dataset_hex(uint64_t n)
{
    struct dataset_hex h;
    snprintf(h.text, sizeof h.text, "%016" PRIx64, n);
    return h;
}

static bool is_there(const char *dir, const char *name)
{
    char *path = io_join(dir, name, NULL);
    const bool there = path != NULL && io_exists(path);
    mem_free(path);
    return there;
}

bool dataset_has_files(const char *dir, const char **name)
{
    const char *const names[] = {DATASET_RECORD,
                                 DATASET_VOCAB,
                                 dataset_ids_name(SPLIT_TRAIN),
                                 dataset_ids_name(SPLIT_VALID),
                                 dataset_ids_name(SPLIT_TEST),
                                 NULL};
    size_t i = 0;
    while (names[i] != NULL && !is_there(dir, names[i]))
        i++;
    *name = names[i];
    return names[i] != NULL;
}

bool dataset_is_prepared(const char *dir)
{
    if (!io_is_dir(dir))
        return false;
    bool ids = is_there(dir, DATASET_RECORD);
    for (enum split s = 0; s < N_SPLITS; s++)
        ids = ids || is_there(dir, dataset_ids_name(s));
    return ids;
}

static enum status describe_split(struct json *o, const struct dataset *d, enum split s,
                                  struct err *err)
{
    TRY(json_set_string(o, "source", d->names[s], err));
    TRY(json_set_int(o, "tokens", (int64_t)d->splits[s].n, err));
    TRY(json_set_int(o, "unknown", (int64_t)d->splits[s].unknown, err));
    return json_set_string(o, "text_hash", dataset_hex(d->splits[s].text_hash).text, err);
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

static enum status describe(struct json *record, const struct dataset *d, struct err *err)
{
    TRY(json_set_string(record, "format", DATASET_FORMAT, err));
    TRY(json_set_int(record, "version", DATASET_VERSION, err));
    TRY(json_set_string(record, "tokenizer", d->tokenizer->name, err));
    TRY(json_set_string(record, "fingerprint", dataset_hex(d->fingerprint).text, err));
    TRY(json_set_int(record, "vocab_size", (int64_t)vocab_size(d->vocab), err));
    TRY(json_set_string(record, "vocab_hash", dataset_hex(vocab_hash(d->vocab)).text, err));
    struct json *splits;
    TRY(json_new_object(&splits, err));
    const enum status status = describe_splits(splits, d, err);
    if (status != ST_OK) {
        json_free(splits);
        return status;
    }
    return json_set_value(record, "splits", splits, err);
}

static enum status save_record(const struct dataset *d, const char *path, struct err *err)
{
    struct json *record = NULL;
    struct buf text = {0};
    enum status status = ST_OK;
    TRY_OUT(json_new_object(&record, err));
    TRY_OUT(describe(record, d, err));
    TRY_OUT(json_format(record, &text, true, err));
    TRY_OUT(io_write_file(path, text.data, text.len, err));
out:
    buf_fini(&text);
    json_free(record);
    return status;
}

static enum status remove_file(const char *dir, const char *name, struct err *err)
{
    char *path = io_join(dir, name, err);
    if (path == NULL)
        return ST_NOMEM;
    enum status status = ST_OK;
    if (unlink(path) != 0 && errno != ENOENT)
        status = err_set(err, ST_IO, "cannot remove '%s': %s", path, strerror(errno));
    mem_free(path);
    return status;
}

static enum status save_ids(struct dataset *d, enum split s, const char *dir, struct err *err)
{
    if (d->splits[s].n == 0)
        return remove_file(dir, dataset_ids_name(s), err);
    if (d->splits[s].file != NULL)
        return ids_commit(&d->splits[s], d->vocab, err);
    char *path = io_join(dir, dataset_ids_name(s), err);
    if (path == NULL)
        return ST_NOMEM;
    const enum status status = ids_save(&d->splits[s], d->vocab, path, err);
    mem_free(path);
    return status;
}

/* For the record, and for what the file system needs besides. */
enum { RECORD_ROOM = 16384 };

/* Looked at before anything is replaced: the files are of use only together. */
static enum status check_room(const struct dataset *d, const char *dir, struct err *err)
{
    const struct io_room room = io_find_room(dir);
    const size_t have = room.disk < room.file ? room.disk : room.file;
    struct buf words = {0};
    const enum status status = vocab_format(d->vocab, &words, err);
    double need = (double)words.len + RECORD_ROOM;
    buf_fini(&words);
    TRY(status);
    for (enum split s = 0; s < N_SPLITS; s++)
        if (d->splits[s].file == NULL) /* else they are written already */
            need += sizeof *d->splits[s].data * (double)d->splits[s].n;
    if (need <= (double)have)
        return ST_OK;
    return err_set(err, ST_IO,
                   "in '%s' %.1f kB more can be written, by its disk or by 'ulimit -f', and its "
                   "vocabulary and record need %.1f kB; make room, or give a directory on another "
                   "disk with -o",
                   dir, (double)have / 1e3, need / 1e3);
}

/* What is left of a set that could not be written whole is not one. */
static void remove_files(const char *dir)
{
    remove_file(dir, DATASET_RECORD, NULL);
    remove_file(dir, DATASET_VOCAB, NULL);
    for (enum split s = 0; s < N_SPLITS; s++)
        remove_file(dir, dataset_ids_name(s), NULL);
}

enum status dataset_save(struct dataset *d, const char *dir, struct err *err)
{
    enum status status = ST_OK;
    char *record = NULL, *vocab = NULL;
    const char *there;
    TRY(io_make_dir(dir, err));
    TRY(check_room(d, dir, err));
    const bool fresh = !dataset_has_files(dir, &there);
    TRY(remove_file(dir, DATASET_RECORD, err));
    record = io_join(dir, DATASET_RECORD, err);
    vocab = io_join(dir, DATASET_VOCAB, err);
    if (record == NULL || vocab == NULL) {
        status = ST_NOMEM;
        goto out;
    }
    TRY_OUT(vocab_save(d->vocab, vocab, err));
    for (enum split s = 0; s < N_SPLITS; s++)
        TRY_OUT(save_ids(d, s, dir, err));
    TRY_OUT(save_record(d, record, err));
out:
    if (status != ST_OK && fresh)
        remove_files(dir);
    mem_free(record);
    mem_free(vocab);
    return status;
}
