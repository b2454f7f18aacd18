/* Signals. Those that ask the program to end (SIGINT, SIGTERM, SIGHUP) are a flag for the commands
 * that come to an orderly end; for the others, and the second time, they end it at once. */
#ifndef PTBLM_CMD_INTERRUPT_H
#define PTBLM_CMD_INTERRUPT_H

#include <signal.h>

/* Installs the handlers; called first of all. From then on a write beyond `ulimit -f` fails like
 * any other. */
void interrupt_prepare(void);

/* From here on the first signal only sets the flag; a second, a quarter of a second after it or
 * later, ends the program with status 130. */
const volatile sig_atomic_t *interrupt_flag(void);

/* For work whose result is in files: it goes on where nobody reads the messages any more. */
void interrupt_ignore_pipe(void);

/* Has a file or an empty directory removed where a signal ends the program at once, the last named
 * first; four at the most. The name must stay where it is until interrupt_forget, in turn. What is
 * named is this process's own: where that is known only when it has been made, it is made and named
 * between interrupt_hold and interrupt_release, and what cannot be another's is named before. */
void interrupt_remove(const char *path);
void interrupt_forget(void); /* the last named */

/* A signal that comes between these two takes effect at the second. */
void interrupt_hold(void);
void interrupt_release(void);

#endif
