/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/session_token.h"

#include "base/encoding.h"
#include "base/must.h"

enum { TOKEN_SIZE = SESSION_TOKEN_HEAD_SIZE + ATTEST_TAG_SIZE };

struct attest_key session_token_key(struct span api_token) {
    return attest_key_from(api_token, "session");
}

struct session_token session_token_make(const struct attest_key *key, const struct entropy *entropy, int64_t wall_ms) {
    uint8_t memory[TOKEN_SIZE], nonce[8];
    struct session_token token = {0};
    struct buffer bytes = buffer_over(memory, sizeof memory);
    struct buffer text = buffer_over((uint8_t *)token.text, SESSION_TOKEN_TEXT_SIZE);
    must(wall_ms > 0);
    buffer_put_u64(&bytes, (uint64_t)wall_ms);
    entropy_fill(entropy, nonce, sizeof nonce);
    buffer_put(&bytes, (struct span){nonce, sizeof nonce});
    const struct attest_tag tag = attest_make(key, buffer_span(&bytes));
    buffer_put(&bytes, (struct span){tag.bytes, sizeof tag.bytes});
    hex_write(&text, buffer_span(&bytes));
    must(!bytes.overflowed && !text.overflowed);
    return token;
}

bool session_token_is_good(const struct attest_key *key, struct span text, int64_t wall_ms) {
    uint8_t memory[TOKEN_SIZE];
    struct buffer bytes = buffer_over(memory, sizeof memory);
    if (text.size != SESSION_TOKEN_TEXT_SIZE || !hex_read(text, &bytes)) return false;
    const struct span head = {memory, SESSION_TOKEN_HEAD_SIZE};
    if (!attest_check(key, head, (struct span){memory + SESSION_TOKEN_HEAD_SIZE, ATTEST_TAG_SIZE})) return false;
    const int64_t age_ms = wall_ms - (int64_t)bytes_read_u64(memory);
    return age_ms < SESSION_TOKEN_MS && age_ms > -SESSION_TOKEN_MS;
}
