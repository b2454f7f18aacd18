#include "lib/task/run/training_text.h"

#include <stdio.h>
#include <string.h>

#include "lib/task/run/run.h"

#define KEY_UNK "train_unk"
enum { KEY_SIZE = 32 };

static void name_key(char key[KEY_SIZE], enum split s)
{
    snprintf(key, KEY_SIZE, "%s%sfingerprint", s < N_SPLITS ? split_name(s) : "",
             s < N_SPLITS ? "_" : "");
}

static enum status find_fingerprint(struct hash_hex *hex, const struct dataset *d, enum split s,
                                    struct err *err)
{
    uint64_t fingerprint = d->fingerprint;
    if (s < N_SPLITS)
        TRY(dataset_find_fingerprint(&fingerprint, d, s, err));
    *hex = hash_hex(fingerprint);
    return ST_OK;
}

enum status training_text_note(struct json *notes, const struct dataset *d, struct err *err)
{
    const enum split order[] = {N_SPLITS, SPLIT_TRAIN, SPLIT_VALID, SPLIT_TEST};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        char key[KEY_SIZE];
        struct hash_hex hex;
        if (order[i] < N_SPLITS && !dataset_has(d, order[i]))
            continue;
        name_key(key, order[i]);
        TRY(find_fingerprint(&hex, d, order[i], err));
        TRY(json_set_string(notes, key, hex.text, err));
    }
    if (d->splits[SPLIT_TRAIN].n > 0 && vocab_total(d->vocab) == 0)
        TRY(json_set_double(notes, KEY_UNK, dataset_unk_share(d), err));
    return ST_OK;
}

enum status training_text_unk_share(double *share, const struct json *notes, struct err *err)
{
    *share = -1.0;
    return notes != NULL && json_has(notes, KEY_UNK) ? json_get_double(notes, KEY_UNK, share, err)
                                                     : ST_OK;
}

enum status training_text_compare(struct training_text_match *match, const struct json *notes,
                                  const struct dataset *d, enum split s, struct err *err)
{
    const char *then;
    char key[KEY_SIZE];
    name_key(key, s);
    TRY(json_get_string(notes, key, &then, err));
    TRY(find_fingerprint(&match->now, d, s, err));
    snprintf(match->then, sizeof match->then, "%s", then);
    match->same = strcmp(match->now.text, then) == 0;
    return ST_OK;
}

bool training_text_is_noted(const struct json *notes, enum split s)
{
    char key[KEY_SIZE];
    name_key(key, s);
    return json_has(notes, key);
}

enum status training_text_directory(const char **directory, struct json *config, struct err *err)
{
    *directory = NULL;
    return json_find_path(config, "directory", directory, err);
}

enum status training_text_find_directory(const char **directory, struct json **config,
                                         const char *dir, struct err *err)
{
    struct err why;
    *directory = NULL;
    TRY(run_peek_config(dir, config, err));
    const enum status status =
        *config != NULL ? training_text_directory(directory, *config, &why) : ST_OK;
    return status == ST_OK ? ST_OK
                           : err_wrap(err, &why, "the config.json of '%s' cannot be used", dir);
}
