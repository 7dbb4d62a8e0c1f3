/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/probe.h"

#include "base/json_writer.h"
#include "swarm/wire/member.h"

enum refusal probe_check(struct span body, const struct verifier *verifier, struct arena *arena, const void **checked) {
    (void)verifier;
    char text[ADDRESS_TEXT_MAX];
    struct members m = members_read(body, arena);
    struct probe *probe = arena_take(arena, sizeof *probe);
    if (probe == NULL) return REFUSAL_NO_ROOM;
    members_hex(&m, "nonce", probe->nonce, sizeof probe->nonce);
    members_text(&m, "addr", text, sizeof text - 1);
    if (!address_read_canonical(span_of_text(text), &probe->address)) members_refuse(&m, REFUSAL_MEMBER_MISTYPED);
    *checked = probe;
    return m.refusal;
}

void probe_build(struct buffer *out, const struct probe *probe) {
    char text[ADDRESS_TEXT_MAX];
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_put_hex(&w, "nonce", (struct span){probe->nonce, sizeof probe->nonce});
    json_put_text(&w, "addr", address_text(&probe->address, text));
    json_close_object(&w);
}
