/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/signaling/ice_servers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { WAIT_MS = 10000 };

struct story {
    struct loop *loop;
    struct loop_timer *limit;
    struct settings settings;
    struct ice_servers *servers;
    size_t changes;
};

static void stop(void *context) {
    loop_stop(((struct story *)context)->loop);
}

static void changed(void *context) {
    struct story *story = context;
    story->changes++;
    loop_stop(story->loop);
}

static void begin(struct story *story, const char *const *texts, size_t count) {
    struct err_detail detail;
    memset(story, 0, sizeof *story);
    assert_int_equal(loop_new(&story->loop), ERR_OK);
    story->limit = loop_timer_open(story->loop, stop, story);
    for (size_t i = 0; i < count; i++)
        assert_true(ice_server_read(span_of_text(texts[i]), &story->settings.ice_servers[i]));
    story->settings.ice_server_count = count;
    const struct ice_servers_options options = {
        .loop = story->loop, .settings = &story->settings, .changed = changed, .context = story};
    assert_int_equal(ice_servers_new(&story->servers, &options, &detail), ERR_OK);
}

static void run(struct story *story, int64_t limit_ms) {
    loop_timer_start(story->limit, limit_ms);
    loop_run(story->loop);
}

static void end(struct story *story) {
    ice_servers_free(story->servers);
    loop_timer_close(story->limit);
    loop_free(story->loop);
}

/* NULL: there is no such one; "": it has no address. */
static void assert_at(const struct story *story, size_t index, const char *wanted) {
    struct ice_server server;
    struct address address;
    char text[ADDRESS_TEXT_MAX] = "";
    assert_int_equal(ice_servers_look(story->servers, index, &server, &address), wanted != NULL);
    if (wanted == NULL) return;
    if (address.family != ADDRESS_NONE) (void)address_text(&address, text);
    assert_string_equal(text, wanted);
}

static void an_address_is_one_from_the_start(void **state) {
    (void)state;
    static const char *const texts[] = {"stun:192.0.2.1", "turn:[2001:db8::1]:5000"};
    struct story story;
    begin(&story, texts, 2);
    assert_at(&story, 0, "192.0.2.1:3478");
    assert_at(&story, 1, "[2001:db8::1]:5000");
    assert_at(&story, 2, NULL);
    run(&story, 200);
    assert_int_equal(story.changes, 0); /* looking them up tells nothing new */
    end(&story);
}

static void a_name_is_one_when_it_is_resolved(void **state) {
    (void)state;
    static const char *const texts[] = {"stun:localhost:3479", "stun:no-such-host.invalid"};
    struct story story;
    begin(&story, texts, 2);
    assert_at(&story, 0, "");
    run(&story, WAIT_MS);
    assert_int_equal(story.changes, 1);
    assert_at(&story, 0, "127.0.0.1:3479");
    assert_at(&story, 1, ""); /* it is nowhere */
    ice_servers_again(story.servers);
    run(&story, 200);
    assert_int_equal(story.changes, 1);
    end(&story);
}

static void without_its_credentials_there_is_none(void **state) {
    (void)state;
    struct story story;
    struct err_detail detail = {0};
    struct ice_servers *servers = NULL;
    begin(&story, NULL, 0);
    strcpy(story.settings.ice_credentials, "/no/such/file");
    const struct ice_servers_options options = {.loop = story.loop, .settings = &story.settings};
    assert_int_equal(ice_servers_new(&servers, &options, &detail), ERR_NOT_FOUND);
    assert_null(servers);
    assert_non_null(strstr(detail.text, "/no/such/file"));
    end(&story);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_one_from_the_start),
        cmocka_unit_test(a_name_is_one_when_it_is_resolved),
        cmocka_unit_test(without_its_credentials_there_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
