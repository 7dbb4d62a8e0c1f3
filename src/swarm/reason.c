/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/reason.h"

#include "base/must.h"

enum scope { SCOPE_WIRE, SCOPE_LOCAL };

struct entry {
    const char *name;
    const char *sentence;
    enum reason_redial redial;
    enum scope scope;
};

static const struct entry ENTRIES[REASON_COUNT] = {
    [REASON_NONE] = {"none", "gave no reason", REASON_REDIAL_LATER, SCOPE_LOCAL},
#define REASON(NAME, name, sentence, REDIAL, SCOPE)                                                                    \
    [REASON_##NAME] = {name, sentence, REASON_REDIAL_##REDIAL, SCOPE_##SCOPE},
#include "reasons.def"
#undef REASON
};

static const struct entry *entry_of(enum reason reason) {
    must(reason < REASON_COUNT);
    return &ENTRIES[reason];
}

const char *reason_name(enum reason reason) {
    return entry_of(reason)->name;
}

const char *reason_sentence(enum reason reason) {
    return entry_of(reason)->sentence;
}

enum reason_redial reason_redial(enum reason reason) {
    return entry_of(reason)->redial;
}

enum reason reason_read(struct span word) {
    for (enum reason r = REASON_NONE; r < REASON_COUNT; r++)
        if (span_equal_text(word, ENTRIES[r].name)) return r;
    return REASON_NONE;
}

enum reason reason_from_wire(struct span word) {
    for (enum reason r = REASON_NONE; r < REASON_COUNT; r++)
        if (ENTRIES[r].scope == SCOPE_WIRE && span_equal_text(word, ENTRIES[r].name)) return r;
    return REASON_NONE;
}
