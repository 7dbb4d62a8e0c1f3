/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One link by WebRTC from its call to its end: a data connection labelled SIGNALED_LABEL whose messages are frames, one
 * each.
 *
 *   CALLING -> UP -> ENDING -> gone        the data connection says when; what it says is told on the loop
 *       '--------------^
 *
 * Its handshake proves no key: whoever is at the other end has to say a hello that is bound to the certificates of both
 * (WIRE W9), which the check of that frame looks at. So nothing of a link is believed before the engine has that.
 * Owns: what it has to send; the check under way and the frame it looks at.
 * Never: decides; reads on while a frame is checked (what comes waits with the other end).
 * Full: as a link over TLS: bulk over OUTBOX_BULK_MAX is not taken and means REASON_SLOW, as does anything that stands
 * still for LIMIT_UNSENT_MS.   Spec: WIRE W8, W9. */

#include "daemon/link/check_pool.h"
#include "daemon/link/link.h"
#include "daemon/link/outbox.h"
#include "daemon/link/patience.h"
#include "daemon/peerjs/peerjs_peer.h"
#include "daemon/signaled_link/signaled_link_set.h"
#include "swarm/wire/intake.h"

enum signaled_state { SIGNALED_CALLING, SIGNALED_UP, SIGNALED_ENDING };

/* What all of them share. Borrowed by each. */
struct signaled_host {
    struct loop *loop;
    struct check_pool *checks;
    struct node_id self;
    struct signaled_callbacks callbacks;
    void *context;
};
struct signaled_link {
    struct signaled_host *host;
    uint32_t id; /* 0: somebody calls, and it is not open yet */
    enum link_direction direction;
    enum signaled_state state;
    bool was_up, is_refused, has_much_bulk;
    bool is_faulted; /* a frame was not taken: it ends, however fast the rest moves */
    struct data_connection *connection;
    int64_t began_at_ms;
    struct check_binding binding;
    struct intake intake;
    struct check *check;
    uint8_t *checked; /* the frame that it looks at */
    size_t checked_size;
    struct outbox outbox;
    struct patience patience;
    struct loop_timer *timer;
    uint64_t bytes_in, bytes_out;
};

struct signaled_link *signaled_link_new(struct signaled_host *host, struct data_connection *connection,
                                        enum link_direction direction);
void signaled_link_free(struct signaled_link *link); /* accepts NULL */

/* What the data connection says. */
void signaled_link_opened(struct signaled_link *link, uint32_t id);
void signaled_link_arrived(struct signaled_link *link, struct span bytes);
void signaled_link_drained(struct signaled_link *link);
void signaled_link_ended(struct signaled_link *link, enum data_end end,
                         const char *detail); /* tells; then it is freed */

void signaled_link_send(struct signaled_link *link, uint8_t type, struct span body);
void signaled_link_close(struct signaled_link *link, bool is_graceful);
size_t signaled_link_bulk_unsent(const struct signaled_link *link); /* SIZE_MAX: nothing can be sent on it */
bool signaled_link_measure(const struct signaled_link *link, struct link_measure *measure);
