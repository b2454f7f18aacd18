#include "cmd/interrupt.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd/command.h"
#include "lib/base/io/io.h"

enum { SCRATCH_MAX = 4 };

/* `timeout` and batch systems signal twice, the process and its group. */
static const double twice_seconds = 0.25;

static volatile sig_atomic_t interrupted, orderly;
static volatile double first; /* when the signal came that set `interrupted`; for the handler */

/* Any thread may receive a signal, so blocking signals in one thread would not hold them. */
static volatile _Atomic int held, waiting;

static const char *volatile scratch[SCRATCH_MAX];
static volatile sig_atomic_t n_scratch;

static void remove_scratch(void)
{
    io_remove_unfinished();
    for (int i = n_scratch; i-- > 0;)
        if (unlink(scratch[i]) != 0)
            rmdir(scratch[i]);
}

/* Calls only what is safe in a signal handler. A command without an orderly end dies of the signal
 * itself, so that a shell's loop ends too. */
static void note_signal(int number)
{
    if (held) {
        waiting = number;
        if (held)
            return;
    }
    if (orderly && !interrupted) {
        first = io_seconds();
        interrupted = 1;
    }
    if (orderly && io_seconds() - first < twice_seconds)
        return;
    remove_scratch();
    if (orderly)
        _exit(command_exit_code(ST_INTERRUPTED));
    signal(number, SIG_DFL);
    raise(number);
}

/* SIGBUS: a mapped file was cut short or its disk failed, which the system cannot report in another
 * way. Any other cause (BUS_ADRALN, kill) ends the process as it would have done. */
static void note_bus_error(int number, siginfo_t *info, void *context)
{
    static const char text[] = "ptblm: a model or text in use was cut short by another program, or "
                               "its disk cannot be read\n";
    (void)context;
    remove_scratch();
    if (info->si_code != BUS_ADRERR) {
        signal(number, SIG_DFL);
        raise(number);
        return;
    }
    const ssize_t written = write(STDERR_FILENO, text, sizeof text - 1);
    (void)written;
    _exit(command_exit_code(ST_IO));
}

void interrupt_prepare(void)
{
    struct sigaction action = {.sa_handler = note_signal, .sa_flags = SA_RESTART};
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct sigaction before;
        /* what the parent made us ignore (nohup) stays ignored */
        if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
    }
    struct sigaction bus = {.sa_sigaction = note_bus_error, .sa_flags = SA_SIGINFO};
    sigemptyset(&bus.sa_mask);
    sigaction(SIGBUS, &bus, NULL);
    signal(SIGXFSZ, SIG_IGN);
    atexit(remove_scratch); /* libarchive exits when it runs out of memory */
}

const volatile sig_atomic_t *interrupt_flag(void)
{
    orderly = 1;
    return &interrupted;
}

void interrupt_ignore_pipe(void)
{
    signal(SIGPIPE, SIG_IGN);
}

void interrupt_remove(const char *path)
{
    assert(n_scratch < SCRATCH_MAX);
    scratch[n_scratch] = path;
    n_scratch++;
}

void interrupt_forget(void)
{
    assert(n_scratch > 0);
    n_scratch--;
}

void interrupt_hold(void)
{
    held = 1;
}

void interrupt_release(void)
{
    held = 0;
    const int number = waiting;
    waiting = 0;
    if (number != 0)
        raise(number);
}
