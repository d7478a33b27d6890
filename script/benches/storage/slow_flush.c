/* Makes each flush of a process slower, by LD_PRELOAD. Threads wait side by side, as they do for a
   disk; strace's delay_exit makes a flush that begins during another's delay wait for its end. */
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

long syscall(long number, ...);

static int flush(long number, int file) {
    int result = (int)syscall(number, file);
    struct timespec wait = {0, SLOW_FLUSH_US * 1000L};
    nanosleep(&wait, 0);
    return result;
}

int fdatasync(int file) { return flush(SYS_fdatasync, file); }

int fsync(int file) { return flush(SYS_fsync, file); }
