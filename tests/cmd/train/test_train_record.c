/* Every setting of ptblm train: in config.json and the record of a model, and at resume. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/train/train_options.h"
#include "cmd/train/train_resume.h"
#include "lib/file/setting_json.h"
#include "lib/model/compute.h"
#include "tests/support/json_support.h"
#include "tests/support/setting_support.h"
#include "tests/support/tap.h"

static struct train_values v, was;
static bool given[SETTINGS_MAX], was_given[SETTINGS_MAX];
static struct setting_values values = {.all = &v, .given = given};
static struct setting_values source = {.all = &was, .given = was_given};
static struct err err;

static void setup(void)
{
    v = was = (struct train_values){0};
    memset(given, 0, sizeof given);
    memset(was_given, 0, sizeof was_given);
    values.groups = source.groups = cmd_train.options;
    ck_assert_int_eq(setting_set_defaults(values.groups, &v, &err), ST_OK);
    ck_assert_int_eq(setting_set_defaults(values.groups, &was, &err), ST_OK);
}

static void set(const struct setting_ref *at, void *all, const char *text)
{
    ck_assert_msg(setting_set(at->row, setting_base(at, all), at->row->name, text, &err) == ST_OK,
                  "%s", err.text);
}

/* Sets the owner of a row to a choice in which the row has a part. */
static void choose_owner(const struct setting *row, void *all)
{
    struct setting_ref owner;
    if (row->owner == NULL)
        return;
    ck_assert(setting_find(values.groups, row->owner, &owner));
    size_t i = 0;
    while (!setting_applies_to(row, owner.row->choice_at(i)))
        i++;
    set(&owner, all, owner.row->choice_at(i));
}

/* --- records --- */

static struct json *record(enum setting_record last)
{
    struct json *o;
    ck_assert_int_eq(train_record_new(&o, &source, "some/caf\xe9", &err), ST_OK);
    if (last == SETTING_IN_CONFIG)
        ck_assert_int_eq(setting_json_write(o, &source, SETTING_IN_CONFIG, &err), ST_OK);
    return o;
}

/* What is recorded there comes back, and is then as if it had been given; what is not, is not. */
static void check_round_trip(const struct setting_ref *at, enum setting_record last)
{
    char sample[SAMPLE_SIZE];
    struct buf text = {0};
    setup();
    choose_owner(at->row, &was);
    set(at, &was, sample_value(sample, at->row));
    struct json *o = record(last);
    ck_assert_msg(setting_json_read(o, &values, &err) == ST_OK, "%s: %s", at->row->name, err.text);
    ck_assert_msg(given[at->index] == (at->row->record <= last), "%s", at->row->name);
    if (given[at->index]) {
        ck_assert_int_eq(setting_format(at->row, setting_base(at, &v), &text, &err), ST_OK);
        ck_assert_str_eq(text.data, sample_value(sample, at->row));
    }
    buf_fini(&text);
    json_free(o);
}

START_TEST(every_setting_comes_back_from_the_record_it_is_in)
{
    setup();
    for (struct setting_ref at = {0}; setting_next(cmd_train.options, &at);) {
        check_round_trip(&at, SETTING_IN_CONFIG);
        check_round_trip(&at, SETTING_IN_MODEL);
    }
}
END_TEST

START_TEST(keys_are_those_of_settings_alone_and_of_facts)
{
    static const char *const facts[] = {"version", "corpus", "matrices", "blas"};
    const char *key;
    const struct json *value;
    setup();
    struct json *o = record(SETTING_IN_CONFIG);
    size_t n = 0;
    for (void *it = NULL; (it = json_next(o, it, &key, &value)) != NULL;) {
        char name[SETTING_KEY_SIZE];
        struct setting_ref at;
        snprintf(name, sizeof name, "%s", key);
        for (char *c = name; *c != '\0'; c++)
            *c = *c == '_' ? '-' : *c;
        bool is_fact = false;
        for (size_t i = 0; i < N_OF(facts); i++)
            is_fact = is_fact || strcmp(key, facts[i]) == 0;
        ck_assert_msg(is_fact != setting_find(cmd_train.options, name, &at), "%s", key);
        n++;
    }
    ck_assert_uint_gt(n, N_OF(facts));
    json_free(o);
}
END_TEST

/* config.json of version 0.1.0 (commit 100f8d1), as it was written then. */
static const char old_config[] =
    "{\"version\":\"0.1.0\",\"corpus\":\"c\",\"oov\":\"unk\",\"min_count\":1,\"max_vocab\":50,"
    "\"reports\":10,\"preset\":\"test\",\"cell\":\"lstm\",\"vocabulary\":50,\"embedding\":12,"
    "\"hidden\":12,\"layers\":2,\"init_scale\":0.1,\"epochs\":2,\"batch\":20,\"steps\":2,"
    "\"dropout\":0.3,\"optim\":\"sgd\",\"lr\":1.0,\"schedule\":\"plateau\",\"hold\":1,"
    "\"lr_decay\":0.8695652173913044,\"max_grad_norm\":1.0,\"seed\":3,\"kernels\":\"ref\","
    "\"matrices\":\"panels\",\"blas\":\"none\",\"tokenizer\":\"words\","
    "\"fingerprint\":\"6fe41a5e39c4d4e9\",\"threads\":2,\"max_bytes\":68719476736,"
    "\"checkpoint_minutes\":10.0,\"checkpoint_windows\":0,\"on_divergence\":\"retry\","
    "\"directory\":\"/tmp\"}";

START_TEST(a_record_of_the_first_version_is_read)
{
    setup();
    struct json *o = parse(old_config);
    ck_assert_msg(setting_json_read(o, &values, &err) == ST_OK, "%s", err.text);
    ck_assert_int_eq(train_settings_complete(&v.settings, &values, &err), ST_OK);
    const struct train_config c = train_config_of(&v.settings);
    const struct model_shape shape = train_shape_of(&v.settings);
    ck_assert(shape.L == 2 && shape.H[0] == 12 && shape.H[1] == 12 && shape.E == 12);
    ck_assert(c.B == 20 && c.T == 2 && c.epochs == 2 && c.seed == 3 && c.reports == 10);
    ck_assert(c.masks.input == 0.3 && c.max_grad_norm == 1.0 && c.checkpoint_seconds == 600.0);
    ck_assert(c.rate.lr == 1.0 && c.rate.decay == 1 / 1.15 && c.rate.hold == 1);
    ck_assert_str_eq(c.schedule->name, "plateau");
    ck_assert(train_settings_retry(&v.settings) && v.common.threads == 2);
    ck_assert(v.corpus.max_vocab == 50 && v.corpus.max_bytes == 68719476736);
    json_free(o);
}
END_TEST

/* What was written then is written still, so that programs of that version read it. */
START_TEST(the_keys_of_the_first_version_are_still_written)
{
    static const char *const elsewhere[] = {"vocabulary", "fingerprint", "directory"};
    const char *key;
    const struct json *value;
    setup();
    struct json *old = parse(old_config);
    ck_assert_int_eq(setting_json_read(old, &source, &err), ST_OK);
    ck_assert_int_eq(train_settings_complete(&was.settings, &source, &err), ST_OK);
    struct json *o = record(SETTING_IN_CONFIG);
    for (void *it = NULL; (it = json_next(old, it, &key, &value)) != NULL;) {
        const struct json *now;
        struct buf a = format(value, false), b = {0};
        bool is_elsewhere = false;
        for (size_t i = 0; i < N_OF(elsewhere); i++)
            is_elsewhere = is_elsewhere || strcmp(key, elsewhere[i]) == 0;
        if (!is_elsewhere) {
            ck_assert_msg(json_get_value(o, key, &now, &err) == ST_OK, "%s", err.text);
            b = format(now, false);
            if (strcmp(key, "version") != 0 && strcmp(key, "corpus") != 0 &&
                strcmp(key, "matrices") != 0 && strcmp(key, "blas") != 0)
                ck_assert_msg(strcmp(a.data, b.data) == 0, "%s: %s, was %s", key, b.data, a.data);
        }
        buf_fini(&a);
        buf_fini(&b);
    }
    json_free(o);
    json_free(old);
}
END_TEST

/* Models are the same to the byte however often a run is saved, and by how many threads. */
START_TEST(a_model_has_no_record_of_how_it_was_computed)
{
    static const char *const others[] = {
        "threads",       "max_bytes",    "checkpoint_minutes", "checkpoint_windows",
        "on_divergence", "vocab_format", "vocab_add"};
    setup();
    was.common.threads = 3;
    struct json *model = record(SETTING_IN_MODEL), *config = record(SETTING_IN_CONFIG);
    ck_assert_uint_eq(json_size(config), json_size(model) + N_OF(others));
    for (size_t i = 0; i < N_OF(others); i++)
        ck_assert_msg(json_has(config, others[i]) && !json_has(model, others[i]), "%s", others[i]);
    json_free(model);
    json_free(config);
}
END_TEST

/* --- resume --- */

START_TEST(resume_takes_free_settings_and_refuses_fixed_ones)
{
    for (struct setting_ref at = {0}; setting_next(cmd_train.options, &at);) {
        bool one[SETTINGS_MAX] = {false};
        const struct invocation call = {&cmd_train, &v, one, NULL, 0};
        char name[SAMPLE_SIZE];
        one[at.index] = true;
        snprintf(name, sizeof name, "--%s cannot be given with --resume", at.row->name);
        const enum status status = train_resume_check(&call, &err);
        ck_assert_msg(status == (at.row->change == SETTING_FREE ? ST_OK : ST_USAGE), "%s",
                      at.row->name);
        if (status != ST_OK)
            ck_assert_ptr_nonnull(strstr(err.text, name));
    }
}
END_TEST

/* A run may move to a machine with fewer cores, whose processor lacks the kernels. */
START_TEST(a_run_that_has_moved_takes_what_the_machine_has)
{
    struct train_resume r = {0};
    setup();
    r.config = parse("{\"kernels\":\"other\",\"threads\":1024,\"corpus\":\"c\",\"seed\":3}");
    ck_assert_msg(train_resume_read(&r, "run", &values, &err) == ST_OK, "%s", err.text);
    ck_assert_ptr_null(v.common.kernels);
    ck_assert(v.common.threads >= 1 && v.common.threads == compute_processors());
    ck_assert_str_eq(r.corpus, "c");
    ck_assert_int_eq(v.settings.training.seed, 3);
    train_resume_fini(&r);
}
END_TEST

START_TEST(a_wrong_setting_of_a_run_is_named_with_its_file)
{
    struct train_resume r = {0};
    setup();
    r.config = parse("{\"batch\":0}");
    ck_assert_int_eq(train_resume_read(&r, "run", &values, &err), ST_INPUT);
    ck_assert_str_eq(err.text,
                     "'run/config.json' cannot be used: 'batch' wants a whole number from "
                     "1 to 65536, not '0'");
    train_resume_fini(&r);
}
END_TEST

/* The manual lists all settings that may be given anew at resume, and no other. */
START_TEST(the_manual_lists_what_may_change)
{
    static const char mark[] = "only these can be changed:\n";
    static char page[1 << 20];
    char path[4096], word[SAMPLE_SIZE];
    const char *srcdir = getenv("srcdir");
    snprintf(path, sizeof path, "%s/cmd/ptblm.1", srcdir != NULL ? srcdir : ".");
    FILE *f = fopen(path, "r");
    ck_assert_msg(f != NULL, "%s", path);
    page[fread(page, 1, sizeof page - 1, f)] = '\0';
    fclose(f);
    char *list = strstr(page, mark);
    ck_assert_ptr_nonnull(list);
    char *end = strstr(list, "\n.Fl Fl quiet .\n");
    ck_assert_ptr_nonnull(end);
    end[strlen("\n.Fl Fl quiet ")] = '\0';
    for (struct setting_ref at = {0}; setting_next(cmd_train.options, &at);) {
        snprintf(word, sizeof word, ".Fl Fl %s", at.row->name);
        const char *found = strstr(list, word);
        const bool listed = found != NULL && strchr(" \n", found[strlen(word)]) != NULL;
        const bool is_free = at.row->change == SETTING_FREE && strcmp(at.row->name, "resume") != 0;
        ck_assert_msg(listed == is_free, "%s", at.row->name);
    }
}
END_TEST

/* --from takes the network from a model, and its weights: what says how these start clashes. */
START_TEST(every_option_of_the_first_weights_clashes_with_a_model)
{
    static const char *const network[] = {
        "cell", "layers",     "hidden",           "embedding",
        "tie",  "sum-layers", "mogrifier-rounds", "mogrifier-rank"};
    for (const struct setting *row = train_model_rows; row->name != NULL; row++) {
        bool is_network = false, clashes = false;
        for (size_t i = 0; i < sizeof network / sizeof *network; i++)
            is_network = is_network || strcmp(row->name, network[i]) == 0;
        for (const struct option_clash *c = cmd_train.clashes; c->one != NULL; c++)
            clashes = clashes || (strcmp(c->one, "from") == 0 && strcmp(c->other, row->name) == 0);
        ck_assert_msg(clashes != is_network, "%s", row->name);
    }
}
END_TEST

/* --- options of others --- */

START_TEST(an_option_without_a_part_is_refused)
{
    static const struct setting rows[] = {
        {.name = "heat",
         .type = SETTING_INT,
         .max = 9,
         .owner = "oov",
         .owner_choices = "error",
         .help = "h"},
        {.name = NULL},
    };
    struct all {
        struct corpus_values corpus;
        int64_t heat;
    } all = {{0}, 0};
    const struct setting_group groups[] = {{.rows = corpus_read_rows, .offset = 0},
                                           {.rows = rows, .offset = offsetof(struct all, heat)},
                                           {.rows = NULL}};
    bool is_given[SETTINGS_MAX] = {false};
    const struct setting_values table = {groups, &all, is_given};
    struct setting_ref heat;
    all.corpus.oov = "unk";
    ck_assert(setting_find(groups, "heat", &heat));
    ck_assert_int_eq(option_check_owners(&table, &err), ST_OK);
    is_given[heat.index] = true;
    ck_assert_int_eq(option_check_owners(&table, &err), ST_USAGE);
    ck_assert_str_eq(err.text, "--heat has no part in --oov unk: it belongs to 'error'");
    all.corpus.oov = "error";
    ck_assert_int_eq(option_check_owners(&table, &err), ST_OK);
}
END_TEST

static Suite *train_record_suite(void)
{
    Suite *suite = suite_create("train_record");
    TCase *tc = tcase_create("train_record");
    tcase_add_test(tc, every_setting_comes_back_from_the_record_it_is_in);
    tcase_add_test(tc, keys_are_those_of_settings_alone_and_of_facts);
    tcase_add_test(tc, a_record_of_the_first_version_is_read);
    tcase_add_test(tc, the_keys_of_the_first_version_are_still_written);
    tcase_add_test(tc, a_model_has_no_record_of_how_it_was_computed);
    tcase_add_test(tc, resume_takes_free_settings_and_refuses_fixed_ones);
    tcase_add_test(tc, a_run_that_has_moved_takes_what_the_machine_has);
    tcase_add_test(tc, a_wrong_setting_of_a_run_is_named_with_its_file);
    tcase_add_test(tc, the_manual_lists_what_may_change);
    tcase_add_test(tc, every_option_of_the_first_weights_clashes_with_a_model);
    tcase_add_test(tc, an_option_without_a_part_is_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

TAP_MAIN(train_record_suite())
