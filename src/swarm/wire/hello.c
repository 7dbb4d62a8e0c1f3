/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/hello.h"

#include "base/json_writer.h"
#include "swarm/wire/member.h"

#include <string.h>

static const char *const wish_names[] = {"none", "low", "high", "join"};

const char *mesh_wish_name(enum mesh_wish wish) {
    return wish_names[wish];
}

static enum mesh_wish read_wish(struct members *m) {
    char word[8];
    members_text(m, "mesh", word, sizeof word - 1);
    for (int wish = MESH_WISH_NONE; wish <= MESH_WISH_JOIN; wish++) {
        if (strcmp(word, wish_names[wish]) == 0) return (enum mesh_wish)wish;
    }
    members_refuse(m, REFUSAL_MEMBER_MISTYPED);
    return MESH_WISH_NONE;
}

static void read_features(struct members *m, struct hello *hello) {
    const struct json_value *features = members_array(m, "features", LIMIT_FEATURES_MAX);
    for (size_t i = 0; features != NULL && i < features->count; i++) {
        struct span word = SPAN_NONE;
        if (!json_as_string(&features->as.items[i], &word)) {
            members_refuse(m, REFUSAL_MEMBER_MISTYPED);
        } else if (!span_copy_text(word, hello->features[i], LIMIT_FEATURE_MAX + 1)) {
            members_refuse(m, REFUSAL_MEMBER_TOO_LONG);
        }
        hello->feature_count = (uint8_t)(i + 1);
    }
}

static void read_seen(struct members *m, struct hello *hello) {
    char text[ADDRESS_TEXT_MAX];
    members_text(m, "seen", text, sizeof text - 1);
    hello->has_seen = address_read(span_of_text(text), &hello->seen);
    if (!hello->has_seen) members_refuse(m, REFUSAL_MEMBER_MISTYPED);
}

static void read_body(struct members *m, const struct verifier *verifier, struct arena *arena, struct hello *hello) {
    members_text(m, "agent", hello->agent, LIMIT_AGENT_MAX);
    members_text(m, "community", hello->community, LIMIT_COMMUNITY_MAX);
    members_hex(m, "boot", hello->boot, sizeof hello->boot);
    hello->now_ms = members_integer(m, "now", 0, INT64_C(1) << 53);
    hello->mesh = read_wish(m);
    read_seen(m, hello);
    read_features(m, hello);
    if (members_has(m, "probe")) {
        hello->has_probe = true;
        members_hex(m, "probe", hello->probe, sizeof hello->probe);
    }
    if (members_has(m, "bind")) {
        hello->has_bind = true;
        members_base64(m, "bind", hello->bind.bytes, sizeof hello->bind.bytes);
    }
    const struct json_value *ticket = members_object(m, "ticket");
    if (m->refusal != REFUSAL_NONE) return;
    hello->ticket_refusal = ticket_check(ticket, &(struct ticket_rules){0}, verifier, arena, &hello->ticket);
}

bool hello_has_feature(const struct hello *hello, const char *word) {
    for (size_t i = 0; i < hello->feature_count; i++) {
        if (strcmp(hello->features[i], word) == 0) return true;
    }
    return false;
}

bool hello_is_bound(const struct hello *hello, const struct link_binding *binding, const struct node_id *self,
                    const struct verifier *verifier) {
    if (hello->version != HELLO_VERSION || hello->ticket_refusal != REFUSAL_NONE || !hello->has_bind) return false;
    return link_binding_holds(binding, self, &hello->ticket.key, &hello->bind, verifier);
}

enum refusal hello_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked) {
    struct members m = members_read(body, arena);
    struct hello *hello = arena_take(arena, sizeof *hello);
    if (hello == NULL) return REFUSAL_NO_ROOM;
    hello->version = members_integer(&m, "v", INT32_MIN, INT32_MAX);
    if (hello->version == HELLO_VERSION) read_body(&m, verifier, arena, hello);
    *checked = hello;
    return m.refusal;
}

void hello_build(struct buffer *out, const struct hello *hello) {
    char seen[ADDRESS_TEXT_MAX] = "";
    uint8_t envelope[LIMIT_TICKET_ENVELOPE_MAX];
    struct buffer ticket = buffer_over(envelope, sizeof envelope);
    struct json_writer w = json_writer_into(out);
    ticket_write(&ticket, &hello->ticket);
    json_open_object(&w, NULL);
    json_put_integer(&w, "v", HELLO_VERSION);
    json_put_text(&w, "agent", hello->agent);
    json_put_text(&w, "community", hello->community);
    json_put_hex(&w, "boot", (struct span){hello->boot, sizeof hello->boot});
    json_put_integer(&w, "now", hello->now_ms);
    json_put_raw(&w, "ticket", buffer_span(&ticket));
    json_put_text(&w, "mesh", mesh_wish_name(hello->mesh));
    json_put_text(&w, "seen", hello->has_seen ? address_text(&hello->seen, seen) : "");
    json_open_array(&w, "features");
    for (size_t i = 0; i < hello->feature_count; i++) json_put_text(&w, NULL, hello->features[i]);
    json_close_array(&w);
    if (hello->has_probe) json_put_hex(&w, "probe", (struct span){hello->probe, sizeof hello->probe});
    if (hello->has_bind) json_put_base64(&w, "bind", (struct span){hello->bind.bytes, sizeof hello->bind.bytes});
    json_close_object(&w);
}
