#include "vocab/tokenizer/bpe_learn.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/hash_table.h"
#include "lib/base/mem.h"
#include "lib/base/utf8.h"
#include "vocab/tokenizer/bpe.h"

/* All words lie in one array of cells, a cell for each character, with a gap before and after each
 * word. A piece of several characters has its number in its first cell and in its last one, so that
 * the piece before any place is found too; the cells between have GAP. */
enum { GAP = -1, NONE = -1, LEAST_COUNT = 2, CELLS_MAX = INT32_MAX / 4 };

struct piece {
    struct slice text; /* without BPE_WORD_END */
    int32_t cells;
    bool ends; /* a word */
};

struct pair {
    int32_t left, right; /* pieces */
    uint64_t count;      /* of its places, each as often as its word occurs */
    uint64_t key;        /* the same as the heap knows it */
    int32_t in_heap;     /* index, or NONE: it is never merged */
    int32_t places;      /* the first in struct learner's list, or NONE */
    bool changed;        /* it is in the list of changed pairs */
};

/* A pair's place when it was found; it may no longer be there. */
struct place {
    int32_t cell, next;
};

struct list {
    void *items;
    size_t n, room;
};

struct learner {
    int32_t *cells; /* [n_cells] */
    int32_t *words; /* [n_cells] the word of each */
    size_t n_cells;
    const struct vocab_counts *counts;
    struct hash_table piece_numbers; /* "1" or "0", whether it ends a word, and its text */
    struct hash_table pair_numbers;  /* of two pieces */
    struct list pieces, pairs, places, heap, changed, sorted;
    struct buf key;
};

/* Room for one more item of that size. */
static enum status grow(struct list *l, size_t size, struct err *err)
{
    if (l->n < l->room)
        return ST_OK;
    const size_t room = l->room == 0 ? 1024 : 2 * l->room;
    void *items = mem_resize(l->items, room, size, err);
    if (items == NULL)
        return ST_NOMEM;
    l->items = items;
    l->room = room;
    return ST_OK;
}

static struct piece *piece_at(const struct learner *l, int32_t i)
{
    return (struct piece *)l->pieces.items + i;
}

static struct pair *pair_at(const struct learner *l, int32_t i)
{
    return (struct pair *)l->pairs.items + i;
}

/* --- the heap of pairs, the next merge on top --- */

/* Byte i of a piece's text, which at a word's end has BPE_WORD_END after it; -1 after the last. */
static int byte_at(const struct piece *p, size_t i)
{
    if (i < p->text.len)
        return (unsigned char)p->text.bytes[i];
    i -= p->text.len;
    return p->ends && i < strlen(BPE_WORD_END) ? BPE_WORD_END[i] : -1;
}

static int compare_pieces(const struct piece *a, const struct piece *b)
{
    const size_t n = a->text.len < b->text.len ? a->text.len : b->text.len;
    int order = memcmp(a->text.bytes, b->text.bytes, n);
    for (size_t i = n; order == 0 && (byte_at(a, i) >= 0 || byte_at(b, i) >= 0); i++)
        order = byte_at(a, i) - byte_at(b, i);
    return order;
}

static bool comes_before(const struct learner *l, int32_t a, int32_t b)
{
    const struct pair *x = pair_at(l, a), *y = pair_at(l, b);
    if (x->key != y->key)
        return x->key > y->key;
    int order = compare_pieces(piece_at(l, x->left), piece_at(l, y->left));
    if (order == 0)
        order = compare_pieces(piece_at(l, x->right), piece_at(l, y->right));
    return order > 0;
}

static void put(struct learner *l, size_t at, int32_t pair)
{
    ((int32_t *)l->heap.items)[at] = pair;
    pair_at(l, pair)->in_heap = (int32_t)at;
}

static void sift_up(struct learner *l, size_t at, int32_t pair)
{
    const int32_t *heap = l->heap.items;
    while (at > 0 && comes_before(l, pair, heap[(at - 1) / 2])) {
        put(l, at, heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    put(l, at, pair);
}

static void sift_down(struct learner *l, size_t at, int32_t pair)
{
    const int32_t *heap = l->heap.items;
    for (size_t child; (child = 2 * at + 1) < l->heap.n; at = child) {
        if (child + 1 < l->heap.n && comes_before(l, heap[child + 1], heap[child]))
            child++;
        if (!comes_before(l, heap[child], pair))
            break;
        put(l, at, heap[child]);
    }
    put(l, at, pair);
}

/* Tells the heap the counts that have changed. */
static void settle_changes(struct learner *l)
{
    const int32_t *changed = l->changed.items;
    for (size_t i = 0; i < l->changed.n; i++) {
        struct pair *p = pair_at(l, changed[i]);
        const bool rises = p->count > p->key;
        p->changed = false;
        p->key = p->count;
        if (p->in_heap == NONE)
            continue;
        if (rises)
            sift_up(l, (size_t)p->in_heap, changed[i]);
        else
            sift_down(l, (size_t)p->in_heap, changed[i]);
    }
    l->changed.n = 0;
}

/* --- pieces and pairs --- */

static enum status find_piece(struct learner *l, int32_t *number, struct slice text, bool ends,
                              int32_t cells, struct err *err)
{
    l->key.len = 0;
    TRY(buf_add_text(&l->key, ends ? "1" : "0", err));
    TRY(buf_add(&l->key, text.bytes, text.len, err));
    TRY(grow(&l->pieces, sizeof(struct piece), err));
    TRY(hash_table_add(&l->piece_numbers, l->key.data, l->key.len, number, err));
    if ((size_t)*number == l->pieces.n) {
        const struct slice kept = hash_table_get(&l->piece_numbers, *number);
        *piece_at(l, *number) = (struct piece){{kept.bytes + 1, kept.len - 1}, cells, ends};
        l->pieces.n++;
    }
    return ST_OK;
}

/* Whether the piece that the pair would make is one that the text form can hold. */
static bool may_merge(const struct learner *l, int32_t left, int32_t right)
{
    const struct piece *a = piece_at(l, left), *b = piece_at(l, right);
    const size_t len = a->text.len + b->text.len, n = strlen(BPE_WORD_END);
    char end[8] = "";
    if (len > BPE_PIECE_MAX)
        return false;
    if (b->ends || len < n)
        return true;
    for (size_t i = 0; i < n; i++) {
        const size_t at = len - n + i;
        end[i] = at < a->text.len ? a->text.bytes[at] : b->text.bytes[at - a->text.len];
    }
    return memcmp(end, BPE_WORD_END, n) != 0;
}

static enum status find_pair(struct learner *l, int32_t *number, int32_t left, int32_t right,
                             struct err *err)
{
    const int32_t key[2] = {left, right};
    TRY(grow(&l->pairs, sizeof(struct pair), err));
    TRY(grow(&l->heap, sizeof(int32_t), err));
    TRY(hash_table_add(&l->pair_numbers, (const char *)key, sizeof key, number, err));
    if ((size_t)*number < l->pairs.n)
        return ST_OK;
    *pair_at(l, *number) =
        (struct pair){.left = left, .right = right, .in_heap = NONE, .places = NONE};
    l->pairs.n++;
    if (!may_merge(l, left, right))
        return ST_OK;
    put(l, l->heap.n, *number);
    l->heap.n++;
    sift_up(l, l->heap.n - 1, *number);
    return ST_OK;
}

static enum status note_change(struct learner *l, int32_t pair, struct err *err)
{
    if (pair_at(l, pair)->changed)
        return ST_OK;
    TRY(grow(&l->changed, sizeof(int32_t), err));
    ((int32_t *)l->changed.items)[l->changed.n++] = pair;
    pair_at(l, pair)->changed = true;
    return ST_OK;
}

static enum status add_place(struct learner *l, int32_t left, int32_t right, int32_t cell,
                             uint64_t times, struct err *err)
{
    int32_t pair;
    TRY(find_pair(l, &pair, left, right, err));
    TRY(grow(&l->places, sizeof(struct place), err));
    TRY(note_change(l, pair, err));
    struct pair *p = pair_at(l, pair);
    ((struct place *)l->places.items)[l->places.n] = (struct place){cell, p->places};
    p->places = (int32_t)l->places.n++;
    p->count += times;
    return ST_OK;
}

static enum status remove_place(struct learner *l, int32_t left, int32_t right, uint64_t times,
                                struct err *err)
{
    int32_t pair;
    TRY(find_pair(l, &pair, left, right, err));
    TRY(note_change(l, pair, err));
    pair_at(l, pair)->count -= times;
    return ST_OK;
}

/* --- from words to cells --- */

static bool is_word(struct slice word)
{
    return token_special(word.bytes, word.len) != word.len;
}

static size_t count_characters(struct slice word)
{
    size_t n = 0;
    uint32_t code;
    for (size_t i = 0; i < word.len; n++)
        i += utf8_next(word.bytes + i, word.len - i, &code);
    return n;
}

static enum status make_cells(struct learner *l, struct err *err)
{
    size_t n = 1;
    for (size_t i = 0; i < vocab_counts_size(l->counts); i++)
        n += 1 + count_characters(vocab_counts_word(l->counts, (int32_t)i));
    if (n > CELLS_MAX)
        return err_set(err, ST_INPUT,
                       "merges cannot be learned: the different words of the text have %zu "
                       "characters, and the most is %d",
                       n, CELLS_MAX);
    l->cells = mem_resize(NULL, n, sizeof *l->cells, err);
    l->words = mem_resize(NULL, n, sizeof *l->words, err);
    return l->cells == NULL || l->words == NULL ? ST_NOMEM : ST_OK;
}

static void put_cell(struct learner *l, int32_t piece, size_t word)
{
    l->cells[l->n_cells] = piece;
    l->words[l->n_cells++] = (int32_t)word;
}

static enum status add_word(struct learner *l, size_t i, struct err *err)
{
    const struct slice word = vocab_counts_word(l->counts, (int32_t)i);
    const uint64_t times = vocab_counts_count(l->counts, (int32_t)i);
    int32_t before = GAP;
    if (!is_word(word))
        return ST_OK;
    for (size_t at = 0, n; at < word.len; at += n) {
        uint32_t code;
        int32_t piece;
        n = utf8_next(word.bytes + at, word.len - at, &code);
        TRY(find_piece(l, &piece, (struct slice){word.bytes + at, n}, at + n == word.len, 1, err));
        put_cell(l, piece, i);
        if (before != GAP)
            TRY(add_place(l, before, piece, (int32_t)l->n_cells - 2, times, err));
        before = piece;
    }
    put_cell(l, GAP, i);
    return ST_OK;
}

static enum status add_words(struct learner *l, struct err *err)
{
    TRY(make_cells(l, err));
    put_cell(l, GAP, 0);
    for (size_t i = 0; i < vocab_counts_size(l->counts); i++)
        TRY(add_word(l, i, err));
    settle_changes(l);
    return ST_OK;
}

/* --- merging --- */

static int by_cell(const void *a, const void *b)
{
    const int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

/* The cells of a pair's places, in order: of a pair of equal pieces the first is joined first. */
static enum status sort_places(struct learner *l, const struct pair *p, struct err *err)
{
    const struct place *places = l->places.items;
    l->sorted.n = 0;
    for (int32_t i = p->places; i != NONE; i = places[i].next) {
        TRY(grow(&l->sorted, sizeof(int32_t), err));
        ((int32_t *)l->sorted.items)[l->sorted.n++] = places[i].cell;
    }
    if (l->sorted.n > 1)
        qsort(l->sorted.items, l->sorted.n, sizeof(int32_t), by_cell);
    return ST_OK;
}

/* Joins the pair at a cell, if it is still there. */
static enum status merge_at(struct learner *l, const struct pair *p, int32_t made, int32_t cell,
                            struct err *err)
{
    const int32_t *cells = l->cells;
    const int32_t left_cells = piece_at(l, p->left)->cells;
    const int32_t second = cell + left_cells;
    if (cells[cell] != p->left || cells[cell + left_cells - 1] != p->left ||
        cells[second] != p->right)
        return ST_OK;
    const int32_t end = second + piece_at(l, p->right)->cells;
    const int32_t before = cells[cell - 1], after = cells[end];
    const uint64_t times = vocab_counts_count(l->counts, l->words[cell]);
    if (before != GAP) {
        TRY(remove_place(l, before, p->left, times, err));
        TRY(add_place(l, before, made, cell - piece_at(l, before)->cells, times, err));
    }
    if (after != GAP) {
        TRY(remove_place(l, p->right, after, times, err));
        TRY(add_place(l, made, after, cell, times, err));
    }
    for (int32_t i = cell; i < end; i++)
        l->cells[i] = GAP;
    l->cells[cell] = l->cells[end - 1] = made;
    return ST_OK;
}

static enum status make_piece(struct learner *l, const struct pair *p, int32_t *made,
                              struct err *err)
{
    const struct piece a = *piece_at(l, p->left), b = *piece_at(l, p->right);
    struct buf text = {0};
    enum status status = buf_add(&text, a.text.bytes, a.text.len, err);
    if (status == ST_OK)
        status = buf_add(&text, b.text.bytes, b.text.len, err);
    if (status == ST_OK)
        status = find_piece(l, made, (struct slice){text.data, text.len}, b.ends, a.cells + b.cells,
                            err);
    buf_fini(&text);
    return status;
}

static enum status merge(struct learner *l, int32_t number, struct err *err)
{
    const struct pair p = *pair_at(l, number);
    int32_t made;
    TRY(make_piece(l, &p, &made, err));
    TRY(sort_places(l, &p, err));
    for (size_t i = 0; i < l->sorted.n; i++)
        TRY(merge_at(l, &p, made, ((const int32_t *)l->sorted.items)[i], err));
    TRY(note_change(l, number, err));
    pair_at(l, number)->count = 0;
    pair_at(l, number)->places = NONE;
    settle_changes(l);
    return ST_OK;
}

static enum status write_merge(const struct learner *l, const struct pair *p, struct buf *text,
                               struct err *err)
{
    const struct piece *a = piece_at(l, p->left), *b = piece_at(l, p->right);
    TRY(buf_add(text, a->text.bytes, a->text.len, err));
    TRY(buf_add_text(text, " ", err));
    TRY(buf_add(text, b->text.bytes, b->text.len, err));
    return buf_add_text(text, b->ends ? BPE_WORD_END "\n" : "\n", err);
}

static enum status learn(struct learner *l, struct buf *text, size_t n, struct err *err)
{
    TRY(buf_add_text(text, BPE_HEADER "\n", err));
    TRY(add_words(l, err));
    for (size_t i = 0; i < n && l->heap.n > 0; i++) {
        const int32_t best = ((const int32_t *)l->heap.items)[0];
        if (pair_at(l, best)->count < LEAST_COUNT)
            break;
        TRY(write_merge(l, pair_at(l, best), text, err));
        TRY(merge(l, best, err));
    }
    return ST_OK;
}

enum status bpe_learn(struct buf *text, const struct vocab_counts *words, size_t n, struct err *err)
{
    struct learner l = {.counts = words};
    const enum status status = learn(&l, text, n, err);
    hash_table_fini(&l.piece_numbers);
    hash_table_fini(&l.pair_numbers);
    struct list *const lists[] = {&l.pieces, &l.pairs, &l.places, &l.heap, &l.changed, &l.sorted};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        mem_free(lists[i]->items);
    mem_free(l.cells);
    mem_free(l.words);
    buf_fini(&l.key);
    return status;
}
