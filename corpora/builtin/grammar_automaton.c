/* Tables to an automaton: a state is a stack of symbols still to be written, whose arcs are the
 * word classes that can come next, with the stacks that they lead to. Equal stacks are one state,
 * however they arose. */
#include "corpora/builtin/grammar_automaton.h"

#include <stdlib.h>

#include "lib/base/mem.h"

enum { NO_STATE = UINT32_MAX, EMPTY_STACK = 0 };

/* A stack: its top symbol and the stack below; stack 0 is empty. */
struct stack {
    uint32_t symbol;
    uint32_t below;
    uint32_t state; /* NO_STATE until an arc leads here */
};

/* A place of the hash table; number 0 is empty. */
struct slot {
    uint32_t symbol;
    uint32_t below;
    uint32_t number;
};

struct builder {
    struct grammar *g;
    struct buf stacks;  /* struct stack */
    struct slot *slots; /* open addressing */
    size_t n_slots;     /* 0 or a power of two, at least twice n_stacks */
    size_t n_stacks;
    struct buf queue; /* uint32_t: the stack of state i */
    size_t n_states;
};

static struct stack *stack_at(const struct builder *b, uint32_t i)
{
    return (struct stack *)(void *)b->stacks.data + i;
}

/* The slot that holds the stack, or the empty one where it belongs. */
static struct slot *find_slot(const struct builder *b, uint32_t symbol, uint32_t below)
{
    const uint64_t key = ((uint64_t)symbol << 32 | below) * UINT64_C(0x9E3779B97F4A7C15);
    size_t i = (size_t)(key >> 32) & (b->n_slots - 1);
    while (b->slots[i].number != 0 && (b->slots[i].symbol != symbol || b->slots[i].below != below))
        i = (i + 1) & (b->n_slots - 1);
    return b->slots + i;
}

static enum status grow_slots(struct builder *b, struct err *err)
{
    const size_t n_slots = b->n_slots == 0 ? 64 : 2 * b->n_slots;
    struct slot *slots = mem_zeroed(n_slots, sizeof *slots, err);
    if (slots == NULL)
        return ST_NOMEM;
    mem_free(b->slots);
    b->slots = slots;
    b->n_slots = n_slots;
    for (uint32_t i = 1; i < b->n_stacks; i++) {
        const struct stack *s = stack_at(b, i);
        *find_slot(b, s->symbol, s->below) = (struct slot){s->symbol, s->below, i};
    }
    return ST_OK;
}

static enum status add_stack(struct builder *b, uint32_t symbol, uint32_t below, uint32_t *number,
                             struct err *err)
{
    const struct stack s = {symbol, below, NO_STATE};
    if (b->n_stacks >= INT32_MAX)
        return err_set(err, ST_NOMEM, "out of memory: the grammar has too many states");
    TRY(buf_add(&b->stacks, &s, sizeof s, err));
    *number = (uint32_t)b->n_stacks++;
    return ST_OK;
}

/* The stack with `symbol` on top of `below`. */
static enum status push(struct builder *b, uint32_t symbol, uint32_t below, uint32_t *number,
                        struct err *err)
{
    if (b->n_slots < 2 * (b->n_stacks + 1))
        TRY(grow_slots(b, err));
    struct slot *slot = find_slot(b, symbol, below);
    if (slot->number == 0) {
        TRY(add_stack(b, symbol, below, number, err));
        *slot = (struct slot){symbol, below, *number};
    }
    *number = slot->number;
    return ST_OK;
}

static enum status state_of(struct builder *b, uint32_t stack, uint32_t *state, struct err *err)
{
    struct stack *s = stack_at(b, stack);
    if (s->state == NO_STATE) {
        TRY(buf_add(&b->queue, &stack, sizeof stack, err));
        s->state = (uint32_t)b->n_states++;
    }
    *state = s->state;
    return ST_OK;
}

/* Adds the arcs of a stack, all with probability p times their own. The recursion ends because no
 * symbol derives itself. */
static enum status expand(struct builder *b, uint32_t stack, double p, struct err *err)
{
    if (stack == EMPTY_STACK)
        return ST_OK;
    const struct stack top = *stack_at(b, stack);
    const struct grammar_symbol *s = grammar_symbols(b->g) + top.symbol;
    if (s->is_class) {
        struct grammar_arc arc = {.class = top.symbol, .p = p};
        if (b->g->arcs.len / sizeof arc >= GRAMMAR_MAX_ARCS)
            return err_set(err, ST_INPUT, "the grammar has more than %d arcs, the limit",
                           GRAMMAR_MAX_ARCS);
        TRY(state_of(b, top.below, &arc.next, err));
        return buf_add(&b->g->arcs, &arc, sizeof arc, err);
    }
    for (uint32_t i = 0; i < s->n; i++) {
        const struct grammar_option *o = grammar_options(b->g) + s->first + i;
        uint32_t rest = top.below;
        for (uint32_t j = o->n_items; j-- > 0;)
            TRY(push(b, grammar_items(b->g)[o->first + j], rest, &rest, err));
        TRY(expand(b, rest, p * grammar_weight(b->g, s, i) / grammar_weights(b->g, s), err));
    }
    return ST_OK;
}

static int compare_arcs(const void *left, const void *right)
{
    const struct grammar_arc *a = left, *b = right;
    if (a->class != b->class)
        return a->class < b->class ? -1 : 1;
    if (a->next != b->next)
        return a->next < b->next ? -1 : 1;
    return a->p < b->p ? -1 : a->p > b->p; /* so that equal arcs add up in one order everywhere */
}

/* Sorts the arcs from `begin` on, and makes one of those that differ in nothing but p. */
static void merge_arcs(struct buf *arcs, size_t begin)
{
    struct grammar_arc *arc = (struct grammar_arc *)(void *)arcs->data;
    const size_t end = arcs->len / sizeof *arc;
    size_t kept = begin;
    if (end - begin < 2)
        return;
    qsort(arc + begin, end - begin, sizeof *arc, compare_arcs);
    for (size_t i = begin + 1; i < end; i++)
        if (arc[i].class == arc[kept].class && arc[i].next == arc[kept].next)
            arc[kept].p += arc[i].p;
        else
            arc[++kept] = arc[i];
    arcs->len = (kept + 1) * sizeof *arc;
}

static enum status add_states(struct builder *b, struct err *err)
{
    uint32_t start, state;
    TRY(add_stack(b, 0, 0, &start, err)); /* EMPTY_STACK */
    TRY(push(b, GRAMMAR_END_SYMBOL, EMPTY_STACK, &start, err));
    TRY(push(b, GRAMMAR_START_SYMBOL, start, &start, err));
    TRY(state_of(b, start, &state, err));
    for (size_t i = 0; i < b->n_states; i++) {
        const size_t begin = b->g->arcs.len / sizeof(struct grammar_arc);
        const uint32_t first = (uint32_t)begin;
        TRY(buf_add(&b->g->states, &first, sizeof first, err));
        TRY(expand(b, ((const uint32_t *)(const void *)b->queue.data)[i], 1.0, err));
        merge_arcs(&b->g->arcs, begin);
    }
    const uint32_t end = (uint32_t)(b->g->arcs.len / sizeof(struct grammar_arc));
    return buf_add(&b->g->states, &end, sizeof end, err);
}

/* Turns the words of each class into the classes of each word, by counting. */
static enum status add_emissions(struct grammar *g, struct err *err)
{
    const size_t n_words = hash_table_size(&g->words);
    const struct grammar_symbol *symbols = grammar_symbols(g);
    TRY(buf_reserve(&g->emission_starts, (n_words + 2) * sizeof(uint32_t), err));
    uint32_t *starts = (uint32_t *)(void *)g->emission_starts.data;
    for (size_t i = 0; i < n_words + 2; i++)
        starts[i] = 0;
    for (uint32_t c = 0; c < hash_table_size(&g->names); c++)
        for (uint32_t i = 0; symbols[c].is_class && i < symbols[c].n; i++)
            starts[grammar_options(g)[symbols[c].first + i].first + 2]++;
    for (size_t i = 1; i < n_words + 2; i++)
        starts[i] += starts[i - 1];
    TRY(buf_reserve(&g->emissions, starts[n_words + 1] * sizeof(struct grammar_emission), err));
    struct grammar_emission *emissions = (struct grammar_emission *)(void *)g->emissions.data;
    for (uint32_t c = 0; c < hash_table_size(&g->names); c++)
        for (uint32_t i = 0; symbols[c].is_class && i < symbols[c].n; i++) {
            const uint32_t word = grammar_options(g)[symbols[c].first + i].first;
            const double p =
                (double)grammar_weight(g, symbols + c, i) / grammar_weights(g, symbols + c);
            emissions[starts[word + 1]++] = (struct grammar_emission){c, p};
        }
    g->emission_starts.len = (n_words + 1) * sizeof(uint32_t);
    g->emissions.len = starts[n_words] * sizeof(struct grammar_emission);
    return ST_OK;
}

enum status grammar_make_automaton(struct grammar *g, struct err *err)
{
    struct builder b = {.g = g};
    enum status status = add_states(&b, err);
    if (status == ST_OK)
        status = add_emissions(g, err);
    buf_fini(&b.stacks);
    buf_fini(&b.queue);
    mem_free(b.slots);
    return status;
}
