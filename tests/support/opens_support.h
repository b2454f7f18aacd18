/* Counts how often a file is opened, as the kernel reports it. */
#ifndef PTBLM_TESTS_SUPPORT_OPENS_SUPPORT_H
#define PTBLM_TESTS_SUPPORT_OPENS_SUPPORT_H

#include <check.h>
#include <sys/inotify.h>
#include <unistd.h>

/* Begins to watch a file; the result is for opens_count. */
static inline int opens_watch(const char *path)
{
    const int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    /* The kernel merges equal consecutive events; the events in between keep opens apart. */
    ck_assert_int_ge(inotify_add_watch(fd, path, IN_OPEN | IN_ACCESS | IN_CLOSE), 0);
    return fd;
}

/* Returns how often it has been opened since, and stops watching. */
static inline int opens_count(int fd)
{
    int opens = 0;
    union {
        struct inotify_event event;
        char bytes[1 << 14];
    } events;
    for (ssize_t n; (n = read(fd, events.bytes, sizeof events.bytes)) > 0;)
        for (ssize_t at = 0; at < n;) {
            const struct inotify_event *event = (const void *)(events.bytes + at);
            opens += (event->mask & IN_OPEN) != 0;
            at += (ssize_t)(sizeof *event + event->len);
        }
    close(fd);
    return opens;
}

#endif
