/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/name_resolver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/address.h"

enum { WAIT_MS = 5000, NAMES = 2 };

struct story {
    struct loop *loop;
    struct loop_timer *limit;
    struct place_name names[NAMES];
    struct name_resolver *resolver;
    size_t told; /* how often */
    struct address last[NAMES];
};

static void stop(void *context) {
    loop_stop(((struct story *)context)->loop);
}

static void resolved(void *context, size_t index, const struct address *addresses, size_t count) {
    struct story *story = context;
    assert_true(index < NAMES && count > 0);
    story->last[index] = addresses[0];
    if (++story->told % NAMES == 0) stop(story);
}

static void begin(struct story *story) {
    *story = (struct story){0};
    assert_int_equal(loop_new(&story->loop), ERR_OK);
    story->limit = loop_timer_open(story->loop, stop, story);
    assert_true(place_name_read(SPAN_LITERAL("192.0.2.7:1"), 0, &story->names[0]));
    assert_true(place_name_read(SPAN_LITERAL("[2001:db8::5]:8782"), 0, &story->names[1]));
    struct name_resolver_options options = {
        .loop = story->loop, .names = story->names, .count = NAMES, .resolved = resolved, .context = story};
    story->resolver = name_resolver_new(&options);
}

static void run(struct story *story, int64_t limit_ms) {
    loop_timer_start(story->limit, limit_ms);
    loop_run(story->loop);
}

static void end(struct story *story) {
    loop_timer_close(story->limit);
    loop_free(story->loop);
}

static void each_name_is_told_with_its_index_and_port(void **state) {
    (void)state;
    struct story story;
    char text[ADDRESS_TEXT_MAX];
    begin(&story);
    name_resolver_tick(story.resolver, loop_now_ms(story.loop));
    run(&story, WAIT_MS);
    assert_int_equal(story.told, NAMES);
    assert_string_equal(address_text(&story.last[0], text), "192.0.2.7:1");
    assert_string_equal(address_text(&story.last[1], text), "[2001:db8::5]:8782");
    name_resolver_free(story.resolver);
    end(&story);
}

static void a_name_is_looked_up_again_after_a_minute_and_not_before(void **state) {
    (void)state;
    struct story story;
    begin(&story);
    name_resolver_tick(story.resolver, loop_now_ms(story.loop));
    name_resolver_tick(story.resolver, loop_now_ms(story.loop)); /* under way already */
    run(&story, WAIT_MS);
    name_resolver_tick(story.resolver, loop_now_ms(story.loop) + 50000);
    run(&story, 20);
    assert_int_equal(story.told, NAMES);
    name_resolver_tick(story.resolver, loop_now_ms(story.loop) + 60000);
    run(&story, WAIT_MS);
    assert_int_equal(story.told, 2 * NAMES);
    name_resolver_free(story.resolver);
    end(&story);
}

static void a_look_up_under_way_at_the_end_is_not_heard_of(void **state) {
    (void)state;
    struct story story;
    begin(&story);
    name_resolver_tick(story.resolver, loop_now_ms(story.loop));
    name_resolver_free(story.resolver);
    run(&story, 50);
    assert_int_equal(story.told, 0);
    end(&story);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_name_is_told_with_its_index_and_port),
        cmocka_unit_test(a_name_is_looked_up_again_after_a_minute_and_not_before),
        cmocka_unit_test(a_look_up_under_way_at_the_end_is_not_heard_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
