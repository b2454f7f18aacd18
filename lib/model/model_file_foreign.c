/* How other programs name the tensors of the same networks. */
#include <stdio.h>
#include <string.h>

#include "lib/model/model_file_private.h"

#define ENCODER "encoder.weight"
#define DECODER "decoder.weight"

/* torch.nn.DataParallel, torch.compile, and modules that have the network as their member. */
static const char *const prefixes[] = {"module.", "_orig_mod.", "model."};

static bool all_begin_with(const struct safetensors_file *file, const char *prefix)
{
    for (size_t i = 0; i < file->n_tensors; i++)
        if (strncmp(file->tensors[i].name, prefix, strlen(prefix)) != 0)
            return false;
    return file->n_tensors > 0;
}

static const char *find_prefix(const struct safetensors_file *file)
{
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (all_begin_with(file, prefixes[i]))
            return prefixes[i];
    return NULL;
}

/* One after the other, as module._orig_mod. has them. */
static void drop_prefixes(struct safetensors_file *file, char dropped[MODEL_PREFIX_SIZE])
{
    const char *prefix;
    size_t len = 0;
    while ((prefix = find_prefix(file)) != NULL && len + strlen(prefix) < MODEL_PREFIX_SIZE) {
        for (size_t i = 0; i < file->n_tensors; i++)
            file->tensors[i].name += strlen(prefix);
        len += (size_t)snprintf(dropped + len, MODEL_PREFIX_SIZE - len, "%s", prefix);
    }
}

static bool has_columns(const struct safetensors_tensor *t, uint64_t n)
{
    return t != NULL && t->rank == 2 && t->shape[1] == n;
}

/* Whether the last layer is as wide as the word vectors, or something projects it. */
static bool can_be_tied(const struct safetensors_file *file, uint64_t E)
{
    const struct safetensors_tensor *last = NULL;
    for (size_t l = 0; l < MODEL_LAYERS_MAX; l++) {
        char name[PARAM_NAME_MAX];
        snprintf(name, sizeof name, "rnn.weight_hh_l%zu", l);
        const struct safetensors_tensor *t = safetensors_find(file, name);
        last = t != NULL ? t : last;
    }
    return has_columns(last, E) || safetensors_find(file, "projection.weight") != NULL;
}

/* Of tensors that share memory safetensors.torch.save_model keeps the first name of the alphabet,
 * and has the others in the metadata with the name that stands for them. */
static bool is_noted(const struct safetensors_file *file, const char *prefix)
{
    char name[MODEL_PREFIX_SIZE + sizeof ENCODER], kept[MODEL_PREFIX_SIZE + sizeof DECODER];
    snprintf(name, sizeof name, "%s" ENCODER, prefix);
    snprintf(kept, sizeof kept, "%s" DECODER, prefix);
    const char *note = safetensors_find_metadata(file, name);
    return note != NULL && strcmp(note, kept) == 0;
}

static void find_word_vectors(struct safetensors_file *file, struct model_origin *origin)
{
    const struct safetensors_tensor *t = safetensors_find(file, DECODER);
    if (safetensors_find(file, ENCODER) != NULL || t == NULL || t->rank != 2 ||
        safetensors_find_metadata(file, MODEL_KEY_VERSION) != NULL)
        return;
    if (!has_columns(safetensors_find(file, "rnn.weight_ih_l0"), t->shape[1]) ||
        !can_be_tied(file, t->shape[1]))
        return;
    file->tensors[t - file->tensors].name = ENCODER;
    origin->decoder = is_noted(file, origin->prefix) ? MODEL_DECODER_NOTED : MODEL_DECODER_TAKEN;
}

void model_file_adapt(struct safetensors_file *file, struct model_origin *origin)
{
    drop_prefixes(file, origin->prefix);
    find_word_vectors(file, origin);
}
