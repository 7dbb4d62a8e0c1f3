/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/identity/node_id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/encoding.h"

/* The key of RFC 8032's first test; its ids were worked out by another program. */
static struct public_key known_key(void) {
    struct public_key key;
    struct buffer out = buffer_over(key.bytes, sizeof key.bytes);
    assert_true(hex_read(SPAN_LITERAL("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"), &out));
    return key;
}

static struct node_id id_of(const char *text) {
    struct node_id id;
    assert_true(node_id_read(span_of_text(text), &id));
    return id;
}

static void ids_follow_from_the_key(void **state) {
    (void)state;
    char text[NODE_ID_TEXT_SIZE + 1];
    struct public_key key = known_key();
    struct node_id node = node_id_of_key(&key);
    struct user_id user = user_id_of_key(&key);
    assert_string_equal(node_id_text(&node, text), "myxzypxz7askc56bpu6l5rklmdee7mst");
    assert_string_equal(user_id_text(&user, text), "rdwubsphjfnaymu6kqr77faprccozchy");
}

static void id_is_read_back_from_its_text(void **state) {
    (void)state;
    char text[NODE_ID_TEXT_SIZE + 1];
    uint8_t memory[NODE_ID_TEXT_SIZE];
    struct buffer out = buffer_over(memory, sizeof memory);
    struct public_key key = known_key();
    struct node_id id = node_id_of_key(&key), again = id_of("myxzypxz7askc56bpu6l5rklmdee7mst");
    struct user_id user;
    assert_true(node_id_equal(&id, &again));
    node_id_write(&out, &again);
    assert_true(span_equal_text(buffer_span(&out), node_id_text(&id, text)));
    assert_true(user_id_read(SPAN_LITERAL("rdwubsphjfnaymu6kqr77faprccozchy"), &user));
    assert_string_equal(user_id_text(&user, text), "rdwubsphjfnaymu6kqr77faprccozchy");
}

static void texts_of_another_form_are_no_ids(void **state) {
    (void)state;
    const char *const texts[] = {"",
                                 "myxzypxz7askc56bpu6l5rklmdee7ms",
                                 "myxzypxz7askc56bpu6l5rklmdee7mstt",
                                 "Myxzypxz7askc56bpu6l5rklmdee7mst",
                                 "1yxzypxz7askc56bpu6l5rklmdee7mst",
                                 "myxzypxz7askc56bpu6l5rklmdee7ms=",
                                 "myxzypxz7askc56b pu6l5rklmdee7ms",
                                 "peer-c99d22420d76-mhjpqwnr-9n02y"};
    struct node_id id;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) assert_false(node_id_read(span_of_text(texts[i]), &id));
}

static void every_text_of_the_form_is_an_id(void **state) {
    (void)state;
    id_of("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    id_of("77777777777777777777777777777777");
}

static void short_form_shows_both_ends(void **state) {
    (void)state;
    char text[16];
    struct node_id id = id_of("myxzypxz7askc56bpu6l5rklmdee7mst");
    assert_string_equal(node_id_short(&id, text), "myxz...7mst");
}

static void no_id_is_all_zeros(void **state) {
    (void)state;
    struct node_id none = NODE_ID_NONE, id = id_of("myxzypxz7askc56bpu6l5rklmdee7mst");
    assert_true(node_id_is_none(&none));
    assert_false(node_id_is_none(&id));
}

/* In ASCII '2' comes before 'a', in base32 behind 'z': the order is that of the texts. */
static void order_is_that_of_the_texts(void **state) {
    (void)state;
    struct node_id digit = id_of("2aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
                   letter = id_of("zaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), late = id_of("zaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
    assert_true(node_id_compare(&digit, &letter) < 0);
    assert_true(node_id_compare(&letter, &digit) > 0);
    assert_true(node_id_compare(&letter, &late) < 0);
    assert_int_equal(node_id_compare(&late, &late), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_follow_from_the_key),          cmocka_unit_test(id_is_read_back_from_its_text),
        cmocka_unit_test(texts_of_another_form_are_no_ids), cmocka_unit_test(every_text_of_the_form_is_an_id),
        cmocka_unit_test(short_form_shows_both_ends),       cmocka_unit_test(no_id_is_all_zeros),
        cmocka_unit_test(order_is_that_of_the_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
