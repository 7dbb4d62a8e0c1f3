/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/object_id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define OF_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void blob_is_named_by_its_hash(void **state) {
    (void)state;
    struct object_id id;
    const struct object_id of_blob = object_id_of_blob(SPAN_LITERAL("abc"));
    assert_true(object_id_read(SPAN_LITERAL(OF_ABC), &id));
    assert_true(object_id_equal(&id, &of_blob));
    assert_int_equal(object_id_compare(&id, &of_blob), 0);
}

static void text_of_another_form_is_no_id(void **state) {
    (void)state;
    char text[] = OF_ABC;
    struct object_id id;
    for (size_t size = 0; size < sizeof text - 1; size++)
        assert_false(object_id_read((struct span){(const uint8_t *)text, size}, &id));
    assert_false(object_id_read(SPAN_LITERAL(OF_ABC "a"), &id));
    text[0] = 'B';
    assert_false(object_id_read(span_of_text(text), &id));
    text[0] = 'g';
    assert_false(object_id_read(span_of_text(text), &id));
}

static bool reads(const char *text, struct object_id *ids) {
    uint8_t memory[4096];
    struct arena arena = arena_over(memory, sizeof memory);
    enum json_fault fault;
    const struct json_value *array = json_parse(span_of_text(text), JSON_WIRE, &arena, &fault, NULL);
    assert_non_null(array);
    return object_ids_read(array, ids);
}

static void array_is_read_whole_or_not(void **state) {
    (void)state;
    struct object_id ids[2];
    assert_true(reads("[]", ids));
    assert_true(reads("[\"" OF_ABC "\",\"" OF_ABC "\"]", ids));
    assert_true(object_id_equal(&ids[0], &ids[1]));
    assert_false(reads("[\"" OF_ABC "\",\"abc\"]", ids));
    assert_false(reads("[\"" OF_ABC "\",null]", ids));
}

static void ids_are_sorted(void **state) {
    (void)state;
    enum { COUNT = 100 };
    struct object_id ids[COUNT];
    for (size_t count = 0; count <= COUNT; count++) {
        for (size_t i = 0; i < count; i++) ids[i] = (struct object_id){{(uint8_t)(i * 37 % 50), (uint8_t)i}};
        object_ids_sort(ids, count);
        for (size_t i = 1; i < count; i++) assert_true(object_id_compare(&ids[i - 1], &ids[i]) < 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blob_is_named_by_its_hash),
        cmocka_unit_test(text_of_another_form_is_no_id),
        cmocka_unit_test(array_is_read_whole_or_not),
        cmocka_unit_test(ids_are_sorted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
