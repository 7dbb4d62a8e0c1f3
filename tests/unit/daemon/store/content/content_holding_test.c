/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/daemon/store/content/content_fixture.h"

enum { LISTED_MAX = 2048 };

struct listed {
    struct world world; /* the first: it is the context of what is done */
    size_t count;
    struct content_holding holdings[LISTED_MAX];
    size_t object_count;
    struct object_id objects[LISTED_MAX];
    size_t sizes[LISTED_MAX];
};

static void take_holding(void *context, const struct content_holding *holding) {
    struct listed *l = context;
    assert_true(l->count < LISTED_MAX);
    l->holdings[l->count++] = *holding;
}

static void take_object(void *context, const struct content_object *object) {
    struct listed *l = context;
    assert_true(l->object_count < LISTED_MAX);
    l->sizes[l->object_count] = object->bytes.size;
    l->objects[l->object_count++] = object->id;
}

static void list(struct listed *l) {
    l->count = 0;
    content_store_each_holding(l->world.store, take_holding, done_of(&l->world));
    await(&l->world, NULL);
    assert_int_equal(l->world.answer, CONTENT_OK);
}

static void list_spare(struct listed *l, size_t max) {
    l->object_count = 0;
    content_store_list_spare(l->world.store, max, take_object, done_of(&l->world));
    await(&l->world, NULL);
    assert_int_equal(l->world.answer, CONTENT_OK);
}

static void hold(struct world *w, uint64_t number, enum holding_role role, int64_t used_ms) {
    const struct content_holding holding = {id_numbered(number), role, 1000, used_ms};
    content_store_put_holding(w->store, &holding, done_of(w));
    await(w, NULL);
    assert_int_equal(w->answer, CONTENT_OK);
}

static void put_manifest(struct world *w, uint64_t number, int64_t at_ms) {
    uint8_t memory[100] = {1};
    const struct content_object object = {id_numbered(number), OBJECT_MANIFEST, at_ms, {memory, 50 + number % 50}};
    assert_int_equal(content_store_put_object(w->store, &object, done_of(w), NULL), CONTENT_OK);
    await(w, NULL);
}

static void a_holding_is_there_without_its_manifest_and_after_a_restart(void **state) {
    struct listed *l = memory_zeroed(1, sizeof *l);
    struct world *w = &l->world;
    world_open(w, *state);
    hold(w, 1, HOLDING_PINNED, 5000);
    hold(w, 2, HOLDING_REPLICA, 6000);
    world_reopen(w);
    list(l);
    assert_int_equal(l->count, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct object_id first = id_numbered(1);
        const bool is_first = object_id_equal(&l->holdings[i].manifest, &first);
        assert_int_equal(l->holdings[i].role, is_first ? HOLDING_PINNED : HOLDING_REPLICA);
        assert_int_equal(l->holdings[i].since_ms, 1000);
        assert_int_equal(l->holdings[i].used_ms, is_first ? 5000 : 6000);
    }
    world_close(w);
    memory_free(l);
}

static void the_role_that_says_more_stands_also_of_its_file(void **state) {
    struct listed *l = memory_zeroed(1, sizeof *l);
    struct world *w = &l->world;
    world_open(w, *state);
    const struct object_id manifest = file_fill(w, 300000, 3); /* a replica */
    hold(w, 3, HOLDING_REPLICA, 1000);
    hold(w, 3, HOLDING_PUBLISHED, 2000);
    hold(w, 3, HOLDING_PINNED, 1500);
    list(l);
    assert_int_equal(l->count, 1);
    assert_int_equal(l->holdings[0].role, HOLDING_PUBLISHED);
    assert_int_equal(l->holdings[0].used_ms, 2000);
    assert_int_equal(open_file(w, &manifest, NULL), CONTENT_OK);
    assert_int_equal(content_file_row(w->file).role, HOLDING_PUBLISHED);
    content_file_close(w->file);
    world_close(w);
    memory_free(l);
}

static void what_is_removed_is_gone(void **state) {
    struct listed *l = memory_zeroed(1, sizeof *l);
    struct world *w = &l->world;
    const struct object_id id = id_numbered(1);
    world_open(w, *state);
    hold(w, 1, HOLDING_PINNED, 1);
    content_store_remove_holding(w->store, &id, done_of(w));
    await(w, NULL);
    assert_int_equal(w->answer, CONTENT_OK);
    content_store_remove_holding(w->store, &id, done_of(w));
    await(w, NULL);
    assert_int_equal(w->answer, CONTENT_NONE);
    list(l);
    assert_int_equal(l->count, 0);
    world_close(w);
    memory_free(l);
}

static void all_of_many_are_walked_through_once(void **state) {
    struct listed *l = memory_zeroed(1, sizeof *l);
    struct world *w = &l->world;
    world_open(w, *state);
    for (uint64_t i = 0; i < 1300; i++) {
        const struct content_holding holding = {id_numbered(i), HOLDING_PINNED, 1, 1};
        content_store_put_holding(w->store, &holding, done_of(w));
    }
    await(w, NULL);
    list(l);
    assert_int_equal(l->count, 1300);
    for (size_t i = 1; i < l->count; i++)
        assert_true(object_id_compare(&l->holdings[i - 1].manifest, &l->holdings[i].manifest) < 0);
    world_close(w);
    memory_free(l);
}

static void spare_are_manifests_of_what_is_not_held_the_oldest_first(void **state) {
    struct listed *l = memory_zeroed(1, sizeof *l);
    struct world *w = &l->world;
    const struct object_id oldest = id_numbered(7), next = id_numbered(6);
    world_open(w, *state);
    put_manifest(w, 5, 3000);
    put_manifest(w, 6, 2000);
    put_manifest(w, 7, 1000);
    put_manifest(w, 8, 500);
    hold(w, 8, HOLDING_REPLICA, 1);
    list_spare(l, 2);
    assert_int_equal(l->object_count, 2);
    assert_true(object_id_equal(&l->objects[0], &oldest) && object_id_equal(&l->objects[1], &next));
    world_close(w);
    memory_free(l);
}

static void objects_are_picked_by_their_ids_in_that_order(void **state) {
    struct listed *l = memory_zeroed(1, sizeof *l);
    struct world *w = &l->world;
    const struct object_id ids[] = {id_numbered(3), id_numbered(99), id_numbered(1)};
    world_open(w, *state);
    put_manifest(w, 1, 1);
    put_manifest(w, 3, 1);
    content_store_pick(w->store, ids, 3, take_object, done_of(w));
    await(w, NULL);
    assert_int_equal(w->answer, CONTENT_OK);
    assert_int_equal(l->object_count, 2);
    assert_true(object_id_equal(&l->objects[0], &ids[0]) && object_id_equal(&l->objects[1], &ids[2]));
    assert_int_equal(l->sizes[0], 53);
    content_store_pick(w->store, ids, 0, take_object, done_of(w));
    await(w, NULL);
    assert_int_equal(l->object_count, 2);
    world_close(w);
    memory_free(l);
}

static void a_manifest_and_that_it_is_held_come_together(void **state) {
    struct listed *l = memory_zeroed(1, sizeof *l);
    struct world *w = &l->world;
    uint8_t memory[100] = {1};
    const struct content_holding holding = {id_numbered(1), HOLDING_PUBLISHED, 5, 5};
    const struct content_object object = {id_numbered(1), OBJECT_MANIFEST, 5, {memory, sizeof memory}};
    world_open(w, *state);
    assert_int_equal(content_store_put_held(w->store, &object, &holding, done_of(w), NULL), CONTENT_OK);
    await(w, NULL);
    world_reopen(w);
    list(l);
    assert_int_equal(l->count, 1);
    assert_int_equal(load(w, &object.id), CONTENT_OK);
    content_store_set_bytes_max(w->store, 50);
    const struct content_object other = {id_numbered(2), OBJECT_MANIFEST, 5, {memory, sizeof memory}};
    assert_int_equal(content_store_put_held(w->store, &other, &holding, (struct content_done){0}, NULL), CONTENT_FULL);
    world_close(w);
    memory_free(l);
}

static void a_file_that_is_no_holding_goes_when_it_is_asked(void **state) {
    struct listed *l = memory_zeroed(1, sizeof *l);
    struct world *w = &l->world;
    world_open(w, *state);
    const struct object_id stray = file_fill(w, 300000, 3), held = file_fill(w, 300000, 4);
    hold(w, 4, HOLDING_PUBLISHED, 1);
    world_reopen(w);
    content_store_remove_strays(w->store);
    assert_int_equal(open_file(w, &stray, NULL), CONTENT_NONE);
    assert_int_equal(open_file(w, &held, NULL), CONTENT_OK);
    content_file_close(w->file);
    world_close(w);
    memory_free(l);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_holding_is_there_without_its_manifest_and_after_a_restart),
        TEST(the_role_that_says_more_stands_also_of_its_file),
        TEST(what_is_removed_is_gone),
        TEST(all_of_many_are_walked_through_once),
        TEST(spare_are_manifests_of_what_is_not_held_the_oldest_first),
        TEST(a_manifest_and_that_it_is_held_come_together),
        TEST(a_file_that_is_no_holding_goes_when_it_is_asked),
        TEST(objects_are_picked_by_their_ids_in_that_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
