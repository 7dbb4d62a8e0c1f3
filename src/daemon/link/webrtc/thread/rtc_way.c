/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/webrtc/thread/rtc_way.h"

#include <string.h>

#include "base/memory.h"

struct rtc_way *rtc_way_new(struct rtc_peer *peer, struct rtc_shared *shared, const struct rtc_peer_setting *setting,
                            const struct ice_callbacks *callbacks) {
    struct rtc_way *const way = memory_try_zeroed(1, sizeof *way);
    if (!way) return NULL;
    way->peer = peer;
    way->agent = ice_agent_new(
        &(struct ice_options){.shared = shared, .setting = setting, .callbacks = *callbacks, .context_of = way});
    if (way->agent) return way;
    memory_free(way);
    return NULL;
}

void rtc_way_free(struct rtc_way *way) {
    if (!way) return;
    ice_agent_close(way->agent);
    rtc_note_free_all(way->early_first);
    memory_free(way);
}

struct ice_agent *rtc_way_take_agent(struct rtc_way *way) {
    struct ice_agent *const agent = way->agent;
    way->agent = NULL;
    return agent;
}

static void tell_last(struct rtc_way *way) {
    /* Without one that can be tried libnice would give up at once, though the other end may reach ours. */
    if (way->has_remote && way->has_last && way->has_usable) ice_agent_take_last(way->agent);
}

static void give_candidate(struct rtc_way *way, const struct ice_candidate *candidate) {
    way->has_usable = true;
    ice_agent_take_candidate(way->agent, candidate);
}

void rtc_way_take_description(struct rtc_way *way, const struct session_description *remote) {
    way->has_remote = true;
    way->has_usable = way->has_usable || remote->candidate_count > 0;
    ice_agent_take_description(way->agent, remote);
    for (size_t i = 0; i < way->waiting_count; i++) give_candidate(way, &way->waiting[i]);
    way->waiting_count = 0;
    tell_last(way);
}

void rtc_way_take_candidate(struct rtc_way *way, struct span text) {
    struct ice_candidate candidate;
    if (text.size == 0) {
        way->has_last = true;
        tell_last(way);
        return;
    }
    if (way->remote_count == SESSION_CANDIDATES_MAX) return;
    if (ice_candidate_read(text, &candidate) != REFUSAL_NONE || !ice_candidate_is_usable(&candidate)) return;
    way->remote_count++;
    if (way->has_remote)
        give_candidate(way, &candidate);
    else
        way->waiting[way->waiting_count++] = candidate;
}

void rtc_way_keep_early(struct rtc_way *way, struct span datagram) {
    struct rtc_note *const note =
        way->early_count < RTC_EARLY_MAX ? rtc_note_room(RTC_NOTE_MESSAGE, 0, datagram.size) : NULL;
    if (!note) return;
    memcpy(note->body, datagram.at, datagram.size);
    if (way->early_first)
        way->early_last->next = note;
    else
        way->early_first = note;
    way->early_last = note;
    way->early_count++;
}

struct rtc_note *rtc_way_take_early(struct rtc_way *way) {
    struct rtc_note *const first = way->early_first;
    way->early_first = way->early_last = NULL;
    way->early_count = 0;
    return first;
}
