/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How a data channel is opened: one message each way, on the channel's own stream.
 *
 *     OPEN  03 | type u8 | priority u16 | reliability u32 | label size u16 | protocol size u16 | label | protocol
 *     ACK   02
 *
 * Owns: nothing; texts that were read are borrowed from the message.   Never: allocates.
 * Full: a label or a protocol over DCEP_TEXT_MAX is refused.   Spec: RFC 8832. */

#include "base/bytes.h"
#include "swarm/refusal.h"

enum { DCEP_TEXT_MAX = 256, DCEP_OPEN_SIZE_MAX = 12 + 2 * DCEP_TEXT_MAX };
enum dcep_kind { DCEP_OPEN, DCEP_ACK };

/* What a message of SCTP holds (RFC 8831 section 8). */
enum dcep_payload {
    DCEP_PAYLOAD_CONTROL = 50,
    DCEP_PAYLOAD_TEXT = 51,
    DCEP_PAYLOAD_BINARY = 53,
    DCEP_PAYLOAD_TEXT_EMPTY = 56, /* SCTP has no empty message: one byte that does not count */
    DCEP_PAYLOAD_BINARY_EMPTY = 57,
};

struct dcep_message {
    enum dcep_kind kind;
    bool is_unordered;    /* the rest is of an OPEN */
    bool is_unreliable;   /* it may give a message up after a number of tries, or a time */
    uint16_t priority;    /* browsers say 256 */
    uint32_t reliability; /* tries or milliseconds; without meaning when it is reliable */
    struct span label, protocol;
};

/* DCEP_MESSAGE: neither of the two. _SIZE: not as long as it says. _CHANNEL_TYPE. _TEXT: too long, not UTF-8, or with
 * a NUL. An ACK with something behind it is refused by _SIZE. */
enum refusal dcep_read(struct span bytes, struct dcep_message *message);
/* A reliable channel; both texts at most DCEP_TEXT_MAX. */
void dcep_write_open(struct buffer *out, bool is_unordered, struct span label, struct span protocol);
void dcep_write_ack(struct buffer *out);
