/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/upload.h"

#include "swarm/handlers.h"
#include "swarm/link/session.h"
#include "swarm/wire/cancel.h"
#include "swarm/wire/miss.h"
#include "swarm/wire/want.h"

enum {
    HALVE_MS = 1000,
    TAKEN_BACK_BYTES = 1 << 20, /* what was read for nothing counts as much as a usual chunk */
};

static struct want_row *find_want(const struct engine *engine, uint32_t link, uint32_t req) {
    for (size_t i = 0; i < LIMIT_WANTS_MAX && engine->content.want_count > 0; i++) {
        struct want_row *want = &engine->content.wants[i];
        if (want->in_use && want->link == link && want->req == req) return want;
    }
    return NULL;
}

static void say_miss(struct engine *engine, uint32_t link, uint32_t req, enum miss_code code) {
    const struct miss miss = {req, code};
    struct buffer body = engine_body(engine);
    miss_build(&body, &miss);
    engine_send(engine, link, MESSAGE_MISS, &body);
}

static void remove_want(struct engine *engine, struct want_row *want) {
    const struct link_row *link = link_table_find(&engine->links, want->link);
    if (link != NULL) {
        struct content_peer *peer = content_peer_of(engine, link);
        if (peer->wants > 0) peer->wants--;
        if (want->is_running && peer->serving > 0) peer->serving--;
    }
    if (want->is_running) engine->content.serving--;
    engine->content.want_count--;
    *want = (struct want_row){0};
}

/* The oldest question of the link that got least lately. */
static struct want_row *next_want(const struct engine *engine) {
    struct want_row *next = NULL;
    uint64_t least = UINT64_MAX;
    for (size_t i = 0; i < LIMIT_WANTS_MAX; i++) {
        struct want_row *want = &engine->content.wants[i];
        if (!want->in_use || want->is_running) continue;
        const struct content_peer *peer = content_peer_of(engine, link_table_find(&engine->links, want->link));
        if (peer->serving >= LIMIT_SERVING_PER_LINK || peer->served > least) continue;
        if (next != NULL && peer->served == least && want->order > next->order) continue;
        least = peer->served;
        next = want;
    }
    return next;
}

static void pump(struct engine *engine) {
    while (engine->content.serving < LIMIT_SERVING_MAX && engine->content.want_count > engine->content.serving) {
        struct want_row *want = next_want(engine);
        if (want == NULL) return;
        struct action *action = actions_add(engine->actions, ACTION_SERVE);
        action->link = want->link;
        action->as.serve.req = want->req;
        action->as.serve.id = want->id;
        action->as.serve.offset = want->offset;
        action->as.serve.length = want->length;
        want->is_running = true;
        engine->content.serving++;
        content_peer_of(engine, link_table_find(&engine->links, want->link))->serving++;
    }
}

static void add_want(struct engine *engine, struct link_row *link, const struct want *asked) {
    struct content *content = &engine->content;
    size_t place = 0;
    while (content->wants[place].in_use) place++;
    content->wants[place] = (struct want_row){.in_use = true,
                                              .link = link->id,
                                              .req = asked->req,
                                              .id = asked->id,
                                              .offset = asked->offset,
                                              .length = asked->length,
                                              .order = content->next_want++};
    content->want_count++;
    content_peer_of(engine, link)->wants++;
}

void upload_on_want(struct engine *engine, struct link_row *link, const struct want *want, int64_t now_ms) {
    if (content_peer_of(engine, link)->wants >= LIMIT_ASKS_PER_LINK) {
        session_refuse(engine, link, REASON_TOO_MANY, "more questions at once than allowed", MESSAGE_WANT, now_ms);
    } else if (find_want(engine, link->id, want->req) != NULL) {
        session_refuse(engine, link, REASON_PROTOCOL, "the same question twice", MESSAGE_WANT, now_ms);
    } else if (!content_may(engine, link)) {
        say_miss(engine, link->id, want->req, MISS_REFUSED);
    } else if (engine->content.want_count == LIMIT_WANTS_MAX) {
        say_miss(engine, link->id, want->req, MISS_BUSY);
    } else {
        add_want(engine, link, want);
        pump(engine);
    }
}

/* One that was answered in between has nothing to be taken back. */
void upload_on_cancel(struct engine *engine, struct link_row *link, const struct cancel *cancel, int64_t now_ms) {
    (void)now_ms;
    struct want_row *want = find_want(engine, link->id, cancel->req);
    if (want == NULL) return;
    if (want->is_running) {
        struct action *action = actions_add(engine->actions, ACTION_UNSERVE);
        action->link = want->link;
        action->as.serve.req = want->req;
        content_peer_of(engine, link)->served += TAKEN_BACK_BYTES;
    }
    remove_want(engine, want);
    pump(engine);
}

void upload_served(struct engine *engine, const struct input *input, int64_t now_ms) {
    (void)now_ms;
    const uint32_t link_id = input->as.served.link, req = input->as.served.req;
    struct want_row *want = find_want(engine, link_id, req);
    if (want == NULL || !want->is_running) return;
    const struct link_row *link = link_table_find(&engine->links, link_id);
    if (link != NULL) content_peer_of(engine, link)->served += input->as.served.bytes;
    engine->counters.parts_served += input->as.served.miss == 0;
    if (input->as.served.miss != 0) say_miss(engine, link_id, req, input->as.served.miss);
    remove_want(engine, want);
    pump(engine);
}

void upload_link_gone(struct engine *engine, const struct link_row *link, int64_t now_ms) {
    (void)now_ms;
    for (size_t i = 0; i < LIMIT_WANTS_MAX && engine->content.want_count > 0; i++) {
        struct want_row *want = &engine->content.wants[i];
        if (!want->in_use || want->link != link->id) continue;
        if (want->is_running) {
            struct action *action = actions_add(engine->actions, ACTION_UNSERVE);
            action->link = want->link;
            action->as.serve.req = want->req;
        }
        remove_want(engine, want);
    }
    pump(engine);
}

void upload_tick(struct engine *engine, int64_t now_ms) {
    if (engine->content.want_count == 0 || now_ms < engine->content.halve_ms) return;
    engine->content.halve_ms = now_ms + HALVE_MS;
    for (size_t i = 0; i < engine->content.peer_count; i++) engine->content.peers[i].served /= 2;
}
