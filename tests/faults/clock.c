/* Preloaded into a program, is a clock that somebody sets all the time: the time of day is in 1971
 * and in 2100 by turns. Clocks that cannot be set go on as they are. */
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static time_t next_time(void)
{
    static _Atomic unsigned reads;
    const time_t year_1971 = 31536000 + 86400, year_2100 = (time_t)4102444800 + 86400;
    return reads++ % 2 == 0 ? year_1971 : year_2100;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    if (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)
        return (int)syscall(SYS_clock_gettime, clock, now);
    *now = (struct timespec){.tv_sec = next_time()};
    return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    (void)zone;
    *now = (struct timeval){.tv_sec = next_time()};
    return 0;
}

time_t time(time_t *now)
{
    const time_t seconds = next_time();
    if (now != NULL)
        *now = seconds;
    return seconds;
}
