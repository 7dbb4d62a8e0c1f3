/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/signaling/signal_message.h"

#include "base/encoding.h"
#include "base/json_reader.h"
#include "base/json_writer.h"

static const char *const names[SIGNAL_KIND_COUNT] = {
    [SIGNAL_OFFER] = "OFFER", [SIGNAL_ANSWER] = "ANSWER",     [SIGNAL_CANDIDATE] = "CANDIDATE",
    [SIGNAL_LEAVE] = "LEAVE", [SIGNAL_EXPIRE] = "EXPIRE",     [SIGNAL_HEARTBEAT] = "HEARTBEAT",
    [SIGNAL_OPEN] = "OPEN",   [SIGNAL_ID_TAKEN] = "ID-TAKEN", [SIGNAL_INVALID_KEY] = "INVALID-KEY",
    [SIGNAL_ERROR] = "ERROR",
};

const char *signal_kind_name(enum signal_kind kind) {
    return names[kind];
}

bool signal_kind_is_relayed(enum signal_kind kind) {
    return kind <= SIGNAL_EXPIRE;
}

/* ---- Reading ---- */

enum { NAME_SIZE_MAX = 16 }; /* longer than every member's name and every kind's */

struct value {
    enum json_token token; /* JSON_TOKEN_FAULT: it is not there */
    struct span text;      /* of a string between its quotes, still escaped; of others all of it */
    bool has_escapes;
};
struct found {
    struct value type;
    struct value peer;
    struct value payload;
};

static enum refusal refusal_of(const struct json_reader *r) {
    return r->fault == JSON_FAULT_DEPTH ? REFUSAL_JSON_DEPTH : REFUSAL_JSON_SYNTAX;
}

/* A short word, unescaped into `memory`; one that is too long to be any of ours is given as it stands. */
static struct span word_of(struct span token, bool has_escapes, uint8_t memory[NAME_SIZE_MAX]) {
    if (!has_escapes || token.size > 6 * NAME_SIZE_MAX) return token;
    uint8_t room[6 * NAME_SIZE_MAX];
    struct buffer word = buffer_over(memory, NAME_SIZE_MAX);
    buffer_put(&word, (struct span){room, json_unescape(token, room)});
    return word.overflowed ? token : buffer_span(&word);
}

/* The value that comes next, to its end, however deep. */
static bool value_skip(struct json_reader *r, struct value *value) {
    const unsigned depth = r->depth;
    enum json_token token = json_reader_next(r);
    const size_t start = r->token_position;
    *value = (struct value){.token = token, .text = r->token, .has_escapes = r->has_escapes};
    while (token != JSON_TOKEN_FAULT && r->depth > depth) token = json_reader_next(r);
    if (value->token != JSON_TOKEN_STRING) value->text = (struct span){r->text.at + start, r->position - start};
    return token != JSON_TOKEN_FAULT;
}

/* A member named twice is what the last one says, as to JSON.parse. */
static bool members_find(struct json_reader *r, const char *peer_name, struct found *found) {
    enum json_token token;
    while ((token = json_reader_next(r)) == JSON_TOKEN_NAME) {
        uint8_t memory[NAME_SIZE_MAX];
        const struct span name = word_of(r->token, r->has_escapes, memory);
        struct value other;
        struct value *place = span_equal_text(name, "type")      ? &found->type
                              : span_equal_text(name, peer_name) ? &found->peer
                              : span_equal_text(name, "payload") ? &found->payload
                                                                 : &other;
        if (!value_skip(r, place)) return false;
    }
    return token == JSON_TOKEN_OBJECT_CLOSE && json_reader_next(r) == JSON_TOKEN_END;
}

static enum refusal kind_read(const struct value *type, enum signal_kind *kind) {
    uint8_t memory[NAME_SIZE_MAX];
    if (type->token == JSON_TOKEN_FAULT) return REFUSAL_MEMBER_MISSING;
    if (type->token != JSON_TOKEN_STRING) return REFUSAL_MEMBER_MISTYPED;
    const struct span word = word_of(type->text, type->has_escapes, memory);
    for (int i = 0; i < SIGNAL_KIND_COUNT; i++) {
        *kind = (enum signal_kind)i;
        if (span_equal_text(word, names[i])) return REFUSAL_NONE;
    }
    return REFUSAL_TYPE_UNKNOWN;
}

/* null and "" are nobody, as to the reference. */
static enum refusal peer_read(const struct value *peer, uint8_t memory[SIGNAL_ID_SIZE_MAX], struct span *id) {
    uint8_t room[6 * SIGNAL_ID_SIZE_MAX];
    *id = SPAN_NONE;
    if (peer->token == JSON_TOKEN_FAULT || peer->token == JSON_TOKEN_NULL) return REFUSAL_NONE;
    if (peer->token != JSON_TOKEN_STRING) return REFUSAL_MEMBER_MISTYPED;
    *id = peer->text;
    if (peer->has_escapes) {
        struct buffer out = buffer_over(memory, SIGNAL_ID_SIZE_MAX);
        if (peer->text.size > sizeof room) return REFUSAL_MEMBER_TOO_LONG;
        buffer_put(&out, (struct span){room, json_unescape(peer->text, room)});
        if (out.overflowed) return REFUSAL_MEMBER_TOO_LONG;
        *id = buffer_span(&out);
        if (!utf8_is_valid(*id)) return REFUSAL_LONE_SURROGATE;
    }
    return id->size > SIGNAL_ID_SIZE_MAX ? REFUSAL_MEMBER_TOO_LONG : REFUSAL_NONE;
}

/* With its quotes, of which there is one on either side. */
static struct span payload_of(const struct value *payload) {
    if (payload->token == JSON_TOKEN_FAULT) return SPAN_NONE;
    if (payload->token != JSON_TOKEN_STRING) return payload->text;
    return (struct span){payload->text.at - 1, payload->text.size + 2};
}

enum refusal signal_message_read(struct span text, enum signal_end end, uint8_t id_memory[SIGNAL_ID_SIZE_MAX],
                                 struct signal_message *message) {
    const size_t size_max = end == SIGNAL_END_SERVER ? SIGNAL_MESSAGE_SIZE_MAX : SIGNAL_RELAYED_SIZE_MAX;
    if (text.size > size_max) return REFUSAL_FRAME_TOO_LARGE;
    struct json_reader r = json_reader_over(text, JSON_CANON);
    struct found found = {0};
    if (json_reader_next(&r) != JSON_TOKEN_OBJECT_OPEN)
        return r.fault != JSON_FAULT_NONE ? refusal_of(&r) : REFUSAL_MEMBER_MISTYPED;
    if (!members_find(&r, end == SIGNAL_END_SERVER ? "dst" : "src", &found)) return refusal_of(&r);
    message->payload = payload_of(&found.payload);
    const enum refusal refusal = kind_read(&found.type, &message->kind);
    return refusal != REFUSAL_NONE ? refusal : peer_read(&found.peer, id_memory, &message->peer);
}

/* ---- Writing ---- */

static void member_write(struct buffer *out, const char *key, struct span string) {
    if (string.size == 0) return;
    buffer_put_text(out, key);
    json_write_string(out, string);
}

void signal_message_write(struct buffer *out, enum signal_kind kind, struct span src, struct span dst,
                          struct span payload) {
    buffer_put_text(out, "{\"type\":\"");
    buffer_put_text(out, signal_kind_name(kind));
    buffer_put_u8(out, '"');
    member_write(out, ",\"src\":", src);
    member_write(out, ",\"dst\":", dst);
    if (payload.size > 0) buffer_put_text(out, ",\"payload\":");
    buffer_put(out, payload);
    buffer_put_u8(out, '}');
}

void signal_message_write_why(struct buffer *out, enum signal_kind kind, const char *why) {
    uint8_t memory[256];
    struct buffer payload = buffer_over(memory, sizeof memory);
    struct json_writer w = json_writer_into(&payload);
    json_open_object(&w, NULL);
    json_put_text(&w, "msg", why);
    json_close_object(&w);
    signal_message_write(out, kind, SPAN_NONE, SPAN_NONE, buffer_span(&payload));
}
