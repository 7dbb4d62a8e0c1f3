/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One SCTP association over a DTLS session: messages on numbered streams, by usrsctp.
 * usrsctp only tells that something may be read or written again; both is done from sctp_association_read and _send,
 * never from within a callback. What is not read closes the window of the other end.
 * Owns: usrsctp's socket.
 * Never: closes its socket from a callback; gives usrsctp a pointer.
 * Full: ASSOCIATION_BLOCKED when the send buffer has no room for the whole message; nothing of it was taken.
 * Spec: RFC 9260, 8261, 8831, 6525. */

#include "base/bytes.h"
#include "daemon/link/webrtc/thread/sctp_stack.h"

enum { ASSOCIATION_PORT = 5000, ASSOCIATION_STREAMS = 1024 };

struct sctp_association_options {
    struct sctp_stack *stack; /* borrowed until sctp_association_free */
    uint16_t remote_port;
    void (*packet)(void *context_of, struct span packet); /* to be sent to the other end; from within any call */
    void (*woken)(void *context_of);                      /* something may be read or sent: look at it, later */
    void *context_of;
};
struct sctp_association *
sctp_association_new(const struct sctp_association_options *options); /* begins; NULL: no room */
void sctp_association_free(struct sctp_association *association);     /* an abort, if it still stands; accepts NULL */
void sctp_association_probe(struct sctp_association *association);    /* a heartbeat, at once, within the call */

void sctp_association_packet_in(struct sctp_association *association, struct span packet);

enum sctp_association_event {
    ASSOCIATION_NOTHING,
    ASSOCIATION_UP,
    ASSOCIATION_PART,    /* a part of a message; the next of its stream goes on with it */
    ASSOCIATION_MESSAGE, /* a message, or the last part of one */
    ASSOCIATION_CUT,     /* what came of a message on `stream` will have no end */
    ASSOCIATION_RESET,   /* the other end has ended its direction of `streams` */
    ASSOCIATION_CLOSED,  /* the other end has aborted or shut down */
    ASSOCIATION_LOST,    /* no answer any more */
    ASSOCIATION_OTHER,   /* of no interest */
};
struct sctp_association_reading {
    uint16_t stream;
    uint32_t payload;  /* enum dcep_payload, or anything */
    struct span bytes; /* borrowed: of the room that was given */
    size_t stream_count;
    uint16_t streams[ASSOCIATION_STREAMS]; /* of RESET; none named: all */
};
/* The next thing that came; `room` is where it is put. */
enum sctp_association_event sctp_association_read(struct sctp_association *association, uint8_t *room, size_t room_size,
                                                  struct sctp_association_reading *reading);

enum sctp_association_sent { ASSOCIATION_SENT, ASSOCIATION_BLOCKED, ASSOCIATION_FAILED };
struct sctp_association_sending {
    uint16_t stream;
    uint32_t payload;
    bool is_unordered;
};
enum sctp_association_sent sctp_association_send(struct sctp_association *association,
                                                 const struct sctp_association_sending *sending, struct span message);
/* Ends our direction of these streams when what waits on them is out. False: another reset is under way; again later.
 */
bool sctp_association_reset(struct sctp_association *association, const uint16_t *streams, size_t count);
bool sctp_association_is_dry(struct sctp_association *association);     /* everything that was sent has arrived */
uint32_t sctp_association_rtt_us(struct sctp_association *association); /* 0: none */

void sctp_association_packet_out(struct sctp_association *association, struct span packet); /* for the stack alone */
