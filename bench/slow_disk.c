/* Every fsync and fdatasync of the process takes a given time longer, as on a disk that is slow and otherwise the same:
 * LD_PRELOAD=slow_disk.so SLOW_DISK_MICROSECONDS=2000. The delay is before the call, so what is durable is no earlier. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void wait_first(void)
{
    const char *given = getenv("SLOW_DISK_MICROSECONDS");
    long microseconds = given ? atol(given) : 0;
    struct timespec left = {microseconds / 1000000, microseconds % 1000000 * 1000};
    while (microseconds > 0 && nanosleep(&left, &left) != 0)
        ;
}

int fsync(int file)
{
    static int (*next)(int);
    if (!next)
        next = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    wait_first();
    return next(file);
}

int fdatasync(int file)
{
    static int (*next)(int);
    if (!next)
        next = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    wait_first();
    return next(file);
}
