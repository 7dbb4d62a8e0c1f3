/* SPDX-License-Identifier: Apache-2.0 */
/* Preloaded into a node: ends its process, as kill -9 would, in front of the Nth step that its database takes on the
 * disk, in the middle of it, or behind it. What is written or synced in files whose name has "skep.db" in it is a step.
 *
 * SKEP_CRASH_ORDERS names a file of three numbers (32 bits of the machine) that the test shares with the running node:
 * how many steps are left (0: it goes on for ever), where in the last one it ends (enum moment), and how many it has
 * taken. */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { STATUS_KILLED = 137 };
enum moment { IN_FRONT, IN_THE_MIDDLE, BEHIND, NEVER };

struct orders {
    uint32_t steps_left;
    uint32_t moment;
    uint32_t steps_taken;
};
static volatile struct orders *orders;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void take_orders(void) {
    const char *name = getenv("SKEP_CRASH_ORDERS");
    const int fd = name ? open(name, O_RDWR | O_CLOEXEC) : -1;
    void *mapped = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *orders, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (mapped != MAP_FAILED) orders = mapped;
    if (fd >= 0) (void)close(fd);
}

static bool is_of_database(int fd) {
    char link[64], path[4096];
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0) return false;
    path[size] = '\0';
    return strstr(path, "skep.db") != NULL;
}

/* Where in this step it ends. */
static enum moment take_step(int fd) {
    bool is_last = false;
    if (!orders || !is_of_database(fd)) return NEVER;
    (void)pthread_mutex_lock(&lock);
    orders->steps_taken++;
    if (orders->steps_left > 0) is_last = --orders->steps_left == 0;
    (void)pthread_mutex_unlock(&lock);
    return is_last ? (enum moment)orders->moment : NEVER;
}

static void end_if(bool is_now) {
    if (is_now) _exit(STATUS_KILLED);
}

/* POSIX's way from an object to a function. */
#define NEXT(function, name)                                                                                           \
    do {                                                                                                               \
        if (!(function)) *(void **)&(function) = dlsym(RTLD_NEXT, name);                                               \
    } while (0)

typedef ssize_t write_at(int fd, const void *bytes, size_t size, off_t at);
typedef int on_file(int fd);

ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t at) {
    static write_at *next;
    NEXT(next, "pwrite64");
    const enum moment moment = take_step(fd);
    end_if(moment == IN_FRONT);
    const ssize_t written = next(fd, bytes, moment == IN_THE_MIDDLE ? size / 2 : size, at);
    end_if(moment != NEVER);
    return written;
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) {
    return pwrite64(fd, bytes, size, at);
}

static int sync_by(on_file *next, int fd) {
    const enum moment moment = take_step(fd);
    end_if(moment == IN_FRONT || moment == IN_THE_MIDDLE);
    const int result = next(fd);
    end_if(moment == BEHIND);
    return result;
}

int fdatasync(int fd) {
    static on_file *next;
    NEXT(next, "fdatasync");
    return sync_by(next, fd);
}

int fsync(int fd) {
    static on_file *next;
    NEXT(next, "fsync");
    return sync_by(next, fd);
}
