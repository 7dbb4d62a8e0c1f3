/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of the adverts of others, and who crowds out whom. */
#include "swarm/replica/provider_table.h"

#include "lib/replica_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { NOW_MS = 1000000, LIFE_MS = 180000 };

struct world {
    struct provider_table table;
    size_t forgotten;
    struct object_id last_forgotten;
    uint32_t made;
};

static void forget(void *context, const struct object_id *id, int64_t at_ms) {
    struct world *w = context;
    (void)at_ms;
    w->forgotten++;
    w->last_forgotten = *id;
}

static void begin(struct world *w, size_t providers, size_t pages, size_t claims) {
    *w = (struct world){0};
    assert_true(provider_table_init(&w->table, &(struct provider_sizes){providers, pages, claims}, 1));
    w->table.forget = forget;
    w->table.context = w;
}

struct said {
    uint32_t peer;
    int64_t at_ms;
    uint8_t page, pages;
    uint32_t first;
    size_t count;
    enum provider_standing standing;
    int64_t expires_ms;
    size_t drop_count; /* of the files from 1 on */
};

static bool says(struct world *w, const struct said *said) {
    static struct object_id holds[ADVERT_HOLDS_MAX], drops[ADVERT_DROPS_MAX];
    const struct rig_peer peer = rig_peer(said->peer);
    for (size_t i = 0; i < said->count; i++) holds[i] = content_rig_id(said->first + (uint32_t)i);
    for (size_t i = 0; i < said->drop_count; i++) drops[i] = content_rig_id(1 + (uint32_t)i);
    const struct checked_advert advert = {.id = content_rig_id(0x10000 + ++w->made),
                                          .node = peer.id,
                                          .at_ms = said->at_ms,
                                          .until_ms = said->at_ms + LIFE_MS,
                                          .page = said->page,
                                          .pages = said->pages == 0 ? 1 : said->pages,
                                          .holds = holds,
                                          .hold_count = said->count,
                                          .drops = drops,
                                          .drop_count = said->drop_count};
    const struct advert_arrival arrival = {&advert, said->expires_ms == 0 ? NOW_MS + LIFE_MS : said->expires_ms,
                                           said->standing};
    return provider_table_take(&w->table, &arrival, NOW_MS);
}
#define SAYS(w, ...) says(w, &(struct said){__VA_ARGS__})

static bool holds(const struct world *w, uint32_t number, uint32_t file) {
    const struct object_id id = content_rig_id(file);
    const struct rig_peer peer = rig_peer(number);
    return provider_table_claim(&w->table, &id, &peer.id) != NULL;
}

static size_t count_holders(const struct world *w, uint32_t file) {
    const struct object_id id = content_rig_id(file);
    size_t count = 0;
    for (const struct claim *claim = provider_table_next(&w->table, &id, NULL); claim != NULL;
         claim = provider_table_next(&w->table, &id, claim))
        count++;
    return count;
}

static void the_newest_advert_of_a_page_counts(void **state) {
    (void)state;
    struct world w;
    begin(&w, 8, 16, 64);
    assert_true(SAYS(&w, .peer = 1, .at_ms = 10, .first = 1, .count = 3));
    assert_true(SAYS(&w, .peer = 2, .at_ms = 10, .first = 2, .count = 1));
    assert_int_equal(count_holders(&w, 2), 2);
    assert_true(SAYS(&w, .peer = 1, .at_ms = 20, .first = 3, .count = 2));
    assert_false(holds(&w, 1, 1));
    assert_true(holds(&w, 1, 3));
    assert_true(holds(&w, 1, 4));
    assert_int_equal(w.forgotten, 1);
    assert_false(SAYS(&w, .peer = 1, .at_ms = 15, .first = 1, .count = 1)); /* older */
    assert_false(holds(&w, 1, 1));
    assert_int_equal(w.table.claim_count, 3);
    provider_table_deinit(&w.table);
}

static void pages_beyond_those_of_the_newest_go(void **state) {
    (void)state;
    struct world w;
    begin(&w, 8, 16, 64);
    for (uint8_t page = 0; page < 4; page++)
        assert_true(SAYS(&w, .peer = 1, .at_ms = 10 + page, .page = page, .pages = 4, .first = 1u + page, .count = 1));
    assert_true(SAYS(&w, .peer = 1, .at_ms = 20, .page = 0, .pages = 2, .first = 9, .count = 1));
    assert_int_equal(w.forgotten, 3); /* two of no page, one that was renewed */
    assert_true(holds(&w, 1, 2));
    assert_false(holds(&w, 1, 3));
    assert_false(SAYS(&w, .peer = 1, .at_ms = 15, .page = 3, .pages = 4, .first = 1, .count = 1));
    provider_table_deinit(&w.table);
}

static void what_was_proved_outlasts_a_new_advert_of_the_same(void **state) {
    (void)state;
    struct world w;
    const struct object_id id = content_rig_id(2);
    const struct rig_peer peer = rig_peer(1);
    begin(&w, 8, 16, 64);
    assert_true(SAYS(&w, .peer = 1, .at_ms = 10, .first = 1, .count = 3));
    provider_table_claim(&w.table, &id, &peer.id)->proved_s = 77;
    assert_true(SAYS(&w, .peer = 1, .at_ms = 20, .first = 2, .count = 3));
    assert_int_equal(provider_table_claim(&w.table, &id, &peer.id)->proved_s, 77);
    assert_true(SAYS(&w, .peer = 1, .at_ms = 30, .page = 1, .pages = 2, .first = 2, .count = 1)); /* on another page */
    assert_int_equal(provider_table_claim(&w.table, &id, &peer.id)->proved_s, 77);
    assert_true(SAYS(&w, .peer = 1, .at_ms = 40, .page = 0, .pages = 2, .first = 3, .count = 1));
    assert_true(holds(&w, 1, 2));
    assert_int_equal(w.table.claim_count, 2);
    provider_table_deinit(&w.table);
}

static void what_is_dropped_is_not_held(void **state) {
    (void)state;
    struct world w;
    begin(&w, 8, 16, 64);
    assert_true(SAYS(&w, .peer = 1, .at_ms = 10, .page = 0, .pages = 2, .first = 1, .count = 3));
    assert_true(SAYS(&w, .peer = 1, .at_ms = 20, .page = 1, .pages = 2, .first = 9, .count = 1, .drop_count = 2));
    assert_false(holds(&w, 1, 1));
    assert_false(holds(&w, 1, 2));
    assert_true(holds(&w, 1, 3));
    provider_table_deinit(&w.table);
}

static void what_is_over_goes_and_is_not_taken(void **state) {
    (void)state;
    struct world w;
    begin(&w, 8, 16, 64);
    assert_false(SAYS(&w, .peer = 1, .at_ms = 10, .first = 1, .count = 1, .expires_ms = NOW_MS));
    assert_true(SAYS(&w, .peer = 1, .at_ms = 10, .first = 1, .count = 1, .expires_ms = NOW_MS + 1000));
    assert_true(SAYS(&w, .peer = 2, .at_ms = 10, .first = 1, .count = 1));
    assert_false(provider_table_expire(&w.table, NOW_MS + 999));
    assert_true(provider_table_expire(&w.table, NOW_MS + 1000));
    assert_int_equal(count_holders(&w, 1), 1);
    provider_table_age(&w.table, LIFE_MS); /* the machine slept */
    assert_true(provider_table_expire(&w.table, NOW_MS));
    assert_int_equal(count_holders(&w, 1), 0);
    assert_int_equal(w.forgotten, 2);
    assert_int_equal(w.table.next_expiry_ms, INT64_MAX);
    provider_table_deinit(&w.table);
}

static void in_a_full_table_who_claims_most_loses(void **state) {
    (void)state;
    struct world w;
    begin(&w, 8, 16, 100);
    for (uint8_t page = 0; page < 10; page++)
        assert_true(SAYS(&w, .peer = 1, .at_ms = 10 + page, .page = page, .pages = 10, .first = 1000u + 10 * page,
                         .count = 10));
    assert_int_equal(w.table.claim_count, 100);
    assert_true(SAYS(&w, .peer = 2, .at_ms = 10, .first = 1, .count = 5));
    for (uint32_t file = 1; file <= 5; file++) assert_true(holds(&w, 2, file));
    assert_int_equal(w.table.claim_count, 95);
    assert_true(SAYS(&w, .peer = 1, .at_ms = 50, .page = 0, .pages = 10, .first = 1, .count = 50)); /* only what fits */
    for (uint32_t file = 1; file <= 5; file++) assert_true(holds(&w, 2, file));
    assert_in_range(w.table.claim_count, 6, 100);
    provider_table_deinit(&w.table);
}

static void over_three_quarters_only_known_files_are_taken(void **state) {
    (void)state;
    struct world w;
    struct catalog catalog;
    const struct object_id known = content_rig_id(500);
    begin(&w, 8, 16, 100);
    assert_true(catalog_init(&catalog, 8, 1));
    assert_non_null(catalog_put(&catalog, &known));
    w.table.catalog = &catalog;
    assert_true(SAYS(&w, .peer = 1, .at_ms = 10, .first = 1000, .count = 100));
    assert_int_equal(w.table.claim_count, 75);
    assert_true(SAYS(&w, .peer = 2, .at_ms = 10, .first = 499, .count = 3));
    assert_true(holds(&w, 2, 500));
    assert_int_equal(w.table.claim_count, 76);
    catalog_deinit(&catalog);
    provider_table_deinit(&w.table);
}

static void in_a_full_table_strangers_are_not_taken_and_neighbours_are(void **state) {
    (void)state;
    struct world w;
    begin(&w, 4, 16, 64);
    for (uint32_t peer = 1; peer <= 4; peer++)
        assert_true(SAYS(&w, .peer = peer, .at_ms = 10, .first = peer, .count = 1,
                         .standing = peer == 1 ? PROVIDER_LINKED : PROVIDER_STRANGER));
    assert_false(SAYS(&w, .peer = 5, .at_ms = 10, .first = 5, .count = 1));
    assert_true(SAYS(&w, .peer = 5, .at_ms = 10, .first = 5, .count = 1, .standing = PROVIDER_LINKED));
    assert_false(holds(&w, 4, 4)); /* the newest stranger */
    assert_true(holds(&w, 2, 2));
    const struct rig_peer gone = rig_peer(2);
    provider_table_find(&w.table, &gone.id)->gone_since_ms = 1;
    assert_true(SAYS(&w, .peer = 6, .at_ms = 10, .first = 6, .count = 1));
    assert_false(holds(&w, 2, 2));
    assert_true(holds(&w, 1, 1));
    provider_table_deinit(&w.table);
}

/* Keys are free: made-up nodes keep nobody out whose ticket is in the book, and do not push such a one out. */
static void in_a_full_table_who_is_in_the_book_displaces_strangers(void **state) {
    (void)state;
    struct world w;
    begin(&w, 4, 16, 64);
    assert_true(SAYS(&w, .peer = 1, .at_ms = 10, .first = 1, .count = 1, .standing = PROVIDER_KNOWN));
    for (uint32_t peer = 2; peer <= 4; peer++)
        assert_true(SAYS(&w, .peer = peer, .at_ms = 10, .first = peer, .count = 1));
    for (uint32_t peer = 5; peer <= 7; peer++)
        assert_true(SAYS(&w, .peer = peer, .at_ms = 10, .first = peer, .count = 1, .standing = PROVIDER_KNOWN));
    assert_false(SAYS(&w, .peer = 8, .at_ms = 10, .first = 8, .count = 1, .standing = PROVIDER_KNOWN));
    assert_true(SAYS(&w, .peer = 9, .at_ms = 10, .first = 9, .count = 1, .standing = PROVIDER_LINKED));
    assert_true(holds(&w, 1, 1) && holds(&w, 5, 5) && holds(&w, 6, 6) && holds(&w, 9, 9));
    provider_table_deinit(&w.table);
}

static void who_has_most_pages_makes_room_for_others(void **state) {
    (void)state;
    struct world w;
    begin(&w, 8, 4, 64);
    for (uint8_t page = 0; page < 4; page++)
        assert_true(SAYS(&w, .peer = 1, .at_ms = 10 + page, .page = page, .pages = 8, .first = 1u + page, .count = 1));
    assert_false(SAYS(&w, .peer = 1, .at_ms = 20, .page = 4, .pages = 8, .first = 9, .count = 1));
    assert_true(SAYS(&w, .peer = 2, .at_ms = 10, .first = 9, .count = 1));
    assert_true(holds(&w, 2, 9));
    assert_int_equal(w.table.page_count, 4);
    provider_table_deinit(&w.table);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_advert_of_a_page_counts),
        cmocka_unit_test(pages_beyond_those_of_the_newest_go),
        cmocka_unit_test(what_was_proved_outlasts_a_new_advert_of_the_same),
        cmocka_unit_test(what_is_dropped_is_not_held),
        cmocka_unit_test(what_is_over_goes_and_is_not_taken),
        cmocka_unit_test(in_a_full_table_who_claims_most_loses),
        cmocka_unit_test(over_three_quarters_only_known_files_are_taken),
        cmocka_unit_test(in_a_full_table_strangers_are_not_taken_and_neighbours_are),
        cmocka_unit_test(in_a_full_table_who_is_in_the_book_displaces_strangers),
        cmocka_unit_test(who_has_most_pages_makes_room_for_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
