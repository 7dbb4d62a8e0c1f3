/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One whole message of a data connection: what it is to us, and what it is on the channel.
 *
 *   serialization   comes as        goes from
 *   raw             TEXT, BYTES     TEXT, BYTES; JSON and VALUE as a text of JSON
 *   json            JSON            JSON, VALUE, TEXT as a string, BYTES as one of base64
 *   binary          VALUE           VALUE, JSON, TEXT and BYTES as such a value
 *
 * Owns: what it encodes.   Never: sends what a browser reads as something else (binarypack.h).
 * Full: TOO_LARGE over PEERJS_MESSAGE_MAX, NO_ROOM without memory.   Spec: reference 7.3, 7.4. */

#include "daemon/link/webrtc/rtc.h"
#include "swarm/peerjs/peerjs_chunks.h"
#include "swarm/peerjs/peerjs_offer.h"

enum data_form {
    DATA_TEXT,  /* UTF-8 */
    DATA_BYTES, /* any */
    DATA_JSON,  /* a JSON text */
    DATA_VALUE, /* BinaryPack: one whole value */
};
struct data_message {
    enum data_form form;
    struct span bytes; /* borrowed */
};

/* As the channel takes it. */
struct data_packet {
    uint8_t *bytes; /* owned; NULL: none */
    size_t size;
    enum rtc_kind kind;
    bool is_value; /* is cut into frames */
};
enum peerjs_fault data_message_encode(const struct data_message *message, enum peerjs_serialization serialization,
                                      struct data_packet *packet);
