/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A node as the history sees it, made by hand. Included by the tests of this folder. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/history/history_moment.h"
#include "daemon/history/history_sample.h"
#include "daemon/history/history_tiers.h"

enum { NOON_S = 1763640000 /* a full hour */ };

struct seen {
    struct link_view links[LIMIT_LINKS_MAX];
    size_t link_count;
    struct mesh_view mesh;
    struct source source;
    struct rendezvous_view rendezvous;
    struct finding_list findings;
    struct history_evidence evidence;
};

/* `count` open links over the loopback, of strength 50 and a round trip of 10 ms. */
static inline void seen_init(struct seen *seen, size_t count) {
    *seen = (struct seen){.link_count = count, .mesh = {.target = 8}};
    for (size_t i = 0; i < count; i++) {
        struct link_view *link = &seen->links[i];
        *link = (struct link_view){.id = (uint32_t)i + 1,
                                   .path = LINK_PATH_LAN,
                                   .has_peer = true,
                                   .state = LINK_STATE_OPEN,
                                   .rtt_ms = 10,
                                   .loss_in = -1,
                                   .loss_out = -1,
                                   .strength = 50};
        link->node_id.bytes[0] = (uint8_t)(i + 1);
        if (!address_read(SPAN_LITERAL("127.0.0.1:8782"), &link->address)) abort();
    }
}

static inline struct history_evidence *seen_at(struct seen *seen, uint32_t at_s) {
    seen->rendezvous = (struct rendezvous_view){.source_count = 1, .sources = &seen->source};
    seen->evidence.links = seen->links;
    seen->evidence.link_count = seen->link_count;
    seen->evidence.mesh = &seen->mesh;
    seen->evidence.rendezvous = &seen->rendezvous;
    seen->evidence.findings = &seen->findings;
    seen->evidence.now_ms += 1000;
    seen->evidence.wall_ms = (int64_t)at_s * 1000 + 500;
    return &seen->evidence;
}

static inline void seen_find(struct seen *seen, enum finding_code code, enum event_level level) {
    seen->findings.items[seen->findings.count++] = (struct finding){.code = code, .level = level};
}

/* NULL: none is kept. Lasts until the next call but three. */
static inline const struct history_row *row_at(const struct history_tiers *tiers, enum history_tier tier,
                                               uint32_t at_s) {
    static struct history_row rows[4];
    static unsigned next;
    struct history_row *row = &rows[next++ % 4];
    return history_tiers_find(tiers, tier, at_s, row) ? row : NULL;
}
