/* SPDX-License-Identifier: Apache-2.0 */
/* The door by which manifests come in, from peers and from the disk: what differs in a byte from what was asked for
 * stays outside. */
#include "daemon/content/manifest_checks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "crypto/sign.h"
#include "lib/record_bench.h"
#include "lib/vectors.h"

struct world {
    struct loop *loop;
    struct manifest_checks *checks;
    size_t waiting, held, refused;
    struct public_key signer; /* of the last that held */
};

static void checked(void *context, struct manifest_verdict *verdict) {
    struct world *w = context;
    *(verdict->refusal == REFUSAL_NONE ? &w->held : &w->refused) += 1;
    if (verdict->refusal == REFUSAL_NONE) w->signer = verdict->signer;
    memory_free(verdict->bytes);
    if (--w->waiting == 0) loop_stop(w->loop);
}

static void begin(struct world *w, const struct object_id *wanted, struct span text, size_t at, uint8_t flip) {
    uint8_t *bytes = memory_room(text.size);
    memcpy(bytes, text.at, text.size);
    bytes[at] ^= flip;
    w->waiting++;
    manifest_checks_begin(w->checks, wanted, bytes, text.size, checked, w);
}

static void world_open(struct world *w) {
    *w = (struct world){0};
    assert_true(sign_init());
    assert_int_equal(loop_new(&w->loop), ERR_OK);
    w->checks = manifest_checks_new(w->loop);
}

static void world_close(struct world *w) {
    manifest_checks_free(w->checks);
    loop_free(w->loop);
}

static struct span text_of(const struct vectors *v, const char *list, size_t index) {
    const struct json_value *vector = &vectors_array(v->tree, list)->as.items[index];
    return vectors_string(vectors_member(vector, "record"), "text");
}

static void a_manifest_with_another_byte_is_refused_wherever_it_is(void **state) {
    (void)state;
    struct world w;
    struct vectors v = vectors_open("content");
    const size_t count = vectors_array(v.tree, "files")->count;
    world_open(&w);
    for (size_t i = 0; i < count; i++) {
        struct checked_record record;
        const struct span text = text_of(&v, "files", i);
        assert_int_equal(record_bench_check(text, &record), REFUSAL_NONE);
        const struct object_id wanted = record.id;
        const struct public_key signer = record.key;
        w.held = w.refused = 0;
        begin(&w, &wanted, text, 0, 0);
        for (size_t at = 0; at < text.size; at++) begin(&w, &wanted, text, at, (uint8_t)(1u << at % 8));
        loop_run(w.loop);
        assert_int_equal(w.held, 1);
        assert_int_equal(w.refused, text.size);
        assert_memory_equal(&w.signer, &signer, sizeof signer);
    }
    vectors_close(&v);
    world_close(&w);
}

static void what_is_right_but_not_what_was_asked_for_is_refused(void **state) {
    (void)state;
    struct world w;
    struct vectors v = vectors_open("content");
    const struct object_id wanted = {{1}};
    world_open(&w);
    begin(&w, &wanted, text_of(&v, "files", 0), 0, 0);
    struct checked_record record;
    assert_int_equal(record_bench_check(text_of(&v, "posts", 0), &record), REFUSAL_NONE);
    const struct object_id post = record.id;
    begin(&w, &post, text_of(&v, "posts", 0), 0, 0); /* a record that holds, of another type */
    loop_run(w.loop);
    assert_int_equal(w.held, 0);
    assert_int_equal(w.refused, 2);
    vectors_close(&v);
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_manifest_with_another_byte_is_refused_wherever_it_is),
        cmocka_unit_test(what_is_right_but_not_what_was_asked_for_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
