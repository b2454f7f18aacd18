/* chunks_of <LABELS: what chunks_format says of lines "gold guess", for tests/cli/chunks.sh. An
 * empty line ends a sentence; a line "=" ends a set of them, which is then scored by itself. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/hash_table.h"
#include "lib/base/mem.h"
#include "lib/task/use/chunks.h"

enum { MOST = 1 << 16, SENTENCE_END = -1 };

/* One set: the labels of its tokens by their numbers in `names`. */
struct set {
    struct hash_table names;
    int32_t gold[MOST], guess[MOST];
    size_t n;
};

static struct err err;

static void require(enum status status)
{
    if (status == ST_OK)
        return;
    fprintf(stderr, "%s\n", err.text);
    exit(EXIT_FAILURE);
}

static void add_line(struct set *s, const char *line)
{
    const size_t gold = strcspn(line, " \n");
    if (s->n == MOST) {
        fprintf(stderr, "a set is too long\n");
        exit(EXIT_FAILURE);
    }
    s->gold[s->n] = s->guess[s->n] = SENTENCE_END;
    if (gold > 0) {
        const char *guess = line + gold + 1;
        require(hash_table_add(&s->names, line, gold, &s->gold[s->n], &err));
        require(hash_table_add(&s->names, guess, strcspn(guess, "\n"), &s->guess[s->n], &err));
    }
    s->n++;
}

static void score(struct set *s)
{
    struct chunks c;
    struct buf text = {0};
    const size_t C = hash_table_size(&s->names);
    const char **names = mem_zeroed(C, sizeof *names, &err);
    require(names == NULL ? ST_NOMEM : ST_OK);
    for (size_t i = 0; i < C; i++)
        names[i] = hash_table_get(&s->names, (int32_t)i).bytes;
    require(chunks_init(&c, names, C, &err));
    for (size_t i = 0; i < s->n; i++)
        if (s->gold[i] == SENTENCE_END)
            chunks_end_sentence(&c);
        else
            chunks_add(&c, (size_t)s->gold[i], (size_t)s->guess[i]);
    chunks_finish(&c);
    require(chunks_format(&c, &text, &err));
    fwrite(text.data, 1, text.len, stdout);
    printf("=\n");
    buf_fini(&text);
    chunks_fini(&c);
    mem_free(names);
    hash_table_fini(&s->names);
    s->names = (struct hash_table){0};
    s->n = 0;
}

int main(void)
{
    static struct set set;
    char line[256];
    while (fgets(line, sizeof line, stdin) != NULL)
        if (strcmp(line, "=\n") == 0)
            score(&set);
        else
            add_line(&set, line);
    return EXIT_SUCCESS;
}
