/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/supervisor.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/number.h"
#include "daemon/loop/clock.h"

enum {
    STATUS_EVERY_MS = 1000,
    RETRY_MS = 100,
    MESSAGE_MAX = SUPERVISOR_STATUS_MAX + 80,
};

struct supervisor {
    struct supervisor_options options;
    int fd; /* -1: nobody wants to know */
    struct sockaddr_un at;
    socklen_t at_size;
    int64_t sign_every_ms; /* 0: no sign of life is wanted */
    bool is_ready;
    bool is_status_due;
    bool is_waiting;                      /* `later` is set */
    char told[SUPERVISOR_STATUS_MAX + 1]; /* the last status */
    char owed[MESSAGE_MAX];               /* what was not taken; empty = nothing */
    struct loop_timer *later, *sign;
};

/* ---- The environment ---- */

/* A path, or after "@" a name outside of the file system; other families are for containers and machines, not for us.
 */
static bool read_address(struct supervisor *s) {
    const char *text = getenv("NOTIFY_SOCKET");
    size_t size = text == NULL ? 0 : strlen(text);
    if (size < 2 || size >= sizeof s->at.sun_path || (text[0] != '/' && text[0] != '@')) return false;
    s->at.sun_family = AF_UNIX;
    memcpy(s->at.sun_path, text, size);
    if (text[0] == '@') s->at.sun_path[0] = '\0';
    s->at_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size);
    return true;
}

static int64_t number_in(const char *name) {
    const char *text = getenv(name);
    int64_t number;
    return text != NULL && number_read_i64(span_of_text(text), &number) && number > 0 ? number : 0;
}

/* Two signs in the time that is given; none when another process is meant. */
static int64_t read_sign_every_ms(void) {
    int64_t pid = number_in("WATCHDOG_PID");
    if (getenv("WATCHDOG_PID") != NULL && pid != getpid()) return 0;
    int64_t within_ms = number_in("WATCHDOG_USEC") / 1000;
    return within_ms == 0 ? 0 : within_ms / 2 > 0 ? within_ms / 2 : 1;
}

static void forget_environment(void) {
    static const char *const names[] = {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) (void)unsetenv(names[i]);
}

/* ---- Messages ---- */

static void wait_for(struct supervisor *s, int64_t ms) {
    if (s->is_waiting) return;
    s->is_waiting = true;
    loop_timer_start(s->later, ms);
}

/* False: the other side has no room now. One that is gone needs no answer. */
static bool send_now(const struct supervisor *s, const char *text) {
    ssize_t sent =
        sendto(s->fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)&s->at, s->at_size);
    return sent >= 0 || (errno != EAGAIN && errno != ENOBUFS);
}

static void tell(struct supervisor *s, const char *text) {
    if (s->fd < 0) return;
    s->owed[0] = '\0';
    if (send_now(s, text)) return;
    (void)snprintf(s->owed, sizeof s->owed, "%s", text);
    s->is_waiting = false; /* sooner than a status would be */
    wait_for(s, RETRY_MS);
}

static void write_status(const struct supervisor *s, char status[SUPERVISOR_STATUS_MAX + 1]) {
    struct buffer out = buffer_over((uint8_t *)status, SUPERVISOR_STATUS_MAX);
    s->options.describe(s->options.context, &out);
    status[out.size] = '\0';
    status[strcspn(status, "\n")] = '\0';
}

static void tell_with_status(struct supervisor *s, const char *word) {
    char text[MESSAGE_MAX];
    write_status(s, s->told);
    (void)snprintf(text, sizeof text, "%s\nSTATUS=%s", word, s->told);
    tell(s, text);
}

static void tell_status(struct supervisor *s) {
    char status[SUPERVISOR_STATUS_MAX + 1], text[MESSAGE_MAX];
    s->is_status_due = false;
    write_status(s, status);
    if (strcmp(status, s->told) == 0) return;
    memcpy(s->told, status, sizeof status);
    (void)snprintf(text, sizeof text, "STATUS=%s", status);
    tell(s, text);
}

static void time_is_up(void *context) {
    struct supervisor *s = context;
    s->is_waiting = false;
    if (s->owed[0] != '\0') {
        char text[MESSAGE_MAX];
        memcpy(text, s->owed, sizeof text);
        tell(s, text);
    } else if (s->is_status_due) {
        tell_status(s);
    }
    if (s->is_status_due) wait_for(s, STATUS_EVERY_MS);
}

static void give_sign(void *context) {
    struct supervisor *s = context;
    (void)send_now(s, "WATCHDOG=1"); /* one that was not taken is followed by another in time */
    loop_timer_start(s->sign, s->sign_every_ms);
}

/* ---- Life ---- */

struct supervisor *supervisor_new(const struct supervisor_options *options) {
    struct supervisor *s = memory_zeroed(1, sizeof *s);
    s->options = *options;
    s->fd = read_address(s) ? socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0) : -1;
    if (s->fd >= 0) {
        s->sign_every_ms = read_sign_every_ms();
        s->later = loop_timer_open(options->loop, time_is_up, s);
        s->sign = loop_timer_open(options->loop, give_sign, s);
    }
    forget_environment();
    return s;
}

void supervisor_tell_ready(struct supervisor *s) {
    if (s->fd < 0) return;
    tell_with_status(s, "READY=1");
    if (!s->is_ready && s->sign_every_ms > 0) give_sign(s);
    s->is_ready = true;
}

/* Both in one message: apart, the second would be taken for the reload's end. */
void supervisor_tell_reloading(struct supervisor *s) {
    char text[MESSAGE_MAX];
    (void)snprintf(text, sizeof text, "RELOADING=1\nMONOTONIC_USEC=%" PRId64 "\nSTATUS=reading its configuration anew",
                   clock_monotonic_us());
    tell(s, text);
}

void supervisor_tell_stopping(struct supervisor *s) {
    if (s->fd >= 0) tell_with_status(s, "STOPPING=1");
}

void supervisor_note_change(struct supervisor *s) {
    if (s == NULL || s->fd < 0 || !s->is_ready) return;
    s->is_status_due = true;
    wait_for(s, STATUS_EVERY_MS);
}

void supervisor_free(struct supervisor *s) {
    if (s == NULL) return;
    loop_timer_close(s->later);
    loop_timer_close(s->sign);
    if (s->fd >= 0) (void)close(s->fd);
    memory_free(s);
}
