/* peak FILE COMMAND [ARGUMENT...]: runs a command, ends with its exit status, and writes to FILE
 * the most memory that it had, in kB. */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>

extern char **environ;

int main(int argc, char **argv)
{
    pid_t child;
    int status;
    struct rusage used;
    if (argc < 3 || posix_spawnp(&child, argv[2], NULL, NULL, argv + 2, environ) != 0)
        return 99;
    if (wait4(child, &status, 0, &used) != child)
        return 99;
    FILE *out = fopen(argv[1], "w");
    if (out == NULL || fprintf(out, "%ld\n", used.ru_maxrss) < 0 || fclose(out) != 0)
        return 99;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
