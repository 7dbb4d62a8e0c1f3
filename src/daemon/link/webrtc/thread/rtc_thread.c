/* SPDX-License-Identifier: Apache-2.0 */
/* The thread: takes commands, lets libnice run, ticks SCTP, serves the peers, frees those that are over. */
#include <gio/gio.h>
#include <glib-unix.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/link/webrtc/rtc_module.h"
#include "daemon/link/webrtc/thread/rtc_peer.h"
#include "daemon/loop/clock.h"

enum {
    TICK_MS = 10,       /* while something moves: SCTP's and DTLS's clocks */
    TICK_IDLE_MS = 200, /* while nothing does: only deadlines and heartbeats are left */
    BUSY_MS = 1000,     /* how long after the last packet something counts as moving */
    STOP_MS = 1800,
    STOP_CLOSE_MS = 500, /* of it: for what libnice has to give back */
    FAREWELLS_MAX = 256, /* whoever ends beyond them says it once */
};

struct rtc_thread {
    pthread_t pthread;
    struct rtc_queue *commands; /* borrowed until the join */
    GMainContext *context;      /* owned */
    GSource *tick;              /* owned; NULL while there is nobody */
    int64_t tick_ms;
    struct rtc_shared shared;
    struct dtls_context dtls;
    struct sctp_stack sctp;
    size_t peer_count;
    struct rtc_peer *peers[RTC_PEERS_MAX]; /* owned */
    struct rtc_farewell *farewells;        /* owned: a list */
    size_t farewell_count;
    bool is_stopping;
    int64_t stop_by_ms;
};

/* usrsctp is one for the process, so one thread may use it at a time. */
static atomic_flag is_in_use = ATOMIC_FLAG_INIT;

static int64_t now_ms(void) {
    return clock_monotonic_us() / 1000;
}

static struct rtc_peer *find_peer(const struct rtc_thread *thread, uint32_t number) {
    for (size_t i = 0; i < thread->peer_count; i++)
        if (thread->peers[i]->number == number) return thread->peers[i];
    return NULL;
}

static void let_go(struct rtc_thread *thread, struct rtc_peer *peer) {
    struct rtc_farewell *const farewell = rtc_peer_free(peer);
    if (!farewell) return;
    if (thread->farewell_count == FAREWELLS_MAX) {
        rtc_farewell_free(farewell);
        return;
    }
    if (thread->is_stopping && farewell->until_ms > thread->stop_by_ms - STOP_CLOSE_MS)
        farewell->until_ms = thread->stop_by_ms - STOP_CLOSE_MS;
    thread->farewell_count++;
    farewell->next = thread->farewells;
    thread->farewells = farewell;
}

static void reap_farewells(struct rtc_thread *thread, int64_t now_ms) {
    for (struct rtc_farewell **at = &thread->farewells; *at;) {
        struct rtc_farewell *const farewell = *at;
        if (rtc_farewell_is_over(farewell, now_ms)) {
            *at = farewell->next;
            thread->farewell_count--;
            rtc_farewell_free(farewell);
        } else {
            at = &farewell->next;
        }
    }
}

/* Not from within a callback of a library: they may be in use there. */
static void reap(struct rtc_thread *thread) {
    for (size_t i = thread->peer_count; i-- > 0;) {
        if (!rtc_peer_is_dead(thread->peers[i])) continue;
        let_go(thread, thread->peers[i]);
        thread->peers[i] = thread->peers[--thread->peer_count];
    }
}

static void open_peer(struct rtc_thread *thread, const struct rtc_note *note) {
    struct rtc_peer_setting setting;
    memcpy(&setting, note->body, sizeof setting);
    must_le(thread->peer_count + 1, RTC_PEERS_MAX);
    struct rtc_peer *const peer = rtc_peer_new(&thread->shared, note->peer, &setting);
    if (peer)
        thread->peers[thread->peer_count++] = peer;
    else
        rtc_report_closed(&thread->shared, note->peer, RTC_END_RESOURCES, "there is no memory for another peer");
}

static void use_servers(struct rtc_thread *thread, const struct rtc_note *note) {
    struct rtc_server_list servers;
    memcpy(&servers, note->body, sizeof servers);
    for (size_t i = 0; i < thread->peer_count; i++) rtc_peer_use_servers(thread->peers[i], &servers);
}

static void stop(struct rtc_thread *thread) {
    thread->is_stopping = true;
    thread->stop_by_ms = thread->shared.now_ms + STOP_MS;
    for (size_t i = 0; i < thread->peer_count; i++) rtc_peer_close(thread->peers[i]);
}

static void open_channel(struct rtc_peer *peer, const struct rtc_note *note) {
    struct rtc_channel_setting setting;
    memcpy(&setting, note->body, sizeof setting);
    channel_table_open(&peer->channels, note->channel, &setting);
}

/* True: it was moved on. */
static bool peer_obey(struct rtc_peer *peer, struct rtc_note *note) {
    switch (note->kind) {
    case RTC_NOTE_DESCRIBE: rtc_peer_describe(peer, rtc_note_body(note)); return false;
    case RTC_NOTE_CANDIDATE: rtc_peer_candidate(peer, rtc_note_body(note)); return false;
    case RTC_NOTE_RESTART: rtc_peer_restart(peer); return false;
    case RTC_NOTE_CLOSE: rtc_peer_close(peer); return false;
    case RTC_NOTE_CUT: rtc_peer_cut(peer); return false;
    case RTC_NOTE_CHANNEL_OPEN: open_channel(peer, note); return false;
    case RTC_NOTE_CHANNEL_CLOSE: channel_table_close(&peer->channels, note->channel); return false;
    case RTC_NOTE_CREDIT: rtc_peer_credit(peer, note->cost); return false;
    case RTC_NOTE_SEND:
        channel_table_send(&peer->channels, note);
        peer->is_woken = true;
        return true;
    case RTC_NOTE_OPEN:
    case RTC_NOTE_SERVERS:
    case RTC_NOTE_STOP:
    case RTC_NOTE_OFFER:
    case RTC_NOTE_ANSWER:
    case RTC_NOTE_DOUBTED:
    case RTC_NOTE_FOUND:
    case RTC_NOTE_CONNECTED:
    case RTC_NOTE_CHANNEL_OPENED:
    case RTC_NOTE_MESSAGE:
    case RTC_NOTE_SENT:
    case RTC_NOTE_CHANNEL_CLOSED:
    case RTC_NOTE_LOOK:
    case RTC_NOTE_CLOSED: must(false); /* no command about a peer */
    }
    return false;
}

/* A note about a peer that is over is late, and of no use. */
static void obey(struct rtc_thread *thread, struct rtc_note *note) {
    bool is_moved = false;
    if (note->kind == RTC_NOTE_OPEN) {
        open_peer(thread, note);
    } else if (note->kind == RTC_NOTE_SERVERS) {
        use_servers(thread, note);
    } else if (note->kind == RTC_NOTE_STOP) {
        stop(thread);
    } else {
        struct rtc_peer *const peer = find_peer(thread, note->peer);
        is_moved = peer && !rtc_peer_is_dead(peer) && peer_obey(peer, note);
    }
    if (!is_moved) rtc_note_free(note);
}

static gboolean commands_ready(gint fd, GIOCondition condition, gpointer context) {
    struct rtc_thread *const thread = context;
    (void)fd, (void)condition;
    thread->shared.now_ms = now_ms();
    reap(thread); /* the loop may have heard of an end already, and count on the place */
    for (struct rtc_note *note = rtc_queue_take_all(thread->commands), *next; note; note = next) {
        next = note->next;
        obey(thread, note);
    }
    return G_SOURCE_CONTINUE;
}

static gboolean tick(gpointer context) {
    struct rtc_thread *const thread = context;
    thread->shared.now_ms = now_ms();
    sctp_stack_tick(&thread->sctp, thread->shared.now_ms);
    for (size_t i = 0; i < thread->peer_count; i++) {
        struct rtc_peer *const peer = thread->peers[i];
        if (!rtc_peer_is_dead(peer)) rtc_peer_tick(peer);
        if (peer->state != RTC_PEER_OPEN) thread->shared.moved_at_ms = thread->shared.now_ms;
    }
    for (struct rtc_farewell *at = thread->farewells; at; at = at->next) rtc_farewell_tick(at, thread->shared.now_ms);
    return G_SOURCE_CONTINUE;
}

/* Beats as fast as is needed: not at all without peers, slowly while they are quiet. */
static void tick_set(struct rtc_thread *thread) {
    const bool is_quiet = thread->shared.now_ms - thread->shared.moved_at_ms > BUSY_MS;
    const bool has_any = thread->peer_count > 0 || thread->farewells;
    const int64_t wanted_ms = !has_any ? 0 : is_quiet ? TICK_IDLE_MS : TICK_MS;
    if (wanted_ms == thread->tick_ms) return;
    thread->tick_ms = wanted_ms;
    if (thread->tick) {
        g_source_destroy(thread->tick);
        g_source_unref(thread->tick);
        thread->tick = NULL;
    }
    if (wanted_ms == 0) return;
    thread->tick = g_timeout_source_new((guint)wanted_ms);
    g_source_set_callback(thread->tick, tick, thread, NULL);
    g_source_attach(thread->tick, thread->context);
}

static void serve(struct rtc_thread *thread) {
    for (size_t i = 0; i < thread->peer_count; i++) {
        struct rtc_peer *const peer = thread->peers[i];
        if (!rtc_peer_is_dead(peer)) rtc_peer_serve(peer);
    }
    reap(thread);
    reap_farewells(thread, thread->shared.now_ms);
    tick_set(thread);
}

static bool is_done(const struct rtc_thread *thread) {
    if (!thread->is_stopping) return false;
    if (thread->peer_count == 0 && !thread->farewells && thread->shared.closing_agent_count == 0) return true;
    return thread->shared.now_ms >= thread->stop_by_ms;
}

static void *run(void *context) {
    struct rtc_thread *const thread = context;
    g_main_context_push_thread_default(thread->context);
    sctp_stack_init(&thread->sctp, now_ms());
    GSource *const commands = g_unix_fd_source_new(thread->commands->event_fd, G_IO_IN);
    g_source_set_callback(commands, G_SOURCE_FUNC(commands_ready), thread, NULL);
    g_source_attach(commands, thread->context);
    while (!is_done(thread)) {
        (void)g_main_context_iteration(thread->context, TRUE);
        thread->shared.now_ms = now_ms();
        serve(thread);
    }
    while (thread->peer_count > 0) let_go(thread, thread->peers[--thread->peer_count]);
    reap_farewells(thread, INT64_MAX);
    tick_set(thread);
    g_source_destroy(commands);
    g_source_unref(commands);
    sctp_stack_deinit(&thread->sctp);
    g_main_context_pop_thread_default(thread->context);
    return NULL;
}

/* Signals are the loop's: this thread takes none. */
static bool begin(struct rtc_thread *thread) {
    sigset_t all, before;
    (void)sigfillset(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0) return false;
    const bool is_begun = pthread_create(&thread->pthread, NULL, run, thread) == 0;
    must(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
    return is_begun;
}

static enum err thread_start(struct rtc_thread **made, struct rtc_queue *commands, struct rtc_queue *reports,
                             struct err_detail *detail) {
    if (atomic_flag_test_and_set(&is_in_use))
        return err_set(detail, ERR_IN_USE, "WebRTC runs already in this process, and cannot run twice");
    struct rtc_thread *const thread = memory_zeroed(1, sizeof *thread);
    thread->commands = commands;
    thread->context = g_main_context_new();
    thread->shared = (struct rtc_shared){
        .context = thread->context, .reports = reports, .dtls = &thread->dtls, .sctp = &thread->sctp};
    enum err err = dtls_context_init(&thread->dtls);
    if (err != ERR_OK) {
        (void)err_set(detail, err, "OpenSSL made no certificate for WebRTC");
        goto fail;
    }
    if (begin(thread)) {
        *made = thread;
        return ERR_OK;
    }
    err = err_set(detail, ERR_LIMIT, "the system allows no thread for WebRTC");
    dtls_context_deinit(&thread->dtls);
fail:
    g_main_context_unref(thread->context);
    memory_free(thread);
    atomic_flag_clear(&is_in_use);
    return err;
}

static void thread_join(struct rtc_thread *thread) {
    must(pthread_join(thread->pthread, NULL) == 0);
    dtls_context_deinit(&thread->dtls);
    g_main_context_unref(thread->context);
    memory_free(thread);
    atomic_flag_clear(&is_in_use);
}

/* The one name that the module exports (rtc_module.h). */
__attribute__((visibility("default"))) extern const struct rtc_module skep_webrtc_module;
const struct rtc_module skep_webrtc_module = {
    .build = RTC_MODULE_BUILD,
    .start = thread_start,
    .join = thread_join,
};
