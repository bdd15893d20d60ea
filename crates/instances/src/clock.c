/* Stands between a program and the clock of the machine (LD_PRELOAD): as long as a file is there
   (TEST_CLOCK_FAILS), the thread that is named in it is told a year beyond all calendars. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

static int is_told_nonsense(void) {
    const char *fails = getenv("TEST_CLOCK_FAILS");
    int flag = fails ? open(fails, O_RDONLY | O_CLOEXEC) : -1;
    if (flag < 0)
        return 0;
    char thread[17] = {0}, name[17] = {0};
    ssize_t length = read(flag, thread, sizeof thread - 1);
    close(flag);
    prctl(PR_GET_NAME, name);
    return length > 0 && strcmp(thread, name) == 0;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real)
        real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int outcome = real(clock, time);
    if (clock == CLOCK_REALTIME && is_told_nonsense())
        time->tv_sec += 10000LL * 366 * 24 * 60 * 60;
    return outcome;
}
