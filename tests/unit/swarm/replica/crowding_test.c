/* SPDX-License-Identifier: Apache-2.0 */
/* Neighbours who say far too much: what they say crowds out what they say, and nothing else. */
#include "lib/replica_rig.h"
#include "swarm/replica/offer_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { FILE_A = 1 };

/* Sixty nodes that nobody knows, each with more files than there is room for. */
static void invented_nodes_and_files_crowd_out_one_another(void **state) {
    (void)state;
    struct rig *rig = RIG(.claims = 2048, .providers = 128);
    replica_rig_room(rig, 0);
    replica_rig_file(rig, FILE_A, FILE_HELD, HOLDING_PUBLISHED, 3);
    const uint32_t honest = replica_rig_link(rig, 1), liar = replica_rig_link(rig, 2);
    replica_rig_holds(rig, honest, 1, FILE_A);
    replica_rig_holds(rig, honest, 10, FILE_A);
    for (uint32_t i = 0; i < 50; i++)
        replica_rig_says(rig, liar,
                         &(struct replica_rig_advert){
                             .peer = 100 + i, .first = 1000 + i * ADVERT_HOLDS_MAX, .count = ADVERT_HOLDS_MAX});
    assert_int_equal(replica_rig_view(rig, FILE_A).others, 2);
    replica_rig_says(rig, honest, &(struct replica_rig_advert){.peer = 11, .first = FILE_A, .count = 1});
    assert_int_equal(replica_rig_view(rig, FILE_A).others, 3); /* what concerns us still finds room */
    rig_free(rig);
}

static void copies_on_their_way_have_a_ceiling(void **state) {
    (void)state;
    enum { LINKS = LIMIT_COMINGS_MAX / LIMIT_COMINGS_PER_LINK + 2 };
    struct rig *rig = RIG(.files = 128, .links = 256);
    size_t coming = 0;
    for (uint32_t file = 1; file <= LIMIT_COMINGS_PER_LINK; file++)
        replica_rig_file(rig, file, FILE_HELD, HOLDING_PUBLISHED, 16);
    for (uint32_t peer = 1; peer <= LINKS; peer++) {
        const uint32_t link = replica_rig_guest(rig, peer);
        for (uint32_t file = 1; file <= LIMIT_COMINGS_PER_LINK; file++) replica_rig_answers(rig, link, file, true);
    }
    for (uint32_t file = 1; file <= LIMIT_COMINGS_PER_LINK; file++) coming += replica_rig_view(rig, file).coming;
    assert_int_equal(coming, LIMIT_COMINGS_MAX);
    rig_free(rig);
}

/* A whole view and more is lost at once: a few are told of, the rest is for others to tell. */
static void more_lost_links_than_can_be_told_of(void **state) {
    (void)state;
    enum { GUESTS = LIMIT_GONE_WAITS };
    struct rig *rig = RIG(.links = 256);
    uint32_t guests[GUESTS], lost[3], told = 0;
    replica_rig_room(rig, 0);
    replica_rig_file(rig, FILE_A, FILE_HELD, HOLDING_PUBLISHED, 3);
    const uint32_t link = replica_rig_link(rig, 1);
    for (uint32_t i = 0; i < 3; i++) lost[i] = replica_rig_link(rig, 2 + i);
    for (uint32_t i = 0; i < GUESTS; i++) {
        guests[i] = replica_rig_guest(rig, 100 + i);
        rig_live(rig, 1000); /* as fast as new authors may come over one link */
        replica_rig_holds(rig, link, 100 + i, FILE_A);
    }
    for (uint32_t i = 0; i < 3; i++) replica_rig_holds(rig, link, 2 + i, FILE_A);
    for (uint32_t i = 0; i < GUESTS; i++) rig_down(rig, guests[i], REASON_RESET);
    for (uint32_t i = 0; i < 3; i++) rig_down(rig, lost[i], REASON_RESET);
    rig_live(rig, LIMIT_GONE_JITTER_MS + 1000);
    for (size_t i = 0; replica_rig_record(rig, i) != NULL; i++)
        told += rig_action(rig, ACTION_RECORD, i)->as.record.type.size == sizeof GONE_TYPE - 1;
    assert_in_range(told, 1, LIMIT_GONE_BURST);
    rig_free(rig);
}

/* Who refused what is forgotten where two fall on one place; nothing else comes of it. */
static void refusals_have_their_places(void **state) {
    (void)state;
    static struct offer_table table;
    size_t remembered = 0;
    for (uint32_t i = 0; i < 2 * LIMIT_OFFER_REFUSALS; i++) {
        const struct object_id file = content_rig_id(i);
        const struct node_id node = {{1}};
        offer_table_refused(&table, &file, &node, 1000);
        assert_true(offer_table_is_refused(&table, &file, &node, 1000));
    }
    for (uint32_t i = 0; i < 2 * LIMIT_OFFER_REFUSALS; i++) {
        const struct object_id file = content_rig_id(i);
        remembered += offer_table_is_refused(&table, &file, &(struct node_id){{1}}, 1000 + LIMIT_OFFER_AGAIN_MS - 1);
        assert_false(offer_table_is_refused(&table, &file, &(struct node_id){{2}}, 1000));
        assert_false(offer_table_is_refused(&table, &file, &(struct node_id){{1}}, 1000 + LIMIT_OFFER_AGAIN_MS));
    }
    assert_in_range(remembered, LIMIT_OFFER_REFUSALS / 2, LIMIT_OFFER_REFUSALS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(invented_nodes_and_files_crowd_out_one_another),
        cmocka_unit_test(copies_on_their_way_have_a_ceiling),
        cmocka_unit_test(more_lost_links_than_can_be_told_of),
        cmocka_unit_test(refusals_have_their_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
