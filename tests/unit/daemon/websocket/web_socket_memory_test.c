/* SPDX-License-Identifier: Apache-2.0 */
/* A WebSocket when memory runs out: this program's own door to the heap fails when it is told to. */
#include "web_socket_fixture.h"

#include "base/memory.h"

static bool is_out_of_memory;

void memory_keep_large_apart(void) {}

void memory_expect_bulk(bool is_on) {
    (void)is_on;
}

void memory_give_back(void) {}

void *memory_try_zeroed(size_t count, size_t size) {
    return is_out_of_memory ? NULL : calloc(count, size);
}

void *memory_zeroed(size_t count, size_t size) {
    void *block = calloc(count, size);
    assert_non_null(block);
    return block;
}

void *memory_try_room(size_t size) {
    return is_out_of_memory ? NULL : malloc(size);
}

void *memory_room(size_t size) {
    void *block = malloc(size);
    assert_non_null(block);
    return block;
}

void *memory_resized(void *block, size_t size) {
    block = realloc(block, size);
    assert_non_null(block);
    return block;
}

void memory_free(void *block) {
    free(block);
}

/* The head is read; then there is nothing left. */
static void handle_without_memory(void *context, struct http_exchange *exchange) {
    (void)context;
    const struct web_socket_options options = talk_options();
    assert_true(web_socket_is_wanted(exchange));
    is_out_of_memory = true;
    assert_null(web_socket_accept(exchange, &options));
    is_out_of_memory = false;
}

static void a_client_for_whom_there_is_no_memory_is_told(void **state) {
    struct fixture *f = *state;
    struct http_options options = fixture_options(f);
    talk = (struct talk){0};
    options.handle = handle_without_memory;
    fixture_serve(f, &options);
    assert_has(fixture_answer(f, UPGRADE), "HTTP/1.1 503 ");
    fixture_run(f, last_peer_ended);
    assert_int_equal(talk.closed_count, 0);
}

static void a_message_for_which_there_is_no_memory_ends_its_socket_alone(void **state) {
    struct fixture *f = *state;
    const struct peer *peer = socket_open(f);
    frame_send(peer, &(struct frame){.first = 0x01, .payload = {f->big, 8000}});
    frame_send(peer, &(struct frame){.first = 0x89});
    f->wanted = 2;
    fixture_run(f, last_peer_got); /* the pong: all before it is taken */
    is_out_of_memory = true;
    frame_send(peer, &(struct frame){.first = 0x80, .payload = {f->big, 8000}});
    fixture_run(f, is_closed);
    is_out_of_memory = false;
    assert_int_equal(talk.code, WEB_SOCKET_TOO_LARGE);
    assert_int_equal(talk.message_count, 0);
    (void)socket_open(f); /* the server goes on */
}

static void a_frame_of_ours_without_memory_ends_the_connection(void **state) {
    struct fixture *f = *state;
    (void)socket_open(f);
    is_out_of_memory = true;
    (void)web_socket_send(talk.socket, WEB_SOCKET_TEXT, SPAN_LITERAL("lost")); /* half of it would be worse */
    is_out_of_memory = false;
    assert_int_equal(talk.closed_count, 0); /* never from within */
    fixture_run(f, is_closed);
    assert_int_equal(talk.code, WEB_SOCKET_ABNORMAL);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_client_for_whom_there_is_no_memory_is_told),
        TEST(a_message_for_which_there_is_no_memory_ends_its_socket_alone),
        TEST(a_frame_of_ours_without_memory_ends_the_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
