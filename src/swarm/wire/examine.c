/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/examine.h"

#include "base/json_writer.h"
#include "swarm/wire/member.h"

enum refusal examine_check(struct span body, const struct verifier *verifier, struct arena *arena,
                           const void **checked) {
    (void)verifier;
    struct members m = members_read(body, arena);
    struct examine *examine = arena_take(arena, sizeof *examine);
    if (examine == NULL) return REFUSAL_NO_ROOM;
    members_hex(&m, "nonce", examine->nonce, sizeof examine->nonce);
    *checked = examine;
    return m.refusal;
}

void examine_build(struct buffer *out, const struct examine *examine) {
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_put_hex(&w, "nonce", (struct span){examine->nonce, sizeof examine->nonce});
    json_close_object(&w);
}
