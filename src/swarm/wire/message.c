/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/message.h"

#include "base/must.h"
#include "swarm/limits.h"

/* Each message's file gives one check of this form; the table is the list of messages. */
typedef enum refusal message_check_function(struct span body, const struct verifier *verifier, struct arena *arena,
                                            const void **checked);
#define MESSAGE(type, NAME, name, wire_name, concern) message_check_function name##_check;
#include "messages.def"
#undef MESSAGE

struct message_kind {
    uint8_t type;
    const char *wire_name;
    message_check_function *check;
};

static const struct message_kind message_kinds[] = {
#define MESSAGE(type, NAME, name, wire_name, concern) {type, wire_name, name##_check},
#include "messages.def"
#undef MESSAGE
};

size_t message_place(uint8_t type) {
    size_t place = 0;
    while (place < MESSAGE_PLACE_FOREIGN && message_kinds[place].type != type) place++;
    return place;
}

static const struct message_kind *kind_of(uint8_t type) {
    size_t place = message_place(type);
    return place == MESSAGE_PLACE_FOREIGN ? NULL : &message_kinds[place];
}

const char *message_name_at(size_t place) {
    must_le(place, MESSAGE_PLACE_FOREIGN);
    return place == MESSAGE_PLACE_FOREIGN ? "foreign" : message_kinds[place].wire_name;
}

const char *message_name(uint8_t type) {
    return message_name_at(message_place(type));
}

bool message_is_known(uint8_t type) {
    return message_place(type) != MESSAGE_PLACE_FOREIGN;
}

bool message_is_costly(uint8_t type) {
    return type == MESSAGE_HELLO || type == MESSAGE_TICKET_FRAME || type == MESSAGE_FORWARD_JOIN ||
           type == MESSAGE_PEX || type == MESSAGE_GOSSIP || type == MESSAGE_RECORD_FRAME;
}

enum refusal message_check(const struct frame *frame, const struct verifier *verifier, struct arena *arena,
                           struct checked_message *message) {
    const struct message_kind *kind = kind_of(frame->type);
    *message = (struct checked_message){.type = frame->type, .frame_size = LIMIT_FRAME_HEADER_SIZE + frame->body.size};
    if (frame->body.size > frame_body_max(frame->type)) return REFUSAL_FRAME_TOO_LARGE;
    if (kind == NULL) return frame_class(frame->type) == FRAME_BULK ? REFUSAL_NONE : REFUSAL_TYPE_UNKNOWN;
    return kind->check(frame->body, verifier, arena, &message->body);
}
