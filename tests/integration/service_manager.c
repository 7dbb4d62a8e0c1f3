/* SPDX-License-Identifier: Apache-2.0 */
/* Starts the built program as a service manager does, and holds it to what it says there: it is ready only once its API
 * answers, gives signs of life, tells of a reload, and says that it stops before it does. */
#include "daemon/client/http_client.h"
#include "daemon/loop/clock.h"
#include "daemon/run_file.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 30000 };

static const char *program;

struct service {
    char folder[64], socket_path[100], data[100];
    int fd;
    pid_t pid;
    char said[512]; /* the message that was waited for */
};

static void remove_folder(const char *path) {
    pid_t pid = fork();
    if (pid == 0) {
        (void)execlp("rm", "rm", "-rf", "--", path, (char *)NULL);
        _exit(127);
    }
    (void)waitpid(pid, NULL, 0);
}

static int service_open(void **state) {
    static struct service s;
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    s = (struct service){.folder = "/tmp/skep-service-XXXXXX"};
    assert_non_null(mkdtemp(s.folder));
    (void)snprintf(s.socket_path, sizeof s.socket_path, "%s/notify", s.folder);
    (void)snprintf(s.data, sizeof s.data, "%s/data", s.folder);
    s.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    memcpy(at.sun_path, s.socket_path, strlen(s.socket_path));
    assert_int_equal(bind(s.fd, (struct sockaddr *)&at, sizeof at), 0);
    *state = &s;
    return 0;
}

static int service_close(void **state) {
    struct service *s = *state;
    if (s->pid > 0) {
        (void)kill(s->pid, SIGKILL);
        (void)waitpid(s->pid, NULL, 0);
    }
    close(s->fd);
    remove_folder(s->folder);
    return 0;
}

static void start(struct service *s) {
    s->pid = fork();
    assert_true(s->pid >= 0);
    if (s->pid > 0) return;
    (void)setenv("NOTIFY_SOCKET", s->socket_path, 1);
    (void)setenv("WATCHDOG_USEC", "400000", 1);
    (void)setenv("SKEP_CONFIG", "none", 1);
    (void)execl(program, "skep", "run", "--data", s->data, "--api", "127.0.0.1:0", "--listen", "127.0.0.1:0", "--log",
                "error", (char *)NULL);
    _exit(127);
}

/* Hears messages until one has `word` in it, which it leaves in `said`. */
static void await(struct service *s, const char *word) {
    int64_t until_ms = clock_wall_ms() + PATIENCE_MS;
    do {
        struct pollfd ready = {.fd = s->fd, .events = POLLIN};
        int64_t left_ms = until_ms - clock_wall_ms();
        if (left_ms <= 0 || poll(&ready, 1, (int)left_ms) != 1) fail_msg("it never said %s", word);
        ssize_t size = recv(s->fd, s->said, sizeof s->said - 1, 0);
        assert_true(size > 0);
        s->said[size] = '\0';
    } while (strstr(s->said, word) == NULL);
}

static int health_of(const struct service *s) {
    struct run_file run;
    uint8_t memory[1024];
    char at[ADDRESS_TEXT_MAX], url[128];
    int status = 0;
    struct buffer answer = buffer_over(memory, sizeof memory);
    assert_int_equal(run_file_read(s->data, &run, NULL), ERR_OK);
    (void)snprintf(url, sizeof url, "http://%s/healthz", address_text(&run.api.address, at));
    const struct http_call call = {
        .method = "GET", .url = url, .total_ms_max = PATIENCE_MS, .answer_bytes_max = sizeof memory - 1};
    assert_int_equal(http_call_blocking(&call, &status, &answer, NULL), HTTP_OUTCOME_ANSWERED);
    return status;
}

static void service_is_ready_when_it_answers_and_tells_of_reload_and_stop(void **state) {
    struct service *s = *state;
    int status;
    start(s);
    await(s, "READY=1");
    assert_non_null(strstr(s->said, "\nSTATUS=no link yet; 0 peers known; no beacon is set"));
    assert_int_equal(health_of(s), 200);
    await(s, "WATCHDOG=1");
    await(s, "WATCHDOG=1");
    assert_int_equal(kill(s->pid, SIGHUP), 0);
    await(s, "RELOADING=1\nMONOTONIC_USEC=");
    await(s, "READY=1");
    assert_int_equal(kill(s->pid, SIGTERM), 0);
    await(s, "STOPPING=1");
    assert_non_null(strstr(s->said, "\nSTATUS=saying goodbye"));
    assert_int_equal(waitpid(s->pid, &status, 0), s->pid);
    s->pid = 0;
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(int argc, char **argv) {
    assert_int_equal(argc, 2);
    program = argv[1];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(service_is_ready_when_it_answers_and_tells_of_reload_and_stop, service_open,
                                        service_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
