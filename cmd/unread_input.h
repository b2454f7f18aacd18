/* Standard input that is not read, although the user may think so. */
#ifndef PTBLM_CMD_UNREAD_INPUT_H
#define PTBLM_CMD_UNREAD_INPUT_H

/* Warns if standard input has bytes, for a command that did without them; `remedy` is how to have
 * them read. To be called late, when a pipe had time to fill. What is not a file, pipe or socket
 * with bytes that wait has none: a terminal, /dev/null, or the idle pipe of a job. */
void warn_of_unread_input(const char *remedy);

#endif
