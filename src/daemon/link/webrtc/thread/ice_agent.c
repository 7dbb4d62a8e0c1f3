/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/webrtc/thread/ice_agent.h"

#include <gio/gio.h>
#include <nice/agent.h>
#include <nice/interfaces.h>
#include <string.h>
#include <sys/socket.h>

#include "base/memory.h"
#include "base/must.h"

enum {
    COMPONENT = 1,
    /* The kernel's default holds about 90 packets and alone kept a path of 50 ms at 1.5 MiB/s. The system's own limit
     * (net.core.rmem_max) still counts. */
    SOCKET_BUFFER_SIZE = 4 * 1024 * 1024,
};

struct ice_agent {
    NiceAgent *nice; /* owned */
    guint stream;
    struct rtc_shared *shared;
    struct ice_callbacks callbacks;
    void *context_of;
    bool is_relay_only, has_loopback;
};

static void candidate_found(NiceAgent *nice, NiceCandidate *found, gpointer context) {
    struct ice_agent *const agent = context;
    struct ice_candidate candidate;
    if (agent->is_relay_only && found->type != NICE_CANDIDATE_TYPE_RELAYED) return;
    gchar *const line = nice_agent_generate_local_candidate_sdp(nice, found);
    const bool is_fine = line && ice_candidate_read(span_of_text(line), &candidate) == REFUSAL_NONE;
    g_free(line);
    if (is_fine && ice_candidate_is_usable(&candidate)) agent->callbacks.found(agent->context_of, &candidate);
}

static void gathering_done(NiceAgent *nice, guint stream, gpointer context) {
    struct ice_agent *const agent = context;
    (void)nice, (void)stream;
    agent->callbacks.found(agent->context_of, NULL);
}

static void state_changed(NiceAgent *nice, guint stream, guint component, guint state, gpointer context) {
    struct ice_agent *const agent = context;
    (void)nice, (void)stream, (void)component;
    switch (state) {
    case NICE_COMPONENT_STATE_CONNECTED:
    case NICE_COMPONENT_STATE_READY: agent->callbacks.changed(agent->context_of, ICE_CONNECTED); return;
    case NICE_COMPONENT_STATE_FAILED: agent->callbacks.changed(agent->context_of, ICE_FAILED); return;
    default: agent->callbacks.changed(agent->context_of, ICE_CHECKING); return;
    }
}

static void datagram_received(NiceAgent *nice, guint stream, guint component, guint size, gchar *bytes,
                              gpointer context) {
    struct ice_agent *const agent = context;
    (void)nice, (void)stream, (void)component;
    agent->callbacks.received(agent->context_of, (struct span){(const uint8_t *)bytes, size});
}

/* An address that is added replaces what libnice would have found, so all of them are. */
static void add_with_loopback(NiceAgent *nice) {
    GList *const addresses = nice_interfaces_get_local_ips(TRUE);
    for (GList *at = addresses; at; at = at->next) {
        NiceAddress address;
        nice_address_init(&address);
        if (nice_address_set_from_string(&address, at->data)) (void)nice_agent_add_local_address(nice, &address);
    }
    g_list_free_full(addresses, g_free);
}

static bool add_relay(struct ice_agent *agent, const struct rtc_server_setting *server, const char *ip) {
    return nice_agent_set_relay_info(agent->nice, agent->stream, COMPONENT, ip, server->address.port, server->user,
                                     server->password, NICE_RELAY_TYPE_TURN_UDP);
}

/* libnice asks one STUN server: the first. What a TURN server says of us counts as well. */
static void add_servers(struct ice_agent *agent, const struct rtc_peer_setting *setting) {
    bool has_stun = false;
    for (size_t i = 0; i < setting->servers.count; i++) {
        const struct rtc_server_setting *const server = &setting->servers.items[i];
        char text[ADDRESS_TEXT_MAX];
        struct buffer ip = buffer_over((uint8_t *)text, sizeof text);
        address_write_ip(&ip, &server->address);
        buffer_put_u8(&ip, '\0');
        if (server->is_relay) {
            (void)add_relay(agent, server, text);
        } else if (!has_stun) {
            g_object_set(agent->nice, "stun-server", text, "stun-server-port", (guint)server->address.port, NULL);
            has_stun = true;
        }
    }
}

static NiceAgent *nice_make(const struct ice_options *options) {
    /* Not its consent freshness: libnice 0.1.21 gives up after 10 s, which are two checks, so that one packet lost in
     * twenty ends a connection within minutes. Its checks with retransmissions go on; the peer looks at silence. */
    const NiceAgentOption flags = NICE_AGENT_OPTION_REGULAR_NOMINATION | NICE_AGENT_OPTION_ICE_TRICKLE;
    NiceAgent *const nice = nice_agent_new_full(options->shared->context, NICE_COMPATIBILITY_RFC5245, flags);
    if (!nice) return NULL;
    g_object_set(nice, "controlling-mode", (gboolean)options->setting->is_offering, "upnp", FALSE, "ice-tcp", FALSE,
                 "keepalive-conncheck", TRUE, "force-relay", (gboolean)options->setting->is_relay_only, NULL);
    if (options->setting->has_loopback) add_with_loopback(nice);
    return nice;
}

static void connect_signals(struct ice_agent *agent) {
    g_signal_connect(agent->nice, "new-candidate-full", G_CALLBACK(candidate_found), agent);
    g_signal_connect(agent->nice, "candidate-gathering-done", G_CALLBACK(gathering_done), agent);
    g_signal_connect(agent->nice, "component-state-changed", G_CALLBACK(state_changed), agent);
}

struct ice_agent *ice_agent_new(const struct ice_options *options) {
    struct ice_agent *const agent = memory_try_zeroed(1, sizeof *agent);
    if (!agent) return NULL;
    agent->shared = options->shared;
    agent->callbacks = options->callbacks;
    agent->context_of = options->context_of;
    agent->is_relay_only = options->setting->is_relay_only;
    agent->has_loopback = options->setting->has_loopback;
    agent->nice = nice_make(options);
    agent->stream = agent->nice ? nice_agent_add_stream(agent->nice, 1) : 0;
    if (agent->stream == 0) {
        g_clear_object(&agent->nice);
        memory_free(agent);
        return NULL;
    }
    add_servers(agent, options->setting);
    connect_signals(agent);
    /* Checks are answered, too, only by an agent that is read. */
    (void)nice_agent_attach_recv(agent->nice, agent->stream, COMPONENT, options->shared->context, datagram_received,
                                 agent);
    return agent;
}

static void nice_closed(GObject *nice, GAsyncResult *result, gpointer context) {
    struct rtc_shared *const shared = context;
    (void)result;
    g_object_unref(nice);
    shared->closing_agent_count--;
}

void ice_agent_close(struct ice_agent *agent) {
    if (!agent) return;
    (void)nice_agent_attach_recv(agent->nice, agent->stream, COMPONENT, agent->shared->context, NULL, NULL);
    g_signal_handlers_disconnect_by_data(agent->nice, agent);
    nice_agent_remove_stream(agent->nice, agent->stream);
    agent->shared->closing_agent_count++;
    nice_agent_close_async(agent->nice, nice_closed, agent->shared);
    memory_free(agent);
}

void ice_agent_hand_over(struct ice_agent *agent, const struct ice_callbacks *callbacks, void *context_of) {
    agent->callbacks = *callbacks;
    agent->context_of = context_of;
}

bool ice_agent_describe(struct ice_agent *agent, struct session_description *description) {
    gchar *ufrag = NULL, *password = NULL;
    if (!nice_agent_get_local_credentials(agent->nice, agent->stream, &ufrag, &password)) return false;
    const bool is_fine = span_copy_text(span_of_text(ufrag), description->ufrag, sizeof description->ufrag) &&
                         span_copy_text(span_of_text(password), description->password, sizeof description->password);
    g_free(ufrag);
    g_free(password);
    return is_fine;
}

bool ice_agent_has_address(const struct ice_agent *agent) {
    GList *const addresses = nice_interfaces_get_local_ips(agent->has_loopback);
    const bool has_any = addresses != NULL;
    g_list_free_full(addresses, g_free);
    return has_any;
}

bool ice_agent_gather(struct ice_agent *agent) {
    return nice_agent_gather_candidates(agent->nice, agent->stream);
}

void ice_agent_take_description(struct ice_agent *agent, const struct session_description *remote) {
    (void)nice_agent_set_remote_credentials(agent->nice, agent->stream, remote->ufrag, remote->password);
    for (size_t i = 0; i < remote->candidate_count; i++) ice_agent_take_candidate(agent, &remote->candidates[i]);
}

void ice_agent_take_candidate(struct ice_agent *agent, const struct ice_candidate *candidate) {
    char text[2 + ICE_CANDIDATE_TEXT_MAX] = "a="; /* libnice wants it, browsers leave it out */
    ice_candidate_write(candidate, text + 2);
    NiceCandidate *const theirs = nice_agent_parse_remote_candidate_sdp(agent->nice, agent->stream, text);
    if (!theirs) return;
    GSList *const list = g_slist_append(NULL, theirs);
    (void)nice_agent_set_remote_candidates(agent->nice, agent->stream, COMPONENT, list);
    g_slist_free_full(list, (GDestroyNotify)nice_candidate_free);
}

void ice_agent_take_last(struct ice_agent *agent) {
    (void)nice_agent_peer_candidate_gathering_done(agent->nice, agent->stream);
}

void ice_agent_send(struct ice_agent *agent, struct span datagram) {
    (void)nice_agent_send(agent->nice, agent->stream, COMPONENT, (guint)datagram.size, (const gchar *)datagram.at);
}

static enum ice_candidate_kind kind_of(NiceCandidateType type) {
    switch (type) {
    case NICE_CANDIDATE_TYPE_HOST: return ICE_CANDIDATE_HOST;
    case NICE_CANDIDATE_TYPE_SERVER_REFLEXIVE: return ICE_CANDIDATE_SRFLX;
    case NICE_CANDIDATE_TYPE_PEER_REFLEXIVE: return ICE_CANDIDATE_PRFLX;
    case NICE_CANDIDATE_TYPE_RELAYED: break;
    }
    return ICE_CANDIDATE_RELAY;
}

static struct address address_of(const NiceAddress *from) {
    char text[NICE_ADDRESS_STRING_LEN];
    struct address address = {0};
    nice_address_to_string(from, text);
    if (!address_read_ip(span_of_text(text), &address)) return (struct address){0};
    address.port = (uint16_t)nice_address_get_port(from);
    return address;
}

static struct link_route_end end_of(const NiceCandidate *candidate) {
    return (struct link_route_end){.kind = kind_of(candidate->type), .address = address_of(&candidate->addr)};
}

bool ice_agent_look(struct ice_agent *agent, struct link_route *route) {
    NiceCandidate *local = NULL, *remote = NULL;
    if (!nice_agent_get_selected_pair(agent->nice, agent->stream, COMPONENT, &local, &remote)) return false;
    *route = (struct link_route){.is_known = true, .own = end_of(local), .peer = end_of(remote)};
    return true;
}

void ice_agent_widen(struct ice_agent *agent) {
    GPtrArray *const sockets = nice_agent_get_sockets(agent->nice, agent->stream, COMPONENT);
    if (!sockets) return;
    for (guint i = 0; i < sockets->len; i++) {
        GSocket *const socket = g_ptr_array_index(sockets, i);
        (void)g_socket_set_option(socket, SOL_SOCKET, SO_RCVBUF, SOCKET_BUFFER_SIZE, NULL);
        (void)g_socket_set_option(socket, SOL_SOCKET, SO_SNDBUF, SOCKET_BUFFER_SIZE, NULL);
    }
    g_ptr_array_unref(sockets);
}
