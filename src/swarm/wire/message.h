/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The messages two nodes exchange, as checked things: what has been through message_check is valid, and nothing else
 * makes one. The list is defs/messages.def; each has its file in this folder (form, check, build) and its handler in
 * the concern it names.
 * Never: keeps state between messages; message_check may run on any thread.   Spec: WIRE W8, W9. */

#include "base/arena.h"
#include "crypto/sign.h"
#include "swarm/wire/frame.h"

enum message_type {
#define MESSAGE(type, NAME, name, wire_name, concern) MESSAGE_##NAME = type,
#include "messages.def"
#undef MESSAGE
};

/* Where a type stands in that list, for tables of it; those that we do not know share the last place. */
enum {
#define MESSAGE(type, NAME, name, wire_name, concern) MESSAGE_PLACE_##NAME,
#include "messages.def"
#undef MESSAGE
    MESSAGE_PLACE_FOREIGN,
    MESSAGE_PLACES
};
size_t message_place(uint8_t type);
const char *message_name_at(size_t place);

struct checked_message {
    uint8_t type;     /* an enum message_type, or of 80 and up one that we do not know (body NULL: to be ignored) */
    const void *body; /* the struct of that message, in the arena (borrowed until it is reset) */
    size_t frame_size;
    bool is_bound; /* a hello whose `bind` holds for its connection; false where nobody looked */
};

/* Parses and verifies one frame. `arena` (LIMIT_CHECK_ARENA bytes) holds what comes out. */
enum refusal message_check(const struct frame *frame, const struct verifier *verifier, struct arena *arena,
                           struct checked_message *message);
const char *message_name(uint8_t type); /* "hello"; "foreign" for what we do not know */
bool message_is_known(uint8_t type);
/* Whether the check costs a signature: such frames are worth a trip to a worker thread. */
bool message_is_costly(uint8_t type);
