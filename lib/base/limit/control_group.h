/* The control groups of this process, with what they limit: the files of the kernel's version 2,
 * and of version 1. Linux only; what cannot be read sets no limit. */
#ifndef PTBLM_BASE_LIMIT_CONTROL_GROUP_H
#define PTBLM_BASE_LIMIT_CONTROL_GROUP_H

#include <stddef.h>

/* Called for a group; it is at `mount` + `group` ("/a/b", or "" for the root). */
typedef void control_group_visit(void *ctx, const char *mount, const char *group);

/* Visits a group ("/a/b") and each above it, up to the root. */
void control_group_climb(const char *mount, const char *group, control_group_visit *visit,
                         void *ctx);

/* The same for the groups of this process in which `controller` ("memory", "cpu") may set limits.
 */
void control_group_climb_own(const char *controller, control_group_visit *visit, void *ctx);

/* The text of a file of the group, cut to `size` - 1 bytes and NUL-terminated; "" if there is none.
 */
void control_group_read(const char *mount, const char *group, const char *name, char *text,
                        size_t size);

/* The same for any small file, such as those of /proc, which report a size of 0. */
void control_group_read_file(const char *path, char *text, size_t size);

#endif
