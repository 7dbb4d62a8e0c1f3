/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/webrtc/thread/sctp_association.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <usrsctp.h>

#include "base/memory.h"
#include "base/must.h"
#include "daemon/link/webrtc/thread/dtls_context.h"

enum {
    BUFFER_SIZE = 1024 * 1024,
    /* What is left of a datagram for SCTP; nothing here is ever cut by IP. */
    PATH_MTU = DTLS_DATAGRAM_MAX - DTLS_RECORD_OVERHEAD,
    RTO_MS_MAX = 4000,   /* after a pause of the path the first try is no further away */
    HEARTBEAT_MS = 2000, /* while nothing else is sent: what the other end answers is how we know that it is there */
    /* Below it a message is given to us whole or not at all, so that one that comes slowly takes no memory of ours. */
    PARTIAL_AT = (int)RTC_MESSAGE_SIZE_MAX + 1,
};
_Static_assert(PARTIAL_AT < BUFFER_SIZE, "a whole message fits the buffer");

struct sctp_association {
    struct sctp_stack *stack; /* borrowed */
    struct socket *socket;    /* owned */
    uint32_t token;
    uint16_t remote_port;
    void (*packet)(void *context_of, struct span packet);
    void (*woken)(void *context_of);
    void *context_of;
};

static struct sockaddr_conn address_of(uint32_t token, uint16_t port) {
    struct sockaddr_conn address;
    memset(&address, 0, sizeof address); /* its padding is hashed, too */
    address.sconn_family = AF_CONN;
    address.sconn_port = htons(port);
    address.sconn_addr = (void *)(uintptr_t)token;
    return address;
}

static void socket_woken(struct socket *socket, void *token, int flags) {
    struct sctp_association *const association = sctp_stack_find(token);
    (void)socket, (void)flags;
    if (association) association->woken(association->context_of);
}

static bool set(struct socket *socket, int level, int name, const void *value, size_t size) {
    return usrsctp_setsockopt(socket, level, name, value, (socklen_t)size) == 0;
}

static bool set_int(struct socket *socket, int level, int name, int value) {
    return set(socket, level, name, &value, sizeof value);
}

static bool subscribe(struct socket *socket) {
    static const uint16_t kinds[] = {SCTP_ASSOC_CHANGE, SCTP_STREAM_RESET_EVENT, SCTP_SHUTDOWN_EVENT,
                                     SCTP_PARTIAL_DELIVERY_EVENT};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const struct sctp_event event = {.se_assoc_id = SCTP_FUTURE_ASSOC, .se_type = kinds[i], .se_on = 1};
        if (!set(socket, IPPROTO_SCTP, SCTP_EVENT, &event, sizeof event)) return false;
    }
    return true;
}

static bool socket_tune(struct socket *socket) {
    const struct linger none = {.l_onoff = 1,
                                .l_linger = 0}; /* closing aborts; what should arrive was flushed before */
    const struct sctp_assoc_value reset = {.assoc_id = SCTP_ALL_ASSOC,
                                           .assoc_value = SCTP_ENABLE_RESET_STREAM_REQ | SCTP_ENABLE_CHANGE_ASSOC_REQ};
    const struct sctp_rtoinfo rto = {.srto_assoc_id = SCTP_FUTURE_ASSOC, .srto_max = RTO_MS_MAX};
    const struct sctp_initmsg init = {.sinit_num_ostreams = ASSOCIATION_STREAMS,
                                      .sinit_max_instreams = ASSOCIATION_STREAMS};
    return usrsctp_set_non_blocking(socket, 1) == 0 && set(socket, SOL_SOCKET, SO_LINGER, &none, sizeof none) &&
           set_int(socket, IPPROTO_SCTP, SCTP_NODELAY, 1) && set_int(socket, IPPROTO_SCTP, SCTP_RECVRCVINFO, 1) &&
           set(socket, IPPROTO_SCTP, SCTP_ENABLE_STREAM_RESET, &reset, sizeof reset) && subscribe(socket) &&
           set(socket, IPPROTO_SCTP, SCTP_INITMSG, &init, sizeof init) &&
           set(socket, IPPROTO_SCTP, SCTP_RTOINFO, &rto, sizeof rto) &&
           set_int(socket, SOL_SOCKET, SO_SNDBUF, BUFFER_SIZE) && set_int(socket, SOL_SOCKET, SO_RCVBUF, BUFFER_SIZE) &&
           set_int(socket, IPPROTO_SCTP, SCTP_PARTIAL_DELIVERY_POINT, PARTIAL_AT);
}

static bool connect_to(struct sctp_association *association, uint16_t remote_port) {
    struct sockaddr_conn local = address_of(association->token, ASSOCIATION_PORT);
    struct sockaddr_conn remote = address_of(association->token, remote_port);
    struct sctp_paddrparams path = {
        .spp_flags = SPP_PMTUD_DISABLE | SPP_HB_ENABLE, .spp_pathmtu = PATH_MTU, .spp_hbinterval = HEARTBEAT_MS};
    if (usrsctp_bind(association->socket, (struct sockaddr *)&local, sizeof local) != 0) return false;
    /* Both ends connect: neither has to know who is the server. */
    if (usrsctp_connect(association->socket, (struct sockaddr *)&remote, sizeof remote) != 0 && errno != EINPROGRESS)
        return false;
    memcpy(&path.spp_address, &remote, sizeof remote);
    return set(association->socket, IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, &path, sizeof path);
}

struct sctp_association *sctp_association_new(const struct sctp_association_options *options) {
    struct sctp_association *const association = memory_try_zeroed(1, sizeof *association);
    if (!association) return NULL;
    association->stack = options->stack;
    association->remote_port = options->remote_port;
    association->packet = options->packet;
    association->woken = options->woken;
    association->context_of = options->context_of;
    association->token = sctp_stack_add(options->stack, association);
    if (association->token == 0) {
        memory_free(association);
        return NULL;
    }
    void *const token = (void *)(uintptr_t)association->token;
    usrsctp_register_address(token);
    association->socket = usrsctp_socket(AF_CONN, SOCK_STREAM, IPPROTO_SCTP, NULL, NULL, 0, NULL);
    if (association->socket && socket_tune(association->socket) &&
        usrsctp_set_upcall(association->socket, socket_woken, token) == 0 &&
        connect_to(association, options->remote_port))
        return association;
    sctp_association_free(association);
    return NULL;
}

void sctp_association_free(struct sctp_association *association) {
    if (!association) return;
    if (association->socket) {
        (void)usrsctp_set_upcall(association->socket, NULL, NULL);
        usrsctp_close(association->socket);
    }
    usrsctp_deregister_address((void *)(uintptr_t)association->token);
    sctp_stack_remove(association->stack, association->token);
    memory_free(association);
}

void sctp_association_probe(struct sctp_association *association) {
    struct sctp_paddrparams path = {.spp_flags = SPP_HB_DEMAND};
    const struct sockaddr_conn remote = address_of(association->token, association->remote_port);
    memcpy(&path.spp_address, &remote, sizeof remote);
    (void)set(association->socket, IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, &path, sizeof path);
}

void sctp_association_packet_in(struct sctp_association *association, struct span packet) {
    usrsctp_conninput((void *)(uintptr_t)association->token, packet.at, packet.size, 0);
}

void sctp_association_packet_out(struct sctp_association *association, struct span packet) {
    association->packet(association->context_of, packet);
}

/* An abort comes with a cause or at least with its chunk; silence has neither. */
static enum sctp_association_event change_of(const struct sctp_assoc_change *change, size_t size) {
    const bool is_abort = change->sac_error != 0 || size > sizeof *change;
    switch (change->sac_state) {
    case SCTP_COMM_UP: return ASSOCIATION_UP;
    case SCTP_RESTART: return ASSOCIATION_CLOSED; /* the other end has begun anew: our channels are none of its */
    case SCTP_SHUTDOWN_COMP: return ASSOCIATION_CLOSED;
    case SCTP_COMM_LOST: return is_abort ? ASSOCIATION_CLOSED : ASSOCIATION_LOST;
    case SCTP_CANT_STR_ASSOC: return ASSOCIATION_LOST;
    default: return ASSOCIATION_OTHER;
    }
}

static enum sctp_association_event reset_of(const struct sctp_stream_reset_event *reset, size_t size,
                                            struct sctp_association_reading *reading) {
    const uint16_t flags = reset->strreset_flags;
    if (!(flags & SCTP_STREAM_RESET_INCOMING_SSN)) return ASSOCIATION_OTHER;
    if (flags & (SCTP_STREAM_RESET_DENIED | SCTP_STREAM_RESET_FAILED)) return ASSOCIATION_OTHER;
    reading->stream_count = (size - sizeof *reset) / sizeof reset->strreset_stream_list[0];
    if (reading->stream_count > ASSOCIATION_STREAMS) reading->stream_count = ASSOCIATION_STREAMS;
    for (size_t i = 0; i < reading->stream_count; i++) reading->streams[i] = reset->strreset_stream_list[i];
    return ASSOCIATION_RESET;
}

/* usrsctp writes it, not the other end; still its sizes are looked at. */
static enum sctp_association_event notification_read(const uint8_t *room, size_t size,
                                                     struct sctp_association_reading *reading) {
    union sctp_notification notification;
    memset(&notification, 0, sizeof notification);
    memcpy(&notification, room, size < sizeof notification ? size : sizeof notification);
    switch (notification.sn_header.sn_type) {
    case SCTP_ASSOC_CHANGE: return change_of(&notification.sn_assoc_change, size);
    case SCTP_SHUTDOWN_EVENT: return ASSOCIATION_CLOSED;
    case SCTP_PARTIAL_DELIVERY_EVENT:
        reading->stream = (uint16_t)notification.sn_pdapi_event.pdapi_stream;
        return ASSOCIATION_CUT;
    case SCTP_STREAM_RESET_EVENT:
        if (size < sizeof(struct sctp_stream_reset_event)) return ASSOCIATION_OTHER;
        return reset_of((const struct sctp_stream_reset_event *)(const void *)room, size, reading);
    default: return ASSOCIATION_OTHER;
    }
}

enum sctp_association_event sctp_association_read(struct sctp_association *association, uint8_t *room, size_t room_size,
                                                  struct sctp_association_reading *reading) {
    struct sctp_rcvinfo info = {0};
    socklen_t info_size = sizeof info;
    unsigned info_kind = SCTP_RECVV_NOINFO;
    int flags = 0;
    const ssize_t size =
        usrsctp_recvv(association->socket, room, room_size, NULL, NULL, &info, &info_size, &info_kind, &flags);
    if (size < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? ASSOCIATION_NOTHING : ASSOCIATION_CLOSED;
    if (size == 0) return ASSOCIATION_CLOSED;
    if (flags & MSG_NOTIFICATION) return notification_read(room, (size_t)size, reading);
    if (info_kind != SCTP_RECVV_RCVINFO) return ASSOCIATION_OTHER;
    reading->stream = info.rcv_sid;
    reading->payload = ntohl(info.rcv_ppid);
    reading->bytes = (struct span){room, (size_t)size};
    return flags & MSG_EOR ? ASSOCIATION_MESSAGE : ASSOCIATION_PART;
}

enum sctp_association_sent sctp_association_send(struct sctp_association *association,
                                                 const struct sctp_association_sending *sending, struct span message) {
    struct sctp_sendv_spa spa = {.sendv_flags = SCTP_SEND_SNDINFO_VALID};
    spa.sendv_sndinfo.snd_sid = sending->stream;
    spa.sendv_sndinfo.snd_flags = (uint16_t)(SCTP_EOR | (sending->is_unordered ? SCTP_UNORDERED : 0));
    spa.sendv_sndinfo.snd_ppid = htonl(sending->payload);
    const ssize_t size =
        usrsctp_sendv(association->socket, message.at, message.size, NULL, 0, &spa, sizeof spa, SCTP_SENDV_SPA, 0);
    if (size >= 0) return ASSOCIATION_SENT;
    return errno == EAGAIN || errno == EWOULDBLOCK ? ASSOCIATION_BLOCKED : ASSOCIATION_FAILED;
}

bool sctp_association_reset(struct sctp_association *association, const uint16_t *streams, size_t count) {
    _Alignas(struct sctp_reset_streams)
        uint8_t memory[sizeof(struct sctp_reset_streams) + ASSOCIATION_STREAMS * sizeof streams[0]];
    struct sctp_reset_streams *const request = (struct sctp_reset_streams *)(void *)memory;
    must_le(count, ASSOCIATION_STREAMS);
    request->srs_assoc_id = SCTP_ALL_ASSOC;
    request->srs_flags = SCTP_STREAM_RESET_OUTGOING;
    request->srs_number_streams = (uint16_t)count;
    memcpy(request->srs_stream_list, streams, count * sizeof streams[0]);
    return set(association->socket, IPPROTO_SCTP, SCTP_RESET_STREAMS, memory,
               sizeof *request + count * sizeof streams[0]);
}

/* All 0 when it has ended. */
static struct sctp_status status_of(struct sctp_association *association) {
    struct sctp_status status = {0};
    socklen_t size = sizeof status;
    const int result = usrsctp_getsockopt(association->socket, IPPROTO_SCTP, SCTP_STATUS, &status, &size);
    return result == 0 ? status : (struct sctp_status){0};
}

bool sctp_association_is_dry(struct sctp_association *association) {
    const struct sctp_status status = status_of(association);
    return status.sstat_unackdata == 0 && status.sstat_penddata == 0;
}

uint32_t sctp_association_rtt_us(struct sctp_association *association) {
    const uint32_t rtt_ms = status_of(association).sstat_primary.spinfo_srtt;
    return rtt_ms > UINT32_MAX / 1000 ? UINT32_MAX : rtt_ms * 1000;
}
