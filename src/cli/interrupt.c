/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/interrupt.h"

#include <poll.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

void interrupt_open(struct interrupt *interrupt) {
    sigset_t watched;
    *interrupt = (struct interrupt){0};
    sigemptyset(&watched);
    sigaddset(&watched, SIGINT);
    sigaddset(&watched, SIGTERM);
    sigaddset(&watched, SIGHUP);
    (void)sigprocmask(SIG_BLOCK, &watched, &interrupt->before);
    interrupt->fd = signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
    if (interrupt->fd < 0) (void)sigprocmask(SIG_SETMASK, &interrupt->before, NULL);
}

bool interrupt_wait(struct interrupt *interrupt, int64_t ms) {
    struct pollfd waiting = {.fd = interrupt->fd, .events = POLLIN};
    struct signalfd_siginfo told;
    if (interrupt->number != 0) return true;
    if (poll(&waiting, 1, (int)ms) == 1 && read(interrupt->fd, &told, sizeof told) == (ssize_t)sizeof told)
        interrupt->number = (int)told.ssi_signo;
    return interrupt->number != 0;
}

bool interrupt_came(struct interrupt *interrupt) {
    return interrupt_wait(interrupt, 0);
}

void interrupt_close(struct interrupt *interrupt) {
    const bool is_end = interrupt_came(interrupt);
    if (interrupt->fd >= 0) (void)close(interrupt->fd);
    interrupt->fd = -1;
    (void)sigprocmask(SIG_SETMASK, &interrupt->before, NULL);
    if (!is_end) return;
    (void)fflush(stdout);
    (void)raise(interrupt->number);
}
