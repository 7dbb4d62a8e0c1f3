/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/wire/probed.h"

#include "base/json_writer.h"
#include "swarm/wire/member.h"

enum refusal probed_check(struct span body, const struct verifier *verifier, struct arena *arena,
                          const void **checked) {
    (void)verifier;
    char word[LIMIT_FEATURE_MAX + 1];
    struct members m = members_read(body, arena);
    struct probed *probed = arena_take(arena, sizeof *probed);
    if (probed == NULL) return REFUSAL_NO_ROOM;
    members_hex(&m, "nonce", probed->nonce, sizeof probed->nonce);
    probed->is_ok = members_boolean(&m, "ok");
    members_text(&m, "reason", word, LIMIT_FEATURE_MAX);
    probed->reason = reason_read(span_of_text(word));
    *checked = probed;
    return m.refusal;
}

void probed_build(struct buffer *out, const struct probed *probed) {
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_put_hex(&w, "nonce", (struct span){probed->nonce, sizeof probed->nonce});
    json_put_boolean(&w, "ok", probed->is_ok);
    json_put_text(&w, "reason", probed->is_ok ? "" : reason_name(probed->reason));
    json_close_object(&w);
}
