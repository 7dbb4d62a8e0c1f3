/* SPDX-License-Identifier: Apache-2.0 */
/* The client of a signaling server, against a server of the test's that says what it is told to: what is right, what no
 * server says, and too much of it. */
#include "unit/daemon/websocket/web_socket_fixture.h"

#include "daemon/client/client_stream.h"
#include "daemon/signaling/signal_client.h"
#include "daemon/signaling/signal_memory.h"
#include "swarm/signaling/signal_proof.h"

#define ID "kgzmxvhbq3ynsd2ufc7arlw5tpjoe4i6"

struct bench {
    struct client_streams *streams;
    struct event_log *events;
    struct signal_client *client;
    char url[64], dead[64];
    char id[64], token[SIGNAL_PROOF_SIZE_MAX], key[16];
    size_t asked_count;
    size_t came;
    enum signal_kind kind; /* of the last */
    char peer[SIGNAL_ID_SIZE_MAX + 1], payload[256];
    size_t changed;
};
static struct bench b;

static void read_query(struct http_exchange *exchange, const char *name, char *text, size_t capacity) {
    struct buffer out = buffer_over((uint8_t *)text, capacity - 1);
    assert_true(http_query(exchange, name, &out));
    text[out.size] = '\0';
}

static void handle(void *context, struct http_exchange *exchange) {
    assert_true(span_equal_text(http_path(exchange), "/deep/peerjs"));
    read_query(exchange, "id", b.id, sizeof b.id);
    read_query(exchange, "token", b.token, sizeof b.token);
    read_query(exchange, "key", b.key, sizeof b.key);
    b.asked_count++;
    socket_handle(context, exchange);
}

static void message(void *context, const struct signal_message *message) {
    assert_ptr_equal(context, &b);
    b.came++;
    b.kind = message->kind;
    assert_true(span_copy_text(message->peer, b.peer, sizeof b.peer));
    assert_true(span_copy_text(message->payload, b.payload, sizeof b.payload));
}

static void changed(void *context) {
    assert_ptr_equal(context, &b);
    b.changed++;
}

static int setup(void **state) {
    if (fixture_setup(state) != 0) return -1;
    struct fixture *f = *state;
    b = (struct bench){.events = event_log_new()};
    talk = (struct talk){0};
    struct http_options options = fixture_options(f);
    options.handle = handle;
    options.gone = socket_gone;
    fixture_serve(f, &options);
    (void)snprintf(b.url, sizeof b.url, "http://127.0.0.1:%d/deep", f->bound.address.port);
    (void)snprintf(b.dead, sizeof b.dead, "ws://127.0.0.1:1/"); /* nobody is there */
    return client_streams_new(&b.streams, f->loop) == ERR_OK ? 0 : -1;
}

static int teardown(void **state) {
    signal_client_free(b.client);
    client_streams_free(b.streams);
    event_log_free(b.events);
    return fixture_teardown(state);
}

static void begin_at(struct fixture *f, const char *const *urls, size_t count, const struct signing_key *key,
                     const char *id) {
    const struct signal_client_options options = {.loop = f->loop,
                                                  .streams = b.streams,
                                                  .events = b.events,
                                                  .urls = urls,
                                                  .url_count = count,
                                                  .remembered = ENDPOINT_NONE,
                                                  .peer_id = id,
                                                  .key = key,
                                                  .seed = 7,
                                                  .message = message,
                                                  .changed = changed,
                                                  .context = &b};
    assert_int_equal(signal_client_new(&b.client, &options, NULL), ERR_OK);
}

static bool is_asked(struct fixture *f) {
    return b.asked_count >= f->wanted && talk.socket != NULL;
}
static bool is_in_use(struct fixture *f) {
    (void)f;
    return endpoint_set_in_use(signal_client_look(b.client)) != ENDPOINT_NONE;
}
static bool is_waiting(struct fixture *f) {
    (void)f;
    return signal_client_look(b.client)->rows[0].state == ENDPOINT_WAITING;
}
static bool has_come(struct fixture *f) {
    return b.came >= f->wanted;
}
static bool has_refused(struct fixture *f) {
    return signal_client_count(b.client).refused >= f->wanted;
}
static bool has_dropped(struct fixture *f) {
    return signal_client_count(b.client).dropped >= f->wanted;
}

static void say(const char *text) {
    assert_true(web_socket_send(talk.socket, WEB_SOCKET_TEXT, span_of_text(text)));
}

static void ask_at(struct fixture *f, size_t times) {
    f->wanted = times;
    fixture_run(f, is_asked);
}

static void open_it(struct fixture *f) {
    const char *const urls[] = {b.url};
    begin_at(f, urls, 1, NULL, ID);
    ask_at(f, 1);
    say("{\"type\":\"OPEN\"}");
    fixture_run(f, is_in_use);
}

static size_t count_events(enum event_code code) {
    return (size_t)event_log_counts(b.events)->of[code];
}

static void it_is_in_use_once_the_server_says_open(void **state) {
    struct fixture *f = *state;
    const char *const urls[] = {b.url};
    begin_at(f, urls, 1, NULL, ID);
    ask_at(f, 1);
    assert_string_equal(b.id, ID);
    assert_string_equal(b.key, "peerjs");
    assert_true(strlen(b.token) > 16);
    const struct signal_message offer = {SIGNAL_OFFER, SPAN_LITERAL("x"), SPAN_LITERAL("{}")};
    assert_false(signal_client_send(b.client, &offer)); /* an open WebSocket is no place yet */
    assert_int_equal(endpoint_set_in_use(signal_client_look(b.client)), ENDPOINT_NONE);
    say("{\"type\":\"OPEN\"}");
    fixture_run(f, is_in_use);
    assert_int_equal(count_events(EVENT_SIGNALING_OPEN), 1);
    assert_true(b.changed > 0);
    say("{\"type\":\"OPEN\"}"); /* again: nothing new */
    say("{\"type\":\"OFFER\",\"src\":\"a\"}");
    f->wanted = 1;
    fixture_run(f, has_come);
    assert_int_equal(count_events(EVENT_SIGNALING_OPEN), 1);
}

static void the_token_proves_the_id_to_that_host_alone(void **state) {
    struct fixture *f = *state;
    const char *const urls[] = {b.url}, *const hosts[] = {"127.0.0.1"}, *const others[] = {"localhost"};
    const uint8_t seed[32] = {4};
    struct signing_key key;
    sign_key_from_seed(&key, seed);
    const struct public_key public_half = sign_public_key(&key);
    const struct node_id node = node_id_of_key(&public_half);
    const struct verifier verifier = sign_verifier();
    char id[NODE_ID_TEXT_SIZE + 1];
    begin_at(f, urls, 1, &key, node_id_text(&node, id));
    ask_at(f, 1);
    const int64_t now_ms = loop_wall_ms(f->loop);
    const struct span token = span_of_text(b.token), peer = span_of_text(b.id);
    assert_int_equal(signal_proof_check(token, peer, hosts, 1, &verifier, now_ms), REFUSAL_NONE);
    assert_int_not_equal(signal_proof_check(token, peer, others, 1, &verifier, now_ms), REFUSAL_NONE);
}

static void messages_pass_both_ways_as_they_are(void **state) {
    struct fixture *f = *state;
    open_it(f);
    say("{\"type\":\"OFFER\",\"src\":\"peer-1\",\"dst\":\"me\",\"payload\":{\"a\": [1, 2]}}");
    f->wanted = 1;
    fixture_run(f, has_come);
    assert_int_equal(b.kind, SIGNAL_OFFER);
    assert_string_equal(b.peer, "peer-1");
    assert_string_equal(b.payload, "{\"a\": [1, 2]}");
    const struct signal_message answer = {SIGNAL_ANSWER, SPAN_LITERAL("peer-1"), SPAN_LITERAL("{\"b\":1}")};
    assert_true(signal_client_send(b.client, &answer));
    f->wanted = 1;
    fixture_run(f, has_messages);
    assert_true(span_equal_text((struct span){talk.bytes, talk.size},
                                "{\"type\":\"ANSWER\",\"dst\":\"peer-1\",\"payload\":{\"b\":1}}"));
    const struct signal_counts counts = signal_client_count(b.client);
    assert_int_equal(counts.sent, 1);
    assert_int_equal(counts.came, 1);
}

static void a_message_over_the_limit_is_not_sent(void **state) {
    struct fixture *f = *state;
    static uint8_t payload[SIGNAL_MESSAGE_SIZE_MAX];
    open_it(f);
    memset(payload, '1', sizeof payload);
    const struct signal_message large = {SIGNAL_OFFER, SPAN_LITERAL("x"), {payload, sizeof payload}};
    assert_false(signal_client_send(b.client, &large));
    assert_int_equal(signal_client_count(b.client).sent, 0);
}

static void before_open_nothing_passes(void **state) {
    struct fixture *f = *state;
    const char *const urls[] = {b.url};
    begin_at(f, urls, 1, NULL, ID);
    ask_at(f, 1);
    say("{\"type\":\"OFFER\",\"src\":\"early\"}");
    say("{\"type\":\"OPEN\"}");
    say("{\"type\":\"OFFER\",\"src\":\"late\"}");
    f->wanted = 1;
    fixture_run(f, has_come);
    assert_string_equal(b.peer, "late");
    assert_int_equal(b.came, 1);
}

static void on_hold_it_stays_known_and_nothing_passes(void **state) {
    struct fixture *f = *state;
    open_it(f);
    signal_client_hold(b.client, true);
    const struct signal_message offer = {SIGNAL_OFFER, SPAN_LITERAL("x"), SPAN_LITERAL("{}")};
    assert_false(signal_client_send(b.client, &offer));
    say("{\"type\":\"OFFER\",\"src\":\"held\"}");
    say("no JSON"); /* the sign that the one before has come */
    f->wanted = 1;
    fixture_run(f, has_refused);
    assert_int_equal(b.came, 0);
    assert_true(is_in_use(f));
}

static void what_is_no_message_is_counted_and_no_more(void **state) {
    struct fixture *f = *state;
    static const char *const wrong[] = {"",
                                        "[]",
                                        "{",
                                        "null",
                                        "{}",
                                        "{\"type\":1}",
                                        "{\"type\":\"NEWS\"}",
                                        "{\"type\":\"OFFER\",\"src\":7}",
                                        "{\"type\":\"OFFER\"}x"};
    const size_t count = sizeof wrong / sizeof wrong[0];
    open_it(f);
    for (size_t i = 0; i < count; i++) say(wrong[i]);
    assert_true(web_socket_send(talk.socket, WEB_SOCKET_BINARY, SPAN_LITERAL("{\"type\":\"OFFER\"}")));
    f->wanted = count + 1;
    fixture_run(f, has_refused);
    assert_int_equal(b.came, 0);
    assert_true(is_in_use(f));
}

static void a_server_that_says_too_much_is_not_listened_to(void **state) {
    struct fixture *f = *state;
    open_it(f);
    for (size_t i = 0; i < 2 * SIGNAL_CLIENT_BURST; i++) say("{\"type\":\"LEAVE\",\"src\":\"a\"}");
    f->wanted = SIGNAL_CLIENT_BURST / 2;
    fixture_run(f, has_dropped);
    assert_true(b.came <= SIGNAL_CLIENT_BURST + SIGNAL_CLIENT_RATE * UNTIL_MS / 1000);
    assert_true(is_in_use(f));
}

static void a_message_over_its_limit_ends_the_connection(void **state) {
    struct fixture *f = *state;
    static uint8_t large[SIGNAL_RELAYED_SIZE_MAX + 1];
    open_it(f);
    memset(large, ' ', sizeof large);
    assert_true(web_socket_send(talk.socket, WEB_SOCKET_TEXT, (struct span){large, sizeof large}));
    fixture_run(f, is_waiting);
    assert_int_equal(count_events(EVENT_SIGNALING_LOST), 1);
    assert_int_equal(count_events(EVENT_SIGNALING_AWAY), 1);
}

/* What it says, the event, whether the endpoint is to blame, and the words for people. */
static void expect_refusal(struct fixture *f, const char *text, enum event_code code, uint32_t failures,
                           const char *why) {
    const char *const urls[] = {b.url};
    begin_at(f, urls, 1, NULL, ID);
    ask_at(f, 1);
    say(text);
    fixture_run(f, is_waiting);
    const struct endpoint *row = &signal_client_look(b.client)->rows[0];
    assert_int_equal(row->failures, failures);
    assert_string_equal(row->why, why);
    assert_int_equal(count_events(code), 1);
    assert_int_equal(signal_client_count(b.client).faults, 1);
}

static void an_id_that_is_taken_is_said_and_no_failure_of_the_endpoint(void **state) {
    expect_refusal(*state, "{\"type\":\"ID-TAKEN\",\"payload\":{\"msg\":\"ID is taken\"}}", EVENT_SIGNALING_TAKEN, 0,
                   "this node's id is taken there: ID is taken");
}

static void an_invalid_key_is_said_by_its_name(void **state) {
    expect_refusal(*state, "{\"type\":\"INVALID-KEY\"}", EVENT_SIGNALING_FAILED, 1,
                   "it refuses this node (INVALID-KEY): no reason given");
}

static void an_error_is_said_in_the_servers_words_as_far_as_they_can_be_shown(void **state) {
    expect_refusal(
        *state,
        "{\"type\":\"ERROR\",\"payload\":{\"x\":{\"msg\":\"not this\"},\"msg\":\"full\x7f, come \xc3\xa4later\"}}",
        EVENT_SIGNALING_FAILED, 1, "it refuses this node: full, come later");
}

static void the_next_is_in_use_when_nobody_is_there(void **state) {
    struct fixture *f = *state;
    const char *const urls[] = {b.dead, b.url};
    begin_at(f, urls, 2, NULL, ID);
    ask_at(f, 1);
    say("{\"type\":\"OPEN\"}");
    fixture_run(f, is_in_use);
    assert_int_equal(endpoint_set_in_use(signal_client_look(b.client)), 1);
    assert_int_equal(count_events(EVENT_SIGNALING_FAILED), 1);
    assert_int_equal(count_events(EVENT_SIGNALING_FAILOVER), 0); /* nothing was lost */
}

static bool is_asked_again(struct fixture *f) {
    return b.asked_count >= 2 && is_asked(f);
}

static void it_comes_back_by_itself_with_another_token(void **state) {
    struct fixture *f = *state;
    char before[sizeof b.token];
    open_it(f);
    memcpy(before, b.token, sizeof before);
    web_socket_close(talk.socket, WEB_SOCKET_GOING_AWAY);
    fixture_run(f, is_asked_again);
    assert_string_not_equal(b.token, before);
    say("{\"type\":\"OPEN\"}");
    fixture_run(f, is_in_use);
    assert_int_equal(count_events(EVENT_SIGNALING_LOST), 1);
    assert_int_equal(count_events(EVENT_SIGNALING_OPEN), 2);
}

static void what_is_stopped_hangs_up_and_what_is_resumed_calls_again(void **state) {
    struct fixture *f = *state;
    open_it(f);
    signal_client_stop(b.client);
    assert_false(is_in_use(f));
    fixture_run(f, is_closed);
    assert_int_equal(count_events(EVENT_SIGNALING_LOST), 0);
    signal_client_resume(b.client);
    fixture_run(f, is_asked_again);
}

static char folder[64];
static const char *const remembered[] = {"ws://a/", "ws://b/"};

static bool is_remembered(struct fixture *f) {
    (void)f;
    return signal_memory_read(folder, remembered, 2) == 1;
}

static void what_worked_last_is_in_a_file(void **state) {
    struct fixture *f = *state;
    char file[96];
    (void)snprintf(folder, sizeof folder, "/tmp/skep-signal-XXXXXX");
    assert_non_null(mkdtemp(folder));
    assert_int_equal(signal_memory_read(folder, remembered, 2), 2);
    signal_memory_write(f->loop, folder, "ws://b/");
    fixture_run(f, is_remembered);
    assert_int_equal(signal_memory_read(folder, remembered, 1), 1); /* none of those */
    (void)snprintf(file, sizeof file, "%s/signaling.last", folder);
    assert_int_equal(unlink(file), 0);
    assert_int_equal(rmdir(folder), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(it_is_in_use_once_the_server_says_open),
        TEST(the_token_proves_the_id_to_that_host_alone),
        TEST(messages_pass_both_ways_as_they_are),
        TEST(a_message_over_the_limit_is_not_sent),
        TEST(before_open_nothing_passes),
        TEST(on_hold_it_stays_known_and_nothing_passes),
        TEST(what_is_no_message_is_counted_and_no_more),
        TEST(a_server_that_says_too_much_is_not_listened_to),
        TEST(a_message_over_its_limit_ends_the_connection),
        TEST(an_id_that_is_taken_is_said_and_no_failure_of_the_endpoint),
        TEST(an_invalid_key_is_said_by_its_name),
        TEST(an_error_is_said_in_the_servers_words_as_far_as_they_can_be_shown),
        TEST(the_next_is_in_use_when_nobody_is_there),
        TEST(it_comes_back_by_itself_with_another_token),
        TEST(what_is_stopped_hangs_up_and_what_is_resumed_calls_again),
        TEST(what_worked_last_is_in_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
