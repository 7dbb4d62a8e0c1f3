/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/reach/observed_address.h"

#include "swarm/engine_inside.h"
#include "swarm/mesh/active_view.h"
#include "swarm/peer/diversity.h"

enum { OWN_CALL_VOICES = 3 };

static bool has_a_say(const struct link_row *link) {
    return active_view_holds(link) && link->may_probe && address_scope(&link->seen) == ADDRESS_SCOPE_GLOBAL;
}

bool observed_address_is_confirmed_by(const struct link_row *link, const struct address *address) {
    return has_a_say(link) && address_same_ip(&link->seen, address);
}

static size_t voices_of(const struct link_row *link) {
    return link->is_inbound || link->is_asked_for ? 1 : OWN_CALL_VOICES;
}

/* Whether another row speaks for the same network: a louder one, or an earlier one as loud. */
static bool is_spoken_for(const struct engine *engine, size_t index, const struct address *seen) {
    const struct link_row *self = &engine->links.rows[index];
    for (size_t i = 0; i < engine->links.capacity; i++) {
        const struct link_row *link = &engine->links.rows[i];
        bool is_other = i != index && observed_address_is_confirmed_by(link, seen);
        if (!is_other || !diversity_same_prefix(&link->address, &self->address)) continue;
        if (voices_of(link) > voices_of(self) || (voices_of(link) == voices_of(self) && i < index)) return true;
    }
    return false;
}

static size_t count_voices(const struct engine *engine, const struct address *seen) {
    size_t count = 0;
    for (size_t i = 0; i < engine->links.capacity; i++) {
        const struct link_row *link = &engine->links.rows[i];
        bool speaks = observed_address_is_confirmed_by(link, seen) && !is_spoken_for(engine, i, seen);
        if (speaks) count += voices_of(link);
    }
    return count;
}

const struct address *observed_address(const struct engine *engine, enum address_family family) {
    const struct address *agreed = NULL;
    size_t most = 0;
    for (size_t i = 0; i < engine->links.capacity; i++) {
        const struct link_row *link = &engine->links.rows[i];
        if (!has_a_say(link) || link->seen.family != family) continue;
        size_t count = count_voices(engine, &link->seen);
        if (count < most || (count == most && address_compare(&link->seen, agreed) >= 0)) continue;
        agreed = &link->seen;
        most = count;
    }
    return agreed;
}
