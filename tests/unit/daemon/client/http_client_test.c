/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/client/http_client.h"

#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/http/http.h"

/* A server of our own that tells what it was sent; on the test's loop, or for the blocking calls on one of its own in a
 * thread. */
struct world {
    struct loop *loop;
    struct http_server *server;
    struct http_client *client;
    struct http_place bound;
    struct http_exchange *held;
    size_t asked;
    size_t redirected;
    size_t done;
    size_t wanted;
    struct http_result result; /* of the last that was done; the body copied */
    char body[4096];
    char detail[256];
    bool frees_client;
    bool calls_again;
    pthread_t thread;
    char url[256];
};

static void reply(struct http_exchange *exchange, int status, const char *text, const char *location) {
    struct http_header_line line = {"Location", location};
    http_answer(exchange, &(struct http_reply){.status = status,
                                               .content_type = "application/json",
                                               .body = span_of_text(text),
                                               .headers = &line,
                                               .header_count = location == NULL ? 0 : 1});
}

static void reply_with_what_came(struct http_exchange *exchange) {
    static const char *const names[] = {"user-agent", "accept", "content-type", "authorization", "expect"};
    uint8_t memory[1024];
    struct buffer out = buffer_over(memory, sizeof memory - 1);
    buffer_put(&out, http_method(exchange));
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        buffer_put_text(&out, "|");
        buffer_put(&out, http_header(exchange, names[i]));
    }
    buffer_put_text(&out, "|");
    buffer_put(&out, http_body(exchange));
    memory[out.size] = '\0';
    reply(exchange, 200, (const char *)memory, NULL);
}

static void redirect(struct world *w, struct http_exchange *exchange) {
    uint8_t memory[256] = "";
    struct buffer to = buffer_over(memory, sizeof memory - 1);
    bool has_goal = http_query(exchange, "to", &to);
    w->redirected++;
    reply(exchange, 302, "", has_goal ? (const char *)memory : "/round");
}

static void handle(void *context, struct http_exchange *exchange) {
    struct world *w = context;
    struct span path = http_path(exchange);
    w->asked++;
    if (span_equal_text(path, "/hold")) {
        w->held = exchange;
    } else if (span_equal_text(path, "/round") || span_equal_text(path, "/redirect")) {
        redirect(w, exchange);
    } else if (span_equal_text(path, "/large")) {
        static char large[2001];
        memset(large, 'l', 2000);
        reply(exchange, 200, large, NULL);
    } else if (span_equal_text(path, "/events")) {
        http_stream_open(exchange, "text/event-stream", NULL, 0);
        for (int i = 0; i < 3; i++) assert_true(http_stream_write(exchange, SPAN_LITERAL("data: x\n\n")));
        w->held = exchange;
    } else if (span_equal_text(path, "/large-stream")) {
        static uint8_t large[2000];
        http_stream_open(exchange, "text/plain", NULL, 0);
        assert_true(http_stream_write(exchange, (struct span){large, sizeof large}));
        w->held = exchange;
    } else if (span_equal_text(path, "/stop")) {
        reply(exchange, 200, "", NULL);
        loop_stop(w->loop);
    } else if (span_equal_text(path, "/missing")) {
        reply(exchange, 404, "{}", NULL);
    } else {
        reply_with_what_came(exchange);
    }
}

static void gone(void *context, struct http_exchange *exchange) {
    struct world *w = context;
    if (w->held == exchange) w->held = NULL;
}

static void done(void *context, const struct http_result *result) {
    struct world *w = context;
    w->result = *result;
    assert_true(span_copy_text(result->body, w->body, sizeof w->body));
    (void)snprintf(w->detail, sizeof w->detail, "%s", result->detail == NULL ? "" : result->detail);
    if (w->frees_client) {
        http_client_free(w->client);
        w->client = NULL;
    }
    if (w->calls_again) {
        w->calls_again = false;
        struct http_call call = {.method = "GET", .url = w->url, .total_ms_max = 5000, .answer_bytes_max = 1000};
        http_client_call(w->client, &call, done, w);
    }
    if (++w->done == w->wanted) loop_stop(w->loop);
}

static int setup(void **state) {
    struct world *w = calloc(1, sizeof *w);
    struct err_detail detail;
    assert_non_null(w);
    assert_int_equal(loop_new(&w->loop), ERR_OK);
    struct http_options options = {.loop = w->loop,
                                   .at.address = {.family = ADDRESS_IPV4, .ip = {127, 0, 0, 1}},
                                   .head_bytes_max = 8192,
                                   .body_bytes_max = 10000,
                                   .request_ms_max = 5000,
                                   .idle_ms_max = 5000,
                                   .connections_max = 100,
                                   .handle = handle,
                                   .gone = gone,
                                   .context = w};
    assert_int_equal(http_server_new(&w->server, &options, &w->bound, &detail), ERR_OK);
    assert_int_equal(http_client_new(&w->client, w->loop), ERR_OK);
    w->wanted = 1;
    *state = w;
    return 0;
}

static int teardown(void **state) {
    struct world *w = *state;
    http_client_free(w->client);
    http_server_free(w->server);
    loop_free(w->loop);
    free(w);
    return 0;
}

static const char *url_of(struct world *w, const char *path) {
    (void)snprintf(w->url, sizeof w->url, "http://127.0.0.1:%u%s", w->bound.address.port, path);
    return w->url;
}

/* A GET by default; runs until it is done. */
static void call_and_run(struct world *w, struct http_call call) {
    if (call.method == NULL) call.method = "GET";
    if (call.total_ms_max == 0) call.total_ms_max = 5000;
    if (call.answer_bytes_max == 0) call.answer_bytes_max = 1000;
    w->done = 0;
    http_client_call(w->client, &call, done, w);
    assert_int_equal(w->done, 0); /* never from within */
    loop_run(w->loop);
}

static void a_get_and_a_post_are_answered(void **state) {
    struct world *w = *state;
    call_and_run(w, (struct http_call){.url = url_of(w, "/x")});
    assert_int_equal(w->result.outcome, HTTP_OUTCOME_ANSWERED);
    assert_int_equal(w->result.status, 200);
    assert_string_equal(w->body, "GET|skep/" SKEP_VERSION "|application/json||||");
    assert_null(w->result.detail);
    call_and_run(w, (struct http_call){
                        .method = "POST", .url = url_of(w, "/x"), .body = SPAN_LITERAL("{\"a\":1}"), .bearer = "tok"});
    assert_string_equal(w->body, "POST|skep/" SKEP_VERSION "|application/json|application/json|Bearer tok||{\"a\":1}");
    call_and_run(w, (struct http_call){.method = "POST", .url = url_of(w, "/x")});
    assert_string_equal(w->body, "POST|skep/" SKEP_VERSION "|application/json|application/json|||");
    call_and_run(w, (struct http_call){.url = url_of(w, "/missing")});
    assert_int_equal(w->result.outcome, HTTP_OUTCOME_ANSWERED);
    assert_int_equal(w->result.status, 404);
}

static void many_calls_are_answered_at_once(void **state) {
    struct world *w = *state;
    struct http_call call = {.method = "GET", .url = url_of(w, "/x"), .total_ms_max = 5000, .answer_bytes_max = 1000};
    w->wanted = 30;
    for (int i = 0; i < 30; i++) http_client_call(w->client, &call, done, w);
    loop_run(w->loop);
    assert_int_equal(w->done, 30);
    assert_int_equal(w->asked, 30);
}

static void a_call_that_takes_too_long_is_a_timeout(void **state) {
    struct world *w = *state;
    call_and_run(w, (struct http_call){.url = url_of(w, "/hold"), .total_ms_max = 60});
    assert_int_equal(w->result.outcome, HTTP_OUTCOME_TIMEOUT);
    assert_int_equal(w->result.status, 0);
    assert_true(w->result.elapsed_ms >= 50);
    print_message("%s\n", w->detail);
}

/* A port that was free a moment ago, and that nobody can take: it is bound, but not listened on. */
static uint16_t bind_without_listening(int *fd) {
    struct sockaddr_in name = {.sin_family = AF_INET};
    socklen_t size = sizeof name;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(*fd, (const struct sockaddr *)&name, sizeof name), 0);
    assert_int_equal(getsockname(*fd, (struct sockaddr *)&name, &size), 0);
    return ntohs(name.sin_port);
}

static void nobody_there_is_unreachable(void **state) {
    struct world *w = *state;
    int fd;
    char url[64];
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", bind_without_listening(&fd));
    call_and_run(w, (struct http_call){.url = url});
    assert_int_equal(w->result.outcome, HTTP_OUTCOME_UNREACHABLE);
    print_message("%s\n", w->detail);
    assert_string_not_equal(w->detail, "");
    close(fd);
}

static void what_is_no_http_url_is_unreachable(void **state) {
    struct world *w = *state;
    static const char *const urls[] = {"ftp://127.0.0.1/", "file:///etc/passwd", "", "http://",
                                       "gopher://127.0.0.1:1/"};
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        call_and_run(w, (struct http_call){.url = urls[i]});
        assert_int_equal(w->result.outcome, HTTP_OUTCOME_UNREACHABLE);
    }
    call_and_run(w, (struct http_call){.url = url_of(w, "/x"), .bearer = "a\r\nX-Own: b"});
    assert_int_equal(w->result.outcome, HTTP_OUTCOME_UNREACHABLE);
    assert_int_equal(w->asked, 0);
}

static void an_answer_over_its_size_is_not_taken(void **state) {
    struct world *w = *state;
    call_and_run(w, (struct http_call){.url = url_of(w, "/large"), .answer_bytes_max = 1999});
    assert_int_equal(w->result.outcome, HTTP_OUTCOME_TOO_LARGE);
    call_and_run(w, (struct http_call){.url = url_of(w, "/large-stream"), .answer_bytes_max = 1999});
    assert_int_equal(w->result.outcome, HTTP_OUTCOME_TOO_LARGE);
    print_message("%s\n", w->detail);
    call_and_run(w, (struct http_call){.url = url_of(w, "/large"), .answer_bytes_max = 2000});
    assert_int_equal(w->result.outcome, HTTP_OUTCOME_ANSWERED);
    assert_int_equal(strlen(w->body), 2000);
}

static void a_redirect_is_the_answer_unless_it_is_to_be_followed(void **state) {
    struct world *w = *state;
    call_and_run(w, (struct http_call){.url = url_of(w, "/redirect?to=/x")});
    assert_int_equal(w->result.outcome, HTTP_OUTCOME_ANSWERED);
    assert_int_equal(w->result.status, 302);
    assert_int_equal(w->asked, 1);
}

static void redirects_are_followed_three_times(void **state) {
    struct world *w = *state;
    call_and_run(w, (struct http_call){.url = url_of(w, "/redirect?to=/redirect%3Fto%3D/redirect%253Fto%253D/x"),
                                       .bearer = "tok",
                                       .follows_redirects = true});
    assert_int_equal(w->result.outcome, HTTP_OUTCOME_ANSWERED);
    assert_int_equal(w->redirected, 3);
    assert_string_equal(w->body, "GET|skep/" SKEP_VERSION "|application/json||Bearer tok||");
    w->redirected = 0;
    call_and_run(w, (struct http_call){.url = url_of(w, "/round"), .follows_redirects = true});
    assert_int_equal(w->result.outcome, HTTP_OUTCOME_UNREACHABLE);
    assert_int_equal(w->redirected, 4);
    print_message("%s\n", w->detail);
}

static void no_redirect_leaves_the_scheme(void **state) {
    struct world *w = *state;
    static const char *const goals[] = {"https://127.0.0.1:1/", "file:///etc/passwd", "ftp://127.0.0.1/"};
    for (size_t i = 0; i < sizeof goals / sizeof goals[0]; i++) {
        char path[96];
        (void)snprintf(path, sizeof path, "/redirect?to=%s", goals[i]);
        call_and_run(w, (struct http_call){.url = url_of(w, path), .follows_redirects = true});
        assert_int_equal(w->result.outcome, HTTP_OUTCOME_UNREACHABLE);
        print_message("%s\n", w->detail);
    }
}

static void no_token_goes_to_another_host(void **state) {
    struct world *w = *state;
    char path[128];
    (void)snprintf(path, sizeof path, "/redirect?to=http://localhost:%u/x", w->bound.address.port);
    call_and_run(w, (struct http_call){.url = url_of(w, path), .bearer = "tok", .follows_redirects = true});
    assert_int_equal(w->result.outcome, HTTP_OUTCOME_ANSWERED);
    assert_string_equal(w->body, "GET|skep/" SKEP_VERSION "|application/json||||");
}

static void no_proxy_stands_before_this_machine(void **state) {
    struct world *w = *state;
    assert_int_equal(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
    call_and_run(w, (struct http_call){.url = url_of(w, "/x")});
    assert_int_equal(w->result.outcome, HTTP_OUTCOME_ANSWERED);
    assert_int_equal(setenv("no_proxy", "example.org", 1), 0);
    call_and_run(w, (struct http_call){.url = url_of(w, "/x")});
    assert_int_equal(w->result.outcome, HTTP_OUTCOME_ANSWERED);
    /* But before others: the proxy, which is not there, is asked. */
    call_and_run(w, (struct http_call){.url = "http://192.0.2.1/"});
    assert_int_equal(w->result.outcome, HTTP_OUTCOME_UNREACHABLE);
    assert_non_null(strstr(w->detail, "127.0.0.1 port 1"));
    unsetenv("http_proxy");
    unsetenv("no_proxy");
}

static void freeing_drops_what_is_under_way(void **state) {
    struct world *w = *state;
    struct http_call call = {.method = "GET", .url = url_of(w, "/hold"), .total_ms_max = 5000, .answer_bytes_max = 10};
    http_client_call(w->client, &call, done, w);
    call_and_run(w, (struct http_call){.url = url_of(w, "/x")});
    http_client_call(w->client, &call, done, w); /* not begun */
    http_client_free(w->client);
    w->client = NULL;
    assert_int_equal(w->done, 1);
}

static void the_client_may_be_freed_when_told(void **state) {
    struct world *w = *state;
    struct http_call call = {.method = "GET", .url = url_of(w, "/hold"), .total_ms_max = 5000, .answer_bytes_max = 10};
    http_client_call(w->client, &call, done, w);
    w->frees_client = true;
    call_and_run(w, (struct http_call){.url = url_of(w, "/x")});
    assert_null(w->client);
    assert_int_equal(w->done, 1);
}

static void a_call_may_be_made_when_told(void **state) {
    struct world *w = *state;
    w->calls_again = true;
    w->wanted = 2;
    call_and_run(w, (struct http_call){.url = url_of(w, "/x")});
    assert_int_equal(w->done, 2);
    assert_int_equal(w->result.status, 200);
}

static void *serve(void *context) {
    struct world *w = context;
    loop_run(w->loop);
    return NULL;
}

static void begin_serving(struct world *w) {
    assert_int_equal(pthread_create(&w->thread, NULL, serve, w), 0);
}

static void end_serving(struct world *w) {
    uint8_t memory[16];
    struct buffer answer = buffer_over(memory, sizeof memory);
    int status;
    struct http_call call = {.method = "GET", .url = url_of(w, "/stop"), .total_ms_max = 5000, .answer_bytes_max = 10};
    assert_int_equal(http_call_blocking(&call, &status, &answer, NULL), HTTP_OUTCOME_ANSWERED);
    assert_int_equal(pthread_join(w->thread, NULL), 0);
}

static void a_blocking_call_is_answered(void **state) {
    struct world *w = *state;
    uint8_t memory[64];
    struct buffer answer = buffer_over(memory, sizeof memory);
    struct err_detail detail = {""};
    int status = -1;
    begin_serving(w);
    struct http_call call = {.method = "GET", .url = url_of(w, "/x"), .total_ms_max = 5000, .answer_bytes_max = 1000};
    assert_int_equal(http_call_blocking(&call, &status, &answer, &detail), HTTP_OUTCOME_ANSWERED);
    assert_int_equal(status, 200);
    assert_string_equal((const char *)memory, "GET|skep/" SKEP_VERSION "|application/json||||");
    answer = buffer_over(memory, sizeof memory);
    call.url = url_of(w, "/large");
    assert_int_equal(http_call_blocking(&call, &status, &answer, &detail), HTTP_OUTCOME_TOO_LARGE);
    assert_int_equal(status, 0);
    print_message("%s\n", detail.text);
    answer = buffer_over(memory, sizeof memory);
    call.url = url_of(w, "/hold");
    call.total_ms_max = 60;
    assert_int_equal(http_call_blocking(&call, &status, &answer, &detail), HTTP_OUTCOME_TIMEOUT);
    end_serving(w);
}

struct followed {
    char text[256];
    size_t size;
    size_t size_wanted;
};

static bool follow_piece(void *context, struct span bytes) {
    struct followed *f = context;
    assert_true(bytes.size < sizeof f->text - f->size);
    memcpy(f->text + f->size, bytes.at, bytes.size);
    f->size += bytes.size;
    return f->size < f->size_wanted;
}

static void a_stream_is_followed_until_it_is_enough(void **state) {
    struct world *w = *state;
    struct followed followed = {.size_wanted = 27};
    int status = 0;
    begin_serving(w);
    struct http_call call = {.method = "GET", .url = url_of(w, "/events"), .total_ms_max = 1};
    assert_int_equal(http_follow_blocking(&call, &status, follow_piece, &followed, NULL), HTTP_OUTCOME_ANSWERED);
    assert_int_equal(status, 200);
    assert_string_equal(followed.text, "data: x\n\ndata: x\n\ndata: x\n\n");
    followed = (struct followed){.size_wanted = 100};
    call.url = url_of(w, "/missing");
    assert_int_equal(http_follow_blocking(&call, &status, follow_piece, &followed, NULL), HTTP_OUTCOME_ANSWERED);
    assert_int_equal(status, 404);
    assert_string_equal(followed.text, "{}");
    end_serving(w);
}

static void a_stream_that_falls_silent_is_a_timeout_for_who_will_not_wait(void **state) {
    struct followed followed = {.size_wanted = 1};
    struct err_detail detail = {""};
    char url[64];
    int fd, status = -1;
    (void)state;
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", bind_without_listening(&fd));
    assert_int_equal(listen(fd, 1), 0); /* the kernel takes the connection, and nobody ever answers */
    struct http_call call = {.method = "GET", .url = url, .silence_ms_max = 1000};
    assert_int_equal(http_follow_blocking(&call, &status, follow_piece, &followed, &detail), HTTP_OUTCOME_TIMEOUT);
    close(fd);
}

static void nobody_to_follow_is_unreachable(void **state) {
    struct followed followed = {0};
    struct err_detail detail = {""};
    char url[64];
    int fd, status = -1;
    (void)state;
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", bind_without_listening(&fd));
    struct http_call call = {.method = "GET", .url = url};
    assert_int_equal(http_follow_blocking(&call, &status, follow_piece, &followed, &detail), HTTP_OUTCOME_UNREACHABLE);
    assert_int_equal(status, 0);
    assert_string_not_equal(detail.text, "");
    close(fd);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_get_and_a_post_are_answered),
        TEST(many_calls_are_answered_at_once),
        TEST(a_call_that_takes_too_long_is_a_timeout),
        TEST(nobody_there_is_unreachable),
        TEST(what_is_no_http_url_is_unreachable),
        TEST(an_answer_over_its_size_is_not_taken),
        TEST(a_redirect_is_the_answer_unless_it_is_to_be_followed),
        TEST(redirects_are_followed_three_times),
        TEST(no_redirect_leaves_the_scheme),
        TEST(no_token_goes_to_another_host),
        TEST(no_proxy_stands_before_this_machine),
        TEST(freeing_drops_what_is_under_way),
        TEST(the_client_may_be_freed_when_told),
        TEST(a_call_may_be_made_when_told),
        TEST(a_blocking_call_is_answered),
        TEST(a_stream_is_followed_until_it_is_enough),
        TEST(a_stream_that_falls_silent_is_a_timeout_for_who_will_not_wait),
        TEST(nobody_to_follow_is_unreachable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
