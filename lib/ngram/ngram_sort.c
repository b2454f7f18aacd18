#include "lib/ngram/ngram_sort.h"

#include <stdbool.h>
#include <string.h>

#include "lib/base/io/io_scratch.h"
#include "lib/base/mem.h"

/* A record is n words and the two halves of the count. */
enum { COUNT_WORDS = 2, RECORD_MAX = NGRAM_MAX + COUNT_WORDS };

/* Fewest records in memory, and of a run while runs are merged; records that are written at once.
 */
enum { ROOM_MIN = 1024, READ_MIN = 64, WRITE_ROOM = 1024 };

struct run {
    uint64_t from, to; /* its records in the scratch file, those before `from` having been read */
    uint64_t begin;
    size_t at, n; /* the next of those that were read, and how many they are */
    uint32_t *records;
};

struct ngram_sorter {
    int n;
    size_t width;            /* uint32_t of a record */
    int places[NGRAM_MAX];   /* the words of a record by falling weight */
    uint32_t *records;       /* [room] */
    size_t room, used, next; /* next: the first that was not given out, without runs */
    bool sorted;             /* nothing more is added */
    char *path;
    struct io_scratch file; /* not open: everything fits in memory */
    struct run *runs;
    size_t n_runs, n_heap;
    size_t *heap; /* numbers of runs, the one with the least record first */
    uint32_t given[RECORD_MAX];
};

static uint64_t count_of(const struct ngram_sorter *s, const uint32_t *record)
{
    return record[s->n] | (uint64_t)record[s->n + 1] << 32;
}

static void set_count(const struct ngram_sorter *s, uint32_t *record, uint64_t count)
{
    record[s->n] = (uint32_t)count;
    record[s->n + 1] = (uint32_t)(count >> 32);
}

static int compare(const struct ngram_sorter *s, const uint32_t *a, const uint32_t *b)
{
    for (int i = 0; i < s->n; i++) {
        const uint32_t x = a[s->places[i]], y = b[s->places[i]];
        if (x != y)
            return x < y ? -1 : 1;
    }
    return 0;
}

/* --- in memory --- */

static void swap(const struct ngram_sorter *s, size_t i, size_t j)
{
    uint32_t kept[RECORD_MAX], *a = s->records + i * s->width, *b = s->records + j * s->width;
    const size_t bytes = s->width * sizeof *kept;
    memcpy(kept, a, bytes);
    memcpy(a, b, bytes);
    memcpy(b, kept, bytes);
}

static uint32_t key(const struct ngram_sorter *s, size_t i, int depth)
{
    return s->records[i * s->width + (size_t)s->places[depth]];
}

static uint32_t median(uint32_t a, uint32_t b, uint32_t c)
{
    return a < b ? (b < c ? b : a < c ? c : a) : (a < c ? a : b < c ? c : b);
}

/* The median of three medians: words come in runs and waves, not at random. */
static uint32_t pivot(const struct ngram_sorter *s, size_t from, size_t n, int depth)
{
    const size_t step = n / 9;
    uint32_t of_three[3];
    for (size_t i = 0; i < 3; i++)
        of_three[i] =
            median(key(s, from + 3 * i * step, depth), key(s, from + (3 * i + 1) * step, depth),
                   key(s, from + (3 * i + 2) * step, depth));
    return median(of_three[0], of_three[1], of_three[2]);
}

static void insertion_sort(const struct ngram_sorter *s, size_t from, size_t to)
{
    for (size_t i = from + 1; i < to; i++)
        for (size_t j = i;
             j > from && compare(s, s->records + (j - 1) * s->width, s->records + j * s->width) > 0;
             j--)
            swap(s, j - 1, j);
}

/* Multikey quicksort (Bentley and Sedgewick 1997) of records [from, to), which agree in the words
 * before places[depth]. It recurses into all parts but the largest, so that no order of the input
 * takes more of the stack than log2(records) * n calls. */
static void sort(const struct ngram_sorter *s, size_t from, size_t to, int depth)
{
    while (to - from > 16 && depth < s->n) {
        const uint32_t p = pivot(s, from, to - from, depth);
        size_t less = from, more = to;
        for (size_t i = from; i < more;) {
            const uint32_t k = key(s, i, depth);
            if (k < p)
                swap(s, less++, i++);
            else if (k > p)
                swap(s, i, --more);
            else
                i++;
        }
        const struct part {
            size_t from, to;
            int depth;
        } parts[3] = {{from, less, depth}, {less, more, depth + 1}, {more, to, depth}};
        size_t largest = 0;
        for (size_t i = 1; i < 3; i++)
            if (parts[i].to - parts[i].from > parts[largest].to - parts[largest].from)
                largest = i;
        for (size_t i = 0; i < 3; i++)
            if (i != largest)
                sort(s, parts[i].from, parts[i].to, parts[i].depth);
        from = parts[largest].from;
        to = parts[largest].to;
        depth = parts[largest].depth;
    }
    if (depth < s->n)
        insertion_sort(s, from, to);
}

/* Sorts what is in memory and joins equal n-grams. */
static void sort_memory(struct ngram_sorter *s)
{
    uint32_t *last = s->records;
    sort(s, 0, s->used, 0);
    for (size_t i = 1; i < s->used; i++) {
        const uint32_t *record = s->records + i * s->width;
        if (compare(s, last, record) == 0)
            set_count(s, last, count_of(s, last) + count_of(s, record));
        else
            memmove(last += s->width, record, s->width * sizeof *record);
    }
    if (s->used > 0)
        s->used = (size_t)(last - s->records) / s->width + 1;
}

/* --- runs --- */

static enum status refill(struct ngram_sorter *s, struct run *r, struct err *err)
{
    const uint64_t left = r->to - r->from, bytes = s->width * sizeof *r->records;
    r->n = left < s->room / s->n_runs ? (size_t)left : s->room / s->n_runs;
    r->at = 0;
    if (r->n > 0)
        TRY(io_scratch_read_at(&s->file, r->from * bytes, r->records, r->n * bytes, err));
    r->from += r->n;
    return ST_OK;
}

static const uint32_t *front(const struct ngram_sorter *s, size_t heap)
{
    const struct run *r = &s->runs[s->heap[heap]];
    return r->records + r->at * s->width;
}

static void sift_down(struct ngram_sorter *s, size_t i)
{
    for (;;) {
        size_t least = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < s->n_heap; child++)
            if (compare(s, front(s, child), front(s, least)) < 0)
                least = child;
        if (least == i)
            return;
        const size_t kept = s->heap[i];
        s->heap[i] = s->heap[least];
        s->heap[least] = kept;
        i = least;
    }
}

/* The runs share the memory that they were sorted in. */
static enum status begin_merge(struct ngram_sorter *s, struct err *err)
{
    const size_t share = s->room / s->n_runs;
    mem_free(s->heap);
    s->heap = mem_zeroed(s->n_runs, sizeof *s->heap, err);
    if (s->heap == NULL)
        return ST_NOMEM;
    s->n_heap = s->n_runs;
    for (size_t i = 0; i < s->n_runs; i++) {
        s->runs[i].from = s->runs[i].begin;
        s->runs[i].records = s->records + i * share * s->width;
        s->heap[i] = i;
        TRY(refill(s, &s->runs[i], err));
    }
    for (size_t i = s->n_heap / 2; i-- > 0;)
        sift_down(s, i);
    return ST_OK;
}

/* Takes the least record of all runs into `given`. */
static enum status take(struct ngram_sorter *s, struct err *err)
{
    struct run *r = &s->runs[s->heap[0]];
    memcpy(s->given, front(s, 0), s->width * sizeof *s->given);
    if (++r->at == r->n)
        TRY(refill(s, r, err));
    if (r->n == 0)
        s->heap[0] = s->heap[--s->n_heap];
    sift_down(s, 0);
    return ST_OK;
}

static enum status next_of_runs(struct ngram_sorter *s, const uint32_t **words, uint64_t *count,
                                struct err *err)
{
    *words = NULL;
    if (s->n_heap == 0)
        return ST_OK;
    TRY(take(s, err));
    *count = count_of(s, s->given);
    while (s->n_heap > 0 && compare(s, front(s, 0), s->given) == 0) {
        TRY(take(s, err));
        *count += count_of(s, s->given);
    }
    *words = s->given;
    return ST_OK;
}

/* Writes all runs as one into a file of its own. */
static enum status copy_merged(struct ngram_sorter *s, struct io_scratch *to, uint32_t *room,
                               uint64_t *written, struct err *err)
{
    const size_t bytes = s->width * sizeof *room;
    const uint32_t *words;
    uint64_t count;
    size_t n = 0;
    TRY(begin_merge(s, err));
    for (*written = 0;; ++*written) {
        TRY(next_of_runs(s, &words, &count, err));
        if (n == WRITE_ROOM || words == NULL) {
            TRY(io_scratch_put(to, room, n * bytes, err));
            n = 0;
        }
        if (words == NULL)
            return ST_OK;
        memcpy(room + n * s->width, words, bytes);
        set_count(s, room + n++ * s->width, count);
    }
}

/* The runs become one, which takes the place of their file. */
static enum status merge_runs(struct ngram_sorter *s, struct err *err)
{
    struct io_scratch merged = {.path = NULL};
    uint64_t written = 0;
    uint32_t *room = mem_unset(WRITE_ROOM * s->width, sizeof *room, err);
    if (room == NULL)
        return ST_NOMEM;
    enum status status = io_scratch_open(&merged, s->path, err);
    if (status == ST_OK)
        status = copy_merged(s, &merged, room, &written, err);
    mem_free(room);
    if (status != ST_OK) {
        io_scratch_close(&merged);
        return status;
    }
    io_scratch_close(&s->file);
    s->file = merged;
    s->runs[0] = (struct run){.to = written};
    s->n_runs = 1;
    return ST_OK;
}

static enum status write_run(struct ngram_sorter *s, struct err *err)
{
    struct run *runs = mem_resize(s->runs, s->n_runs + 1, sizeof *runs, err);
    if (runs == NULL)
        return ST_NOMEM;
    s->runs = runs;
    if (s->n_runs == 0)
        TRY(io_scratch_open(&s->file, s->path, err));
    const uint64_t begin = s->n_runs > 0 ? s->runs[s->n_runs - 1].to : 0;
    s->runs[s->n_runs++] = (struct run){.begin = begin, .to = begin + s->used};
    TRY(io_scratch_put(&s->file, s->records, s->used * s->width * sizeof *s->records, err));
    s->used = 0;
    return s->n_runs < s->room / READ_MIN ? ST_OK : merge_runs(s, err);
}

/* What joined to less than half goes on in memory. */
static enum status make_room(struct ngram_sorter *s, struct err *err)
{
    sort_memory(s);
    return s->used > s->room / 2 ? write_run(s, err) : ST_OK;
}

/* --- */

enum status ngram_sorter_new(struct ngram_sorter **s, int n, enum ngram_sort_order order,
                             size_t bytes, const char *path, struct err *err)
{
    struct ngram_sorter *made = mem_zeroed(1, sizeof *made, err);
    if (made == NULL)
        return ST_NOMEM;
    made->n = n;
    made->width = (size_t)n + COUNT_WORDS;
    for (int i = 0; i < n; i++)
        made->places[i] = order == NGRAM_BY_FIRST ? i : n - 1 - i;
    made->room = bytes / (made->width * sizeof *made->records);
    made->room = made->room > ROOM_MIN ? made->room : ROOM_MIN;
    made->records = mem_unset(made->room * made->width, sizeof *made->records, err);
    made->path = mem_copy_string(path, strlen(path), err);
    if (made->records == NULL || made->path == NULL) {
        ngram_sorter_free(made);
        return ST_NOMEM;
    }
    *s = made;
    return ST_OK;
}

enum status ngram_sorter_add(struct ngram_sorter *s, const uint32_t *words, uint64_t count,
                             struct err *err)
{
    if (s->used == s->room)
        TRY(make_room(s, err));
    uint32_t *record = s->records + s->used++ * s->width;
    memcpy(record, words, (size_t)s->n * sizeof *record);
    set_count(s, record, count);
    return ST_OK;
}

enum status ngram_sorter_begin(struct ngram_sorter *s, struct err *err)
{
    s->next = 0;
    if (!s->sorted)
        sort_memory(s);
    s->sorted = true;
    if (s->n_runs == 0)
        return ST_OK;
    if (s->used > 0)
        TRY(write_run(s, err));
    return begin_merge(s, err);
}

enum status ngram_sorter_next(struct ngram_sorter *s, const uint32_t **words, uint64_t *count,
                              struct err *err)
{
    if (s->n_runs > 0)
        return next_of_runs(s, words, count, err);
    *words = NULL;
    if (s->next == s->used)
        return ST_OK;
    const uint32_t *record = s->records + s->next++ * s->width;
    *count = count_of(s, record);
    *words = record;
    return ST_OK;
}

void ngram_sorter_free(struct ngram_sorter *s)
{
    if (s == NULL)
        return;
    io_scratch_close(&s->file);
    mem_free(s->records);
    mem_free(s->runs);
    mem_free(s->heap);
    mem_free(s->path);
    mem_free(s);
}
