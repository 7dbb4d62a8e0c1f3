/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/credential.h"

#include "base/encoding.h"
#include "base/must.h"

void credential_table_init(struct credential_table *table, int64_t code_ms, int64_t session_ms) {
    *table = (struct credential_table){.code_ms = code_ms, .session_ms = session_ms};
}

bool credential_equal(struct span a, struct span b) {
    /* volatile: the compiler may not leave the loop early either. */
    volatile uint8_t difference = 0;
    if (a.size != b.size) return false;
    for (size_t i = 0; i < a.size; i++) difference = (uint8_t)(difference | (a.at[i] ^ b.at[i]));
    return difference == 0;
}

static struct credential *oldest_of(struct credential *places, size_t count) {
    struct credential *oldest = &places[0];
    for (size_t i = 1; i < count; i++)
        if (places[i].made_at_ms < oldest->made_at_ms) oldest = &places[i];
    return oldest; /* a free place is the oldest of all */
}

static const char *make(struct credential *places, size_t count, const struct entropy *entropy, int64_t now_ms) {
    uint8_t secret[CREDENTIAL_SECRET_SIZE];
    struct credential *place = oldest_of(places, count);
    struct buffer text = buffer_over((uint8_t *)place->text, CREDENTIAL_TEXT_SIZE);
    entropy_fill(entropy, secret, sizeof secret);
    hex_write(&text, (struct span){secret, sizeof secret});
    must(!text.overflowed && now_ms > 0);
    place->text[text.size] = '\0';
    place->made_at_ms = now_ms;
    return place->text;
}

/* Looks at every place, so that the time does not tell which one it was. */
static const struct credential *find(const struct credential *places, size_t count, struct span text,
                                     int64_t lifetime_ms, int64_t now_ms) {
    const struct credential *found = NULL;
    for (size_t i = 0; i < count; i++) {
        bool is_good = places[i].made_at_ms != 0 && now_ms - places[i].made_at_ms < lifetime_ms;
        if (credential_equal(text, span_of_text(places[i].text)) && is_good) found = &places[i];
    }
    return found;
}

const char *credential_code_make(struct credential_table *table, const struct entropy *entropy, int64_t now_ms) {
    return make(table->codes, CREDENTIAL_CODES_MAX, entropy, now_ms);
}

const char *credential_session_make(struct credential_table *table, const struct entropy *entropy, int64_t now_ms) {
    return make(table->sessions, CREDENTIAL_SESSIONS_MAX, entropy, now_ms);
}

bool credential_code_take(struct credential_table *table, struct span text, int64_t now_ms) {
    const struct credential *code = find(table->codes, CREDENTIAL_CODES_MAX, text, table->code_ms, now_ms);
    if (code == NULL) return false;
    table->codes[code - table->codes] = (struct credential){0};
    return true;
}

bool credential_session_is_good(const struct credential_table *table, struct span text, int64_t now_ms) {
    return find(table->sessions, CREDENTIAL_SESSIONS_MAX, text, table->session_ms, now_ms) != NULL;
}
