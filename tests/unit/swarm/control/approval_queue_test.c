/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/control/approval_queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/must.h"

static struct node_id id_of(uint32_t number) {
    struct node_id id = {{1}};
    for (size_t i = 0; i < 4; i++) id.bytes[4 + i] = (uint8_t)(number >> (8 * i));
    return id;
}

static bool call(struct approval_queue *queue, uint32_t number, const char *from, int64_t now_ms) {
    const struct node_id id = id_of(number);
    const struct peer_face face = {.node_id = &id, .user_id = ""};
    struct address address;
    must(address_read(span_of_text(from), &address));
    return approval_queue_call(queue, &face, &address, now_ms);
}

static bool waits(const struct approval_queue *queue, uint32_t number) {
    const struct node_id id = id_of(number);
    for (size_t i = 0; i < queue->count; i++)
        if (node_id_equal(&queue->rows[i].node_id, &id)) return true;
    return false;
}

static void one_waits_once_however_often_it_calls(void **state) {
    (void)state;
    struct approval_queue queue = {0};
    assert_true(call(&queue, 1, "192.0.2.1:1", 10));
    assert_true(call(&queue, 2, "192.0.2.2:1", 20));
    for (int i = 0; i < 100; i++) assert_false(call(&queue, 1, "192.0.2.1:2", 30 + i));
    assert_int_equal(queue.count, 2);
    assert_int_equal(queue.rows[0].since_ms, 10);
    assert_int_equal(queue.rows[0].last_ms, 129);
    assert_int_equal(queue.rows[0].calls, 101);
    assert_int_equal(approval_queue_deadline_ms(&queue), 20 + APPROVAL_LAPSE_MS);
}

/* Whoever makes ids by the thousand in one network fills the queue, and makes room for anybody else. */
static void a_network_that_fills_it_gives_way_to_others(void **state) {
    (void)state;
    struct approval_queue queue = {0};
    char from[32];
    assert_true(call(&queue, 1, "198.51.100.1:1", 1));
    for (uint32_t i = 0; i < 5000; i++) (void)call(&queue, 1000 + i, "203.0.113.9:1", 2);
    assert_int_equal(queue.count, LIMIT_APPROVALS_MAX);
    assert_true(waits(&queue, 1));
    assert_true(waits(&queue, 1000));
    for (uint32_t i = 0; i < 30; i++) {
        (void)snprintf(from, sizeof from, "10.%u.0.1:1", (unsigned)i);
        assert_true(call(&queue, 2 + i, from, 3));
    }
    assert_int_equal(queue.count, LIMIT_APPROVALS_MAX);
    for (uint32_t i = 0; i < 31; i++) assert_true(waits(&queue, 1 + i));
    assert_true(waits(&queue, 1000)); /* the newest of the crowd went */
    assert_false(call(&queue, 9999, "203.0.113.9:1", 4));
}

static void it_is_full_of_networks_at_last(void **state) {
    (void)state;
    struct approval_queue queue = {0};
    char from[32];
    for (uint32_t i = 0; i < LIMIT_APPROVALS_MAX; i++) {
        (void)snprintf(from, sizeof from, "10.%u.0.1:1", (unsigned)i);
        assert_true(call(&queue, i, from, 1));
    }
    assert_false(call(&queue, 500, "10.200.0.1:1", 2)); /* nobody holds more than it would */
    assert_true(approval_queue_remove(&queue, &queue.rows[0].node_id));
    assert_true(call(&queue, 500, "10.200.0.1:1", 3));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_waits_once_however_often_it_calls),
        cmocka_unit_test(a_network_that_fills_it_gives_way_to_others),
        cmocka_unit_test(it_is_full_of_networks_at_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
