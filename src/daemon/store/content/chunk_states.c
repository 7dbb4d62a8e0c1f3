/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/store/content/chunk_states.h"

#include <string.h>

#include "base/memory.h"
#include "base/must.h"

void chunk_states_init(struct chunk_states *states, uint32_t count) {
    *states = (struct chunk_states){.count = count, .states = memory_zeroed(count, 1)};
    states->in[CHUNK_MISSING] = count;
}

void chunk_states_deinit(struct chunk_states *states) {
    memory_free(states->states);
    *states = (struct chunk_states){0};
}

enum chunk_state chunk_state_of(const struct chunk_states *states, uint32_t index) {
    must(index < states->count);
    return (enum chunk_state)states->states[index];
}

void chunk_states_enter(struct chunk_states *states, uint32_t index, enum chunk_state state) {
    states->in[chunk_state_of(states, index)]--;
    states->in[state]++;
    states->states[index] = (uint8_t)state;
}

bool chunk_states_next(const struct chunk_states *states, enum chunk_state state, uint32_t from, uint32_t *index) {
    if (from >= states->count || states->in[state] == 0) return false;
    const uint8_t *found = memchr(states->states + from, (int)state, states->count - from);
    if (found == NULL) return false;
    *index = (uint32_t)(found - states->states);
    return true;
}
