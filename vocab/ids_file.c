/* The file form of ids: a header of 64 bytes, then int32, all little-endian. A little-endian
 * machine uses the ids of a mapped file in place, another converts them. */
#include <endian.h>
#include <inttypes.h>
#include <string.h>

#include "lib/base/hash.h"
#include "lib/base/mem.h"
#include "vocab/ids_private.h"

enum { HEADER_BYTES = IDS_HEADER, HASHED_BYTES = 56, VERSION = 1 };
static const char magic[8] = "PTBLMIDS";

/* Byte by byte: magic 0, version 8, vocab_size 12, then 64-bit words from 16 on. */
struct header {
    uint32_t version, vocab_size;
    uint64_t vocab_hash, n, unknown, text_hash, data_hash;
    uint64_t hash; /* of the bytes before it */
};

static void put_u32(unsigned char *at, uint32_t value)
{
    value = htole32(value);
    memcpy(at, &value, sizeof value);
}

static void put_u64(unsigned char *at, uint64_t value)
{
    value = htole64(value);
    memcpy(at, &value, sizeof value);
}

static uint32_t get_u32(const unsigned char *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return le32toh(value);
}

static uint64_t get_u64(const unsigned char *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return le64toh(value);
}

static void header_pack(unsigned char bytes[HEADER_BYTES], const struct header *h)
{
    memcpy(bytes, magic, sizeof magic);
    put_u32(bytes + 8, h->version);
    put_u32(bytes + 12, h->vocab_size);
    put_u64(bytes + 16, h->vocab_hash);
    put_u64(bytes + 24, h->n);
    put_u64(bytes + 32, h->unknown);
    put_u64(bytes + 40, h->text_hash);
    put_u64(bytes + 48, h->data_hash);
    put_u64(bytes + HASHED_BYTES, hash_bytes(bytes, HASHED_BYTES));
}

static struct header header_unpack(const unsigned char bytes[HEADER_BYTES])
{
    return (struct header){
        .version = get_u32(bytes + 8),
        .vocab_size = get_u32(bytes + 12),
        .vocab_hash = get_u64(bytes + 16),
        .n = get_u64(bytes + 24),
        .unknown = get_u64(bytes + 32),
        .text_hash = get_u64(bytes + 40),
        .data_hash = get_u64(bytes + 48),
        .hash = get_u64(bytes + HASHED_BYTES),
    };
}

enum status ids_hash(const struct ids *ids, struct hash *hash, struct err *err)
{
    int32_t room[IDS_CHUNK];
    const int32_t *chunk;
    for (size_t at = 0, n; at < ids->n; at += n) {
        TRY(ids_read(ids, at, room, &chunk, &n, err));
        hash_add(hash, chunk, n * sizeof *chunk);
    }
    return ST_OK;
}

/* The hash of the ids in the byte order of a file. */
static enum status hash_data(uint64_t *digest, const struct ids *ids, struct err *err)
{
    struct hash *hash;
    TRY(hash_new(&hash, err));
    int32_t room[IDS_CHUNK];
    const int32_t *chunk;
    enum status status = ST_OK;
    for (size_t at = 0, n; at < ids->n; at += n) {
        uint32_t packed[IDS_CHUNK];
        TRY_OUT(ids_read(ids, at, room, &chunk, &n, err));
        ids_pack(packed, chunk, n);
        hash_add(hash, packed, n * sizeof *packed);
    }
    *digest = hash_digest(hash);
out:
    hash_free(hash);
    return status;
}

static enum status make_header(unsigned char bytes[HEADER_BYTES], const struct ids *ids,
                               const struct vocab *vocab, struct err *err)
{
    struct header header = {
        .version = VERSION,
        .vocab_size = (uint32_t)vocab_size(vocab),
        .vocab_hash = vocab_hash(vocab),
        .n = ids->n,
        .unknown = ids->unknown,
        .text_hash = ids->text_hash,
    };
    TRY(hash_data(&header.data_hash, ids, err));
    header_pack(bytes, &header);
    return ST_OK;
}

static enum status put_data(struct io_writer *w, const struct ids *ids, struct err *err)
{
    int32_t room[IDS_CHUNK];
    const int32_t *chunk;
    for (size_t at = 0, n; at < ids->n; at += n) {
        TRY(ids_read(ids, at, room, &chunk, &n, err));
        TRY(ids_put(w, chunk, n, err));
    }
    return ST_OK;
}

static enum status write_new(struct io_writer **file, const struct ids *ids,
                             const unsigned char header[HEADER_BYTES], const char *path,
                             struct err *err)
{
    TRY(io_writer_open(file, path, err));
    TRY(io_writer_put(*file, header, HEADER_BYTES, err));
    return put_data(*file, ids, err);
}

enum status ids_write(struct io_writer **file, struct ids *ids, const struct vocab *vocab,
                      const char *path, struct err *err)
{
    unsigned char header[HEADER_BYTES];
    TRY(make_header(header, ids, vocab, err));
    if (ids->file == NULL)
        return write_new(file, ids, header, path, err);
    TRY(io_writer_put_at(ids->file, header, sizeof header, 0, err));
    *file = ids->file;
    ids->file = NULL;
    return ST_OK;
}

static enum status check_header(const struct io_map *map, const char *path, struct header *header,
                                struct err *err)
{
    if (map->len < HEADER_BYTES)
        return err_set(err, ST_INPUT,
                       "'%s' has %zu byte%s, a file of word ids at least %d: it is cut short or "
                       "is another kind of file",
                       path, map->len, map->len == 1 ? "" : "s", HEADER_BYTES);
    if (memcmp(map->data, magic, sizeof magic) != 0)
        return err_set(err, ST_INPUT, "'%s' is not a file of word ids: it does not begin with %.8s",
                       path, magic);
    *header = header_unpack(map->data);
    if (header->hash != hash_bytes(map->data, HASHED_BYTES))
        return err_set(err, ST_INPUT,
                       "'%s' is damaged: its header has the hash %016" PRIx64
                       ", its bytes give another; make it again from its text",
                       path, header->hash);
    if (header->version != VERSION)
        return err_set(err, ST_INPUT,
                       "'%s' is a file of word ids of version %" PRIu32
                       ", this program reads version %d: make it again from its text",
                       path, header->version, VERSION);
    return ST_OK;
}

static enum status check_size(const struct io_map *map, const char *path,
                              const struct header *header, struct err *err)
{
    if (header->n == 0)
        return err_set(err, ST_INPUT, "'%s' holds no word ids", path);
    if (header->n > (SIZE_MAX - HEADER_BYTES) / sizeof(int32_t) ||
        map->len != HEADER_BYTES + header->n * sizeof(int32_t))
        return err_set(err, ST_INPUT,
                       "'%s' has %zu bytes, which is not the size of a file of %" PRIu64
                       " word ids: make it again from its text",
                       path, map->len, header->n);
    return ST_OK;
}

static enum status check_vocab(const struct header *header, const char *path,
                               const struct vocab *vocab, struct err *err)
{
    if (header->vocab_size == vocab_size(vocab) && header->vocab_hash == vocab_hash(vocab))
        return ST_OK;
    return err_set(err, ST_INPUT,
                   "'%s' was made with another vocabulary (%" PRIu32 " words, hash %016" PRIx64
                   ") than the one given (%zu words, hash %016" PRIx64
                   "): give that one, or make the file again from its text",
                   path, header->vocab_size, header->vocab_hash, vocab_size(vocab),
                   vocab_hash(vocab));
}

static enum status check_hash(const struct io_map *map, const char *path,
                              const struct header *header, struct err *err)
{
    if (hash_bytes(map->data + HEADER_BYTES, map->len - HEADER_BYTES) == header->data_hash)
        return ST_OK;
    return err_set(err, ST_INPUT,
                   "'%s' is damaged: its ids do not give the hash in its header; make it again "
                   "from its text",
                   path);
}

static enum status check_data(const struct io_map *map, const char *path,
                              const struct header *header, uint64_t *types, struct err *err)
{
    const unsigned char *data = map->data + HEADER_BYTES;
    unsigned char *seen = mem_zeroed(header->vocab_size, 1, err);
    if (seen == NULL)
        return ST_NOMEM;
    enum status status = ST_OK;
    *types = 0;
    for (size_t i = 0; i < header->n; i++) {
        const int32_t id = (int32_t)get_u32(data + i * sizeof id);
        if (id < 0 || (uint32_t)id >= header->vocab_size)
            TRY_OUT(err_set(err, ST_INPUT,
                            "'%s' has the id %" PRId32 " at place %zu, the vocabulary has %" PRIu32
                            " words: make it again from its text",
                            path, id, i, header->vocab_size));
        *types += !seen[id];
        seen[id] = 1;
    }
out:
    mem_free(seen);
    return status;
}

/* Points ids at the data of its map, or at a converted copy. */
static enum status adopt_data(struct ids *ids, struct err *err)
{
    const unsigned char *data = ids->map.data + HEADER_BYTES;
    if (le32toh(1) == 1) {
        ids->data = (const int32_t *)(const void *)data;
        return ST_OK;
    }
    ids->owned = mem_resize(NULL, ids->n, sizeof *ids->owned, err);
    if (ids->owned == NULL)
        return ST_NOMEM;
    for (size_t i = 0; i < ids->n; i++)
        ids->owned[i] = (int32_t)get_u32(data + i * sizeof(int32_t));
    ids->data = ids->owned;
    return ST_OK;
}

enum status ids_load(struct ids *ids, const struct vocab *vocab, const char *path, struct err *err)
{
    struct ids made = {0};
    struct header header = {0};
    TRY(io_map_open(&made.map, path, err));
    enum status status;
    TRY_OUT(check_header(&made.map, path, &header, err));
    TRY_OUT(check_size(&made.map, path, &header, err));
    TRY_OUT(check_vocab(&header, path, vocab, err));
    TRY_OUT(check_hash(&made.map, path, &header, err));
    TRY_OUT(check_data(&made.map, path, &header, &made.types, err));
    made.n = (size_t)header.n;
    made.unknown = header.unknown;
    made.text_hash = header.text_hash;
    TRY_OUT(adopt_data(&made, err));
    *ids = made;
out:
    if (status != ST_OK)
        ids_fini(&made);
    return status;
}
