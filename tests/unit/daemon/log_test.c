/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/log.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* stderr goes into a file while a test writes, so that it can be read back. */
struct capture {
    FILE *file;
    int kept_fd;
    char text[16384];
};

static int capture_open(void **state) {
    struct capture *c = calloc(1, sizeof *c);
    assert_non_null(c);
    assert_int_equal(unsetenv("JOURNAL_STREAM"), 0);
    (void)fflush(stderr);
    c->file = tmpfile();
    c->kept_fd = dup(STDERR_FILENO);
    assert_true(c->file != NULL && dup2(fileno(c->file), STDERR_FILENO) >= 0);
    *state = c;
    return 0;
}

static int capture_close(void **state) {
    struct capture *c = *state;
    (void)fflush(stderr);
    (void)dup2(c->kept_fd, STDERR_FILENO);
    close(c->kept_fd);
    (void)fclose(c->file);
    free(c);
    return 0;
}

static const char *written(struct capture *c) {
    (void)fflush(stderr);
    ssize_t size = pread(fileno(c->file), c->text, sizeof c->text - 1, 0);
    assert_true(size >= 0);
    c->text[size] = '\0';
    return c->text;
}

static size_t line_count(const char *text) {
    size_t count = 0;
    for (; *text != '\0'; text++) count += *text == '\n';
    return count;
}

static struct event_record record_of(enum event_code code, int64_t at_ms, const char *text) {
    struct event_record record = {.seq = 1, .event = {.code = (uint16_t)code, .at_ms = at_ms}};
    event_set_text(&record.event, text);
    return record;
}

static void line_has_time_level_code_subject_sentence_and_fields(void **state) {
    struct log *log = log_new(&(struct log_options){.least = EVENT_LEVEL_INFO});
    struct event_record record = record_of(EVENT_LINK_CLOSED, 1763640000123, "peer");
    record.event.has_peer = record.event.has_address = true;
    record.event.reason = REASON_LEAVING;
    record.event.figures[0] = 1500;
    assert_true(address_read(SPAN_LITERAL("127.0.0.1:4124"), &record.event.address));
    log_write(log, &record);
    assert_string_equal(written(*state),
                        "2025-11-20T12:00:00.123Z info link-closed aaaa...aaaa "
                        "the link with aaaa...aaaa ended: leaving, by peer "
                        "nodeId=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa address=127.0.0.1:4124 reason=leaving openMs=1500 "
                        "by=peer\n");
    log_free(log);
}

static void quieter_events_are_left_out(void **state) {
    struct log *log = log_new(&(struct log_options){.least = EVENT_LEVEL_WARN});
    struct event_record info = record_of(EVENT_LISTENING, 1000, "x"), error = record_of(EVENT_STORE_FAILED, 1000, "x");
    log_write(log, &info);
    assert_string_equal(written(*state), "");
    log_write(log, &error);
    assert_int_equal(line_count(written(*state)), 1);
    log_free(log);
}

static void topics_are_louder_or_quieter_than_the_rest_and_may_change(void **state) {
    struct log_options options = {.least = EVENT_LEVEL_INFO};
    struct event_record details = record_of(EVENT_LINK_SILENT, 1000, ""),
                        notice = record_of(EVENT_LISTENING, 1000, "x");
    struct event_record failure = record_of(EVENT_STORE_FAILED, 1000, "x");
    char why[256];
    assert_true(log_topics_take("health", &options.topics, why, sizeof why));
    assert_true(log_topics_take("-daemon", &options.topics, why, sizeof why));
    assert_true(log_topics_take("-store", &options.topics, why, sizeof why));
    struct log *log = log_new(&options);
    log_write(log, &details);
    log_write(log, &notice);
    log_write(log, &failure);
    assert_non_null(strstr(written(*state), "debug link-silent"));
    assert_null(strstr(written(*state), "listening"));
    assert_non_null(strstr(written(*state), "error store-failed"));
    log_set(log, &(struct log_options){.least = EVENT_LEVEL_INFO});
    log_write(log, &details);
    log_write(log, &notice);
    assert_int_equal(line_count(written(*state)), 3);
    assert_non_null(strstr(written(*state), "info listening"));
    log_free(log);
}

static void foreign_bytes_stay_on_their_line(void **state) {
    struct log *log = log_new(&(struct log_options){.least = EVENT_LEVEL_INFO});
    struct event_record record = record_of(EVENT_STORE_FAILED, 1000, "a\nb\x1b[31m\x7f\xc2\x9b \"q\" \\ \xff");
    log_write(log, &record);
    const char *text = written(*state);
    assert_int_equal(line_count(text), 1);
    for (const char *at = text; at[1] != '\0'; at++) assert_true((unsigned char)*at >= 0x20 && *at != 0x7f);
    assert_null(strstr(text, "\xc2\x9b"));
    assert_non_null(strstr(text, "details=\"a\\x0ab\\x1b[31m\\x7f\\xc2\\x9b \\x22q\\x22 \\x5c"));
    log_free(log);
}

static void line_said_too_often_is_counted(void **state) {
    struct log *log = log_new(&(struct log_options){.least = EVENT_LEVEL_INFO});
    for (int i = 0; i < 25; i++) {
        struct event_record record = record_of(EVENT_STORE_FAILED, 1000 + i, "no room");
        struct event_record other = record_of(EVENT_STORE_FAILED, 1000 + i, i % 2 == 0 ? "even" : "odd");
        log_write(log, &record);
        if (i < 10) log_write(log, &other);
    }
    assert_int_equal(line_count(written(*state)), 20);
    assert_null(strstr(written(*state), "more"));
    struct event_record later = record_of(EVENT_LISTENING, 1000 + 10000, "x");
    log_write(log, &later);
    assert_non_null(strstr(written(*state), "the disk refuses: no room (and 15 times more)\n"));
    assert_int_equal(line_count(written(*state)), 22);
    struct event_record again = record_of(EVENT_STORE_FAILED, 12000, "no room");
    log_write(log, &again);
    assert_int_equal(line_count(written(*state)), 23);
    log_free(log);
}

static void stranger_does_not_buy_a_line_with_a_new_port(void **state) {
    struct log *log = log_new(&(struct log_options){.least = EVENT_LEVEL_INFO});
    for (int i = 0; i < 300; i++) {
        struct event_record record = record_of(EVENT_LINK_REFUSED, 1000 + i, i % 2 == 0 ? "even" : "odd");
        record.event.has_address = record.event.has_peer = true;
        record.event.reason = REASON_TLS_FAILED;
        record.event.peer.bytes[0] = (uint8_t)i;
        assert_true(address_read(SPAN_LITERAL("203.0.113.5:1"), &record.event.address));
        record.event.address.port = (uint16_t)(1000 + i);
        log_write(log, &record);
        if (i == 299) { /* another reason and another address are other lines */
            record.event.reason = REASON_VERSION;
            log_write(log, &record);
            record.event.address.ip[3]++;
            log_write(log, &record);
        }
    }
    assert_int_equal(line_count(written(*state)), 12);
    log_free(log);
    assert_non_null(strstr(written(*state), "(and 290 more like it)\n"));
}

static void lines_that_nobody_reads_are_counted(void **state) {
    (void)state;
    static const char filling[4096];
    int ends[2];
    assert_int_equal(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
    while (write(ends[1], filling, sizeof filling) > 0) {
    }
    const int own_fd = dup(STDERR_FILENO);
    assert_true(own_fd >= 0 && dup2(ends[1], STDERR_FILENO) >= 0);
    struct log *log = log_new(&(struct log_options){.least = EVENT_LEVEL_INFO});
    for (int i = 0; i < 3; i++) {
        struct event_record record = record_of(EVENT_STORE_FAILED, 1000 + i, "no room");
        log_write(log, &record);
    }
    const uint64_t dropped = log_dropped(log);
    log_free(log);
    assert_true(dup2(own_fd, STDERR_FILENO) >= 0);
    close(own_fd);
    close(ends[0]);
    close(ends[1]);
    assert_true(dropped == 3);
}

static void count_is_said_at_the_end_at_the_latest(void **state) {
    struct log *log = log_new(&(struct log_options){.least = EVENT_LEVEL_INFO});
    for (int i = 0; i < 12; i++) {
        struct event_record record = record_of(EVENT_STORE_FAILED, 1000, "no room");
        log_write(log, &record);
    }
    log_free(log);
    assert_non_null(strstr(written(*state), "(and 2 times more)\n"));
}

static void journald_gets_a_level_and_no_time(void **state) {
    struct stat status;
    char stream[64];
    assert_int_equal(fstat(STDERR_FILENO, &status), 0);
    (void)snprintf(stream, sizeof stream, "%ju:%ju", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
    assert_int_equal(setenv("JOURNAL_STREAM", stream, 1), 0);
    struct log *log = log_new(&(struct log_options){.least = EVENT_LEVEL_INFO});
    struct event_record record = record_of(EVENT_STORE_FAILED, 1763640000123, "x");
    log_write(log, &record);
    assert_string_equal(written(*state), "<3>error store-failed - the disk refuses: x details=x\n");
    record.event.code = EVENT_LISTENING;
    log_write(log, &record);
    assert_non_null(strstr(written(*state), "\n<6>info listening - x on"));
    log_free(log);
}

static void stderr_that_was_redirected_is_not_journalds(void **state) {
    assert_int_equal(setenv("JOURNAL_STREAM", "1:1", 1), 0);
    struct log *log = log_new(&(struct log_options){.least = EVENT_LEVEL_INFO});
    struct event_record record = record_of(EVENT_STORE_FAILED, 1763640000123, "x");
    log_write(log, &record);
    assert_int_equal(strncmp(written(*state), "2025-11-20T", 11), 0);
    log_free(log);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, capture_open, capture_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(line_has_time_level_code_subject_sentence_and_fields),
        TEST(quieter_events_are_left_out),
        TEST(topics_are_louder_or_quieter_than_the_rest_and_may_change),
        TEST(foreign_bytes_stay_on_their_line),
        TEST(line_said_too_often_is_counted),
        TEST(stranger_does_not_buy_a_line_with_a_new_port),
        TEST(lines_that_nobody_reads_are_counted),
        TEST(count_is_said_at_the_end_at_the_latest),
        TEST(journald_gets_a_level_and_no_time),
        TEST(stderr_that_was_redirected_is_not_journalds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
