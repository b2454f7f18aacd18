#include "lib/task/use/chunks.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/hash_table.h"
#include "lib/base/mem.h"

/* The tags that have rules; any other is a number from TAG_OTHER. */
enum { TAG_O, TAG_B, TAG_I, TAG_E, TAG_DOT, TAG_OPEN, TAG_CLOSE, TAG_OTHER };
static const char *const tag_names[TAG_OTHER] = {"O", "B", "I", "E", ".", "[", "]"};

struct chunk_label {
    int32_t tag, type; /* type: its place in `types` */
};

enum { GOLD, GUESS };

static double percent(uint64_t part, uint64_t whole)
{
    return whole > 0 ? 100.0 * (double)part / (double)whole : 0.0;
}

double chunk_precision(const struct chunk_counts *c)
{
    return percent(c->correct, c->found);
}

double chunk_recall(const struct chunk_counts *c)
{
    return percent(c->correct, c->gold);
}

double chunk_f1(const struct chunk_counts *c)
{
    const double precision = chunk_precision(c), recall = chunk_recall(c);
    return precision + recall > 0.0 ? 2.0 * precision * recall / (precision + recall) : 0.0;
}

double chunks_accuracy(const struct chunks *c)
{
    return percent(c->right, c->tokens);
}

/* --- labels --- */

static const char *type_of(const char *name)
{
    const char *hyphen = strchr(name, '-');
    const char *type = hyphen != NULL ? hyphen + 1 : name + strlen(name);
    return strcmp(type, "0") == 0 ? type + 1 : type;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct chunk_type *)a)->name, ((const struct chunk_type *)b)->name);
}

/* Fills `types` with the different types of n labels, and of what stands between sentences. */
static void list_types(struct chunks *c, const char *const *names, size_t n)
{
    c->types[0].name = "";
    for (size_t i = 0; i < n; i++)
        c->types[i + 1].name = type_of(names[i]);
    qsort(c->types, n + 1, sizeof *c->types, by_name);
    c->n_types = 1;
    for (size_t i = 1; i <= n; i++)
        if (strcmp(c->types[i].name, c->types[c->n_types - 1].name) != 0)
            c->types[c->n_types++].name = c->types[i].name;
}

static enum status read_labels(struct chunks *c, const char *const *names, size_t n,
                               struct hash_table *tags, struct err *err)
{
    int32_t tag;
    for (size_t i = 0; i < TAG_OTHER; i++)
        TRY(hash_table_add(tags, tag_names[i], strlen(tag_names[i]), &tag, err));
    for (size_t i = 0; i < n; i++) {
        const struct chunk_type key = {.name = type_of(names[i])};
        const struct chunk_type *type =
            bsearch(&key, c->types, c->n_types, sizeof *c->types, by_name);
        TRY(hash_table_add(tags, names[i], strcspn(names[i], "-"), &tag, err));
        c->labels[i] = (struct chunk_label){tag, (int32_t)(type - c->types)};
    }
    return ST_OK;
}

static const struct chunk_label outside = {TAG_O, 0};

enum status chunks_init(struct chunks *out, const char *const *names, size_t C, struct err *err)
{
    struct chunks c = {.n_types = 0};
    struct hash_table tags = {0};
    enum status status = ST_NOMEM;
    c.types = mem_zeroed(C + 1, sizeof *c.types, err);
    c.labels = mem_zeroed(C, sizeof *c.labels, err);
    c.last = mem_zeroed(2, sizeof *c.last, err);
    if (c.types == NULL || c.labels == NULL || c.last == NULL)
        goto out;
    list_types(&c, names, C);
    TRY_OUT(read_labels(&c, names, C, &tags, err));
    c.last[GOLD] = c.last[GUESS] = outside;
    *out = c;
out:
    hash_table_fini(&tags);
    if (status != ST_OK)
        chunks_fini(&c);
    return status;
}

void chunks_fini(struct chunks *c)
{
    mem_free(c->types);
    mem_free(c->labels);
    mem_free(c->last);
    *c = (struct chunks){.n_types = 0};
}

/* --- counting --- */

static bool is_one_of(int32_t tag, unsigned tags)
{
    return tag < TAG_OTHER && (tags >> tag & 1) != 0;
}
#define TAGS2(a, b)    (1u << (a) | 1u << (b))
#define TAGS3(a, b, c) (TAGS2(a, b) | 1u << (c))

/* Whether a chunk ends between two labels. */
static bool ends(const struct chunk_label *before, const struct chunk_label *now)
{
    return (is_one_of(before->tag, TAGS2(TAG_B, TAG_I)) &&
            is_one_of(now->tag, TAGS2(TAG_B, TAG_O))) ||
           (before->tag == TAG_E && is_one_of(now->tag, TAGS3(TAG_E, TAG_I, TAG_O))) ||
           is_one_of(before->tag, TAGS2(TAG_OPEN, TAG_CLOSE)) ||
           (!is_one_of(before->tag, TAGS2(TAG_O, TAG_DOT)) && before->type != now->type);
}

/* Whether one begins there. */
static bool begins(const struct chunk_label *before, const struct chunk_label *now)
{
    return (now->tag == TAG_B && is_one_of(before->tag, TAGS3(TAG_B, TAG_I, TAG_O))) ||
           (is_one_of(now->tag, TAGS2(TAG_I, TAG_E)) &&
            is_one_of(before->tag, TAGS2(TAG_O, TAG_E))) ||
           is_one_of(now->tag, TAGS2(TAG_OPEN, TAG_CLOSE)) ||
           (!is_one_of(now->tag, TAGS2(TAG_O, TAG_DOT)) && before->type != now->type);
}

static void count_correct(struct chunks *c)
{
    c->all.correct++;
    c->types[c->last[GOLD].type].counts.correct++;
    c->in_correct = false;
}

/* Whether chunks that began together end here, together or not. */
static void close_chunks(struct chunks *c, const struct chunk_label now[2])
{
    const bool gold = ends(&c->last[GOLD], &now[GOLD]), guess = ends(&c->last[GUESS], &now[GUESS]);
    if (gold && guess && c->last[GOLD].type == c->last[GUESS].type)
        count_correct(c);
    else if (gold != guess || now[GOLD].type != now[GUESS].type)
        c->in_correct = false;
}

static void open_chunks(struct chunks *c, const struct chunk_label now[2])
{
    const bool gold = begins(&c->last[GOLD], &now[GOLD]);
    const bool guess = begins(&c->last[GUESS], &now[GUESS]);
    if (gold && guess && now[GOLD].type == now[GUESS].type)
        c->in_correct = true;
    c->all.gold += gold;
    c->all.found += guess;
    c->types[now[GOLD].type].counts.gold += gold;
    c->types[now[GUESS].type].counts.found += guess;
}

static void take(struct chunks *c, const struct chunk_label now[2])
{
    if (c->in_correct)
        close_chunks(c, now);
    open_chunks(c, now);
    c->last[GOLD] = now[GOLD];
    c->last[GUESS] = now[GUESS];
}

void chunks_add(struct chunks *c, size_t gold, size_t guess)
{
    const struct chunk_label now[2] = {c->labels[gold], c->labels[guess]};
    c->tokens++;
    c->right += now[GOLD].tag == now[GUESS].tag && now[GOLD].type == now[GUESS].type;
    take(c, now);
}

void chunks_end_sentence(struct chunks *c)
{
    const struct chunk_label now[2] = {outside, outside};
    take(c, now);
}

void chunks_finish(struct chunks *c)
{
    if (c->in_correct)
        count_correct(c);
    c->last[GOLD] = c->last[GUESS] = outside;
}

/* --- output --- */

static enum status format_figures(const struct chunk_counts *c, struct buf *out, struct err *err)
{
    return buf_addf(out, err, "precision: %6.2f%%; recall: %6.2f%%; FB1: %6.2f", chunk_precision(c),
                    chunk_recall(c), chunk_f1(c));
}

static enum status format_type(const struct chunk_type *type, struct buf *out, struct err *err)
{
    TRY(buf_addf(out, err, "%17s: ", type->name));
    TRY(format_figures(&type->counts, out, err));
    return buf_addf(out, err, "  %" PRIu64 "\n", type->counts.found);
}

/* How often conlleval prints a type: it takes "" for no type when it looks for the types that both
 * have. */
static size_t lines_of(const struct chunk_type *type)
{
    const size_t in = (size_t)(type->counts.gold > 0) + (size_t)(type->counts.found > 0);
    return type->name[0] != '\0' && in == 2 ? 1 : in;
}

enum status chunks_format(const struct chunks *c, struct buf *out, struct err *err)
{
    TRY(buf_addf(out, err,
                 "processed %" PRIu64 " tokens with %" PRIu64 " phrases; found: %" PRIu64
                 " phrases; correct: %" PRIu64 ".\n",
                 c->tokens, c->all.gold, c->all.found, c->all.correct));
    if (c->tokens > 0) {
        TRY(buf_addf(out, err, "accuracy: %6.2f%%; ", chunks_accuracy(c)));
        TRY(format_figures(&c->all, out, err));
        TRY(buf_add_text(out, "\n", err));
    }
    for (size_t i = 0; i < c->n_types; i++)
        for (size_t k = 0; k < lines_of(&c->types[i]); k++)
            TRY(format_type(&c->types[i], out, err));
    return ST_OK;
}
