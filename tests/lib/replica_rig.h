/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* An engine on its bench (engine_rig.h) that holds files for others: what its host and its peers say of them. Files and
 * peers go by numbers; the same number is the same thing (content_rig.h). Records are made as the check would make
 * them. */

#include "lib/content_rig.h"
#include "swarm/wire/offer.h"
#include "swarm/wire/offered.h"

enum { REPLICA_RIG_BYTES = 1000 }; /* of every file */

struct rig *replica_rig(void);         /* its host has room, and has looked at its disk */
struct rig *replica_rig_settled(void); /* and it has a link with peer 1 for so long that it may repair */
void replica_rig_room(struct rig *rig, uint64_t bytes);
uint32_t replica_rig_link(struct rig *rig, uint32_t peer);  /* with one that holds files for others */
uint32_t replica_rig_guest(struct rig *rig, uint32_t peer); /* the same, without a place in the view */
void replica_rig_file(struct rig *rig, uint32_t file, enum file_state state, enum holding_role role, uint8_t target);

/* What a node says it holds, over the link of somebody. */
struct replica_rig_advert {
    uint32_t peer;       /* who says it */
    uint8_t page, pages; /* pages 0 = 1 */
    size_t count;
    uint32_t first;   /* the files from this one on */
    int64_t later_ms; /* than now */
    int64_t life_ms;  /* 0 = three minutes */
};
void replica_rig_says(struct rig *rig, uint32_t link, const struct replica_rig_advert *advert);
void replica_rig_holds(struct rig *rig, uint32_t link, uint32_t peer, uint32_t file); /* that, and nothing else */
void replica_rig_gone(struct rig *rig, uint32_t link, uint32_t accuser, const struct node_id *node, int64_t since_ms);
void replica_rig_offers(struct rig *rig, uint32_t link, uint32_t first, size_t count, uint64_t bytes);
void replica_rig_answers(struct rig *rig, uint32_t link, uint32_t file, bool takes);

/* What the last feed wanted. */
bool replica_rig_is_offered(const struct rig *rig, uint32_t link, uint32_t file);
size_t replica_rig_count_offers(const struct rig *rig, uint32_t file); /* to all */
bool replica_rig_takes(const struct rig *rig, uint32_t link, uint32_t file);
bool replica_rig_refuses(const struct rig *rig, uint32_t link, uint32_t file);
bool replica_rig_wants(const struct rig *rig, enum action_kind kind, uint32_t file); /* HOLD, RELEASE, ... */
/* Its nth record; NULL: there is none. Borrowed until the next feed but one. */
const struct publication *replica_rig_record(const struct rig *rig, size_t nth);
struct redundancy_view replica_rig_view(const struct rig *rig, uint32_t file);
