/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Ctrl-C, and being asked to end, as something a command looks at where it suits: to say what becomes of what it began.
 * Owns: the blocking of SIGINT, SIGTERM and SIGHUP from interrupt_open to interrupt_close.
 * Never: lets such a signal get lost: interrupt_close lets one that came end the process. */

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct interrupt {
    int fd; /* -1: the system has none left, and signals end the process as ever */
    sigset_t before;
    int number; /* of the signal that came; 0 = none */
};
void interrupt_open(struct interrupt *interrupt);
bool interrupt_came(struct interrupt *interrupt);
/* Waits so long, or until one comes; whether one came. */
bool interrupt_wait(struct interrupt *interrupt, int64_t ms);
/* Does not come back when one came. */
void interrupt_close(struct interrupt *interrupt);
