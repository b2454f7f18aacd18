/* Linux: /proc/meminfo (MemAvailable), the control groups' files, getrlimit. What cannot be read
 * sets no limit. */
#include "lib/base/limit/mem_limit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/base/limit/control_group.h"

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
    control_group_read_file("/proc/meminfo", text, sizeof text);
    const double kib = number_of(text, "MemAvailable:");
    return kib > 0.0 ? 1024.0 * (kib + number_of(text, "SwapFree:")) : (double)INFINITY;
}

static double of_addresses(void)
{
    struct rlimit limit;
    char text[256];
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return (double)INFINITY;
    control_group_read_file("/proc/self/statm", text, sizeof text);
    const double used = strtod(text, NULL) * (double)sysconf(_SC_PAGESIZE);
    return fmax((double)limit.rlim_cur - used, 0.0);
}

static double of_group(const char *mount, const char *group)
{
    static const struct {
        const char *limit, *usage, *cached;
    } versions[] = {{"memory.max", "memory.current", "inactive_file "},
                    {"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file "}};
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        char limit[64], usage[64], details[8192];
        control_group_read(mount, group, versions[i].limit, limit, sizeof limit);
        control_group_read(mount, group, versions[i].usage, usage, sizeof usage);
        control_group_read(mount, group, "memory.stat", details, sizeof details);
        if (limit[0] < '0' || limit[0] > '9') /* "max", or no such file */
            continue;
        const double cached = number_of(details, versions[i].cached);
        return fmax(strtod(limit, NULL) - strtod(usage, NULL) + cached, 0.0);
    }
    return (double)INFINITY;
}

static void take_least(void *ctx, const char *mount, const char *group)
{
    double *least = ctx;
    *least = fmin(*least, of_group(mount, group));
}

double mem_limit_of_group(const char *mount, const char *group)
{
    double least = (double)INFINITY;
    control_group_climb(mount, group, take_least, &least);
    return least;
}

static double of_groups(void)
{
    double least = (double)INFINITY;
    control_group_climb_own("memory", take_least, &least);
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
