/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/webrtc/rtc.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/link/webrtc/rtc_module.h"
#include "daemon/link/webrtc/rtc_table.h"
#include "swarm/webrtc/session_description.h"

enum {
    BATCH = 64,                           /* reports told before the loop may turn to others */
    COMMANDS_MAX = 4096,                  /* waiting; beyond it what comes through signaling is dropped */
    CREDIT_AT_ONCE = 131072,              /* of one peer; less is given back when the batch is done */
    WAITING_TOTAL_MAX = 64 * 1024 * 1024, /* of all channels */
};

struct rtc {
    struct rtc_callbacks callbacks;
    void *context; /* borrowed until rtc_free */
    const struct rtc_module *module;
    struct rtc_thread *thread; /* owned */
    struct rtc_queue commands, reports;
    struct loop_watch *watch; /* owned: of the reports */
    struct rtc_note *first;   /* owned: reports that were taken and not told yet */
    struct rtc_table table;
    uint32_t last_peer, last_channel;
    size_t waiting_total; /* the cost of all messages that SCTP has not taken */
    bool is_total_full;   /* a message was refused for that */
};

static void command(struct rtc *rtc, enum rtc_note_kind kind, uint32_t peer, uint32_t channel, struct span body) {
    struct rtc_note *const note = rtc_note_new(kind, peer, body);
    note->channel = channel;
    rtc_queue_put(&rtc->commands, note);
}

static void give_credit(struct rtc *rtc, struct rtc_peer_entry *peer) {
    if (peer->owed == 0) return;
    struct rtc_note *const note = rtc_note_new(RTC_NOTE_CREDIT, peer->number, SPAN_NONE);
    note->cost = (uint32_t)peer->owed;
    peer->owed = 0;
    rtc_queue_put(&rtc->commands, note);
}

static void tell_opened(struct rtc *rtc, struct rtc_peer_entry *peer, const struct rtc_note *note) {
    struct rtc_channel_setting setting;
    memcpy(&setting, note->body, sizeof setting);
    struct rtc_channel_entry *channel = rtc_peer_find_channel(peer, note->channel);
    if (!channel) channel = rtc_peer_add_channel(peer, note->channel);
    if (!channel || channel->is_closing || peer->is_closing || !rtc->callbacks.channel_opened) return;
    rtc->callbacks.channel_opened(rtc->context, peer->number, note->channel, setting.label, setting.protocol,
                                  setting.is_unordered);
}

static void tell_message(struct rtc *rtc, struct rtc_peer_entry *peer, const struct rtc_note *note) {
    const struct rtc_channel_entry *const channel = rtc_peer_find_channel(peer, note->channel);
    if (!channel || channel->is_closing || peer->is_closing || !rtc->callbacks.message) return;
    rtc->callbacks.message(rtc->context, peer->number, note->channel, note->message_kind, rtc_note_body(note));
}

static void tell_drained(struct rtc *rtc, struct rtc_peer_entry *peer, struct rtc_channel_entry *channel) {
    if (!channel->owes_drained || channel->cost > RTC_WAITING_LOW || channel->is_closing) return;
    channel->owes_drained = false;
    if (rtc->callbacks.drained) rtc->callbacks.drained(rtc->context, peer->number, channel->number);
}

/* Those that were refused although little of theirs waits: too much waited of all together. */
static void tell_all_drained(struct rtc *rtc) {
    rtc->is_total_full = false;
    for (size_t i = 0; i < rtc->table.count; i++) {
        struct rtc_peer_entry *const peer = rtc->table.peers[i];
        for (size_t j = 0; !peer->is_closing && j < peer->channel_count; j++)
            tell_drained(rtc, peer, &peer->channels[j]);
    }
}

static void channel_took(struct rtc *rtc, struct rtc_channel_entry *channel, size_t cost, size_t bytes) {
    must_le(cost, channel->cost);
    must_le(cost, rtc->waiting_total);
    channel->cost -= cost;
    channel->bytes -= bytes;
    rtc->waiting_total -= cost;
}

static void tell_sent(struct rtc *rtc, struct rtc_peer_entry *peer, const struct rtc_note *note) {
    struct rtc_channel_entry *const channel = rtc_peer_find_channel(peer, note->channel);
    if (!channel) return;
    channel_took(rtc, channel, note->cost, note->bytes);
    if (!peer->is_closing) tell_drained(rtc, peer, channel);
}

static void tell_channel_closed(struct rtc *rtc, struct rtc_peer_entry *peer, uint32_t number) {
    struct rtc_channel_entry *const channel = rtc_peer_find_channel(peer, number);
    if (!channel) return;
    channel_took(rtc, channel, channel->cost, channel->bytes);
    rtc_peer_remove_channel(peer, number);
    if (rtc->callbacks.channel_closed) rtc->callbacks.channel_closed(rtc->context, peer->number, number);
}

static void tell_closed(struct rtc *rtc, struct rtc_peer_entry *peer, const struct rtc_note *note) {
    const uint32_t number = peer->number;
    while (peer->channel_count > 0) tell_channel_closed(rtc, peer, peer->channels[0].number);
    rtc_table_remove(&rtc->table, number);
    if (rtc->callbacks.closed) rtc->callbacks.closed(rtc->context, number, note->end, (const char *)note->body);
}

static void take_look(struct rtc_peer_entry *peer, const struct rtc_note *note) {
    memcpy(&peer->look, note->body, sizeof peer->look);
}

static void tell_connected(struct rtc *rtc, struct rtc_peer_entry *peer, const struct rtc_note *note) {
    take_look(peer, note);
    if (!peer->is_closing && rtc->callbacks.connected) rtc->callbacks.connected(rtc->context, peer->number);
}

static void tell_described(struct rtc *rtc, struct rtc_peer_entry *peer, const struct rtc_note *note) {
    if (!peer->is_closing && rtc->callbacks.described)
        rtc->callbacks.described(rtc->context, peer->number, note->kind == RTC_NOTE_OFFER, rtc_note_body(note));
}

static void tell_candidate(struct rtc *rtc, struct rtc_peer_entry *peer, const struct rtc_note *note) {
    if (!peer->is_closing && rtc->callbacks.candidate)
        rtc->callbacks.candidate(rtc->context, peer->number, rtc_note_body(note));
}

static void tell_doubted(struct rtc *rtc, struct rtc_peer_entry *peer) {
    if (!peer->is_closing && rtc->callbacks.doubted) rtc->callbacks.doubted(rtc->context, peer->number);
}

static void tell(struct rtc *rtc, struct rtc_peer_entry *peer, const struct rtc_note *note) {
    switch (note->kind) {
    case RTC_NOTE_OFFER:
    case RTC_NOTE_ANSWER: tell_described(rtc, peer, note); return;
    case RTC_NOTE_FOUND: tell_candidate(rtc, peer, note); return;
    case RTC_NOTE_DOUBTED: tell_doubted(rtc, peer); return;
    case RTC_NOTE_CONNECTED: tell_connected(rtc, peer, note); return;
    case RTC_NOTE_CHANNEL_OPENED: tell_opened(rtc, peer, note); return;
    case RTC_NOTE_MESSAGE: tell_message(rtc, peer, note); return;
    case RTC_NOTE_SENT: tell_sent(rtc, peer, note); return;
    case RTC_NOTE_CHANNEL_CLOSED: tell_channel_closed(rtc, peer, note->channel); return;
    case RTC_NOTE_LOOK: take_look(peer, note); return;
    case RTC_NOTE_CLOSED: tell_closed(rtc, peer, note); return;
    case RTC_NOTE_OPEN:
    case RTC_NOTE_DESCRIBE:
    case RTC_NOTE_CANDIDATE:
    case RTC_NOTE_RESTART:
    case RTC_NOTE_CLOSE:
    case RTC_NOTE_CUT:
    case RTC_NOTE_CHANNEL_OPEN:
    case RTC_NOTE_CHANNEL_CLOSE:
    case RTC_NOTE_SEND:
    case RTC_NOTE_CREDIT:
    case RTC_NOTE_SERVERS:
    case RTC_NOTE_STOP: must(false); /* a command among the reports */
    }
}

/* Tells it and frees it. What it cost is owed from now on; a peer that is gone needs no credit. */
static void note_tell(struct rtc *rtc, struct rtc_note *note) {
    struct rtc_peer_entry *const peer = rtc_table_find(&rtc->table, note->peer);
    if (peer) {
        const bool is_last = note->kind == RTC_NOTE_CLOSED;
        peer->owed += note->cost * (note->kind != RTC_NOTE_SENT);
        tell(rtc, peer, note);
        if (!is_last && peer->owed >= CREDIT_AT_ONCE) give_credit(rtc, peer);
    }
    rtc_note_free(note);
}

static void note_take(struct rtc *rtc, struct rtc_note *note) {
    struct rtc_peer_entry *const peer = rtc_table_find(&rtc->table, note->peer);
    if (peer && rtc_peer_must_hold(peer, note))
        rtc_peer_hold(peer, note);
    else
        note_tell(rtc, note);
}

/* Of a peer that was resumed what it may be told, as far as the batch goes. True: it is gone now. */
static bool held_tell(struct rtc *rtc, struct rtc_peer_entry *peer, size_t *told) {
    while (peer->has_resumed && *told < BATCH) {
        struct rtc_note *const note = rtc_peer_take_held(peer);
        if (!note) {
            peer->has_resumed = false;
            return false;
        }
        const bool is_last = note->kind == RTC_NOTE_CLOSED;
        note_tell(rtc, note);
        (*told)++;
        if (is_last) return true;
    }
    return false;
}

/* Where a peer goes, another takes its place in the table. */
static size_t all_held_tell(struct rtc *rtc) {
    size_t told = 0;
    for (size_t i = 0; i < rtc->table.count;)
        if (!held_tell(rtc, rtc->table.peers[i], &told)) i++;
    return told;
}

void rtc_hear(struct rtc *rtc) {
    struct rtc_note *const fresh = rtc_queue_take_all(&rtc->reports);
    struct rtc_note **end = &rtc->first;
    while (*end) end = &(*end)->next;
    *end = fresh;
    size_t told = all_held_tell(rtc);
    for (; told < BATCH && rtc->first; told++) {
        struct rtc_note *const note = rtc->first;
        rtc->first = note->next;
        note->next = NULL;
        note_take(rtc, note);
    }
    for (size_t i = 0; i < rtc->table.count; i++) give_credit(rtc, rtc->table.peers[i]);
    if (rtc->is_total_full && rtc->waiting_total <= WAITING_TOTAL_MAX / 2) tell_all_drained(rtc);
    if (told >= BATCH || rtc->first) rtc_queue_wake(&rtc->reports);
}

static void reports_ready(void *context, unsigned events) {
    (void)events;
    rtc_hear(context);
}

static enum err rtc_start(struct rtc *rtc, const struct rtc_options *options, struct err_detail *detail) {
    rtc->watch = loop_watch_open(options->loop, rtc->reports.event_fd, reports_ready, rtc);
    if (!rtc->watch) return err_set(detail, ERR_IO, "the system has no room to watch another descriptor");
    loop_watch_want(rtc->watch, LOOP_READABLE);
    return rtc->module->start(&rtc->thread, &rtc->commands, &rtc->reports, detail);
}

enum err rtc_new(struct rtc **made, const struct rtc_options *options, struct err_detail *detail) {
    const struct rtc_module *const module = rtc_module_load(detail);
    *made = NULL;
    if (!module) return ERR_NOT_FOUND;
    struct rtc *const rtc = memory_zeroed(1, sizeof *rtc);
    rtc->callbacks = options->callbacks;
    rtc->context = options->context;
    rtc->module = module;
    enum err err = rtc_queue_init(&rtc->commands);
    if (err != ERR_OK) goto fail;
    err = rtc_queue_init(&rtc->reports);
    if (err != ERR_OK) goto fail_reports;
    err = rtc_start(rtc, options, detail);
    if (err != ERR_OK) goto fail_start;
    *made = rtc;
    return ERR_OK;
fail_start:
    loop_watch_close(rtc->watch);
    rtc_queue_deinit(&rtc->reports);
fail_reports:
    rtc_queue_deinit(&rtc->commands);
fail:
    memory_free(rtc);
    return err;
}

void rtc_free(struct rtc *rtc) {
    if (!rtc) return;
    command(rtc, RTC_NOTE_STOP, 0, 0, SPAN_NONE);
    rtc->module->join(rtc->thread);
    loop_watch_close(rtc->watch);
    rtc_queue_deinit(&rtc->commands);
    rtc_queue_deinit(&rtc->reports);
    rtc_note_free_all(rtc->first);
    rtc_table_deinit(&rtc->table);
    memory_free(rtc);
}

static bool list_servers(const struct rtc_server *servers, size_t count, struct rtc_server_list *list) {
    list->count = count;
    if (count > RTC_SERVERS_MAX) return false;
    for (size_t i = 0; i < count; i++) {
        struct rtc_server_setting *const to = &list->items[i];
        to->address = servers[i].address;
        to->is_relay = servers[i].user != NULL;
        if (!to->is_relay) continue;
        if (!span_copy_text(span_of_text(servers[i].user), to->user, sizeof to->user)) return false;
        if (!span_copy_text(span_of_text(servers[i].password), to->password, sizeof to->password)) return false;
    }
    return true;
}

bool rtc_use_servers(struct rtc *rtc, const struct rtc_server *servers, size_t count) {
    struct rtc_server_list list = {0};
    if (!list_servers(servers, count, &list)) return false;
    command(rtc, RTC_NOTE_SERVERS, 0, 0, (struct span){(const uint8_t *)&list, sizeof list});
    return true;
}

static bool setting_of(const struct rtc_peer_options *options, struct rtc_peer_setting *setting) {
    *setting = (struct rtc_peer_setting){.is_offering = options->is_offering,
                                         .is_relay_only = options->is_relay_only,
                                         .has_loopback = options->has_loopback,
                                         .open_ms = options->open_ms > 0 ? options->open_ms : RTC_OPEN_MS};
    return list_servers(options->servers, options->server_count, &setting->servers);
}

uint32_t rtc_open(struct rtc *rtc, const struct rtc_peer_options *options) {
    struct rtc_peer_setting setting;
    if (!setting_of(options, &setting)) return 0;
    struct rtc_peer_entry *const peer = rtc_table_add(&rtc->table, rtc->last_peer + 1);
    if (!peer) return 0;
    peer->look.message_size_max = SESSION_MESSAGE_SIZE_DEFAULT; /* until it says more */
    rtc->last_peer++;
    command(rtc, RTC_NOTE_OPEN, peer->number, 0, (struct span){(const uint8_t *)&setting, sizeof setting});
    return peer->number;
}

static struct rtc_peer_entry *open_peer(struct rtc *rtc, uint32_t number) {
    struct rtc_peer_entry *const peer = rtc_table_find(&rtc->table, number);
    return peer && !peer->is_closing ? peer : NULL;
}

/* From a stranger: one byte over the limit is enough to be refused over there, and nobody fills the queue with it. */
static void pass_on(struct rtc *rtc, enum rtc_note_kind kind, uint32_t peer, struct span text, size_t size_max) {
    if (!open_peer(rtc, peer) || rtc_queue_count(&rtc->commands) >= COMMANDS_MAX) return;
    if (text.size > size_max) text.size = size_max + 1;
    command(rtc, kind, peer, 0, text);
}

void rtc_describe(struct rtc *rtc, uint32_t peer, struct span sdp) {
    pass_on(rtc, RTC_NOTE_DESCRIBE, peer, sdp, SESSION_SIZE_MAX);
}

void rtc_candidate(struct rtc *rtc, uint32_t peer, struct span candidate) {
    pass_on(rtc, RTC_NOTE_CANDIDATE, peer, candidate, ICE_CANDIDATE_LINE_MAX);
}

void rtc_restart(struct rtc *rtc, uint32_t peer) {
    if (open_peer(rtc, peer)) command(rtc, RTC_NOTE_RESTART, peer, 0, SPAN_NONE);
}

/* What is held of it may go now, and its end, if that is among it, be told. */
static void resume(struct rtc *rtc, struct rtc_peer_entry *peer) {
    if (!peer->held_first) return;
    peer->has_resumed = true;
    rtc_queue_wake(&rtc->reports);
}

void rtc_close(struct rtc *rtc, uint32_t number) {
    struct rtc_peer_entry *const peer = open_peer(rtc, number);
    if (!peer) return;
    peer->is_closing = true;
    resume(rtc, peer);
    command(rtc, RTC_NOTE_CLOSE, number, 0, SPAN_NONE);
}

void rtc_cut(struct rtc *rtc, uint32_t number) {
    rtc_close(rtc, number);
    if (rtc_table_find(&rtc->table, number)) command(rtc, RTC_NOTE_CUT, number, 0, SPAN_NONE);
}

static struct rtc_channel_entry *open_channel(struct rtc *rtc, uint32_t peer, uint32_t number) {
    struct rtc_peer_entry *const entry = open_peer(rtc, peer);
    struct rtc_channel_entry *const channel = entry ? rtc_peer_find_channel(entry, number) : NULL;
    return channel && !channel->is_closing ? channel : NULL;
}

uint32_t rtc_channel_open(struct rtc *rtc, uint32_t number, const struct rtc_channel_options *options) {
    struct rtc_channel_setting setting = {.is_unordered = options->is_unordered};
    struct rtc_peer_entry *const peer = open_peer(rtc, number);
    if (!peer || !span_copy_text(span_of_text(options->label), setting.label, sizeof setting.label)) return 0;
    if (!span_copy_text(span_of_text(options->protocol), setting.protocol, sizeof setting.protocol)) return 0;
    const struct rtc_channel_entry *const channel = rtc_peer_add_channel(peer, 2 * rtc->last_channel + 1);
    if (!channel) return 0;
    rtc->last_channel++;
    command(rtc, RTC_NOTE_CHANNEL_OPEN, number, channel->number,
            (struct span){(const uint8_t *)&setting, sizeof setting});
    return channel->number;
}

/* Whether it may wait with the others; if not, `drained` is owed. */
static bool has_room(struct rtc *rtc, struct rtc_channel_entry *channel, size_t cost) {
    const bool is_total_full = rtc->waiting_total + cost > WAITING_TOTAL_MAX;
    if (channel->cost + cost <= RTC_WAITING_MAX && !is_total_full) return true;
    channel->owes_drained = true;
    rtc->is_total_full = rtc->is_total_full || is_total_full;
    return false;
}

bool rtc_send(struct rtc *rtc, uint32_t peer, uint32_t number, enum rtc_kind kind, struct span bytes) {
    struct rtc_channel_entry *const channel = open_channel(rtc, peer, number);
    const size_t cost = bytes.size + RTC_NOTE_COST;
    if (!channel || bytes.size > RTC_MESSAGE_SIZE_MAX) return false;
    if (bytes.size > rtc_table_find(&rtc->table, peer)->look.message_size_max) return false;
    if (!has_room(rtc, channel, cost)) return false;
    struct rtc_note *const note = rtc_note_room(RTC_NOTE_SEND, peer, bytes.size);
    channel->owes_drained = channel->owes_drained || !note;
    if (!note) return false;
    if (bytes.size > 0) memcpy(note->body, bytes.at, bytes.size);
    note->channel = number;
    note->message_kind = kind;
    note->cost = (uint32_t)cost;
    channel->cost += cost;
    channel->bytes += bytes.size;
    rtc->waiting_total += cost;
    channel->owes_drained |= channel->cost > RTC_WAITING_LOW;
    rtc_queue_put(&rtc->commands, note);
    return true;
}

size_t rtc_waiting(const struct rtc *rtc, uint32_t peer, uint32_t channel) {
    struct rtc_peer_entry *const entry = rtc_table_find(&rtc->table, peer);
    const struct rtc_channel_entry *const found = entry ? rtc_peer_find_channel(entry, channel) : NULL;
    return found ? found->bytes : 0;
}

void rtc_pause(struct rtc *rtc, uint32_t peer, uint32_t number) {
    struct rtc_channel_entry *const channel = open_channel(rtc, peer, number);
    if (channel) channel->is_paused = true;
}

void rtc_resume(struct rtc *rtc, uint32_t peer, uint32_t number) {
    struct rtc_channel_entry *const channel = open_channel(rtc, peer, number);
    if (!channel || !channel->is_paused) return;
    channel->is_paused = false;
    resume(rtc, rtc_table_find(&rtc->table, peer));
}

void rtc_channel_close(struct rtc *rtc, uint32_t peer, uint32_t number) {
    struct rtc_channel_entry *const channel = open_channel(rtc, peer, number);
    if (!channel) return;
    channel->is_closing = true;
    resume(rtc, rtc_table_find(&rtc->table, peer));
    command(rtc, RTC_NOTE_CHANNEL_CLOSE, peer, number, SPAN_NONE);
}

bool rtc_look(const struct rtc *rtc, uint32_t peer, struct rtc_look *look) {
    const struct rtc_peer_entry *const entry = rtc_table_find(&rtc->table, peer);
    if (entry) *look = entry->look;
    return entry != NULL;
}
