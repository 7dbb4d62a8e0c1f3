/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/refusal.h"

#include "base/must.h"

struct entry {
    const char *name;
    enum reason reason;
};

static const struct entry ENTRIES[REFUSAL_COUNT] = {
    [REFUSAL_NONE] = {"none", REASON_NONE},
#define REFUSAL(NAME, name, REASON_NAME) [REFUSAL_##NAME] = {name, REASON_##REASON_NAME},
#include "refusals.def"
#undef REFUSAL
};

static const struct entry *entry_of(enum refusal refusal) {
    must(refusal < REFUSAL_COUNT);
    return &ENTRIES[refusal];
}

const char *refusal_name(enum refusal refusal) {
    return entry_of(refusal)->name;
}

enum reason refusal_reason(enum refusal refusal) {
    return entry_of(refusal)->reason;
}
