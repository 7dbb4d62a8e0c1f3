/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/daemon/store/content/content_fixture.h"

struct entries {
    struct world *world;
    size_t count;
    struct quarantine_entry entries[QUARANTINE_ENTRIES_MAX + 1];
};

static void take_entry(void *context, const struct quarantine_entry *entry) {
    struct entries *entries = context;
    assert_true(entries->count <= QUARANTINE_ENTRIES_MAX);
    entries->entries[entries->count++] = *entry;
}

static void on_listed(void *context, const struct content_result *result) {
    const struct entries *entries = context;
    note_result(entries->world, result);
}

static struct entries list(struct world *w) {
    struct entries entries = {.world = w};
    w->waiting++;
    content_store_list_quarantine(w->store, take_entry, (struct content_done){on_listed, &entries});
    await(w, NULL);
    return entries;
}

static struct quarantine_entry entry_of(uint64_t number) {
    struct quarantine_entry entry = {.wanted = id_numbered(number),
                                     .actual = id_numbered(number + 1000),
                                     .first_difference = (int64_t)number - 1,
                                     .at_ms = 1763640000000 + (int64_t)number};
    memset(entry.sender.bytes, 1, sizeof entry.sender.bytes);
    memset(entry.signer.bytes, 2, sizeof entry.signer.bytes);
    memset(entry.expected_key.bytes, 3, sizeof entry.expected_key.bytes);
    (void)snprintf(entry.cause, sizeof entry.cause, "the hash of chunk %u is another", (unsigned)number);
    return entry;
}

static enum content_answer keep(struct world *w, uint64_t number, struct span bytes) {
    const struct quarantine_entry entry = entry_of(number);
    const enum content_answer answer = content_store_put_quarantine(w->store, &entry, bytes, done_of(w));
    if (answer != CONTENT_OK) {
        w->waiting--;
        return answer;
    }
    await(w, NULL);
    return w->answer;
}

static enum content_answer look_at(struct world *w, uint64_t number) {
    w->waiting++;
    assert_int_equal(content_store_load_quarantine(w->store, number, on_loaded, w), CONTENT_OK);
    await(w, NULL);
    return w->answer;
}

static void an_entry_comes_back_as_it_was(void **state) {
    struct world w;
    uint8_t memory[3000];
    bytes_make(memory, sizeof memory, 1);
    world_open(&w, *state);
    assert_int_equal(list(&w).count, 0);
    assert_int_equal(keep(&w, 5, (struct span){memory, sizeof memory}), CONTENT_OK);
    for (int i = 0; i < 2; i++) {
        const struct entries entries = list(&w);
        const struct quarantine_entry wanted = entry_of(5), *got = &entries.entries[0];
        assert_int_equal(entries.count, 1);
        assert_true(object_id_equal(&got->wanted, &wanted.wanted));
        assert_true(object_id_equal(&got->actual, &wanted.actual));
        assert_int_equal(got->first_difference, 4);
        assert_memory_equal(&got->sender, &wanted.sender, sizeof got->sender);
        assert_memory_equal(&got->signer, &wanted.signer, sizeof got->signer);
        assert_memory_equal(&got->expected_key, &wanted.expected_key, sizeof got->expected_key);
        assert_string_equal(got->cause, wanted.cause);
        assert_int_equal(got->at_ms, wanted.at_ms);
        assert_int_equal(got->size, sizeof memory);
        assert_int_equal(look_at(&w, got->number), CONTENT_OK);
        assert_int_equal(w.loaded.size, sizeof memory);
        assert_memory_equal(w.loaded.bytes, memory, sizeof memory);
        assert_true(object_id_equal(&w.loaded.id, &wanted.wanted));
        world_reopen(&w);
    }
    assert_int_equal(mode_of(in_folder(w.f, "content/quarantine/1")), 0600);
    world_close(&w);
}

static void what_a_good_copy_showed_is_kept(void **state) {
    struct world w;
    world_open(&w, *state);
    assert_int_equal(keep(&w, 1, SPAN_LITERAL("bad")), CONTENT_OK);
    struct quarantine_entry entry = list(&w).entries[0];
    entry.first_difference = 77;
    memset(entry.expected_key.bytes, 9, sizeof entry.expected_key.bytes);
    content_store_settle_quarantine(w.store, &entry, done_of(&w));
    await(&w, NULL);
    assert_int_equal(w.answer, CONTENT_OK);
    world_reopen(&w);
    const struct quarantine_entry got = list(&w).entries[0];
    assert_int_equal(got.first_difference, 77);
    assert_memory_equal(&got.expected_key, &entry.expected_key, sizeof got.expected_key);
    assert_string_equal(got.cause, entry.cause);
    entry.number = 2;
    content_store_settle_quarantine(w.store, &entry, done_of(&w));
    await(&w, NULL);
    assert_int_equal(w.answer, CONTENT_NONE);
    world_close(&w);
}

static void a_removed_entry_is_gone_with_its_bytes(void **state) {
    struct world w;
    world_open(&w, *state);
    assert_int_equal(keep(&w, 1, SPAN_LITERAL("bad")), CONTENT_OK);
    content_store_remove_quarantine(w.store, 1, done_of(&w));
    await(&w, NULL);
    assert_int_equal(w.answer, CONTENT_OK);
    assert_int_equal(list(&w).count, 0);
    assert_int_equal(look_at(&w, 1), CONTENT_NONE);
    assert_int_not_equal(access(in_folder(w.f, "content/quarantine/1"), F_OK), 0);
    content_store_remove_quarantine(w.store, 1, done_of(&w));
    await(&w, NULL);
    assert_int_equal(w.answer, CONTENT_NONE);
    world_reopen(&w);
    assert_int_equal(keep(&w, 1, SPAN_LITERAL("bad")), CONTENT_OK);
    assert_int_equal(list(&w).entries[0].number, 2); /* a number is never used twice */
    world_close(&w);
}

static void the_oldest_entries_go(void **state) {
    struct world w;
    world_open(&w, *state);
    for (uint64_t i = 1; i <= QUARANTINE_ENTRIES_MAX + 6; i++)
        assert_int_equal(keep(&w, i, SPAN_LITERAL("bad")), CONTENT_OK);
    const struct entries entries = list(&w);
    assert_int_equal(entries.count, QUARANTINE_ENTRIES_MAX);
    assert_int_equal(entries.entries[0].number, QUARANTINE_ENTRIES_MAX + 6);
    assert_int_equal(entries.entries[QUARANTINE_ENTRIES_MAX - 1].number, 7);
    assert_int_not_equal(access(in_folder(w.f, "content/quarantine/6"), F_OK), 0);
    assert_int_equal(access(in_folder(w.f, "content/quarantine/7"), F_OK), 0);
    world_close(&w);
}

static void an_entry_keeps_the_first_mebibyte_and_the_whole_size(void **state) {
    struct world w;
    const size_t size = QUARANTINE_BYTES_MAX + 1000;
    uint8_t *memory = memory_zeroed(size, 1);
    bytes_make(memory, size, 1);
    world_open(&w, *state);
    assert_int_equal(keep(&w, 1, (struct span){memory, size}), CONTENT_OK);
    assert_int_equal(list(&w).entries[0].size, size);
    assert_int_equal(look_at(&w, 1), CONTENT_OK);
    assert_int_equal(w.loaded.size, QUARANTINE_BYTES_MAX);
    assert_memory_equal(w.loaded.bytes, memory, QUARANTINE_BYTES_MAX);
    memory_free(memory);
    world_close(&w);
}

static void entries_that_wait_are_bounded(void **state) {
    struct world w;
    const struct quarantine_entry entry = entry_of(1);
    size_t taken = 0;
    world_open(&w, *state);
    while (content_store_put_quarantine(w.store, &entry, SPAN_LITERAL("bad"), done_of(&w)) == CONTENT_OK) taken++;
    w.waiting--;
    assert_int_equal(taken, 4);
    await(&w, NULL);
    assert_int_equal(keep(&w, 1, SPAN_LITERAL("bad")), CONTENT_OK);
    assert_int_equal(list(&w).count, 5);
    world_close(&w);
}

static void files_without_a_row_are_swept_and_others_left(void **state) {
    struct world w;
    world_open(&w, *state);
    assert_int_equal(keep(&w, 1, SPAN_LITERAL("bad")), CONTENT_OK);
    world_close(&w);
    file_put_text(in_folder(w.f, "content/quarantine/77"), "left by a crash");
    file_put_text(in_folder(w.f, "content/quarantine/.78.new"), "left by a crash");
    file_put_text(in_folder(w.f, "content/quarantine/notes"), "somebody's");
    world_open(&w, *state);
    assert_int_equal(keep(&w, 2, SPAN_LITERAL("bad")), CONTENT_OK); /* after the sweep, on the same thread */
    assert_int_not_equal(access(in_folder(w.f, "content/quarantine/77"), F_OK), 0);
    assert_int_not_equal(access(in_folder(w.f, "content/quarantine/.78.new"), F_OK), 0);
    assert_int_equal(access(in_folder(w.f, "content/quarantine/notes"), F_OK), 0);
    assert_int_equal(look_at(&w, 1), CONTENT_OK);
    world_close(&w);
}

static void the_first_difference_of_two_copies_is_found(void **state) {
    (void)state;
    const struct span text = SPAN_LITERAL("abcdef");
    assert_int_equal(quarantine_first_difference(text, text), -1);
    assert_int_equal(quarantine_first_difference(text, SPAN_LITERAL("abXdef")), 2);
    assert_int_equal(quarantine_first_difference(text, SPAN_LITERAL("abc")), 3);
    assert_int_equal(quarantine_first_difference(SPAN_NONE, text), 0);
    assert_int_equal(quarantine_first_difference(SPAN_NONE, SPAN_NONE), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(an_entry_comes_back_as_it_was),
        TEST(what_a_good_copy_showed_is_kept),
        TEST(a_removed_entry_is_gone_with_its_bytes),
        TEST(the_oldest_entries_go),
        TEST(an_entry_keeps_the_first_mebibyte_and_the_whole_size),
        TEST(entries_that_wait_are_bounded),
        TEST(files_without_a_row_are_swept_and_others_left),
        cmocka_unit_test(the_first_difference_of_two_copies_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
