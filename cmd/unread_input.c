#include "cmd/unread_input.h"

#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/report/report.h"

static bool has_bytes(void)
{
    struct stat st;
    int waiting = 0;
    if (fstat(STDIN_FILENO, &st) != 0)
        return false;
    if (S_ISREG(st.st_mode))
        return lseek(STDIN_FILENO, 0, SEEK_CUR) < st.st_size;
    return (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)) &&
           ioctl(STDIN_FILENO, FIONREAD, &waiting) == 0 && waiting > 0;
}

void warn_of_unread_input(const char *remedy)
{
    if (has_bytes())
        report_warning("standard input was not read: %s, or redirect it from /dev/null", remedy);
}
