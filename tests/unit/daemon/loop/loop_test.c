/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/loop/loop.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/address.h"

/* What callbacks saw, in order, one letter each; the loop stops when `stop_after` letters are there. */
struct story {
    struct loop *loop;
    char text[32];
    size_t size;
    size_t stop_after;
    struct loop_timer *timer;
    struct loop_watch *watch;
    int fds[2];
    struct address first;
    size_t count;
};

static void tell(struct story *story, char letter) {
    assert_true(story->size + 1 < sizeof story->text);
    story->text[story->size++] = letter;
    if (story->size == story->stop_after) loop_stop(story->loop);
}

static struct story story_new(size_t stop_after) {
    struct story story = {.stop_after = stop_after};
    assert_int_equal(loop_new(&story.loop), ERR_OK);
    return story;
}

static void tell_a(void *context) {
    tell(context, 'a');
}

static void tell_b(void *context) {
    tell(context, 'b');
}

static void timers_fire_once_in_order_of_time(void **state) {
    (void)state;
    struct story story = story_new(2);
    struct loop_timer *late = loop_timer_open(story.loop, tell_b, &story);
    struct loop_timer *soon = loop_timer_open(story.loop, tell_a, &story);
    loop_timer_start(late, 2);
    loop_timer_start(soon, 0);
    assert_int_equal(story.size, 0); /* never from within the call */
    loop_run(story.loop);
    assert_string_equal(story.text, "ab");
    loop_timer_close(late);
    loop_timer_close(soon);
    loop_free(story.loop);
}

static void timer_moved_stopped_or_closed_does_not_fire_at_its_first_time(void **state) {
    (void)state;
    struct story story = story_new(1);
    struct loop_timer *moved = loop_timer_open(story.loop, tell_b, &story);
    struct loop_timer *stopped = loop_timer_open(story.loop, tell_b, &story);
    struct loop_timer *closed = loop_timer_open(story.loop, tell_b, &story);
    struct loop_timer *end = loop_timer_open(story.loop, tell_a, &story);
    loop_timer_start(moved, 0);
    loop_timer_start(stopped, 0);
    loop_timer_start(closed, 0);
    loop_timer_start(moved, 60000);
    loop_timer_stop(stopped);
    loop_timer_close(closed);
    loop_timer_start(end, 1);
    loop_run(story.loop);
    assert_string_equal(story.text, "a");
    loop_free(story.loop); /* closes the three that are left */
}

static void ready(void *context, unsigned events) {
    struct story *story = context;
    char byte;
    if (events & LOOP_WRITABLE) {
        tell(story, 'w');
        loop_watch_want(story->watch, LOOP_READABLE);
        assert_int_equal(write(story->fds[1], "x", 1), 1);
        return;
    }
    assert_true(events & LOOP_READABLE);
    assert_int_equal(read(story->fds[0], &byte, 1), 1);
    tell(story, 'r');
}

static void start_again(void *context) {
    struct story *story = context;
    loop_timer_start(story->timer, 0);
    story->count++;
}

static void timer_that_starts_itself_at_once_leaves_the_others_their_turn(void **state) {
    (void)state;
    struct story story = story_new(1);
    story.timer = loop_timer_open(story.loop, start_again, &story);
    loop_timer_start(story.timer, 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, story.fds), 0);
    assert_int_equal(write(story.fds[1], "x", 1), 1);
    story.watch = loop_watch_open(story.loop, story.fds[0], ready, &story);
    loop_watch_want(story.watch, LOOP_READABLE);
    loop_run(story.loop);
    assert_string_equal(story.text, "r");
    assert_true(story.count > 0);
    loop_watch_close(story.watch);
    close(story.fds[0]);
    close(story.fds[1]);
    loop_free(story.loop);
}

static void time_goes_on_while_the_loop_works(void **state) {
    (void)state;
    struct story story = story_new(1);
    const int64_t before_ms = loop_now_ms(story.loop);
    const int64_t apart_ms = before_ms - loop_wall_ms(story.loop);
    assert_true(apart_ms > -1000 && apart_ms < 1000);
    struct loop_timer *timer = loop_timer_open(story.loop, tell_a, &story);
    loop_timer_start(timer, 5);
    loop_run(story.loop);
    assert_true(loop_now_ms(story.loop) >= before_ms + 4);
    loop_free(story.loop);
}

static void watch_tells_what_was_wanted(void **state) {
    (void)state;
    struct story story = story_new(2);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, story.fds), 0);
    story.watch = loop_watch_open(story.loop, story.fds[0], ready, &story);
    assert_non_null(story.watch);
    loop_watch_want(story.watch, LOOP_WRITABLE);
    loop_run(story.loop);
    assert_string_equal(story.text, "wr");
    loop_watch_close(story.watch);
    close(story.fds[0]);
    close(story.fds[1]);
    loop_free(story.loop);
}

static void watch_that_wants_nothing_hears_nothing(void **state) {
    (void)state;
    struct story story = story_new(1);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, story.fds), 0);
    assert_int_equal(write(story.fds[1], "x", 1), 1);
    close(story.fds[1]); /* readable, and hung up */
    story.watch = loop_watch_open(story.loop, story.fds[0], ready, &story);
    loop_watch_want(story.watch, LOOP_READABLE);
    loop_watch_want(story.watch, 0);
    struct loop_timer *end = loop_timer_open(story.loop, tell_a, &story);
    loop_timer_start(end, 5);
    loop_run(story.loop);
    assert_string_equal(story.text, "a");
    loop_watch_close(story.watch);
    close(story.fds[0]);
    loop_free(story.loop);
}

static void watch_of_what_cannot_be_watched_is_null(void **state) {
    (void)state;
    struct story story = story_new(1);
    assert_null(loop_watch_open(story.loop, -1, ready, &story));
    loop_free(story.loop);
}

static void work_done(void *context) {
    struct story *story = context;
    assert_string_equal(story->text, "a"); /* the pool thread was here first */
    tell(story, 'd');
}

static void job_works_and_then_is_done(void **state) {
    (void)state;
    struct story story = story_new(2);
    loop_work(story.loop, tell_a, work_done, &story);
    loop_run(story.loop);
    assert_string_equal(story.text, "ad");
    loop_free(story.loop);
}

static void job_that_runs_at_the_end_still_gives_its_context_back(void **state) {
    (void)state;
    struct story story = story_new(0);
    loop_work(story.loop, tell_a, work_done, &story);
    loop_free(story.loop);
    assert_string_equal(story.text, "ad");
}

static void signal_arrived(void *context, int number) {
    tell(context, number == SIGUSR1 ? 's' : '?');
}

static void signal_arrives_in_the_loop(void **state) {
    (void)state;
    struct story story = story_new(1);
    loop_on_signal(story.loop, SIGUSR1, signal_arrived, &story);
    assert_int_equal(raise(SIGUSR1), 0);
    assert_int_equal(story.size, 0);
    loop_run(story.loop);
    assert_string_equal(story.text, "s");
    loop_free(story.loop);
}

static void resolved(void *context, const struct address *addresses, size_t count) {
    struct story *story = context;
    story->count = count;
    if (count > 0) story->first = addresses[0];
    tell(story, 'n');
}

static void literal_resolves_to_itself(void **state) {
    (void)state;
    struct story story = story_new(1);
    char text[ADDRESS_TEXT_MAX];
    loop_resolve(story.loop, "2001:db8::5", 8782, resolved, &story);
    loop_run(story.loop);
    assert_int_equal(story.count, 1);
    assert_string_equal(address_text(&story.first, text), "[2001:db8::5]:8782");
    loop_free(story.loop);
}

static void mapped_address_becomes_ipv4(void **state) {
    (void)state;
    struct story story = story_new(1);
    char text[ADDRESS_TEXT_MAX];
    loop_resolve(story.loop, "::ffff:192.0.2.7", 1, resolved, &story);
    loop_run(story.loop);
    assert_int_equal(story.count, 1);
    assert_string_equal(address_text(&story.first, text), "192.0.2.7:1");
    loop_free(story.loop);
}

static void name_that_cannot_be_one_has_no_addresses(void **state) {
    (void)state;
    struct story story = story_new(1);
    char name[2048];
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    loop_resolve(story.loop, name, 1, resolved, &story);
    assert_int_equal(story.size, 0);
    loop_run(story.loop);
    assert_int_equal(story.count, 0);
    loop_free(story.loop);
}

static void look_up_that_was_closed_is_not_told(void **state) {
    (void)state;
    struct story story = story_new(1);
    char name[2048];
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    loop_look_up_close(loop_resolve(story.loop, "2001:db8::5", 8782, resolved, &story));
    loop_look_up_close(loop_resolve(story.loop, name, 1, resolved, &story));
    loop_look_up_close(NULL);
    loop_free(story.loop);
    assert_int_equal(story.size, 0);
}

static struct loop_turn *turn; /* of the test at hand */

static void tell_a_and_want_the_turn(void *context) {
    tell(context, 'a');
    loop_turn_want(turn);
    loop_turn_want(turn);
}

static void tell_t(void *context) {
    struct story *story = context;
    tell(story, 't');
    if (story->size < 4) loop_turn_want(turn);
}

static void a_turn_ends_once_after_all_that_wanted_it_and_again_from_within(void **state) {
    (void)state;
    struct story story = story_new(6);
    struct loop_timer *one = loop_timer_open(story.loop, tell_a_and_want_the_turn, &story);
    struct loop_timer *two = loop_timer_open(story.loop, tell_a_and_want_the_turn, &story);
    struct loop_timer *late = loop_timer_open(story.loop, tell_b, &story);
    turn = loop_turn_open(story.loop, tell_t, &story);
    loop_timer_start(one, 0);
    loop_timer_start(two, 0);
    loop_timer_start(late, 5);
    story.stop_after = 5;
    loop_run(story.loop);
    assert_string_equal(story.text, "aattb"); /* both timers of the turn, then its end, twice */
    loop_turn_want(turn);
    loop_turn_close(turn); /* nobody is called */
    loop_timer_start(late, 1);
    story.stop_after = 6;
    loop_run(story.loop);
    assert_string_equal(story.text, "aattbb");
    loop_timer_close(one);
    loop_timer_close(two);
    loop_timer_close(late);
    loop_turn_close(NULL);
    loop_free(story.loop);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timers_fire_once_in_order_of_time),
        cmocka_unit_test(timer_moved_stopped_or_closed_does_not_fire_at_its_first_time),
        cmocka_unit_test(timer_that_starts_itself_at_once_leaves_the_others_their_turn),
        cmocka_unit_test(time_goes_on_while_the_loop_works),
        cmocka_unit_test(watch_tells_what_was_wanted),
        cmocka_unit_test(watch_that_wants_nothing_hears_nothing),
        cmocka_unit_test(watch_of_what_cannot_be_watched_is_null),
        cmocka_unit_test(job_works_and_then_is_done),
        cmocka_unit_test(job_that_runs_at_the_end_still_gives_its_context_back),
        cmocka_unit_test(signal_arrives_in_the_loop),
        cmocka_unit_test(a_turn_ends_once_after_all_that_wanted_it_and_again_from_within),
        cmocka_unit_test(literal_resolves_to_itself),
        cmocka_unit_test(mapped_address_becomes_ipv4),
        cmocka_unit_test(name_that_cannot_be_one_has_no_addresses),
        cmocka_unit_test(look_up_that_was_closed_is_not_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
