/* Signals. SIGINT, SIGTERM and SIGHUP set a flag for the commands that have an orderly end. They
 * end all others at once, and so does a second signal. */
#ifndef PTBLM_CMD_INTERRUPT_H
#define PTBLM_CMD_INTERRUPT_H

#include <signal.h>

/* Installs the handlers; to be called first. From then on a write beyond `ulimit -f` fails like any
 * other. */
void interrupt_prepare(void);

/* From this call on the first signal only sets the flag; a second one, at least a quarter of a
 * second later, ends the program with status 130. */
const volatile sig_atomic_t *interrupt_flag(void);

/* For work whose result is in files: it continues when nobody reads the messages any more. */
void interrupt_ignore_pipe(void);

/* Names a file or an empty directory that is removed if a signal ends the program at once, the last
 * named first; at most four. The string must stay valid until its interrupt_forget, which are in
 * reverse order. Only name what belongs to this process. If it may turn out to be another's, create
 * and name it between interrupt_hold and interrupt_release; otherwise name it before creating it.
 */
void interrupt_remove(const char *path);
void interrupt_forget(void); /* the last named */

/* A signal that comes between these two takes effect at the second. */
void interrupt_hold(void);
void interrupt_release(void);

#endif
