#include "lib/base/limit/control_group.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

void control_group_read_file(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "re");
    const size_t got = file != NULL ? fread(text, 1, size - 1, file) : 0;
    text[got] = '\0';
    if (file != NULL)
        fclose(file);
}

void control_group_read(const char *mount, const char *group, const char *name, char *text,
                        size_t size)
{
    char path[4096];
    text[0] = '\0';
    const int n = snprintf(path, sizeof path, "%s%s/%s", mount, group, name);
    if (n > 0 && (size_t)n < sizeof path)
        control_group_read_file(path, text, size);
}

void control_group_climb(const char *mount, const char *group, control_group_visit *visit,
                         void *ctx)
{
    char at[2048];
    snprintf(at, sizeof at, "%s", group);
    for (char *slash = at; slash != NULL;) {
        visit(ctx, mount, at);
        slash = strrchr(at, '/');
        if (slash != NULL)
            *slash = '\0';
    }
}

/* Whether a list between commas ("cpu,cpuacct") has a name. */
static bool has_name(const char *list, const char *name)
{
    const size_t len = strlen(name);
    for (; list != NULL; list = strchr(list, ',') != NULL ? strchr(list, ',') + 1 : NULL)
        if (strncmp(list, name, len) == 0 && (list[len] == ',' || list[len] == '\0'))
            return true;
    return false;
}

/* Lines "0::/GROUP" of version 2 and "N:cpu,cpuacct:/GROUP" of version 1. */
void control_group_climb_own(const char *controller, control_group_visit *visit, void *ctx)
{
    char text[8192], mount[64], *rest = text, *line;
    control_group_read_file("/proc/self/cgroup", text, sizeof text);
    snprintf(mount, sizeof mount, "/sys/fs/cgroup/%s", controller);
    while ((line = strsep(&rest, "\n")) != NULL) {
        char *controllers = strchr(line, ':');
        char *group = controllers != NULL ? strchr(controllers + 1, ':') : NULL;
        if (group == NULL)
            continue;
        *group++ = '\0';
        if (controllers[1] == '\0')
            control_group_climb("/sys/fs/cgroup", group, visit, ctx);
        else if (has_name(controllers + 1, controller))
            control_group_climb(mount, group, visit, ctx);
    }
}
