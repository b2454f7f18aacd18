/* Linux: /proc/meminfo (MemAvailable), /proc/self/cgroup and the control groups' files, getrlimit.
 * What cannot be read sets no limit. */
#include "lib/base/mem_limit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* These files are short, and report a size of 0. */
static void read_text(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "re");
    const size_t got = file != NULL ? fread(text, 1, size - 1, file) : 0;
    text[got] = '\0';
    if (file != NULL)
        fclose(file);
}

/* The number after `key` at the start of a line, or 0. */
static double number_of(const char *text, const char *key)
{
    const size_t len = strlen(key);
    for (const char *line = text; line != NULL;
         line = strchr(line, '\n') != NULL ? strchr(line, '\n') + 1 : NULL)
        if (strncmp(line, key, len) == 0)
            return strtod(line + len, NULL);
    return 0.0;
}

static double of_machine(void)
{
    char text[8192];
    read_text("/proc/meminfo", text, sizeof text);
    const double kib = number_of(text, "MemAvailable:");
    return kib > 0.0 ? 1024.0 * (kib + number_of(text, "SwapFree:")) : (double)INFINITY;
}

static double of_addresses(void)
{
    struct rlimit limit;
    char text[256];
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return (double)INFINITY;
    read_text("/proc/self/statm", text, sizeof text);
    const double used = strtod(text, NULL) * (double)sysconf(_SC_PAGESIZE);
    return fmax((double)limit.rlim_cur - used, 0.0);
}

static void read_group(const char *mount, const char *group, const char *name, char *text,
                       size_t size)
{
    char path[4096];
    text[0] = '\0';
    const int n = snprintf(path, sizeof path, "%s%s/%s", mount, group, name);
    if (n > 0 && (size_t)n < sizeof path)
        read_text(path, text, size);
}

static double of_one_group(const char *mount, const char *group)
{
    static const struct {
        const char *limit, *usage, *cached;
    } versions[] = {{"memory.max", "memory.current", "inactive_file "},
                    {"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file "}};
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        char limit[64], usage[64], details[8192];
        read_group(mount, group, versions[i].limit, limit, sizeof limit);
        read_group(mount, group, versions[i].usage, usage, sizeof usage);
        read_group(mount, group, "memory.stat", details, sizeof details);
        if (limit[0] < '0' || limit[0] > '9') /* "max", or no such file */
            continue;
        const double cached = number_of(details, versions[i].cached);
        return fmax(strtod(limit, NULL) - strtod(usage, NULL) + cached, 0.0);
    }
    return (double)INFINITY;
}

double mem_limit_of_group(const char *mount, const char *group)
{
    char at[2048];
    double least = (double)INFINITY;
    snprintf(at, sizeof at, "%s", group);
    for (char *slash = at; slash != NULL;) {
        least = fmin(least, of_one_group(mount, at));
        slash = strrchr(at, '/');
        if (slash != NULL)
            *slash = '\0';
    }
    return least;
}

/* Lines "0::/GROUP" of version 2 and "N:memory:/GROUP" of version 1. */
static double of_groups(void)
{
    char text[8192], *rest = text, *line;
    double least = (double)INFINITY;
    read_text("/proc/self/cgroup", text, sizeof text);
    while ((line = strsep(&rest, "\n")) != NULL) {
        char *controllers = strchr(line, ':');
        char *group = controllers != NULL ? strchr(controllers + 1, ':') : NULL;
        if (group == NULL)
            continue;
        *group++ = '\0';
        if (strcmp(controllers, ":") == 0)
            least = fmin(least, mem_limit_of_group("/sys/fs/cgroup", group));
        else if (strcmp(controllers, ":memory") == 0)
            least = fmin(least, mem_limit_of_group("/sys/fs/cgroup/memory", group));
    }
    return least;
}

struct mem_limit mem_limit_find(void)
{
    const struct mem_limit limits[] = {
        {of_machine(), "the machine has available"},
        {of_groups(), "its control group leaves"},
        {of_addresses(), "the limit on addresses (ulimit -v) leaves"},
    };
    struct mem_limit least = limits[0];
    for (size_t i = 1; i < sizeof limits / sizeof *limits; i++)
        if (limits[i].bytes < least.bytes)
            least = limits[i];
    return least;
}
