/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/why.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "swarm/link/strength.h"

#define NOW 1763640100000LL

static uint8_t tree[1 << 20];
static char text[8192];

static const struct json_value *parsed(const char *json) {
    struct arena arena = arena_over(tree, sizeof tree);
    enum json_fault fault;
    const struct json_value *value = json_parse(span_of_text(json), JSON_WIRE, &arena, &fault, NULL);
    assert_non_null(value);
    return value;
}

static const char *told(void (*write)(struct buffer *out, const struct json_value *row, int64_t now_ms),
                        const char *json) {
    struct buffer out = buffer_over((uint8_t *)text, sizeof text - 1);
    write(&out, parsed(json), NOW);
    assert_false(out.overflowed);
    text[out.size] = '\0';
    return text;
}

/* As one line: where it is wrapped is no matter of these tests. */
static const char *in_one_line(const char *lines) {
    static char line[8192];
    size_t size = 0;
    for (const char *at = lines; *at != '\0'; at++) {
        bool is_space = *at == ' ' || *at == '\n';
        if (is_space && size > 0 && line[size - 1] == ' ') continue;
        line[size++] = is_space ? ' ' : *at;
    }
    line[size] = '\0';
    return line;
}

static void assert_says(const char *lines, const char *words) {
    if (strstr(in_one_line(lines), words) == NULL) fail_msg("\"%s\" is not in:\n%s", words, lines);
}

#define WEAK_LINK                                                                                                      \
    "{\"id\":\"7\",\"nodeId\":\"myxzypxz7askc56bpu6l5rklmdee7mst\",\"path\":\"lan\",\"direction\":\"inbound\","        \
    "\"address\":\"10.0.0.3:41003\",\"state\":\"open\",\"since\":1763640040000,\"rttMs\":212.4,\"jitterMs\":21,"       \
    "\"lossIn\":0.121,\"lossOut\":0.038,\"strength\":34,\"strengthInputs\":{\"delay\":31,\"loss\":12,\"jitter\":28,"   \
    "\"handshakeAge\":null},\"lastHandshakeAt\":1763640081000,\"learnedFrom\":\"beacon-1\","                           \
    "\"learnedAt\":1763639500000,\"place\":\"view\",\"isAnchor\":true,\"isOperators\":false,\"reason\":null}"

static void open_link_says_who_called_where_it_comes_from_and_what_pulls_it_down(void **state) {
    (void)state;
    const char *lines = told(why_write_link, WEAK_LINK);
    assert_memory_equal(lines, "myxz…7mst  open for 1 min\n", 28);
    assert_says(lines, "It called us from 10.0.0.3:41003. The path is LAN: direct, inside the local network.");
    assert_says(lines, "It has one of the places that this node fills. It is an anchor");
    assert_says(lines, "Learned from beacon-1, 10 min ago.");
    assert_says(lines, "It last proved that it is alive 19 s ago.");
    assert_says(lines, "Strength 34 of 100, weak: delay 31 (weight 35, 212.4 ms there and back); loss 12 (weight 35, "
                       "12.1 % of what comes, 3.8 % of what goes); jitter 28 (weight 15, 21.0 ms); age of the "
                       "handshake not known yet, so it takes no part.");
    assert_says(lines, "What pulls it down most is the loss.");
}

static void a_link_by_webrtc_names_its_candidates(void **state) {
    (void)state;
    assert_says(told(why_write_link, "{\"id\":\"9\",\"path\":\"relayed\",\"direction\":\"outbound\",\"address\":"
                                     "\"203.0.113.5:3478\",\"state\":\"open\",\"candidates\":{\"own\":{\"kind\":"
                                     "\"host\",\"address\":\"10.0.0.3:4100\"},\"peer\":{\"kind\":\"relay\","
                                     "\"address\":\"203.0.113.5:3478\"}}}"),
                "The path is relayed: another carries it, sealed. WebRTC goes from 10.0.0.3:4100 (host) to "
                "203.0.113.5:3478 (relay).");
}

static void lines_fit_a_terminal(void **state) {
    (void)state;
    const char *lines = told(why_write_link, WEAK_LINK);
    for (const char *line = lines; *line != '\0';) {
        size_t size = strcspn(line, "\n");
        assert_true(size <= 102); /* bytes; an ellipsis has three and one column */
        line += size + (line[size] == '\n');
    }
}

static void link_that_ended_says_what_ended_it(void **state) {
    (void)state;
    const char *lines =
        told(why_write_link, "{\"id\":\"7\",\"nodeId\":null,\"path\":\"direct\",\"direction\":\"outbound\","
                             "\"address\":\"203.0.113.9:8782\",\"state\":\"closed\",\"since\":1763640088000,"
                             "\"place\":\"guest\",\"reason\":\"view-full\"}");
    assert_memory_equal(lines, "203.0.113.9:8782  ended 12 s ago\n", 33);
    assert_says(lines, "We called it at 203.0.113.9:8782.");
    assert_says(lines, "It is a guest");
    assert_says(lines, "What ended it: it has all the links it wants (view-full).");
    assert_null(strstr(lines, "Strength"));
    assert_null(strstr(lines, "Learned"));
}

static void link_that_is_being_called_claims_nothing_yet(void **state) {
    (void)state;
    const char *lines =
        told(why_write_link, "{\"id\":\"7\",\"nodeId\":\"x\",\"path\":\"direct\",\"direction\":\"outbound\","
                             "\"address\":\"203.0.113.9:8782\",\"state\":\"dialing\",\"since\":1763640088000,"
                             "\"place\":\"view\",\"reason\":null}");
    assert_says(lines, "x being called for 12 s");
    assert_says(lines, "We are calling it at 203.0.113.9:8782.");
    assert_null(strstr(lines, "path"));
    assert_null(strstr(lines, "places"));
}

static void peer_says_why_it_has_no_link_and_when_it_is_tried_next(void **state) {
    (void)state;
    const char *lines =
        told(why_write_peer,
             "{\"nodeId\":\"myxzypxz7askc56bpu6l5rklmdee7mst\",\"addrs\":[\"10.0.0.3:8782\",\"[2001:db8::3]:8782\"],"
             "\"ticketExpiresAt\":1763639980000,\"lastSeenAt\":1763640070000,"
             "\"learnedFrom\":\"peer:tjq4ypxz7askc56bpu6l5rklmdeew6mz\",\"learnedAt\":1763639800000,"
             "\"fromDisk\":true,\"linkState\":\"none\",\"wait\":\"back-off\","
             "\"waitText\":\"waits, longer after each try in vain\",\"nextAttemptAt\":1763640142000,"
             "\"failures\":3,\"isAnchor\":false,\"reason\":\"unreachable\"}");
    assert_memory_equal(lines, "myxz…7mst  not linked\n", 24);
    assert_says(lines, "It waits, longer after each try in vain (back-off); the next attempt is in 42 s.");
    assert_says(lines, "The last 3 attempts in a row were in vain. The last end: it cannot be reached (unreachable).");
    assert_says(lines, "Learned from the peer tjq4…w6mz, 5 min ago; known from before this start.");
    assert_says(lines, "It is at 10.0.0.3:8782, [2001:db8::3]:8782. It was last seen 30 s ago.");
    assert_says(lines, "Its ticket ran out 2 min ago.");
}

static void peer_that_waits_for_nothing_or_for_ever_says_so(void **state) {
    (void)state;
    assert_says(told(why_write_peer, "{\"nodeId\":\"x\",\"linkState\":\"none\",\"wait\":\"none\","
                                     "\"waitText\":\"is dialled as soon as a dial is free\",\"failures\":0}"),
                "It is dialled as soon as a dial is free. No link or attempt with it has ended yet.");
    assert_says(
        told(why_write_peer, "{\"nodeId\":\"x\",\"linkState\":\"none\",\"wait\":\"no-address\","
                             "\"waitText\":\"says nowhere to dial it\",\"failures\":1,\"reason\":\"leaving\"}"),
        "It says nowhere to dial it (no-address); no attempt is planned. The last attempt was in vain. The last end: "
        "it is leaving (leaving).");
}

static void strangers_words_cannot_act_on_a_terminal(void **state) {
    (void)state;
    const char *lines =
        told(why_write_peer, "{\"nodeId\":\"\\u001b[31mx\",\"addrs\":[\"a\\u001b]0;t\\u0007\"],\"linkState\":\"none\","
                             "\"wait\":\"\\u001bW\",\"waitText\":\"\\u001b[2J\",\"learnedFrom\":\"\\u009b1m\","
                             "\"reason\":\"\\u001bR\"}");
    for (const char *at = lines; *at != '\0'; at++) assert_true(*at == '\n' || (unsigned char)*at >= 0x20);
    assert_null(strstr(lines, "\xc2\x9b"));
    (void)told(why_write_link, "{\"address\":\"\\u001b[1m\",\"state\":\"\\u001b\",\"learnedFrom\":\"peer:\\u001b\"}");
    for (const char *at = text; *at != '\0'; at++) assert_true(*at == '\n' || (unsigned char)*at >= 0x20);
}

static void long_words_stay_within_their_paragraph(void **state) {
    (void)state;
    char json[4096], long_text[1024];
    memset(long_text, 'a', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    (void)snprintf(json, sizeof json,
                   "{\"nodeId\":\"%s\",\"linkState\":\"none\",\"waitText\":\"%s\",\"reason\":\"%s\"}", long_text,
                   long_text, long_text);
    assert_says(told(why_write_peer, json), "aaaa…");
}

/* The weights that are told are those that count. */
static void weights_are_those_of_the_strength(void **state) {
    (void)state;
    assert_int_equal(strength_of(&(struct strength_inputs){0, 100, 100, 100}), 100 - 35);
    assert_int_equal(strength_of(&(struct strength_inputs){100, 0, 100, 100}), 100 - 35);
    assert_int_equal(strength_of(&(struct strength_inputs){100, 100, 0, 100}), 100 - 15);
    assert_int_equal(strength_of(&(struct strength_inputs){100, 100, 100, 0}), 100 - 15);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open_link_says_who_called_where_it_comes_from_and_what_pulls_it_down),
        cmocka_unit_test(a_link_by_webrtc_names_its_candidates),
        cmocka_unit_test(lines_fit_a_terminal),
        cmocka_unit_test(link_that_ended_says_what_ended_it),
        cmocka_unit_test(link_that_is_being_called_claims_nothing_yet),
        cmocka_unit_test(peer_says_why_it_has_no_link_and_when_it_is_tried_next),
        cmocka_unit_test(peer_that_waits_for_nothing_or_for_ever_says_so),
        cmocka_unit_test(strangers_words_cannot_act_on_a_terminal),
        cmocka_unit_test(long_words_stay_within_their_paragraph),
        cmocka_unit_test(weights_are_those_of_the_strength),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
