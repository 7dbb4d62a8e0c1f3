/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/content_rig.h"

#include "swarm/wire/cancel.h"

#include <string.h>

struct object_id content_rig_id(uint32_t number) {
    struct object_id id = {{1}};
    for (size_t i = 0; i < 4; i++) id.bytes[12 + i] = id.bytes[28 + i] = (uint8_t)(number >> (24 - 8 * i));
    return id;
}

struct content_part content_rig_part(uint32_t number, uint32_t size) {
    return (struct content_part){PART_CHUNK, number, size, content_rig_id(number)};
}

uint32_t content_rig_link(struct rig *rig, uint32_t number) {
    const struct rig_peer peer = rig_peer(number);
    const uint32_t link = rig_up_inbound(rig, &peer);
    struct hello hello = rig_hello(&peer);
    hello.mesh = MESH_WISH_NONE;
    rig_say(rig, link, MESSAGE_HELLO, &hello);
    return link;
}

void content_rig_file(struct rig *rig, uint32_t file, enum file_state state) {
    const struct object_id id = content_rig_id(file);
    struct input input = {.kind = INPUT_FILE};
    input.as.file.id = &id;
    input.as.file.state = state;
    rig_feed(rig, &input);
}

void content_rig_missing(struct rig *rig, uint32_t file, const struct content_part *parts, size_t count, bool is_all) {
    const struct object_id id = content_rig_id(file);
    struct input input = {.kind = INPUT_PARTS_MISSING};
    input.as.missing.file = &id;
    input.as.missing.parts = parts;
    input.as.missing.count = count;
    input.as.missing.is_all = is_all;
    rig_feed(rig, &input);
}

void content_rig_checked(struct rig *rig, uint32_t req, enum part_verdict verdict) {
    struct input input = {.kind = INPUT_PART_CHECKED};
    input.as.checked.req = req;
    input.as.checked.verdict = verdict;
    rig_feed(rig, &input);
}

void content_rig_served(struct rig *rig, uint32_t link, uint32_t req, uint32_t bytes, enum miss_code miss) {
    struct input input = {.kind = INPUT_SERVED};
    input.as.served.link = link;
    input.as.served.req = req;
    input.as.served.bytes = bytes;
    input.as.served.miss = miss;
    rig_feed(rig, &input);
}

void content_rig_have(struct rig *rig, uint32_t link, uint32_t file) {
    struct have have;
    have.add_count = 1;
    have.drop_count = 0;
    have.add[0] = content_rig_id(file);
    rig_say(rig, link, MESSAGE_HAVE, &have);
}

void content_rig_slice(struct rig *rig, uint32_t link, uint32_t req, uint32_t offset, uint32_t size, uint32_t total) {
    static const uint8_t bytes[DATA_BYTES_MAX];
    const struct data data = {req, offset, total, {bytes, size}};
    rig_say(rig, link, MESSAGE_DATA, &data);
}

void content_rig_miss(struct rig *rig, uint32_t link, uint32_t req, enum miss_code code) {
    const struct miss miss = {req, code};
    rig_say(rig, link, MESSAGE_MISS, &miss);
}

void content_rig_want(struct rig *rig, uint32_t link, uint32_t req, uint32_t object) {
    const struct want want = {.req = req, .id = content_rig_id(object)};
    rig_say(rig, link, MESSAGE_WANT, &want);
}

void content_rig_cancel(struct rig *rig, uint32_t link, uint32_t req) {
    const struct cancel cancel = {req};
    rig_say(rig, link, MESSAGE_CANCEL, &cancel);
}

struct want content_rig_asked(const struct rig *rig, uint32_t link, size_t nth) {
    struct want want = {0};
    for (size_t i = 0; i < rig->kept_count; i++) {
        const struct action *action = &rig->kept[i].action;
        if (action->kind != ACTION_SEND || action->link != link || action->type != MESSAGE_WANT) continue;
        if (nth-- > 0) continue;
        want.req = bytes_read_u32(action->bytes.at);
        memcpy(want.id.bytes, action->bytes.at + 4, sizeof want.id.bytes);
        return want;
    }
    return want;
}
