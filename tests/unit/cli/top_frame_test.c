/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/top_frame.h"

#include "cli/sheet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { FRAME_MAX = 65536, TREE_MAX = 1 << 20, JSON_MAX = 65536 };

#define NODE                                                                                                           \
    "\"asOf\":1763640100000,\"node\":{\"nodeId\":\"q7fkaaaaaaaaaaaaaaaaaaaaaaaam2xa\",\"community\":\"demo\","         \
    "\"startedAt\":1763640058000,\"state\":\"degraded\",\"reachability\":{\"ipv4\":{\"state\":\"public\"},"            \
    "\"ipv6\":{\"state\":\"unknown\"}}},"                                                                              \
    "\"mesh\":{\"active\":7,\"target\":8,\"dialing\":1,\"known\":12},"                                                 \
    "\"bandwidth\":{\"inBytesPerSecond\":2048,\"outBytesPerSecond\":1024},"                                            \
    "\"alerts\":{\"items\":[{\"level\":\"warn\",\"title\":\"Beacon 2 has not answered for 6 min\"},"                   \
    "{\"level\":\"info\",\"title\":\"Peers cannot dial this node\"}]},"                                                \
    "\"rendezvous\":{\"sources\":[{\"id\":\"beacon-1\",\"kind\":\"beacon\",\"state\":\"ok\",\"latencyMs\":42},"        \
    "{\"id\":\"beacon-2\",\"kind\":\"beacon\",\"state\":\"failing\",\"reason\":\"timeout\"},"                          \
    "{\"id\":\"cache\",\"kind\":\"cache\",\"state\":\"ready\"}]},"                                                     \
    "\"events\":{\"items\":[{\"at\":1763640099000,\"level\":\"warn\",\"message\":\"newest\\u001b[2J\"},"               \
    "{\"at\":1763640098000,\"level\":\"debug\",\"message\":\"detail\"},"                                               \
    "{\"at\":1763640097000,\"level\":\"info\",\"message\":\"older\"}]}"
#define SPANS "q7fk…m2xa  demo  up 42 s\n"

/* A snapshot with `count` links; the one with the number n moves n KiB a second. */
static const char *snapshot_with(size_t count) {
    static char json[JSON_MAX];
    struct buffer out = buffer_over((uint8_t *)json, sizeof json - 1);
    char link[256];
    buffer_put_text(&out, "{" NODE ",\"links\":{\"items\":[");
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(link, sizeof link,
                       "%s{\"nodeId\":\"p%03zuaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"state\":\"open\",\"rttMs\":1.5,"
                       "\"lossIn\":0.02,\"lossOut\":null,\"strength\":97,\"address\":\"203.0.113.5:8782\","
                       "\"inBytesPerSecond\":%zu,\"outBytesPerSecond\":0,\"since\":1763640090000}",
                       i == 0 ? "" : ",", i, i * 1024);
        buffer_put_text(&out, link);
    }
    buffer_put_text(&out, "]}}");
    assert_false(out.overflowed);
    json[out.size] = '\0';
    return json;
}

static const char *frame_of(const char *json, struct top_frame_look look) {
    static uint8_t tree[TREE_MAX];
    static char text[FRAME_MAX];
    struct arena arena = arena_over(tree, sizeof tree);
    struct buffer out = buffer_over((uint8_t *)text, sizeof text - 1);
    enum json_fault fault;
    const struct json_value *snapshot = json_parse(span_of_text(json), JSON_WIRE, &arena, &fault, NULL);
    assert_non_null(snapshot);
    top_frame_write(&out, snapshot, &look);
    text[out.size] = '\0';
    return text;
}

static size_t rows_of(const char *text) {
    size_t rows = 0;
    for (; *text != '\0'; text++) rows += *text == '\n';
    return rows;
}

static size_t widest_of(const char *text) {
    size_t widest = 0;
    while (*text != '\0') {
        size_t size = strcspn(text, "\n");
        size_t width = sheet_width((struct span){(const uint8_t *)text, size});
        if (width > widest) widest = width;
        text += size + (text[size] == '\n');
    }
    return widest;
}

static void frame_says_how_the_node_is(void **state) {
    (void)state;
    assert_string_equal(frame_of(snapshot_with(2), (struct top_frame_look){.columns = 100}),
                        "▲ Working, with 1 problem\n"
                        "  Beacon 2 has not answered for 6 min\n" SPANS
                        "links 7 of 8  1 being dialled  12 peers known  in 2.0 KiB/s  out 1.0 KiB/s  IPv4 public\n"
                        "IPv6 unknown\n"
                        "beacon-1 ok 42 ms  beacon-2 failing (timeout)\n"
                        "\n"
                        "PEER       IN KiB/s  OUT KiB/s  RTT ms  LOSS %  STRENGTH  STATE  ADDRESS           SINCE\n"
                        "p001…aaaa       1.0        0.0     1.5     2.0        97  open   203.0.113.5:8782  10 s ago\n"
                        "p000…aaaa       0.0        0.0     1.5     2.0        97  open   203.0.113.5:8782  10 s ago\n"
                        "\n"
                        "12:01:37 older\n"
                        "12:01:39 newest?[2J\n");
}

static void frame_stands_within_every_terminal(void **state) {
    (void)state;
    static const size_t columns[] = {20, 40, 80, 200}, counts[] = {0, 1, 5, 250};
    for (size_t c = 0; c < 4; c++) {
        for (size_t rows = 1; rows < 60; rows++) {
            for (size_t n = 0; n < 4; n++) {
                struct top_frame_look look = {
                    .columns = columns[c], .rows = rows, .notice = "The node is back", .footer = "q quits"};
                const char *frame = frame_of(snapshot_with(counts[n]), look);
                assert_true(rows_of(frame) <= rows);
                assert_true(widest_of(frame) <= columns[c]);
            }
        }
    }
}

static void busiest_links_stay_when_there_are_too_many(void **state) {
    (void)state;
    const char *frame = frame_of(snapshot_with(100), (struct top_frame_look){.columns = 80, .rows = 24, .footer = "q"});
    assert_int_equal(rows_of(frame), 24);
    assert_non_null(strstr(frame, "\np099…aaaa      99.0 "));
    assert_null(strstr(frame, "p000…"));
    assert_non_null(strstr(frame, "and 89 more\n"));
    assert_non_null(strstr(frame, "newest"));
    assert_string_equal(frame + strlen(frame) - 2, "q\n");
}

static void narrow_terminal_keeps_peer_and_traffic(void **state) {
    (void)state;
    const char *frame = frame_of(snapshot_with(3), (struct top_frame_look){.columns = 40, .rows = 24});
    assert_non_null(strstr(frame, "PEER       IN KiB/s  OUT KiB/s  RTT ms\n"));
}

static void snapshot_of_a_node_that_tells_little_is_shown_as_it_is(void **state) {
    (void)state;
    assert_string_equal(frame_of("{\"mesh\":null,\"links\":null}", (struct top_frame_look){.columns = 80}),
                        "⬡ In a state this program does not know\n");
    assert_non_null(strstr(
        frame_of("{\"beacon\":{\"entries\":1,\"announces\":3,\"lists\":2}}", (struct top_frame_look){.columns = 80}),
        "beacon: 1 ticket listed  3 announces  2 lists given\n"));
}

static void node_that_is_away_leaves_no_figures(void **state) {
    (void)state;
    char text[1024];
    struct buffer out = buffer_over((uint8_t *)text, sizeof text - 1);
    top_frame_write_away(&out, "no node answers at http://127.0.0.1:8780; process 7, which did, is gone\nStart it",
                         12000, &(struct top_frame_look){.columns = 40, .rows = 8, .footer = "q quits"});
    text[out.size] = '\0';
    assert_string_equal(text, "⬢ No node answers for 12 s\n"
                              "no node answers at\n"
                              "http://127.0.0.1:8780; process 7, which\n"
                              "did, is gone\n"
                              "It is looked for again and again; its f…\n"
                              "\n"
                              "\n"
                              "q quits\n");
}

int main(void) {
    (void)setenv("TZ", "UTC", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frame_says_how_the_node_is),
        cmocka_unit_test(frame_stands_within_every_terminal),
        cmocka_unit_test(busiest_links_stay_when_there_are_too_many),
        cmocka_unit_test(narrow_terminal_keeps_peer_and_traffic),
        cmocka_unit_test(snapshot_of_a_node_that_tells_little_is_shown_as_it_is),
        cmocka_unit_test(node_that_is_away_leaves_no_figures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
