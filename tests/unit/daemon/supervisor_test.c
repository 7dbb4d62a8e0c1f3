/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/supervisor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

/* A service manager that listens, and a supervisor that speaks to it. */
struct manager {
    struct loop *loop;
    struct supervisor *supervisor;
    int fd;
    char folder[64], path[108];
    const char *status; /* what the node describes itself as */
    struct loop_timer *timer;
    char heard[4096]; /* the messages, each with a "|" after it */
};

static void describe(void *context, struct buffer *status) {
    const struct manager *m = context;
    buffer_put_text(status, m->status);
}

static void stop(void *context) {
    const struct manager *m = context;
    loop_stop(m->loop);
}

static void listen_at(struct manager *m, const char *name) {
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
    memcpy(at.sun_path, name, strlen(name));
    if (name[0] == '@') at.sun_path[0] = '\0';
    m->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(m->fd, (struct sockaddr *)&at, size), 0);
    assert_int_equal(setenv("NOTIFY_SOCKET", name, 1), 0);
}

static int manager_open(void **state) {
    struct manager *m = calloc(1, sizeof *m);
    assert_non_null(m);
    (void)snprintf(m->folder, sizeof m->folder, "/tmp/skep-supervisor-XXXXXX");
    assert_non_null(mkdtemp(m->folder));
    (void)snprintf(m->path, sizeof m->path, "%s/notify", m->folder);
    assert_int_equal(loop_new(&m->loop), ERR_OK);
    m->status = "well";
    m->timer = loop_timer_open(m->loop, stop, m);
    listen_at(m, m->path);
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
    *state = m;
    return 0;
}

static int manager_close(void **state) {
    struct manager *m = *state;
    supervisor_free(m->supervisor);
    loop_timer_close(m->timer);
    loop_free(m->loop);
    close(m->fd);
    (void)unlink(m->path);
    (void)rmdir(m->folder);
    free(m);
    return 0;
}

static void start(struct manager *m) {
    m->supervisor = supervisor_new(&(struct supervisor_options){m->loop, describe, m});
}

static void pass(struct manager *m, int64_t ms) {
    loop_timer_start(m->timer, ms);
    loop_run(m->loop);
}

static const char *heard(struct manager *m) {
    size_t size = 0;
    ssize_t got;
    while ((got = recv(m->fd, m->heard + size, sizeof m->heard - size - 2, 0)) > 0) {
        size += (size_t)got;
        m->heard[size++] = '|';
    }
    m->heard[size] = '\0';
    return m->heard;
}

static void ready_and_stopping_come_with_the_status(void **state) {
    struct manager *m = *state;
    start(m);
    supervisor_tell_ready(m->supervisor);
    m->status = "going";
    supervisor_tell_stopping(m->supervisor);
    assert_string_equal(heard(m), "READY=1\nSTATUS=well|STOPPING=1\nSTATUS=going|");
}

static void reload_is_one_message_with_the_time(void **state) {
    struct manager *m = *state;
    long long at_us = 0;
    start(m);
    supervisor_tell_reloading(m->supervisor);
    assert_int_equal(sscanf(heard(m), "RELOADING=1\nMONOTONIC_USEC=%lld\nSTATUS=", &at_us), 1);
    assert_true(at_us > 0);
    assert_ptr_equal(strchr(m->heard, '|'), m->heard + strlen(m->heard) - 1);
    supervisor_tell_ready(m->supervisor);
    assert_string_equal(heard(m), "READY=1\nSTATUS=well|");
}

static void status_is_told_once_a_second_and_only_when_it_is_another(void **state) {
    struct manager *m = *state;
    start(m);
    supervisor_note_change(m->supervisor); /* before it is ready there is nothing to say */
    supervisor_tell_ready(m->supervisor);
    (void)heard(m);
    for (int i = 0; i < 100; i++) supervisor_note_change(m->supervisor);
    m->status = "better";
    pass(m, 300);
    assert_string_equal(heard(m), "");
    pass(m, 900);
    assert_string_equal(heard(m), "STATUS=better|");
    supervisor_note_change(m->supervisor);
    pass(m, 1200);
    assert_string_equal(heard(m), "");
}

static size_t count_signs(const char *text) {
    size_t count = 0;
    while ((text = strstr(text, "WATCHDOG=1|")) != NULL) {
        count++;
        text++;
    }
    return count;
}

static void signs_of_life_come_twice_as_often_as_asked(void **state) {
    struct manager *m = *state;
    char pid[32];
    (void)snprintf(pid, sizeof pid, "%d", (int)getpid());
    assert_int_equal(setenv("WATCHDOG_USEC", "200000", 1), 0);
    assert_int_equal(setenv("WATCHDOG_PID", pid, 1), 0);
    start(m);
    pass(m, 250);
    assert_string_equal(heard(m), ""); /* none before it is ready */
    supervisor_tell_ready(m->supervisor);
    pass(m, 450);
    size_t count = count_signs(heard(m));
    assert_in_range(count, 3, 5);
}

static void signs_are_for_the_process_that_is_named(void **state) {
    struct manager *m = *state;
    assert_int_equal(setenv("WATCHDOG_USEC", "100000", 1), 0);
    assert_int_equal(setenv("WATCHDOG_PID", "1", 1), 0);
    start(m);
    supervisor_tell_ready(m->supervisor);
    pass(m, 200);
    assert_int_equal(count_signs(heard(m)), 0);
}

static void child_finds_nothing_in_its_environment(void **state) {
    struct manager *m = *state;
    assert_int_equal(setenv("WATCHDOG_USEC", "100000", 1), 0);
    start(m);
    assert_null(getenv("NOTIFY_SOCKET"));
    assert_null(getenv("WATCHDOG_USEC"));
}

static void name_outside_of_the_file_system_is_reached(void **state) {
    struct manager *m = *state;
    char name[64];
    close(m->fd);
    (void)snprintf(name, sizeof name, "@skep-supervisor-test-%d", (int)getpid());
    listen_at(m, name);
    start(m);
    supervisor_tell_ready(m->supervisor);
    assert_string_equal(heard(m), "READY=1\nSTATUS=well|");
}

static void message_that_was_not_taken_is_tried_again(void **state) {
    struct manager *m = *state;
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int other = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    memcpy(at.sun_path, m->path, strlen(m->path));
    while (sendto(other, "x", 1, 0, (struct sockaddr *)&at, sizeof at) == 1) {
    } /* until its queue is full */
    close(other);
    start(m);
    supervisor_tell_ready(m->supervisor);
    pass(m, 150);
    assert_null(strstr(heard(m), "READY"));
    pass(m, 300);
    assert_string_equal(heard(m), "READY=1\nSTATUS=well|");
}

static void without_a_manager_nothing_is_said(void **state) {
    static const char *const useless[] = {"", "/", "relative", "vsock:2:1234", "@"};
    struct manager *m = *state;
    assert_int_equal(setenv("WATCHDOG_USEC", "100000", 1), 0);
    for (size_t i = 0; i < sizeof useless / sizeof useless[0]; i++) {
        assert_int_equal(setenv("NOTIFY_SOCKET", useless[i], 1), 0);
        start(m);
        supervisor_tell_reloading(m->supervisor);
        supervisor_tell_ready(m->supervisor);
        supervisor_note_change(m->supervisor);
        supervisor_tell_stopping(m->supervisor);
        supervisor_free(m->supervisor);
        m->supervisor = NULL;
    }
    assert_string_equal(heard(m), "");
    supervisor_note_change(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, manager_open, manager_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(ready_and_stopping_come_with_the_status),
        TEST(reload_is_one_message_with_the_time),
        TEST(status_is_told_once_a_second_and_only_when_it_is_another),
        TEST(signs_of_life_come_twice_as_often_as_asked),
        TEST(signs_are_for_the_process_that_is_named),
        TEST(child_finds_nothing_in_its_environment),
        TEST(name_outside_of_the_file_system_is_reached),
        TEST(message_that_was_not_taken_is_tried_again),
        TEST(without_a_manager_nothing_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
