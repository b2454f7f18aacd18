/* SIGINT, SIGTERM and SIGHUP as a flag: the first asks for an orderly end, a second ends at once.
 */
#ifndef PTBLM_CMD_INTERRUPT_H
#define PTBLM_CMD_INTERRUPT_H

#include <signal.h>

/* Installs the handlers; the flag is 0 until a signal has come. */
const volatile sig_atomic_t *interrupt_flag(void);

#endif
