/* SPDX-License-Identifier: Apache-2.0 */
/* Files up and down, against a server of our own in a thread: whole ones, rests, refusals before and in the middle, and
 * what stands still, is cut off or cancelled. SKEP_BULK_MIB says how large the large one is; 64 by default. */
#include "daemon/client/http_file.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/http/http.h"
#include "daemon/http/http_range.h"

enum { MIB = 1024 * 1024, PIECE_SIZE = 256 * 1024, FILE_SIZE = 300000, PERIOD = 256 * 251 };

struct world {
    struct loop *loop;
    struct http_server *server;
    struct http_place bound;
    pthread_t thread;
    uint64_t length; /* of what is served */
    /* What came up. */
    uint64_t bytes;
    bool is_damaged;
    /* What goes down: one at a time. */
    uint64_t at;
    char url[256];
    /* The client's. */
    int fd;
    uint8_t memory[256];
    struct buffer answer;
    struct err_detail detail;
    int status;
    uint64_t seen;
    uint64_t seen_total;
    uint64_t cancels_at;
};

static uint8_t pattern[PERIOD + PIECE_SIZE]; /* filled by main, read by both threads */

/* What a file holds from `at` on; at most PIECE_SIZE of it. */
static const uint8_t *bytes_at(uint64_t at) {
    return pattern + at % PERIOD;
}

/* ---- The server ---- */

static void reply(struct http_exchange *exchange, int status, const char *text) {
    http_answer(exchange,
                &(struct http_reply){.status = status, .content_type = "application/json", .body = span_of_text(text)});
}

static void piece(void *context, struct http_exchange *exchange, struct span bytes) {
    struct world *w = context;
    w->is_damaged |= bytes.size > PIECE_SIZE || memcmp(bytes.at, bytes_at(w->bytes), bytes.size) != 0;
    w->bytes += bytes.size;
    if (span_equal_text(http_path(exchange), "/still"))
        http_body_pause(exchange);
    else if (span_equal_text(http_path(exchange), "/full") && w->bytes > MIB)
        reply(exchange, 507, "full");
}

static void ended(void *context, struct http_exchange *exchange) {
    const struct world *w = context;
    uint8_t memory[200];
    struct buffer out = buffer_over(memory, sizeof memory - 1);
    buffer_put(&out, http_method(exchange));
    buffer_put_text(&out, "|");
    buffer_put(&out, http_header(exchange, "content-type"));
    buffer_put_text(&out, "|");
    buffer_put(&out, http_header(exchange, "content-length"));
    buffer_put_text(&out, "|");
    buffer_put(&out, http_header(exchange, "authorization"));
    buffer_put_text(&out, w->is_damaged ? "|damaged" : "|whole");
    memory[out.size] = '\0';
    reply(exchange, 201, (const char *)memory);
}

static void begins(void *context, struct http_exchange *exchange) {
    struct world *w = context;
    if (span_equal_text(http_method(exchange), "GET")) return;
    w->bytes = 0;
    w->is_damaged = false;
    if (span_equal_text(http_path(exchange), "/refused"))
        reply(exchange, 401, "no");
    else
        http_body_take(exchange, &(struct http_body_sink){piece, ended, context});
}

static void drained(void *context, struct http_exchange *exchange) {
    struct world *w = context;
    const uint64_t left = http_stream_left(exchange);
    const bool is_short = span_equal_text(http_path(exchange), "/cut");
    if (span_equal_text(http_path(exchange), "/still")) return;
    if (left == 0 || (is_short && w->at > 100000)) {
        http_stream_close(exchange);
        return;
    }
    const size_t size = left < PIECE_SIZE ? (size_t)left : PIECE_SIZE;
    const size_t given = is_short ? 100001 : size;
    assert_true(http_stream_write(exchange, (struct span){bytes_at(w->at), given}));
    w->at += given;
}

static void serve_file(struct world *w, struct http_exchange *exchange) {
    struct http_range range;
    char part[HTTP_CONTENT_RANGE_SIZE];
    const struct span path = http_path(exchange);
    const struct span if_range = http_header(exchange, "if-range");
    const bool counts =
        !span_equal_text(path, "/no-ranges") && (if_range.size == 0 || span_equal_text(if_range, "\"1\""));
    const enum http_range_kind kind =
        http_range_read(counts ? http_header(exchange, "range") : SPAN_NONE, w->length, &range);
    if (span_equal_text(path, "/other-part")) range.first++, range.size--;
    const struct http_header_line lines[] = {{"ETag", "\"1\""},
                                             {"Content-Range", http_content_range(part, &range, w->length)}};
    if (kind == HTTP_RANGE_UNSATISFIED) {
        http_answer(exchange, &(struct http_reply){.status = 416, .headers = lines, .header_count = 2});
        return;
    }
    w->at = range.first;
    const struct http_sized_stream sized = {.status = kind == HTTP_RANGE_PART ? 206 : 200,
                                            .content_type = "application/octet-stream",
                                            .length = range.size,
                                            .headers = lines,
                                            .header_count = kind == HTTP_RANGE_PART ? 2 : 1};
    assert_true(http_stream_open_sized(exchange, &sized));
    http_stream_when_drained(exchange, drained, w);
}

static void handle(void *context, struct http_exchange *exchange) {
    struct world *w = context;
    const struct span path = http_path(exchange);
    if (span_equal_text(path, "/stop")) {
        reply(exchange, 200, "");
        loop_stop(w->loop);
    } else if (span_equal_text(path, "/missing")) {
        reply(exchange, 404, "not here");
    } else {
        serve_file(w, exchange);
    }
}

static void gone(void *context, struct http_exchange *exchange) {
    (void)context;
    (void)exchange;
}

static void *serve(void *context) {
    struct world *w = context;
    loop_run(w->loop);
    return NULL;
}

/* ---- Life ---- */

static const char *url_of(struct world *w, const char *path) {
    (void)snprintf(w->url, sizeof w->url, "http://127.0.0.1:%u%s", (unsigned)w->bound.address.port, path);
    return w->url;
}

static int open_file(uint64_t size) {
    char path[] = "/tmp/skep-test-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(unlink(path), 0);
    for (uint64_t done = 0; done < size;) {
        const size_t piece_size = size - done < PIECE_SIZE ? (size_t)(size - done) : PIECE_SIZE;
        assert_int_equal(write(fd, bytes_at(done), piece_size), (ssize_t)piece_size);
        done += piece_size;
    }
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

static void assert_file(int fd, uint64_t size) {
    static uint8_t bytes[PIECE_SIZE];
    uint64_t at = 0;
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    for (ssize_t got; (got = read(fd, bytes, sizeof bytes)) > 0; at += (uint64_t)got)
        if (memcmp(bytes, bytes_at(at), (size_t)got) != 0) fail_msg("other bytes at %llu", (unsigned long long)at);
    assert_int_equal(at, size);
}

static int setup(void **state) {
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    assert_int_equal(loop_new(&w->loop), ERR_OK);
    const struct http_options options = {.loop = w->loop,
                                         .at.address = {.family = ADDRESS_IPV4, .ip = {127, 0, 0, 1}},
                                         .head_bytes_max = 4096,
                                         .body_bytes_max = 4096,
                                         .request_ms_max = 3000,
                                         .idle_ms_max = 3000,
                                         .connections_max = 4,
                                         .begins = begins,
                                         .handle = handle,
                                         .gone = gone,
                                         .context = w};
    if (http_server_new(&w->server, &options, &w->bound, &w->detail) != ERR_OK) fail_msg("%s", w->detail.text);
    w->length = FILE_SIZE;
    w->fd = -1;
    assert_int_equal(pthread_create(&w->thread, NULL, serve, w), 0);
    *state = w;
    return 0;
}

static int teardown(void **state) {
    struct world *w = *state;
    uint8_t memory[16];
    struct buffer answer = buffer_over(memory, sizeof memory);
    int status;
    const struct http_call call = {
        .method = "GET", .url = url_of(w, "/stop"), .total_ms_max = 5000, .answer_bytes_max = 10};
    assert_int_equal(http_call_blocking(&call, &status, &answer, NULL), HTTP_OUTCOME_ANSWERED);
    assert_int_equal(pthread_join(w->thread, NULL), 0);
    http_server_free(w->server);
    loop_free(w->loop);
    if (w->fd >= 0) close(w->fd);
    free(w);
    return 0;
}

/* ---- The client ---- */

static bool moved(void *context, uint64_t done, uint64_t total) {
    struct world *w = context;
    assert_true(done >= w->seen || w->cancels_at > 0);
    w->seen = done;
    w->seen_total = total;
    return w->cancels_at == 0 || done < w->cancels_at;
}

static enum http_outcome up(struct world *w, const char *path, struct http_upload upload) {
    const struct http_call call = {
        .method = "PUT", .url = url_of(w, path), .bearer = "secret", .answer_bytes_max = sizeof w->memory};
    w->answer = buffer_over(w->memory, sizeof w->memory);
    w->seen = 0;
    upload.progress = (struct http_progress){moved, w};
    return http_upload_blocking(&call, &upload, &w->status, &w->answer, &w->detail);
}

static enum http_outcome down(struct world *w, const char *path, struct http_download download) {
    const struct http_call call = {.method = "GET", .url = url_of(w, path), .answer_bytes_max = sizeof w->memory};
    w->answer = buffer_over(w->memory, sizeof w->memory);
    w->seen = 0;
    download.fd = w->fd;
    download.progress = (struct http_progress){moved, w};
    assert_true(lseek(w->fd, (off_t)download.offset, SEEK_SET) >= 0);
    return http_download_blocking(&call, &download, &w->status, &w->answer, &w->detail);
}

static void a_file_goes_up_with_its_length(void **state) {
    struct world *w = *state;
    w->fd = open_file(FILE_SIZE);
    const struct http_upload upload = {.fd = w->fd, .size = FILE_SIZE, .content_type = "text/plain"};
    assert_int_equal(up(w, "/take", upload), HTTP_OUTCOME_ANSWERED);
    assert_int_equal(w->status, 201);
    assert_string_equal((const char *)w->memory, "PUT|text/plain|300000|Bearer secret|whole");
    assert_int_equal(w->bytes, FILE_SIZE);
    assert_int_equal(w->seen, FILE_SIZE);
    assert_int_equal(w->seen_total, FILE_SIZE);
}

static void what_has_no_length_goes_up_in_chunks(void **state) {
    struct world *w = *state;
    w->fd = open_file(FILE_SIZE);
    assert_int_equal(up(w, "/take", (struct http_upload){.fd = w->fd, .size = HTTP_SIZE_UNKNOWN}),
                     HTTP_OUTCOME_ANSWERED);
    assert_string_equal((const char *)w->memory, "PUT|application/octet-stream||Bearer secret|whole");
    assert_int_equal(w->bytes, FILE_SIZE);
    assert_true(w->seen_total == HTTP_SIZE_UNKNOWN);
}

static void an_empty_file_goes_up_and_down(void **state) {
    struct world *w = *state;
    w->fd = open_file(0);
    assert_int_equal(up(w, "/take", (struct http_upload){.fd = w->fd}), HTTP_OUTCOME_ANSWERED);
    assert_int_equal(w->status, 201);
    assert_int_equal(w->bytes, 0);
    w->length = 0;
    assert_int_equal(down(w, "/file", (struct http_download){0}), HTTP_OUTCOME_ANSWERED);
    assert_int_equal(w->status, 200);
    assert_file(w->fd, 0);
}

static void a_refusal_comes_before_any_of_the_file_is_read(void **state) {
    struct world *w = *state;
    w->fd = open_file(FILE_SIZE);
    assert_int_equal(up(w, "/refused", (struct http_upload){.fd = w->fd, .size = FILE_SIZE}), HTTP_OUTCOME_ANSWERED);
    assert_int_equal(w->status, 401);
    assert_string_equal((const char *)w->memory, "no");
    assert_int_equal(lseek(w->fd, 0, SEEK_CUR), 0);
}

static void a_refusal_in_the_middle_is_heard(void **state) {
    struct world *w = *state;
    w->fd = open_file(64 * MIB);
    assert_int_equal(up(w, "/full", (struct http_upload){.fd = w->fd, .size = 64 * MIB}), HTTP_OUTCOME_ANSWERED);
    assert_int_equal(w->status, 507);
    assert_string_equal((const char *)w->memory, "full");
}

static void a_file_that_became_shorter_is_told(void **state) {
    struct world *w = *state;
    w->fd = open_file(1000);
    assert_int_equal(up(w, "/take", (struct http_upload){.fd = w->fd, .size = 1001}), HTTP_OUTCOME_FILE);
    assert_non_null(strstr(w->detail.text, "shorter"));
    assert_int_equal(up(w, "/take", (struct http_upload){.fd = -1, .size = 1}), HTTP_OUTCOME_FILE);
    assert_non_null(strstr(w->detail.text, "Bad file descriptor"));
}

static void a_server_that_takes_nothing_more_is_given_up(void **state) {
    struct world *w = *state;
    w->fd = open_file(64 * MIB);
    const struct http_upload upload = {.fd = w->fd, .size = 64 * MIB, .stall_ms_max = 1000};
    assert_int_equal(up(w, "/still", upload), HTTP_OUTCOME_TIMEOUT);
    assert_int_equal(w->status, 0);
}

static void a_server_that_gives_nothing_more_is_given_up(void **state) {
    struct world *w = *state;
    w->fd = open_file(0);
    assert_int_equal(down(w, "/still", (struct http_download){.stall_ms_max = 1000}), HTTP_OUTCOME_TIMEOUT);
}

static void both_ways_can_be_cancelled(void **state) {
    struct world *w = *state;
    w->fd = open_file(64 * MIB);
    w->length = 64 * MIB;
    w->cancels_at = MIB;
    assert_int_equal(up(w, "/take", (struct http_upload){.fd = w->fd, .size = 64 * MIB}), HTTP_OUTCOME_CANCELLED);
    assert_int_equal(down(w, "/file", (struct http_download){0}), HTTP_OUTCOME_CANCELLED);
    assert_true(w->seen < 32 * MIB);
}

static void a_file_comes_down(void **state) {
    struct world *w = *state;
    w->fd = open_file(0);
    assert_int_equal(down(w, "/file", (struct http_download){0}), HTTP_OUTCOME_ANSWERED);
    assert_int_equal(w->status, 200);
    assert_int_equal(w->seen, FILE_SIZE);
    assert_int_equal(w->seen_total, FILE_SIZE);
    assert_file(w->fd, FILE_SIZE);
}

static void the_rest_of_a_file_comes_down(void **state) {
    struct world *w = *state;
    w->fd = open_file(1000);
    assert_int_equal(down(w, "/file", (struct http_download){.offset = 1000, .if_range = "\"1\""}),
                     HTTP_OUTCOME_ANSWERED);
    assert_int_equal(w->status, 206);
    assert_int_equal(w->seen_total, FILE_SIZE);
    assert_file(w->fd, FILE_SIZE);
    assert_int_equal(down(w, "/file", (struct http_download){.offset = FILE_SIZE}), HTTP_OUTCOME_ANSWERED);
    assert_int_equal(w->status, 416);
    assert_file(w->fd, FILE_SIZE);
}

/* What is there is another file's, and longer than this one. */
static void a_file_that_changed_is_begun_anew(void **state) {
    struct world *w = *state;
    w->length = 1500;
    w->fd = open_file(2000);
    assert_int_equal(pwrite(w->fd, "XXXX", 4, 0), 4);
    assert_int_equal(down(w, "/file", (struct http_download){.offset = 1000, .if_range = "\"0\""}),
                     HTTP_OUTCOME_ANSWERED);
    assert_int_equal(w->status, 200);
    assert_file(w->fd, 1500);
    assert_int_equal(down(w, "/no-ranges", (struct http_download){.offset = 1000}), HTTP_OUTCOME_ANSWERED);
    assert_file(w->fd, 1500);
}

static void another_part_than_was_asked_for_is_not_written(void **state) {
    struct world *w = *state;
    w->fd = open_file(1000);
    assert_int_equal(down(w, "/other-part", (struct http_download){.offset = 1000}), HTTP_OUTCOME_FILE);
    assert_non_null(strstr(w->detail.text, "another part"));
    assert_file(w->fd, 1000);
}

static void an_answer_that_is_cut_off_can_be_gone_on_with(void **state) {
    struct world *w = *state;
    w->fd = open_file(0);
    assert_int_equal(down(w, "/cut", (struct http_download){0}), HTTP_OUTCOME_UNREACHABLE);
    assert_file(w->fd, 100001);
    assert_int_equal(down(w, "/file", (struct http_download){.offset = 100001}), HTTP_OUTCOME_ANSWERED);
    assert_file(w->fd, FILE_SIZE);
}

static void an_answer_that_is_no_file_stays_out_of_it(void **state) {
    struct world *w = *state;
    w->fd = open_file(1000);
    assert_int_equal(down(w, "/missing", (struct http_download){.offset = 1000}), HTTP_OUTCOME_ANSWERED);
    assert_int_equal(w->status, 404);
    assert_string_equal((const char *)w->memory, "not here");
    assert_file(w->fd, 1000);
}

static void a_file_that_cannot_be_written_is_told(void **state) {
    struct world *w = *state;
    int pipe_ends[2];
    assert_int_equal(pipe(pipe_ends), 0);
    const struct http_call call = {.method = "GET", .url = url_of(w, "/file"), .answer_bytes_max = 10};
    const struct http_download download = {.fd = pipe_ends[0]}; /* the end for reading */
    w->answer = buffer_over(w->memory, sizeof w->memory);
    assert_int_equal(http_download_blocking(&call, &download, &w->status, &w->answer, &w->detail), HTTP_OUTCOME_FILE);
    assert_non_null(strstr(w->detail.text, "cannot be written"));
    close(pipe_ends[0]);
    close(pipe_ends[1]);
}

static void a_large_file_goes_up_and_down(void **state) {
    struct world *w = *state;
    const char *mib = getenv("SKEP_BULK_MIB");
    const uint64_t size = (uint64_t)(mib == NULL ? 64 : strtoul(mib, NULL, 10)) * MIB;
    const int fd = open_file(size);
    const int64_t begun_us = loop_now_us(w->loop);
    assert_int_equal(up(w, "/take", (struct http_upload){.fd = fd, .size = size}), HTTP_OUTCOME_ANSWERED);
    const int64_t up_us = loop_now_us(w->loop);
    assert_non_null(strstr((const char *)w->memory, "|whole"));
    assert_int_equal(w->bytes, size);
    close(fd);
    w->length = size;
    w->fd = open_file(0);
    const int64_t down_us = loop_now_us(w->loop);
    assert_int_equal(down(w, "/file", (struct http_download){0}), HTTP_OUTCOME_ANSWERED);
    const int64_t done_us = loop_now_us(w->loop);
    print_message("%llu MiB: up at %.0f MiB/s, down at %.0f MiB/s\n", (unsigned long long)size / MIB,
                  (double)size / MIB * 1e6 / (double)(up_us - begun_us),
                  (double)size / MIB * 1e6 / (double)(done_us - down_us));
    assert_file(w->fd, size);
}

int main(void) {
    for (size_t i = 0; i < sizeof pattern; i++) pattern[i] = (uint8_t)(i % PERIOD * 31 + i % PERIOD / 251);
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_file_goes_up_with_its_length),
        TEST(what_has_no_length_goes_up_in_chunks),
        TEST(an_empty_file_goes_up_and_down),
        TEST(a_refusal_comes_before_any_of_the_file_is_read),
        TEST(a_refusal_in_the_middle_is_heard),
        TEST(a_file_that_became_shorter_is_told),
        TEST(a_server_that_takes_nothing_more_is_given_up),
        TEST(a_server_that_gives_nothing_more_is_given_up),
        TEST(both_ways_can_be_cancelled),
        TEST(a_file_comes_down),
        TEST(the_rest_of_a_file_comes_down),
        TEST(a_file_that_changed_is_begun_anew),
        TEST(another_part_than_was_asked_for_is_not_written),
        TEST(an_answer_that_is_cut_off_can_be_gone_on_with),
        TEST(an_answer_that_is_no_file_stays_out_of_it),
        TEST(a_file_that_cannot_be_written_is_told),
        TEST(a_large_file_goes_up_and_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
