/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/api/credential.h"

#include "base/encoding.h"
#include "base/must.h"

void credential_table_init(struct credential_table *table, int64_t code_ms) {
    *table = (struct credential_table){.code_ms = code_ms};
}

bool credential_equal(struct span a, struct span b) {
    /* volatile: the compiler may not leave the loop early either. */
    volatile uint8_t difference = 0;
    if (a.size != b.size) return false;
    for (size_t i = 0; i < a.size; i++) difference = (uint8_t)(difference | (a.at[i] ^ b.at[i]));
    return difference == 0;
}

static struct credential *oldest_of(struct credential_table *table) {
    struct credential *oldest = &table->codes[0];
    for (size_t i = 1; i < CREDENTIAL_CODES_MAX; i++)
        if (table->codes[i].made_at_ms < oldest->made_at_ms) oldest = &table->codes[i];
    return oldest; /* a free place is the oldest of all */
}

const char *credential_code_make(struct credential_table *table, const struct entropy *entropy, int64_t now_ms) {
    uint8_t secret[CREDENTIAL_SECRET_SIZE];
    struct credential *place = oldest_of(table);
    struct buffer text = buffer_over((uint8_t *)place->text, CREDENTIAL_TEXT_SIZE);
    entropy_fill(entropy, secret, sizeof secret);
    hex_write(&text, (struct span){secret, sizeof secret});
    must(!text.overflowed && now_ms > 0);
    place->text[text.size] = '\0';
    place->made_at_ms = now_ms;
    return place->text;
}

/* Looks at every place, so that the time does not tell which one it was. */
bool credential_code_take(struct credential_table *table, struct span text, int64_t now_ms) {
    struct credential *found = NULL;
    for (size_t i = 0; i < CREDENTIAL_CODES_MAX; i++) {
        struct credential *code = &table->codes[i];
        bool is_good = code->made_at_ms != 0 && now_ms - code->made_at_ms < table->code_ms;
        if (credential_equal(text, span_of_text(code->text)) && is_good) found = code;
    }
    if (found == NULL) return false;
    *found = (struct credential){0};
    return true;
}
