/* JSON: what is read must come back from its own text form, in both layouts. */
#include <string.h>

#include "lib/file/json.h"
#include "tests/fuzz/fuzz.h"

static void get_members(const struct json *v)
{
    const char *key, *text;
    const struct json *member;
    int64_t integer;
    double real;
    bool yes;
    struct err err = {0};
    void *it = NULL;
    while (json_is_object(v) && (it = json_next(v, it, &key, &member)) != NULL) {
        FUZZ_REQUIRE(json_has(v, key));
        fuzz_accepted(json_get_string(v, key, &text, &err), ST_INPUT, &err);
        fuzz_accepted(json_get_int(v, key, &integer, &err), ST_INPUT, &err);
        fuzz_accepted(json_get_double(v, key, &real, &err), ST_INPUT, &err);
        fuzz_accepted(json_get_bool(v, key, &yes, &err), ST_INPUT, &err);
    }
    for (size_t i = 0; json_is_array(v) && i <= json_size(v); i++)
        fuzz_accepted(json_get_element(v, i, &integer, &err), ST_INPUT, &err);
}

enum { OPENED_MAX = 128 }; /* indented, a value has as many bytes as its depth squared */

static bool is_flat(const char *text, size_t len)
{
    size_t opened = 0;
    for (size_t i = 0; i < len; i++)
        opened += text[i] == '[' || text[i] == '{';
    return opened <= OPENED_MAX;
}

static void round_trip(const struct json *v, bool indent)
{
    struct err err = {0};
    struct buf text = {0}, again = {0};
    struct json *read;
    FUZZ_REQUIRE(json_format(v, &text, indent, &err) == ST_OK);
    FUZZ_REQUIRE(json_parse(&read, "fuzz", text.data, text.len, &err) == ST_OK);
    FUZZ_REQUIRE(json_format(read, &again, indent, &err) == ST_OK);
    FUZZ_REQUIRE(text.len == again.len && memcmp(text.data, again.data, text.len) == 0);
    json_free(read);
    buf_fini(&text);
    buf_fini(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {0};
    struct json *v;
    if (!fuzz_accepted(json_parse(&v, "fuzz", (const char *)data, size, &err), ST_INPUT, &err))
        return 0;
    get_members(v);
    round_trip(v, false);
    if (is_flat((const char *)data, size))
        round_trip(v, true);
    json_free(v);
    return 0;
}
