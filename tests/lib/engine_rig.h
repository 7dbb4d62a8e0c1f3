/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One engine on a bench: no network, no disk; the test is everything around it. What the engine wants is kept until the
 * next feed. Builders have defaults, so that a test says only what matters to it.
 * Never: verifies, delays or loses anything. */

#include "base/prng.h"
#include "swarm/engine.h"
#include "swarm/engine_view.h"
#include "swarm/wire/goodbye.h"

#define RIG_WALL_MS 1763640000000LL

/* Somebody the engine meets. */
struct rig_peer {
    struct signing_key key;
    struct public_key public_key;
    struct node_id id;
    struct address address;
    struct ticket ticket; /* in date, of the rig's community, with `address` */
};
struct rig_kept {
    struct action action;
    uint8_t *bytes; /* the action's own */
};
/* A dial that the engine has asked for since it was made. */
struct rig_dial {
    uint32_t link;
    bool by_signaling;
    struct address address;
    struct node_id peer; /* NODE_ID_NONE: whoever answers */
    int64_t at_ms;
};
struct rig {
    struct engine *engine;
    struct actions *actions;
    struct prng entropy;
    struct signing_key key, user_key;
    struct node_id id;
    int64_t now_ms;
    uint32_t next_inbound;
    struct rig_kept *kept; /* of the last feed */
    size_t kept_count;
    struct rig_dial *dials; /* all of them */
    size_t dial_count;
    size_t renewal_count;  /* all time: other paths asked for */
    uint32_t renewed_link; /* last */
    bool is_in_engine;     /* while the engine works, for those who watch what it does meanwhile */
};
struct rig_options {
    uint64_t seed;                            /* 0 = 1 */
    const char *community;                    /* NULL = "rig" */
    size_t book_rows, passive_tickets, links; /* 0 = 64, 16, 32 */
    size_t files;                             /* 0 = 64 */
    size_t providers, claims;                 /* of adverts; 0 = 256, 8192 */
    bool listens_on_loopback_only;
    bool is_not_started;
    bool hides_view;
    bool ignores_doctor;
    bool listens_first;
    uint64_t download_bytes_per_second;
    struct address own; /* advertised; port 0 = 198.51.100.9:8782 */
    const struct address *interfaces;
    size_t interface_count;
    size_t source_count;
    const struct engine_operator_peer *operator_peers;
    size_t operator_peer_count;
};

struct rig *rig_make(const struct rig_options *options); /* started, unless told otherwise */
#define RIG(...) rig_make(&(struct rig_options){__VA_ARGS__})
void rig_free(struct rig *rig);

void rig_feed(struct rig *rig, const struct input *input);
void rig_tick(struct rig *rig, int64_t after_ms); /* time passes; feeds ticks at every deadline on the way */
void rig_live(struct rig *rig, int64_t for_ms);   /* the same, and every open link is heard all the while */

struct rig_peer rig_peer(uint32_t number); /* the same number is the same peer; each its own prefix */
struct rig_peer rig_peer_at(uint32_t number, const char *address);       /* the same peer, living there */
struct rig_peer rig_peer_beside(const struct rig *rig, bool is_smaller); /* one whose id is smaller, or larger */
struct ticket rig_ticket(const struct rig_peer *peer, int64_t issued_at_ms, const struct address *addrs, size_t count,
                         const char *community, uint8_t boot);
struct hello rig_hello(const struct rig_peer *peer); /* as an honest dialler would send it, wish low */
struct address rig_address(const char *text);
int64_t rig_wall_ms(const struct rig *rig);                     /* the wall clock of now */
struct book_row rig_row(const struct rig_peer *peer);           /* as our disk knows it: heard of a day ago, no more */
void rig_load_row(struct rig *rig, const struct book_row *row); /* from our disk */

uint32_t rig_up_inbound(struct rig *rig, const struct rig_peer *peer);             /* gives the link */
void rig_up_outbound(struct rig *rig, uint32_t link, const struct rig_peer *peer); /* a dial has succeeded */
/* By WebRTC: no key is proven. `link` 0: somebody has called us; gives the link. */
uint32_t rig_up_signaled(struct rig *rig, uint32_t link, const struct rig_peer *peer);
/* A hello whose `bind` was looked at. */
void rig_say_hello(struct rig *rig, uint32_t link, const struct hello *hello, bool is_bound);
/* By WebRTC: the pair in use, from a candidate of this machine's own to that one. */
void rig_measured(struct rig *rig, uint32_t link, enum ice_candidate_kind kind, const char *address);
void rig_signaling(struct rig *rig, bool is_on);                                     /* there is a server in use */
extern const struct link_binding rig_binding;                                        /* of each link by WebRTC */
uint32_t rig_link_inbound(struct rig *rig, const struct rig_peer *peer);             /* up and hello */
void rig_link_outbound(struct rig *rig, uint32_t link, const struct rig_peer *peer); /* the same of a dial */
void rig_say(struct rig *rig, uint32_t link, uint8_t type, const void *message);     /* a checked message comes in */
void rig_fill_view(struct rig *rig, size_t count,
                   enum mesh_wish wish); /* so many peers of a private network link with us */
void rig_down(struct rig *rig, uint32_t link, enum reason reason);
void rig_dial_failed(struct rig *rig, uint32_t link, enum reason reason);
void rig_beacon_lists(struct rig *rig, const struct ticket *tickets, size_t count);     /* source 0 answers */
void rig_beacon_lists_now(struct rig *rig, const struct ticket *tickets, size_t count); /* asked for it just now */

/* What the last feed wanted. NULL / 0: it did not. */
const struct action *rig_action(const struct rig *rig, enum action_kind kind, size_t nth);
size_t rig_count(const struct rig *rig, enum action_kind kind);
const struct action *rig_sent(const struct rig *rig, uint32_t link, uint8_t type);
const struct event *rig_event(const struct rig *rig, enum event_code code);
enum reason rig_goodbye(const struct rig *rig, uint32_t link);   /* NONE: no goodbye was sent there */
struct link_view rig_link(const struct rig *rig, uint32_t link); /* state closed when it is gone */
size_t rig_open_count(const struct rig *rig);
struct peer_view rig_peer_view(const struct rig *rig, const struct rig_peer *peer); /* id none: it is not known */
