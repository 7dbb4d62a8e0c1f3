/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Every cap on what a stranger can make us hold, with its reason. Capacities are configuration up to these ceilings. */

#include <stdint.h>

/* Tickets (WIRE W1). */
enum {
    LIMIT_TICKET_PAYLOAD_MAX = 1536,
    LIMIT_TICKET_ENVELOPE_MAX = 2048,
    LIMIT_TICKET_ADDRS_MAX = 4,
    LIMIT_TICKET_ID_MAX = 256,          /* claimed ids are foreign text; this bounds our copy of them */
    LIMIT_TICKET_NONCE_MAX = 64,
    LIMIT_TICKET_LIFETIME_MS = 180000,
    LIMIT_TICKET_NATIVE_LIFETIME_MS_MAX = 600000,
    LIMIT_CLOCK_SKEW_MS = 15000,
    LIMIT_TICKET_KNOWN_MS = 3600000,    /* WIRE W3: issued within an hour may travel and be dialled */
    LIMIT_COMMUNITY_MAX = 63,
};

/* Frames (WIRE W8). */
enum {
    LIMIT_FRAME_HEADER_SIZE = 5,
    LIMIT_CONTROL_BODY_MAX = 65536,
    LIMIT_BULK_BODY_MAX = 65600,
    LIMIT_CHECK_ARENA = 1048576,        /* the tree of the richest 64 KiB we accept, and its tickets */
    LIMIT_CONTROL_FRAMES_PER_SECOND = 50,
    LIMIT_CONTROL_FRAMES_BURST = 200,
    LIMIT_CONTROL_BYTES_PER_SECOND = 1048576,
    LIMIT_AGENT_MAX = 64,
    LIMIT_FEATURES_MAX = 32,
    LIMIT_FEATURE_MAX = 32,
    LIMIT_GOODBYE_TEXT_MAX = 200,
    LIMIT_GOODBYE_FOR_MS_MAX = 3600000,
    LIMIT_PEX_TICKETS_MAX = 16,
};

/* Links and the mesh (WIRE W7, W9, W10, W16). */
enum {
    LIMIT_LINKS_MAX = 256,
    LIMIT_HANDSHAKES_MAX = 64,
    LIMIT_HANDSHAKES_PER_ADDRESS_MAX = 8,
    LIMIT_CONNECT_MS = 5000,
    LIMIT_TLS_MS = 5000,
    LIMIT_HELLO_MS = 5000,
    LIMIT_CLOSE_MS = 2000,
    LIMIT_UNSENT_BYTES = 4194304,
    LIMIT_UNSENT_MS = 15000,
    LIMIT_VIEW_MIN = 3,
    LIMIT_VIEW_TARGET = 8,
    LIMIT_VIEW_MAX = 12,
    LIMIT_PASSIVE_MAX = 64,
    LIMIT_BOOK_ROWS_MAX = 10000,
    LIMIT_DIALS_AT_ONCE = 4,
    LIMIT_EXPLORE_MS = 300000,          /* a full view still trades one link so often, so that halves of a cut meet */
    LIMIT_BACKOFF_MS_MIN = 1000,
    LIMIT_BACKOFF_MS_MAX = 300000,
    LIMIT_BACKOFF_CLEAR_MS = 60000,     /* a link that was up this long clears its back-off */
    LIMIT_DIAL_SAME_ADDRESS_MS = 10000, /* per IP:port, over all ids (W6) */
    LIMIT_DIAL_PUBLIC_IP_PER_MINUTE = 6,
    LIMIT_DIAL_LEDGER_ROWS = 512,       /* addresses dialled in the last minute */
    LIMIT_FLAP_DROPS = 3,
    LIMIT_FLAP_WINDOW_MS = 60000,
    LIMIT_FLAP_HOLD_MS = 300000,
    LIMIT_PING_MS = 10000,
    LIMIT_SILENCE_PING_MS = 15000,
    LIMIT_SILENCE_MS = 20000,
    LIMIT_PEX_MS = 30000,
    LIMIT_PEX_ANSWER_MS = 5000,
    LIMIT_PEX_SAME_PEER_MS = 10000,
    LIMIT_OPERATOR_PEERS_MAX = 32,
    LIMIT_INTERFACES_MAX = 32,
};

/* Rendezvous (WIRE W13, W16). */
enum {
    LIMIT_SOURCES_MAX = 16,
    LIMIT_ANNOUNCE_MS = 60000,
    LIMIT_ANNOUNCE_SOON_MS = 5000,
    LIMIT_HARVEST_MS = 60000,
    LIMIT_HARVEST_EARLY_LINKS = 3,      /* the early harvests stop once we have this many links */
    LIMIT_HARVEST_TIMEOUT_MS = 8000,
    LIMIT_ANSWER_BYTES_MAX = 1048576,
    LIMIT_ANSWER_TICKETS_MAX = 200,
    LIMIT_BEACON_COMMUNITIES_MAX = 100,
    LIMIT_BEACON_TICKETS_MAX = 200,
    LIMIT_BEACON_LIST_MAX = 50,
    LIMIT_BEACON_BODY_MAX = 8192,
    LIMIT_BEACON_CLAIM_HOLD_MS = 60000,
    LIMIT_BEACON_CLAIM_LISTED_MS_MAX = 600000,
    LIMIT_BEACON_RATE_PER_SECOND = 20,
    LIMIT_BEACON_RATE_BURST = 400,
    LIMIT_BEACON_ADDRESSES_MAX = 65536, /* rate buckets; the oldest idle one goes first */
};

#define LIMIT_BOOK_AGE_MS (30LL * 86400 * 1000)

_Static_assert(LIMIT_TICKET_PAYLOAD_MAX < LIMIT_TICKET_ENVELOPE_MAX, "a payload fits its envelope");
_Static_assert(LIMIT_PEX_TICKETS_MAX * LIMIT_TICKET_ENVELOPE_MAX + 1024 < LIMIT_CONTROL_BODY_MAX,
               "a full pex fits a frame");
_Static_assert(LIMIT_SILENCE_PING_MS < LIMIT_SILENCE_MS, "we ask before we give up");
_Static_assert(LIMIT_VIEW_TARGET < LIMIT_VIEW_MAX && LIMIT_VIEW_MAX < LIMIT_LINKS_MAX, "views nest");
