/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* An engine on its bench (engine_rig.h) that moves files: what its host says, and what its peers say. Files, parts and
 * peers go by numbers; the same number is the same thing. */

#include "lib/engine_rig.h"
#include "swarm/content/catalog.h"
#include "swarm/input.h"
#include "swarm/wire/data.h"
#include "swarm/wire/have.h"
#include "swarm/wire/want.h"

struct object_id content_rig_id(uint32_t number);
struct content_part content_rig_part(uint32_t number, uint32_t size); /* a chunk; its id is that of its number */
uint32_t content_rig_link(struct rig *rig, uint32_t number);          /* with a peer that moves files */

/* The host. */
void content_rig_file(struct rig *rig, uint32_t file, enum file_state state);
void content_rig_missing(struct rig *rig, uint32_t file, const struct content_part *parts, size_t count, bool is_all);
void content_rig_checked(struct rig *rig, uint32_t req, enum part_verdict verdict);
void content_rig_served(struct rig *rig, uint32_t link, uint32_t req, uint32_t bytes, enum miss_code miss);

/* Peers. */
void content_rig_have(struct rig *rig, uint32_t link, uint32_t file);
void content_rig_slice(struct rig *rig, uint32_t link, uint32_t req, uint32_t offset, uint32_t size, uint32_t total);
void content_rig_miss(struct rig *rig, uint32_t link, uint32_t req, enum miss_code code);
void content_rig_want(struct rig *rig, uint32_t link, uint32_t req, uint32_t object);
void content_rig_cancel(struct rig *rig, uint32_t link, uint32_t req);

/* What the last feed asked of the link, the nth; req 0: it did not. */
struct want content_rig_asked(const struct rig *rig, uint32_t link, size_t nth);
