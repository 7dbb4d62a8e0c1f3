/* SPDX-License-Identifier: Apache-2.0 */
/* A listener at a path: who may open it, what becomes of its file, and of files that are not its own. */
#include "http_fixture.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>

#define HOST "Host: node\r\n"

static char folder[64];

static int setup(void **state) {
    (void)snprintf(folder, sizeof folder, "/tmp/skep-test-XXXXXX");
    assert_non_null(mkdtemp(folder));
    return fixture_setup(state);
}

static int teardown(void **state) {
    char path[128];
    int result = fixture_teardown(state);
    (void)snprintf(path, sizeof path, "%s/s", folder);
    (void)unlink(path);
    assert_int_equal(rmdir(folder), 0);
    return result;
}

static struct http_options unix_options(struct fixture *f) {
    struct http_options options = fixture_options(f);
    options.at = (struct http_place){0};
    (void)snprintf(options.at.path, sizeof options.at.path, "%s/s", folder);
    options.option = "--serve";
    return options;
}

static void serve(struct fixture *f, const struct http_options *options) {
    struct err_detail detail = {""};
    if (http_server_new(&f->server, options, &f->bound, &detail) != ERR_OK) fail_msg("%s", detail.text);
}

static void stop(struct fixture *f) {
    http_server_free(f->server);
    f->server = NULL;
}

static struct sockaddr_un name_of(const struct http_place *place) {
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    (void)snprintf(name.sun_path, sizeof name.sun_path, "%s", place->path);
    return name;
}

static struct peer *ask(struct fixture *f, const char *text) {
    const struct sockaddr_un name = name_of(&f->bound);
    struct peer *peer = &f->peers[f->peer_count++];
    peer->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(peer->fd >= 0);
    assert_int_equal(connect(peer->fd, (const struct sockaddr *)&name, sizeof name), 0);
    peer_send(peer, text);
    return peer;
}

static void assert_answers(struct fixture *f) {
    const struct peer *peer = ask(f, "GET /x HTTP/1.1\r\n" HOST "\r\n");
    f->wanted = 1;
    fixture_run(f, last_peer_answered);
    assert_has(peer->got, "HTTP/1.1 200 ");
}

static bool exists(const struct http_place *place) {
    struct stat status;
    return lstat(place->path, &status) == 0;
}

static void refused_with(const struct http_options *options, enum err wanted, const char *words) {
    struct http_server *server = NULL;
    struct err_detail detail = {""};
    assert_int_equal(http_server_new(&server, options, NULL, &detail), wanted);
    print_message("%s\n", detail.text);
    assert_has(detail.text, words);
}

static void requests_are_answered_at_a_path(void **state) {
    struct fixture *f = *state;
    struct http_options options = unix_options(f);
    struct stat status;
    char text[HTTP_PLACE_TEXT_MAX];
    serve(f, &options);
    assert_string_equal(f->bound.path, options.at.path);
    assert_has(http_place_text(&f->bound, text), "unix:/tmp/skep-test-");
    assert_int_equal(lstat(f->bound.path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0660);
    assert_answers(f);
    assert_int_equal(http_server_counts(f->server).requests, 1);
    stop(f);
    assert_false(exists(&options.at));
    options.unix_mode = 0600;
    serve(f, &options); /* again at once */
    assert_int_equal(lstat(f->bound.path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void a_client_at_a_path_is_from_nowhere_unless_it_is_trusted(void **state) {
    struct fixture *f = *state;
    struct http_options options = unix_options(f);
    static const char request[] = "GET /hold HTTP/1.1\r\n" HOST "X-Forwarded-For: 203.0.113.9\r\n"
                                  "X-Forwarded-Proto: https\r\n\r\n";
    options.connections_per_address_max = 1; /* which it has no address for */
    serve(f, &options);
    (void)ask(f, request);
    f->wanted = 1;
    fixture_run(f, held_enough);
    assert_int_equal(http_client(f->held[0]).family, ADDRESS_NONE);
    assert_false(http_is_secure(f->held[0]));
    struct http_trust trust = {.has_unix = true};
    http_server_set_trust(f->server, &trust);
    (void)ask(f, request);
    f->wanted = 2;
    fixture_run(f, held_enough);
    const struct address client = http_client(f->held[1]);
    struct address wanted;
    assert_true(address_read_ip(SPAN_LITERAL("203.0.113.9"), &wanted));
    assert_true(address_equal(&client, &wanted));
    assert_true(http_is_secure(f->held[1]));
}

/* What a killed program leaves behind. */
static void leave_stale(const struct http_place *place) {
    const struct sockaddr_un name = name_of(place);
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&name, sizeof name), 0);
    assert_int_equal(listen(fd, 1), 0);
    close(fd);
    assert_true(exists(place));
}

static void a_stale_socket_is_replaced(void **state) {
    struct fixture *f = *state;
    struct http_options options = unix_options(f);
    leave_stale(&options.at);
    serve(f, &options);
    assert_answers(f);
}

static void a_socket_that_somebody_listens_on_stays(void **state) {
    struct fixture *f = *state;
    struct http_options options = unix_options(f);
    serve(f, &options);
    refused_with(&options, ERR_IN_USE, "another program listens on unix:/tmp/skep-test-");
    assert_answers(f);
}

static void what_is_no_socket_stays(void **state) {
    struct fixture *f = *state;
    struct http_options options = unix_options(f);
    const int fd = open(options.at.path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "precious", 8), 8);
    close(fd);
    refused_with(&options, ERR_EXISTS, "is there and is no socket");
    struct stat status;
    assert_int_equal(lstat(options.at.path, &status), 0);
    assert_int_equal(status.st_size, 8);
    assert_int_equal(unlink(options.at.path), 0);
    assert_int_equal(symlink("elsewhere", options.at.path), 0);
    refused_with(&options, ERR_EXISTS, "is there and is no socket");
    assert_true(exists(&options.at));
}

static void a_folder_that_is_not_there_is_named(void **state) {
    struct fixture *f = *state;
    struct http_options options = unix_options(f);
    (void)snprintf(options.at.path, sizeof options.at.path, "%s/none/s", folder);
    refused_with(&options, ERR_NOT_FOUND, "its folder is not there");
}

static void two_that_start_at_once_do_not_take_each_others_file(void **state) {
    struct fixture *f = *state;
    struct http_options options = unix_options(f);
    const int lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(flock(lock, LOCK_EX), 0);
    refused_with(&options, ERR_IN_USE, "another program is making a socket beside ");
    close(lock);
    serve(f, &options);
    assert_answers(f);
}

static void a_file_that_another_put_there_stays_at_the_end(void **state) {
    struct fixture *f = *state;
    struct http_options options = unix_options(f);
    serve(f, &options);
    assert_int_equal(unlink(options.at.path), 0);
    leave_stale(&options.at);
    stop(f);
    assert_true(exists(&options.at));
}

static void places_are_read_and_written(void **state) {
    (void)state;
    static const char *const good[] = {"unix:/run/skep/s.sock", "127.0.0.1:8781", "[::]:8781", "unix:/s"};
    static const char *const bad[] = {"",           "unix:",  "unix:s",    "unix:./s", "unix:/",         "unix:/run/",
                                      "unix:/a\nb", "/run/s", "127.0.0.1", "8781",     "localhost:8781", "UNIX:/s"};
    char text[HTTP_PLACE_TEXT_MAX], path[HTTP_PLACE_PATH_MAX + 7];
    struct http_place place;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        if (!http_place_read(span_of_text(good[i]), &place)) fail_msg("refused: %s", good[i]);
        assert_string_equal(http_place_text(&place, text), good[i]);
        assert_int_equal(http_place_is_unix(&place), good[i][0] == 'u');
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (http_place_read(span_of_text(bad[i]), &place)) fail_msg("taken: %s", bad[i]);
    memset(path, 'x', sizeof path);
    memcpy(path, "unix:/", 6);
    path[sizeof path - 1] = '\0';
    assert_false(http_place_read(span_of_text(path), &place)); /* one byte too long */
    path[sizeof path - 2] = '\0';
    assert_true(http_place_read(span_of_text(path), &place));
    assert_string_equal(http_place_text(&place, text), path);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(requests_are_answered_at_a_path),
        TEST(a_client_at_a_path_is_from_nowhere_unless_it_is_trusted),
        TEST(a_stale_socket_is_replaced),
        TEST(a_socket_that_somebody_listens_on_stays),
        TEST(what_is_no_socket_stays),
        TEST(a_folder_that_is_not_there_is_named),
        TEST(two_that_start_at_once_do_not_take_each_others_file),
        TEST(a_file_that_another_put_there_stays_at_the_end),
        TEST(places_are_read_and_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
