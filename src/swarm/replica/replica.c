/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/content.h"
#include "swarm/engine_inside.h"
#include "swarm/handlers.h"
#include "swarm/wire/offer.h"
#include "swarm/wire/offered.h"

void replica_on_offer(struct engine *engine, struct link_row *link, const struct offer *offer, int64_t now_ms) {
    struct offered offered = {.refuse_count = offer->count};
    struct buffer body = engine_body(engine);
    (void)now_ms;
    if (!content_may(engine, link)) return;
    for (size_t i = 0; i < offer->count; i++) offered.refuse[i] = offer->files[i].id;
    offered_build(&body, &offered);
    engine_send(engine, link->id, MESSAGE_OFFERED, &body);
}

void replica_on_offered(struct engine *engine, struct link_row *link, const struct offered *offered, int64_t now_ms) {
    (void)engine;
    (void)link;
    (void)offered;
    (void)now_ms;
}
