/* SPDX-License-Identifier: Apache-2.0 */
/* Which entries of a community an answer lists.
 *
 * The newest ones alone would do among friends; but then fifty announces from one address are the whole list, and
 * nobody finds anybody else. So each address group first has a share for its newest entries, and only what is left goes
 * by age alone. What is listed stands newest first all the same. */
#include <string.h>

#include "base/memory.h"
#include "base/must.h"
#include "swarm/rendezvous/beacon_state.h"

/* A group holds often more than one honest node: a household, a small network behind one address. */
enum { GROUP_SHARE_MIN = 2 };

/* What may be listed, newest first, and which of it is. */
struct choice {
    const struct beacon_entry *entries[LIMIT_BEACON_TICKETS_MAX];
    bool is_chosen[LIMIT_BEACON_TICKETS_MAX];
    size_t count;
    size_t room;
};

static void gather(struct choice *choice, const struct beacon_community *community, const struct sha256 *announcer,
                   int64_t now_ms) {
    const struct beacon_entry *entry = beacon_community_first(community);
    for (; entry != NULL; entry = beacon_community_next(community, entry)) {
        if (!beacon_entry_is_listed(entry, now_ms)) continue;
        if (announcer != NULL && memcmp(&entry->id, announcer, sizeof *announcer) == 0) continue;
        must(choice->count < LIMIT_BEACON_TICKETS_MAX);
        choice->entries[choice->count++] = entry;
    }
}

static void choose(struct choice *choice, size_t i) {
    choice->is_chosen[i] = true;
    choice->room--;
}

static void choose_by_group(struct choice *choice, size_t share) {
    uint16_t chosen_of[LIMIT_BEACON_TICKETS_MAX] = {0}; /* by group; there are no more groups than entries */
    for (size_t i = 0; i < choice->count && choice->room > 0; i++) {
        const uint16_t group = choice->entries[i]->group;
        must(group < LIMIT_BEACON_TICKETS_MAX);
        if (chosen_of[group] >= share) continue;
        chosen_of[group]++;
        choose(choice, i);
    }
}

static void choose_by_age(struct choice *choice) {
    for (size_t i = 0; i < choice->count && choice->room > 0; i++)
        if (!choice->is_chosen[i]) choose(choice, i);
}

/* The envelopes, as items of the array that is open in `w`. */
static int64_t put_peers(const struct beacon *beacon, const struct beacon_community *community,
                         const struct sha256 *announcer, struct json_writer *w, int64_t now_ms) {
    struct choice choice = {.room = beacon->list_max};
    int64_t good_until_ms = INT64_MAX;
    const size_t share = beacon->list_max / community->group_count;
    gather(&choice, community, announcer, now_ms);
    choose_by_group(&choice, share > GROUP_SHARE_MIN ? share : GROUP_SHARE_MIN);
    choose_by_age(&choice);
    for (size_t i = 0; i < choice.count; i++) {
        if (!choice.is_chosen[i]) continue;
        const int64_t until_ms = beacon_entry_listed_until_ms(choice.entries[i]);
        if (until_ms < good_until_ms) good_until_ms = until_ms;
        json_put_raw(w, NULL, beacon_entry_envelope(choice.entries[i]));
    }
    return good_until_ms;
}

int64_t beacon_list_write(const struct beacon *beacon, const struct beacon_community *community,
                          const struct sha256 *announcer, struct buffer *out, int64_t now_ms) {
    int64_t good_until_ms = INT64_MAX;
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_put_boolean(&w, "ok", true);
    json_open_array(&w, "peers");
    if (community != NULL && community->group_count > 0)
        good_until_ms = put_peers(beacon, community, announcer, &w, now_ms);
    json_close_array(&w);
    json_close_object(&w);
    must(!out->overflowed);
    return good_until_ms;
}

/* Writing them again costs little, so all go at once. */
static void make_room(struct beacon *beacon, size_t size) {
    size_t kept = 0;
    for (size_t i = 0; i < beacon->communities_max; i++) kept += beacon->communities[i].prepared.size;
    if (kept + size <= LIMIT_BEACON_KEPT_BYTES_MAX) return;
    for (size_t i = 0; i < beacon->communities_max; i++) beacon_community_forget_prepared(&beacon->communities[i]);
}

/* Kept in as much memory as it needs; without any it is not kept. */
static struct span prepare(struct beacon *beacon, struct beacon_community *community, struct span answer,
                           int64_t now_ms, int64_t good_until_ms) {
    make_room(beacon, answer.size);
    uint8_t *text = memory_try_zeroed(answer.size, 1);
    beacon_community_forget_prepared(community);
    if (text == NULL) return answer;
    memcpy(text, answer.at, answer.size);
    community->prepared = (struct beacon_prepared){text, answer.size, now_ms, good_until_ms};
    return (struct span){text, answer.size};
}

static bool is_prepared(const struct beacon_community *community, int64_t now_ms) {
    const struct beacon_prepared *prepared = &community->prepared;
    return prepared->text != NULL && now_ms >= prepared->from_ms && now_ms < prepared->good_until_ms;
}

struct span beacon_list_prepared(struct beacon *beacon, struct beacon_community *community, int64_t now_ms) {
    struct buffer out = buffer_over(beacon->answer_memory, BEACON_ANSWER_BYTES_MAX);
    if (community != NULL && is_prepared(community, now_ms))
        return (struct span){community->prepared.text, community->prepared.size};
    const int64_t good_until_ms = beacon_list_write(beacon, community, NULL, &out, now_ms);
    return community == NULL ? buffer_span(&out) : prepare(beacon, community, buffer_span(&out), now_ms, good_until_ms);
}
