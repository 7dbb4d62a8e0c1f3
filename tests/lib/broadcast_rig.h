/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* An engine on its bench (engine_rig.h) that takes part in the broadcast: what its peers say, and what becomes of it.
 * Records, authors and peers go by numbers; the same number is the same thing. Records are made as the check would make
 * them: the engine never looks at a signature. */

#include "lib/engine_rig.h"
#include "swarm/content/record.h"
#include "swarm/mesh/record_fate.h"
#include "swarm/wire/message.h"

/* Of now, with a short text; borrowed until thirty more were made. */
struct checked_record broadcast_rig_record(const struct rig *rig, uint32_t number, uint32_t author);
struct object_half broadcast_rig_half(uint32_t number); /* of that record's id */

uint32_t broadcast_rig_link(struct rig *rig, uint32_t number); /* with a peer that has a place and takes part */
uint32_t broadcast_rig_link_as(struct rig *rig, uint32_t number, enum mesh_wish wish, bool takes_part);

void broadcast_rig_gossip(struct rig *rig, uint32_t link, const struct checked_record *record, uint8_t hops);
/* A record of its own author, made, and said with no hops. */
void broadcast_rig_say(struct rig *rig, uint32_t link, uint32_t number);
void broadcast_rig_ihave(struct rig *rig, uint32_t link, uint32_t first, uint32_t count); /* those from `first` on */
void broadcast_rig_graft(struct rig *rig, uint32_t link, uint32_t number);
void broadcast_rig_prune(struct rig *rig, uint32_t link);
void broadcast_rig_publish(struct rig *rig, const struct checked_record *record);

/* What the last feed wanted. */
bool broadcast_rig_delivered(const struct rig *rig, uint32_t number);
bool broadcast_rig_sends(const struct rig *rig, uint32_t link, uint32_t number); /* the record itself */
bool broadcast_rig_announces(const struct rig *rig, uint32_t link, uint32_t number);
bool broadcast_rig_asks(const struct rig *rig, uint32_t link, uint32_t number);
size_t broadcast_rig_sent(const struct rig *rig, uint32_t link, uint8_t type); /* how many frames */
uint64_t broadcast_rig_count(const struct rig *rig, enum record_fate fate);    /* so far */
