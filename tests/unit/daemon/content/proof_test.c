/* SPDX-License-Identifier: Apache-2.0 */
/* Some bytes of a file that is here, chosen and compared: who has the same is believed, and nobody else. */
#include "daemon/content/proof.h"

#include "lib/record_bench.h"
#include "swarm/limits.h"
#include "unit/daemon/store/content/content_fixture.h"

enum { SIZE = 9000 };

struct proof_world {
    struct world store;
    struct tether_list tethers;
    struct input_queue *queue;
    struct manifest_checks *checks;
    struct proof *proof;
    struct object_id file;
    struct object_id chunk;
    uint8_t sealed[SIZE + FILE_SEAL_SIZE];
    struct input said; /* the last that was fed */
    struct object_id said_file;
    size_t fed;
};

static void feed(void *context, const struct input *input) {
    struct proof_world *w = context;
    w->said = *input;
    w->fed++;
    if (input->kind == INPUT_PROOF_CHOSEN) w->said_file = *input->as.proof.file;
    loop_stop(w->store.loop);
}

static void turned(void *context) {
    (void)context;
}

static const struct input *next(struct proof_world *w) {
    const size_t before = w->fed;
    loop_timer_start(w->store.patience, PATIENCE_MS);
    while (w->fed == before) loop_run(w->store.loop);
    loop_timer_stop(w->store.patience);
    return &w->said;
}

/* A public file of one chunk, whose sealed bytes are anything: nobody opens it here. */
static struct span make_manifest(struct proof_world *w) {
    static uint8_t memory[8192];
    struct buffer body = buffer_over(memory, sizeof memory);
    struct checked_record record;
    struct manifest_draft draft = {.at_ms = BENCH_AT, .lists = &w->chunk};
    const struct file_about about = {.name = "a", .mime = ""};
    struct file_key key;
    struct readers readers;
    struct chunk_tree tree;
    record_bench_bytes("file key", key.bytes);
    chunk_tree_init(&tree);
    chunk_tree_add(&tree, &w->chunk);
    draft.root = chunk_tree_root(&tree);
    assert_true(file_shape_of(SIZE, &draft.shape));
    readers_for_public(&readers, &key);
    draft.readers = &readers;
    draft.about = &about;
    draft.key = &key;
    assert_true(manifest_build(&body, &draft));
    assert_int_equal(record_bench_sign(buffer_span(&body), false, &record), REFUSAL_NONE);
    w->file = record.id;
    return record.text;
}

static void begin(struct proof_world *w, const struct fixture *f) {
    *w = (struct proof_world){.fed = 0};
    world_open(&w->store, f);
    bytes_make(w->sealed, sizeof w->sealed, 3);
    w->chunk = object_id_of_blob((struct span){w->sealed, sizeof w->sealed});
    w->queue = input_queue_new(&(struct input_queue_options){w->store.loop, feed, turned, w});
    w->checks = manifest_checks_new(w->store.loop);
    w->proof = proof_open(&(struct proof_options){w->store.store, w->checks, &w->tethers, w->queue, 7});
}

static void end(struct proof_world *w) {
    proof_close(w->proof);
    content_store_close(w->store.store);
    w->store.store = NULL;
    tether_list_abandon(&w->tethers);
    manifest_checks_free(w->checks);
    input_queue_free(w->queue);
    world_close(&w->store);
}

static void store_file(struct proof_world *w) {
    const struct span manifest = make_manifest(w);
    assert_int_equal(put_and_wait(&w->store, &w->file, OBJECT_MANIFEST, manifest), CONTENT_OK);
    assert_int_equal(put_and_wait(&w->store, &w->chunk, OBJECT_CHUNK, (struct span){w->sealed, sizeof w->sealed}),
                     CONTENT_OK);
}

static enum part_verdict compare(struct proof_world *w, const struct input *chosen, uint32_t size, bool is_right) {
    const uint32_t offset = chosen->as.proof.offset;
    struct incoming_part part = {.req = 5,
                                 .file = w->said_file,
                                 .part = {PART_PROOF, 0, size, chosen->as.proof.part.id},
                                 .bytes = memory_room(size),
                                 .size = size};
    memcpy(part.bytes, w->sealed + offset, size);
    part.bytes[size - 1] ^= !is_right;
    proof_take(w->proof, &part);
    const struct input *checked = next(w);
    assert_int_equal(checked->kind, INPUT_PART_CHECKED);
    assert_int_equal(checked->as.checked.req, 5);
    return checked->as.checked.verdict;
}

static void who_has_the_same_bytes_is_believed_and_nobody_else(void **state) {
    struct proof_world w;
    begin(&w, *state);
    store_file(&w);
    for (int i = 0; i < 8; i++) {
        proof_choose(w.proof, &w.file);
        const struct input chosen = *next(&w);
        assert_int_equal(chosen.kind, INPUT_PROOF_CHOSEN);
        assert_int_equal(chosen.as.proof.length, LIMIT_PROOF_BYTES);
        assert_true(object_id_equal(&chosen.as.proof.part.id, &w.chunk));
        assert_int_equal(chosen.as.proof.part.size, sizeof w.sealed);
        assert_true(chosen.as.proof.offset + chosen.as.proof.length <= sizeof w.sealed);
        assert_int_equal(compare(&w, &chosen, chosen.as.proof.length, i % 2 == 0),
                         i % 2 == 0 ? PART_STORED : PART_WRONG);
        /* once: the same again says nothing */
        assert_int_equal(compare(&w, &chosen, chosen.as.proof.length, true), PART_NOT_WRITTEN);
    }
    end(&w);
}

static void of_another_size_nothing_is_said(void **state) {
    struct proof_world w;
    begin(&w, *state);
    store_file(&w);
    proof_choose(w.proof, &w.file);
    const struct input chosen = *next(&w);
    assert_int_equal(compare(&w, &chosen, chosen.as.proof.length - 1, true), PART_NOT_WRITTEN);
    end(&w);
}

static void what_is_not_here_is_not_asked_for(void **state) {
    struct proof_world w;
    begin(&w, *state);
    (void)make_manifest(&w);
    proof_choose(w.proof, &w.file); /* no manifest */
    assert_int_equal(next(&w)->as.proof.length, 0);
    assert_int_equal(put_and_wait(&w.store, &w.file, OBJECT_MANIFEST, make_manifest(&w)), CONTENT_OK);
    proof_choose(w.proof, &w.file); /* no chunk */
    assert_int_equal(next(&w)->as.proof.length, 0);
    end(&w);
}

static void only_the_last_that_was_asked_is_answered(void **state) {
    struct proof_world w;
    begin(&w, *state);
    store_file(&w);
    const struct object_id other = id_numbered(9);
    proof_choose(w.proof, &other);
    proof_choose(w.proof, &other);
    proof_choose(w.proof, &w.file);
    const struct input *chosen = next(&w);
    assert_true(object_id_equal(&w.said_file, &w.file));
    assert_int_equal(chosen->as.proof.length, LIMIT_PROOF_BYTES);
    end(&w);
}

static void it_may_be_closed_on_its_way(void **state) {
    struct proof_world w;
    begin(&w, *state);
    store_file(&w);
    proof_choose(w.proof, &w.file);
    end(&w);
    assert_int_equal(w.fed, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(who_has_the_same_bytes_is_believed_and_nobody_else),
        TEST(of_another_size_nothing_is_said),
        TEST(what_is_not_here_is_not_asked_for),
        TEST(only_the_last_that_was_asked_is_answered),
        TEST(it_may_be_closed_on_its_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
