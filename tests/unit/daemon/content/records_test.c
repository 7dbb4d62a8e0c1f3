/* SPDX-License-Identifier: Apache-2.0 */
/* What a host keeps of records, and what it tells its engine of them. */
#include <sqlite3.h>

#include "unit/daemon/content/content_host_fixture.h"

enum { BOB = 1, CAROL = 2 };
#define AT             1790000000000LL
#define ID_OF(foreign) (&(foreign)->publication.record.id)

static void a_foreign_post_is_kept_once_it_is_synced_and_after_a_restart(void **state) {
    (void)state;
    struct world *w = world_open(0);
    struct foreign *post = foreign_post(&(struct post_draft){.at_ms = AT, .text = SPAN_LITERAL("hello")}, BOB);
    give(w, post);
    assert_int_equal(count_of(w, INPUT_RECORD_KEPT, NULL), 0); /* never from within the call */
    struct told told = await(w, INPUT_RECORD_KEPT, ID_OF(post));
    assert_true(told.at_ms == AT && !told.is_own);
    assert_int_equal(count_of(w, INPUT_PUBLISH_RECORD, NULL), 0);
    world_again(w);
    told = await(w, INPUT_RECORD_KEPT, ID_OF(post));
    assert_true(told.at_ms == AT && !told.is_own);
    assert_int_equal(records_count(content_host_records(w->host)).posts, 1);
    foreign_free(post);
    world_close(w);
}

static void a_later_version_takes_the_place_of_the_first(void **state) {
    (void)state;
    struct world *w = world_open(0);
    struct foreign *first = foreign_post(&(struct post_draft){.at_ms = AT, .text = SPAN_LITERAL("one")}, BOB);
    struct foreign *later = foreign_post(
        &(struct post_draft){.at_ms = AT + 1, .version = 3, .of = *ID_OF(first), .text = SPAN_LITERAL("three")}, BOB);
    struct foreign *between = foreign_post(
        &(struct post_draft){.at_ms = AT + 2, .version = 2, .of = *ID_OF(first), .text = SPAN_LITERAL("two")}, BOB);
    struct foreign *thief = foreign_post(
        &(struct post_draft){.at_ms = AT + 3, .version = 9, .of = *ID_OF(first), .is_deleted = true}, CAROL);
    give(w, first);
    give(w, later);
    (void)await(w, INPUT_RECORD_KEPT, ID_OF(later));
    assert_int_equal(await(w, INPUT_RECORD_GONE, ID_OF(first)).at_ms, AT);
    give(w, between);
    (void)await(w, INPUT_RECORD_GONE, ID_OF(between)); /* it is not wanted any more */
    give(w, thief);
    (void)await(w, INPUT_RECORD_KEPT, ID_OF(thief)); /* a thread of its own */
    assert_int_equal(count_of(w, INPUT_RECORD_KEPT, ID_OF(between)), 0);
    assert_int_equal(count_of(w, INPUT_RECORD_GONE, ID_OF(later)), 0);
    world_again(w);
    (void)await(w, INPUT_RECORD_KEPT, ID_OF(later));
    (void)await(w, INPUT_RECORD_KEPT, ID_OF(thief));
    (void)await(w, INPUT_STORAGE, NULL);
    assert_int_equal(count_of(w, INPUT_RECORD_KEPT, NULL), 2);
    foreign_free(first);
    foreign_free(later);
    foreign_free(between);
    foreign_free(thief);
    world_close(w);
}

/* Both on their way to the disk at the same time. */
static void versions_that_come_in_the_wrong_order_end_alike(void **state) {
    (void)state;
    struct world *w = world_open(0);
    struct foreign *first = foreign_post(&(struct post_draft){.at_ms = AT, .text = SPAN_LITERAL("one")}, BOB);
    struct foreign *later = foreign_post(
        &(struct post_draft){.at_ms = AT + 1, .version = 2, .of = *ID_OF(first), .text = SPAN_LITERAL("two")}, BOB);
    give(w, later);
    give(w, first);
    (void)await(w, INPUT_RECORD_KEPT, ID_OF(later));
    (void)await(w, INPUT_RECORD_GONE, ID_OF(first));
    assert_int_equal(count_of(w, INPUT_RECORD_KEPT, ID_OF(first)), 0);
    world_again(w);
    (void)await(w, INPUT_STORAGE, NULL);
    assert_int_equal(count_of(w, INPUT_RECORD_KEPT, NULL), 1);
    foreign_free(first);
    foreign_free(later);
    world_close(w);
}

static void a_manifest_of_somebody_is_known_with_its_target(void **state) {
    (void)state;
    struct world *author = world_open(5), *w = world_open(0);
    assert_true(publish(author, 100000, 1));
    struct foreign *manifest = foreign_of((struct span){author->record, author->record_size});
    give(w, manifest);
    (void)await(w, INPUT_RECORD_KEPT, &author->published);
    const struct told told = await(w, INPUT_FILE, &author->published);
    assert_true(told.state == FILE_KNOWN && told.target == 2);
    assert_int_equal(told.bytes, 100016);
    const struct library_entry *entry = library_find(content_host_library(w->host), &author->published);
    assert_true(entry->state == LIBRARY_KNOWN && !entry->is_ours);
    assert_string_equal(library_role_name(entry), "known");
    assert_string_equal(entry->name, "a name");
    assert_true(content_host_want(w->host, &author->published));
    assert_string_equal(library_role_name(entry), "wanted");
    world_again(w);
    (void)await(w, INPUT_STORAGE, NULL);
    const struct told again = await(w, INPUT_FILE, &author->published);
    assert_true(again.state == FILE_WANTED && again.role == HOLDING_PINNED && again.target == 2);
    foreign_free(manifest);
    world_close(author);
    world_close(w);
}

static void what_we_publish_is_kept_as_ours_and_goes_out(void **state) {
    (void)state;
    struct world *w = world_open(0);
    assert_true(publish(w, 1000, 1));
    const struct told told = await(w, INPUT_RECORD_KEPT, &w->published);
    assert_true(told.is_own);
    (void)await(w, INPUT_PUBLISH_RECORD, &w->published);
    assert_int_equal(await(w, INPUT_FILE, &w->published).role, HOLDING_PUBLISHED);
    world_again(w);
    assert_true(await(w, INPUT_RECORD_KEPT, &w->published).is_own);
    (void)await(w, INPUT_STORAGE, NULL);
    assert_int_equal(count_of(w, INPUT_PUBLISH_RECORD, NULL), 0);
    world_close(w);
}

static void was_posted(void *context, const struct posted *posted) {
    struct world *w = context;
    w->posted = *posted;
    w->has_ended = true;
    loop_stop(w->loop);
}

static enum post_outcome post(struct world *w, const struct post_order *order) {
    struct err_detail detail;
    w->has_ended = false;
    const enum post_outcome outcome = posts_write(content_host_posts(w->host), order, was_posted, w, &detail);
    while (outcome == POST_PUBLISHED && !w->has_ended) loop_run(w->loop);
    return outcome == POST_PUBLISHED ? w->posted.outcome : outcome;
}

static void our_posts_have_times_that_ascend_also_over_a_restart(void **state) {
    (void)state;
    struct world *w = world_open(0);
    assert_int_equal(post(w, &(struct post_order){.text = SPAN_LITERAL("early")}), POST_LATER); /* the disk is read */
    (void)await(w, INPUT_STORAGE, NULL);
    int64_t last_ms = 0;
    for (int i = 0; i < 20; i++) {
        if (i == 10) {
            world_again(w);
            (void)await(w, INPUT_STORAGE, NULL);
        }
        assert_int_equal(post(w, &(struct post_order){.text = SPAN_LITERAL("text")}), POST_PUBLISHED);
        assert_true(w->posted.at_ms > last_ms);
        last_ms = w->posted.at_ms;
        assert_true(await(w, INPUT_RECORD_KEPT, &w->posted.id).is_own);
        (void)await(w, INPUT_PUBLISH_RECORD, &w->posted.id);
    }
    world_close(w);
}

/* What a clock that was wrong by days made is taken by nobody, and a later one would not be either. */
static void one_of_ours_from_the_future_does_not_make_the_next_ones_late(void **state) {
    (void)state;
    const uint8_t seeds[2][32] = {{1, 0}, {2, 0}};
    struct world *w = world_open(0);
    (void)await(w, INPUT_STORAGE, NULL);
    const int64_t now_ms = loop_wall_ms(w->loop), later_ms[] = {INT64_C(3) * 86400000, 30000};
    for (size_t i = 0; i < 2; i++) {
        uint8_t memory[1024];
        struct buffer body = buffer_over(memory, sizeof memory);
        assert_true(post_build(
            &body, &(struct post_draft){.at_ms = now_ms + later_ms[i], .version = 1, .text = SPAN_LITERAL("later")}));
        struct foreign *ours = signed_by(buffer_span(&body), now_ms + later_ms[i], seeds);
        give(w, ours);
        assert_true(await(w, INPUT_RECORD_KEPT, ID_OF(ours)).is_own);
        const int64_t next_ms = records_next_at(content_host_records(w->host));
        assert_in_range(next_ms, i == 0 ? now_ms : now_ms + 30001, now_ms + 60000);
        foreign_free(ours);
    }
    world_close(w);
}

static void two_edits_at_a_time_get_two_numbers(void **state) {
    (void)state;
    struct world *w = world_open(0);
    struct err_detail detail;
    (void)await(w, INPUT_STORAGE, NULL);
    assert_int_equal(post(w, &(struct post_order){.text = SPAN_LITERAL("one")}), POST_PUBLISHED);
    const struct object_id first = w->posted.id;
    const struct post_order edit = {.text = SPAN_LITERAL("again"), .of = &first};
    assert_int_equal(posts_write(content_host_posts(w->host), &edit, was_posted, w, &detail), POST_PUBLISHED);
    assert_int_equal(post(w, &edit), POST_PUBLISHED);
    settle(w, 50);
    assert_int_equal(w->posted.version, 3);
    assert_int_equal(records_count(content_host_records(w->host)).posts, 1);
    world_close(w);
}

static void what_cannot_be_posted_is_refused(void **state) {
    (void)state;
    struct world *w = world_open(0);
    struct foreign *theirs = foreign_post(&(struct post_draft){.at_ms = AT, .text = SPAN_LITERAL("one")}, BOB);
    const struct object_id nothing = {{7}};
    uint8_t text[POST_TEXT_MAX + 1] = {0};
    give(w, theirs);
    (void)await(w, INPUT_STORAGE, NULL);
    (void)await(w, INPUT_RECORD_KEPT, ID_OF(theirs));
    assert_int_equal(post(w, &(struct post_order){.text = SPAN_LITERAL("x"), .of = &nothing}), POST_ABSENT);
    assert_int_equal(post(w, &(struct post_order){.text = SPAN_LITERAL("x"), .of = ID_OF(theirs)}), POST_FOREIGN);
    assert_int_equal(post(w, &(struct post_order){.of = ID_OF(theirs), .is_deleted = true}), POST_FOREIGN);
    assert_int_equal(post(w, &(struct post_order){.is_deleted = true}), POST_MALFORMED);
    memset(text, 'x', sizeof text);
    assert_int_equal(post(w, &(struct post_order){.text = {text, sizeof text}}), POST_MALFORMED);
    assert_int_equal(post(w, &(struct post_order){.text = {(const uint8_t *)"\xff", 1}}), POST_MALFORMED);
    foreign_free(theirs);
    world_close(w);
}

static void a_full_store_takes_no_foreign_record_and_says_so_of_ours(void **state) {
    (void)state;
    struct world *w = world_open(0);
    struct foreign *theirs = foreign_post(&(struct post_draft){.at_ms = AT, .text = SPAN_LITERAL("one")}, BOB);
    (void)await(w, INPUT_STORAGE, NULL);
    content_host_set_bytes_max(w->host, 1);
    give(w, theirs);
    settle(w, 50);
    assert_int_equal(count_of(w, INPUT_RECORD_KEPT, NULL), 0);
    assert_int_equal(records_count(content_host_records(w->host)).without_room, 1);
    assert_int_equal(post(w, &(struct post_order){.text = SPAN_LITERAL("x")}), POST_FULL);
    content_host_set_bytes_max(w->host, 0);
    give(w, theirs);
    (void)await(w, INPUT_RECORD_KEPT, ID_OF(theirs));
    assert_int_equal(post(w, &(struct post_order){.text = SPAN_LITERAL("x")}), POST_PUBLISHED);
    foreign_free(theirs);
    world_close(w);
}

static struct foreign *advert(int64_t at_ms, int64_t until_ms) {
    uint8_t memory[1024];
    struct buffer body = buffer_over(memory, sizeof memory);
    const struct advert_draft draft = {.at_ms = at_ms, .until_ms = until_ms, .pages = 1};
    assert_true(advert_build(&body, &draft));
    return foreign_signed(buffer_span(&body), at_ms, BOB);
}

static void adverts_are_kept_until_they_are_forgotten_or_over(void **state) {
    (void)state;
    struct world *w = world_open(0);
    const int64_t now_ms = loop_wall_ms(w->loop);
    struct foreign *good = advert(now_ms, now_ms + 600000), *old = advert(now_ms - 1000, now_ms + 1);
    give(w, good);
    give(w, old);
    assert_true(await(w, INPUT_RECORD_KEPT, ID_OF(good)).has_publication);
    (void)await(w, INPUT_RECORD_KEPT, ID_OF(old));
    world_again(w);
    assert_true(await(w, INPUT_RECORD_KEPT, ID_OF(good)).has_publication); /* who holds what is known again */
    (void)await(w, INPUT_STORAGE, NULL);
    assert_int_equal(count_of(w, INPUT_RECORD_KEPT, NULL), 1); /* the other was over */
    struct action action = {.kind = ACTION_FORGET_RECORD};
    action.as.forget.id = *ID_OF(good);
    action.as.forget.at_ms = now_ms;
    content_host_perform(w->host, &action);
    (void)await(w, INPUT_RECORD_GONE, ID_OF(good));
    content_host_perform(w->host, &action); /* which is not here any more */
    settle(w, 50);
    assert_int_equal(count_of(w, INPUT_RECORD_GONE, ID_OF(good)), 1);
    world_again(w);
    (void)await(w, INPUT_STORAGE, NULL);
    assert_int_equal(count_of(w, INPUT_RECORD_KEPT, NULL), 0);
    foreign_free(good);
    foreign_free(old);
    world_close(w);
}

static void take_nothing(void *context, const struct content_object *object) {
    (void)context, (void)object;
}

static void pick_ended(void *context, const struct content_result *result) {
    (void)context, (void)result;
}

static void of_what_rots_the_engine_is_told(void **state) {
    (void)state;
    struct world *w = world_open(0);
    const int64_t now_ms = loop_wall_ms(w->loop);
    struct foreign *foreign = advert(now_ms, now_ms + 600000);
    (void)await(w, INPUT_STORAGE, NULL);
    char path[128];
    sqlite3 *handle;
    give(w, foreign);
    (void)await(w, INPUT_RECORD_KEPT, ID_OF(foreign));
    assert_int_equal(records_count(content_host_records(w->host)).adverts, 1);
    (void)snprintf(path, sizeof path, "%s/content/content.db", w->folder);
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, "UPDATE object SET bytes = x'00'", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
    content_host_pick(w->host, ID_OF(foreign), 1, take_nothing, (struct content_done){pick_ended, NULL});
    assert_int_equal(await(w, INPUT_RECORD_GONE, ID_OF(foreign)).at_ms, now_ms);
    assert_int_equal(records_count(content_host_records(w->host)).adverts, 0);
    foreign_free(foreign);
    world_close(w);
}

static void what_nobody_keeps_is_not_stored(void **state) {
    (void)state;
    struct world *w = world_open(0);
    struct foreign *other =
        foreign_signed(SPAN_LITERAL("{\"at\":1790000000000,\"type\":\"weather\"}"), 1790000000000, BOB);
    give(w, other);
    (void)await(w, INPUT_STORAGE, NULL);
    settle(w, 50);
    assert_int_equal(count_of(w, INPUT_RECORD_KEPT, NULL), 0);
    assert_int_equal(content_host_usage(w->host).objects, 0);
    foreign_free(other);
    world_close(w);
}

static void a_host_may_close_with_everything_under_way(void **state) {
    (void)state;
    struct world *w = world_open(0);
    struct foreign *first = foreign_post(&(struct post_draft){.at_ms = AT, .text = SPAN_LITERAL("one")}, BOB);
    struct foreign *later = foreign_post(
        &(struct post_draft){.at_ms = AT + 1, .version = 2, .of = *ID_OF(first), .text = SPAN_LITERAL("two")}, BOB);
    struct err_detail detail;
    (void)await(w, INPUT_STORAGE, NULL);
    give(w, first);
    (void)await(w, INPUT_RECORD_KEPT, ID_OF(first));
    give(w, later);
    (void)await(w, INPUT_RECORD_KEPT, ID_OF(later)); /* the removal of the first is under way */
    const struct post_order order = {.text = SPAN_LITERAL("x")};
    assert_int_equal(posts_write(content_host_posts(w->host), &order, was_posted, w, &detail), POST_PUBLISHED);
    world_again(w);
    (void)await(w, INPUT_STORAGE, NULL);
    assert_int_equal(count_of(w, INPUT_RECORD_KEPT, ID_OF(first)), 0);
    assert_int_equal(records_count(content_host_records(w->host)).posts, 2);
    foreign_free(first);
    foreign_free(later);
    world_close(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_foreign_post_is_kept_once_it_is_synced_and_after_a_restart),
        cmocka_unit_test(a_later_version_takes_the_place_of_the_first),
        cmocka_unit_test(versions_that_come_in_the_wrong_order_end_alike),
        cmocka_unit_test(a_manifest_of_somebody_is_known_with_its_target),
        cmocka_unit_test(what_we_publish_is_kept_as_ours_and_goes_out),
        cmocka_unit_test(our_posts_have_times_that_ascend_also_over_a_restart),
        cmocka_unit_test(one_of_ours_from_the_future_does_not_make_the_next_ones_late),
        cmocka_unit_test(two_edits_at_a_time_get_two_numbers),
        cmocka_unit_test(what_cannot_be_posted_is_refused),
        cmocka_unit_test(a_full_store_takes_no_foreign_record_and_says_so_of_ours),
        cmocka_unit_test(adverts_are_kept_until_they_are_forgotten_or_over),
        cmocka_unit_test(of_what_rots_the_engine_is_told),
        cmocka_unit_test(what_nobody_keeps_is_not_stored),
        cmocka_unit_test(a_host_may_close_with_everything_under_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
