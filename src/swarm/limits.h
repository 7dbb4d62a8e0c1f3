/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Every cap on what a stranger can make us hold, with its reason. Capacities are configuration up to these ceilings. */

#include <stdint.h>

/* Tickets (WIRE W1). */
enum {
    LIMIT_TICKET_PAYLOAD_MAX = 1536,              /* W1 */
    LIMIT_TICKET_ENVELOPE_MAX = 2048,             /* W1: the payload, its signature and key as text */
    LIMIT_TICKET_ADDRS_MAX = 4,                   /* W1: two families, each public and near */
    LIMIT_TICKET_ID_MAX = 256,                    /* claimed ids are foreign text; this bounds our copy of them */
    LIMIT_TICKET_NONCE_MAX = 64,                  /* longer than any real one; bounds our copy */
    LIMIT_TICKET_LIFETIME_MS = 180000,            /* W1: of those we sign; announced every minute, so one may be lost */
    LIMIT_TICKET_NATIVE_LIFETIME_MS_MAX = 600000, /* W1: of those we accept */
    LIMIT_CLOCK_SKEW_MS = 15000,                  /* W1: clocks that nobody disciplines */
    LIMIT_TICKET_KNOWN_MS = 3600000,              /* WIRE W3: issued within an hour may travel and be dialled */
    LIMIT_COMMUNITY_MAX = 63,                     /* W1: as long as a DNS label */
};

/* Frames (WIRE W8). */
enum {
    LIMIT_FRAME_HEADER_SIZE = 5,    /* W8: a type and a length */
    LIMIT_CONTROL_BODY_MAX = 65536, /* W8: what one JSON object may cost us */
    LIMIT_BULK_BODY_MAX = 65600,    /* W8, W12: a slice of 64 KiB and its head */
    LIMIT_CHECK_ARENA = 2195456,    /* of the richest record (PUBLICATION_ARENA_SIZE), or the richest 64 KiB of JSON */
    LIMIT_CONTROL_FRAMES_PER_SECOND = 50,     /* W8: many times what an honest peer says */
    LIMIT_CONTROL_FRAMES_BURST = 200,         /* W8: what gathers while a peer was away */
    LIMIT_CONTROL_BYTES_PER_SECOND = 1048576, /* W8: sixteen of the largest bodies */
    LIMIT_AGENT_MAX = 64,                     /* W9: a name and a version */
    LIMIT_FEATURES_MAX = 32,                  /* W9 */
    LIMIT_FEATURE_MAX = 32,                   /* W9: a word */
    LIMIT_GOODBYE_TEXT_MAX = 200,             /* W9: a sentence for the log */
    LIMIT_GOODBYE_FOR_MS_MAX = 3600000,       /* W9: nobody can ask us away for longer than an hour */
    LIMIT_PEX_TICKETS_MAX = 16,               /* W9: they fit one control frame, see below */
    LIMIT_VIEW_LINKS_MAX = 16,                /* W18: more than an active view has */
    LIMIT_VIEW_RTT_MS_MAX = 60000,            /* W18: no link is silent for that long */
};

/* Links and the mesh (WIRE W7, W9, W10, W16). */
enum {
    LIMIT_LINKS_MAX = 256,                /* W10: the view, the probes and the guests */
    LIMIT_HANDSHAKES_MAX = 64,            /* W7: who only knocks must not hold every link */
    LIMIT_HANDSHAKES_PER_ADDRESS_MAX = 8, /* W7: nor one address all of those */
    LIMIT_CONNECT_MS = 5000,              /* W7: three tries of SYN */
    LIMIT_TLS_MS = 5000,                  /* W7 */
    LIMIT_HELLO_MS = 5000,                /* W7, W9 */
    LIMIT_CLOSE_MS = 2000,                /* W7: time to hear a goodbye; nobody is waited for longer */
    LIMIT_CLOSE_BLOCKED_MS = 500,         /* whom we block is gone within a second: time to say why, no more */
    LIMIT_UNSENT_BYTES = 4194304,         /* W8: to a peer that does not read */
    LIMIT_UNSENT_MS = 15000,              /* W8: so much unsent for so long is a peer that is too slow */
    LIMIT_VIEW_MIN = 3,                   /* W10: two may fail at once */
    LIMIT_VIEW_TARGET = 8,                /* W10 */
    LIMIT_VIEW_MAX = 12,                  /* W10: the places above the target are for those in need */
    LIMIT_VIEW_MAX_BY_OPTION = 224,       /* what an operator may make of it: the rest is for probes and guests */
    LIMIT_VIEW_PER_PREFIX = 3,            /* W10: of one /24 or /48, so that one network is not our whole view */
    LIMIT_ANCHORS = 4,                    /* long links of our own choice that are never given up: half the target */
    LIMIT_PASSIVE_MAX = 64,               /* W10: fresh tickets of several views */
    LIMIT_BOOK_ROWS_MAX = 10000,          /* some megabytes, on disk too */
    LIMIT_DIALS_AT_ONCE = 4,              /* W16: a start must not look like a scan */
    LIMIT_DIAL_EVERY_MS = 250,            /* in the long run; with rivals a minute of it fits the ledger */
    LIMIT_DIAL_BURST = 8,                 /* a view's worth at once */
    LIMIT_EXPLORE_MS = 300000,            /* a full view still trades one link so often, so that halves of a cut meet */
    LIMIT_BACKOFF_MS_MIN = 1000,          /* W16 */
    LIMIT_BACKOFF_MS_MAX = 300000,        /* W16: who returns is found within minutes */
    LIMIT_BACKOFF_CLEAR_MS = 60000,       /* a link that was up this long clears its back-off */
    LIMIT_DIAL_SAME_ADDRESS_MS = 10000,   /* per IP:port, over all ids (W6) */
    LIMIT_DIAL_PUBLIC_IP_PER_MINUTE = 6,  /* W6: nobody can aim a swarm at an address */
    LIMIT_DIAL_LEDGER_ROWS = 2048,        /* addresses dialled in the last minute */
    LIMIT_FLAP_DROPS = 3,                 /* W16: links lost within the window */
    LIMIT_FLAP_WINDOW_MS = 60000,         /* W16 */
    LIMIT_FLAP_HOLD_MS = 300000,          /* W16: as long as the longest back-off */
    LIMIT_PING_MS = 10000,                /* W16: keeps round trips fresh */
    LIMIT_SILENCE_PING_MS = 15000,        /* W16: then we ask */
    LIMIT_SILENCE_MS = 20000,             /* W16: then it is gone */
    LIMIT_RACE_MS = 250,                  /* W6, RFC 8305: so long IPv6 is ahead of IPv4, */
    LIMIT_RACE_SIGNALING_MS = 1500,       /* and both of a call through signaling, which costs two strangers work */
    LIMIT_BETTER_WAY_MS = 60000,          /* after a link by WebRTC opened an address is tried beside it; doubles */
    LIMIT_SIGNALED_MS = 20000,            /* a call through signaling: the offer, ICE, DTLS and SCTP */
    LIMIT_ANSWER_MS = 5000,               /* after a sleep or in another network a link proves itself within this */
    LIMIT_RENEW_MS = 15000,               /* and one by WebRTC within this: it has a path to find, by signaling */
    LIMIT_FORWARD_JOIN_MS = 1000,         /* of joins passed on over one link, in the long run */
    LIMIT_FORWARD_JOIN_BURST = 20,        /* a swarm that starts joins at once */
    LIMIT_PROBE_MS = 60000,               /* W9: for one link, asked or served */
    LIMIT_PROBE_AGAIN_MS = 1200000,       /* what is known of our reachability is tested anew so often */
    LIMIT_PROBE_HOUR_MS = 3600000,        /* W9: so long a witness counts */
    LIMIT_PEX_MS = 30000,                 /* W16 */
    LIMIT_PEX_ANSWER_MS = 5000,           /* W16: what comes later was not asked for */
    LIMIT_PEX_SAME_PEER_MS = 10000,       /* W16: talking faster brings nothing */
    LIMIT_HEARSAY_MS = 60000,             /* W18: our view is told so often, */
    LIMIT_HEARSAY_SOON_MS = 10000,        /* W18: and when it changes, but not faster than this */
    LIMIT_HEARSAY_SAME_PEER_MS = 8000,    /* what comes sooner brings nothing; less than SOON, for the way it takes */
    LIMIT_HEARSAY_KEPT_MS = 180000,       /* W18: three in a row were lost */
    LIMIT_EXAMINE_MS = 10000,             /* W19: of one link, one question in so long is answered */
    LIMIT_EXAMINE_AGAIN_MS = 11000,       /* and none is asked sooner than this: more, for the way it takes */
    LIMIT_EXAMINE_ANSWER_MS = 5000,       /* W19: then it does not answer */
    LIMIT_EXAMINATIONS = 4,               /* asked, and what was answered: as many as a person can look at */
    LIMIT_OPERATOR_PEERS_MAX = 32,        /* named by hand */
    LIMIT_HAND_CALLS = 8,                 /* called by hand and not there yet: as many as a person can look at */
    LIMIT_APPROVALS_MAX = 64,             /* who waits for the caretaker: more than a person decides on in a sitting */
    LIMIT_INTERFACES_MAX = 32,            /* more than a machine has; the rest is not near */
};

/* Rendezvous (WIRE W13, W16). */
enum {
    LIMIT_URL_MAX = 127,                       /* of a beacon, as the operator gives it */
    LIMIT_SOURCES_MAX = 16,                    /* named by hand; each is asked every minute */
    LIMIT_ANNOUNCE_MS = 60000,                 /* W16: thrice in the life of a ticket */
    LIMIT_ANNOUNCE_SOON_MS = 5000,             /* W16: changes that come together are announced together */
    LIMIT_HARVEST_MS = 60000,                  /* W16 */
    LIMIT_HARVEST_EARLY_LINKS = 3,             /* the early harvests stop once we have this many links */
    LIMIT_HARVEST_TIMEOUT_MS = 8000,           /* of a whole answer, from the question to its last byte */
    LIMIT_HARVEST_TRIES = 3,                   /* of one source in one round, as the reference: one and two more */
    LIMIT_SOURCE_SILENT_STREAK = 3,            /* reference 6.1: so many failures in a row are no accident */
    LIMIT_ANSWER_BYTES_MAX = 1048576,          /* W13: more than 200 tickets need */
    LIMIT_ANSWER_TICKETS_MAX = 200,            /* W13: each costs a signature check */
    LIMIT_OPERATIONS_MAX = 2048,               /* kept: what holds, three quarters of them blocks, and a history */
    LIMIT_BEACON_COMMUNITIES_MAX = 100,        /* W13: anybody may name one */
    LIMIT_BEACON_TICKETS_MAX = 200,            /* W13: of one community */
    LIMIT_BEACON_LIST_MAX = 50,                /* enough to get in; the rest comes by pex */
    LIMIT_BEACON_KEPT_BYTES_MAX = 2097152,     /* of lists kept for the next asker: twenty of the largest */
    LIMIT_BEACON_BODY_MAX = 8192,              /* W13: one ticket and its wrapping */
    LIMIT_BEACON_CLAIM_HOLD_MS = 60000,        /* W13: then another key may take the id */
    LIMIT_BEACON_CLAIM_LISTED_MS_MAX = 600000, /* W13: whatever expiry a claimed ticket says */
    LIMIT_BEACON_RATE_PER_SECOND = 20,         /* W13: of one address */
    LIMIT_BEACON_RATE_BURST = 400,             /* W13: many nodes behind one address start at once */
    LIMIT_BEACON_ADDRESSES_MAX = 65536,        /* rate buckets; the oldest idle one goes first */
};

/* A signaling server's (reference 7.2, WIRE W14). An address is an IPv4 one or an IPv6 /64; loopback has no limit of
 * its own, but those of all. */
enum {
    LIMIT_SIGNAL_CLIENTS = 5000,            /* at once, by default: as many as the reference */
    LIMIT_SIGNAL_CLIENTS_MAX = 20000,       /* what an operator may make of it */
    LIMIT_SIGNAL_CLIENTS_PER_ADDRESS = 128, /* a school behind one address; and nobody alone fills the server */
    LIMIT_SIGNAL_JOIN_MS = 100,             /* of one address: a join may cost signature checks */
    LIMIT_SIGNAL_JOIN_BURST = 256,          /* all of an address come back at once, twice */
    LIMIT_SIGNAL_ALIVE_MS = 90000,          /* reference: without a heartbeat, of which there is one in 5 s */
    LIMIT_SIGNAL_MESSAGE_MS = 20,           /* of one client: a call is an offer and twenty candidates, */
    LIMIT_SIGNAL_MESSAGE_BURST = 1000,      /* and who starts calls forty at once; over it, nothing is passed on */
    LIMIT_SIGNAL_FLOOD_MS = 2,              /* and who goes on at ten times that is hung up on */
    LIMIT_SIGNAL_FLOOD_BURST = 10000,
    LIMIT_SIGNAL_WAIT_MS = 5000,                     /* reference: for an id that is not there */
    LIMIT_SIGNAL_ABSENT_MAX = 1024,                  /* such ids; of more, the one waited for longest goes early */
    LIMIT_SIGNAL_WAITING_MAX = 4096,                 /* messages for them, in all */
    LIMIT_SIGNAL_WAITING_BYTES = 4194304,            /* and their bytes */
    LIMIT_SIGNAL_WAITING_PER_ID = 64,                /* two calls with all their candidates */
    LIMIT_SIGNAL_WAITING_BYTES_PER_ID = 262144,      /* two of the largest messages */
    LIMIT_SIGNAL_WAITING_PER_ADDRESS = 256,          /* a sixteenth of all */
    LIMIT_SIGNAL_WAITING_BYTES_PER_ADDRESS = 262144, /* the same */
    LIMIT_SIGNAL_HOSTS = 12,                         /* names of ours: each costs a false proof a signature check */
};

/* Records on their way to everybody (WIRE W11). */
enum {
    LIMIT_SEEN_RECORDS = 16384,        /* W11: known by name, so that none is taken twice */
    LIMIT_REFUSED_RECORDS = 2048,      /* of those that were not taken; apart, so that a flood forgets only itself */
    LIMIT_SEEN_MS = 600000,            /* W11: by then nobody takes it any more, see below */
    LIMIT_RECORD_OLD_MS = 300000,      /* W11: later than so it is not passed on */
    LIMIT_RECORD_AHEAD_MS = 60000,     /* W11: nor earlier than so */
    LIMIT_AUTHOR_MS = 6000,            /* W11: ten a minute of one author, */
    LIMIT_AUTHOR_BURST = 30,           /* W11 */
    LIMIT_AUTHORS_MAX = 8192,          /* authors remembered; see below */
    LIMIT_NEWCOMER_MS = 500,           /* over one link, authors nobody heard of here: keys cost nothing */
    LIMIT_NEWCOMER_BURST = 60,         /* who comes into a swarm meets all of it within minutes */
    LIMIT_RECORD_CACHE_BYTES = 262144, /* texts kept for whoever asks: four of the largest, hundreds of usual ones */
    LIMIT_RECORDS_CACHED = 1024,       /* no text is shorter than a quarter of a KiB */
    LIMIT_GOSSIP_MS = 25,              /* to one link, forty small records a second or two of the largest */
    LIMIT_GOSSIP_BURST = 400,          /* what gathers while a link stands still */
    LIMIT_IHAVE_IDS = 64,              /* W11 */
    LIMIT_IHAVE_MS = 100,              /* W11: announced together */
    LIMIT_GRAFT_FIRST_MS = 1000,       /* W11: so long the text may take longer than its name */
    LIMIT_GRAFT_NEXT_MS = 500,         /* W11: then the next one is asked */
    LIMIT_GRAFT_MS = 100,              /* questions to one link: far below the rate of control frames */
    LIMIT_GRAFT_BURST = 64,            /* one ihave full of them */
    LIMIT_PRUNE_MS = 1000,             /* said once, and again to who goes on: it may have been on its way */
    LIMIT_MISSING_MAX = 1024,          /* announced, and not here: a full view of shares, and a third */
    LIMIT_MISSING_PER_LINK = 64,       /* of those, begun by one link: one ihave full of them */
    LIMIT_ANNOUNCERS_MAX = 6,          /* remembered for each of those: half a full view */
};

/* Content (WIRE W12). */
enum {
    LIMIT_HAVE_IDS_MAX = 128,             /* W12: of each list; both together fit a control frame */
    LIMIT_HAVE_EVERY_MS = 100,            /* one frame of them to one link; a large library takes a minute */
    LIMIT_HAVE_AT_ONCE = 8,               /* frames of them, to all links, in one go */
    LIMIT_HAVE_LOG = 1024,                /* changes remembered for those who are told later */
    LIMIT_FILES_MAX = 16384,              /* known by name: ours, wanted, and what others offer */
    LIMIT_FILE_RECORD_MAX = 65536,        /* W11: of a manifest, whose size nobody knows before it comes */
    LIMIT_DOWNLOADS_MAX = 64,             /* under way; the others wait in the order they were wanted */
    LIMIT_PARTS_QUEUED = 64,              /* of one download, listed and not asked for yet */
    LIMIT_ASKS_MAX = 512,                 /* questions open at once, to all peers */
    LIMIT_ASKS_PER_LINK = 64,             /* W12 */
    LIMIT_ASKED_BYTES_PER_LINK = 8388608, /* W12 */
    LIMIT_ASKED_BYTES_FIRST = 2097184,    /* of a link whose rate nobody knows yet: two sealed chunks of 1 MiB */
    LIMIT_ASKED_BYTES = 25165824,         /* of all links, until they are checked and written: that is memory */
    LIMIT_ASK_SILENT_MS = 15000,          /* W12: without a slice another is asked */
    LIMIT_ASK_FORGET_MS = 30000,          /* given up, and nothing came of it for so long: no row is kept for it */
    LIMIT_ASK_AGAIN_MS = 5000,            /* nobody had it: then all are asked once more */
    LIMIT_SLOW_MS = 60000,                /* who let a question run out is asked last for so long */
    LIMIT_WANTS_MAX = 1024,               /* questions of others, open at once */
    LIMIT_SERVING_MAX = 16,               /* of them answered at once */
    LIMIT_SERVING_PER_LINK = 2,           /* one on its way, one being read */
    LIMIT_CONTENT_BANS = 64,              /* peers remembered for what they sent */
    LIMIT_CONTENT_BAN_MS = 3600000,       /* W12: nothing is asked of who sent something wrong */
};

/* Records that are kept (docs/decisions/0029-what-is-kept-of-records.md). */
enum {
    LIMIT_MANIFESTS_KEPT = 65536, /* some 50 MB on the disk; four times what a node moves files of */
    LIMIT_POSTS_KEPT = 16384,     /* 2 MB of rows; their texts, 1 GiB at the most, stay on the disk */
    LIMIT_POST_CONFLICTS = 8,     /* versions of one number: more nodes than one user writes on at a time */
};

/* Replication (WIRE W21). */
enum {
    LIMIT_OFFER_FILES = 32,                /* W21: of one frame */
    LIMIT_PROVIDERS_MAX = 2048,            /* nodes whose adverts are kept: more than a community of a small swarm */
    LIMIT_ADVERTS_MAX = 4096,              /* pages of them: two each, and the largest library needs 128 */
    LIMIT_CLAIMS_MAX = 262144,             /* files named in them: sixteen holders for each file of a full catalog */
    LIMIT_CLAIMS_PER_PROVIDER = 65536,     /* of those, of one node: 128 full pages, a quarter of all */
    LIMIT_ADVERT_SOON_MS = 2000,           /* W21: changes that come together are told together, */
    LIMIT_ADVERT_EVERY_MS = 10000,         /* W21: six records a minute: the rest of an author's ten are for `gone`, */
    LIMIT_ADVERT_BURST = 4,                /* and a few at once, since a file comes after another */
    LIMIT_ADVERT_REFRESH_MIN_MS = 60000,   /* W21: a small swarm knows within three of these who is gone, */
    LIMIT_ADVERT_REFRESH_MAX_MS = 1500000, /* W21: and two fit the life of an advert */
    LIMIT_ADVERT_PAGE_FILES = 300,         /* of a page on average: 512 fit, and ids are not spread evenly */
    LIMIT_GONE_JITTER_MS = 3000,           /* W21: so that one says it for all who lost a link */
    LIMIT_GONE_GRACE_MS = 5000,            /* W21: time to refute it; a record is everywhere within a second or two */
    LIMIT_REFUTED_GRACE_MS = 15000,        /* W21: after it was refuted: it may be refuted again in ADVERT_EVERY_MS */
    LIMIT_GONE_EVERY_MS = 15000,           /* four a minute, */
    LIMIT_GONE_BURST = 8,                  /* and as many at once as a view has links */
    LIMIT_GONE_WAITS = 64,                 /* lost and not told yet: far more than a view has */
    LIMIT_ACCUSERS = 64,                   /* remembered for what was not so */
    LIMIT_ACCUSER_WRONG = 3,               /* so often in LIMIT_ACCUSER_MS, and he is not heard any more for as long: */
    LIMIT_ACCUSER_MS = 600000,             /* links break without anybody's being gone, but not that often */
    LIMIT_REFUTED_MS = 10000,              /* who is back by then was never away; a restart takes longer */
    LIMIT_REPAIR_SETTLE_MS = 30000, /* W21: who has just come knows few adverts, and would repair what is whole */
    LIMIT_REPAIR_FIRST_MS = 6000,   /* W21: by then what a neighbour has just fetched is in its advert */
    LIMIT_REPAIR_NEXT_MS = 8000,    /* W21: so much longer waits the next in order, */
    LIMIT_REPAIR_TRIP_BYTES_PER_MS = 1024, /* and so much more for each MiB: a copy of it may be on its way */
    LIMIT_REPAIR_TRIP_MS_MAX = 60000,      /* but no longer than this */
    LIMIT_OFFERS_MAX = 64,                 /* W21: open at once */
    LIMIT_OFFERS_PER_LINK = 16,            /* W21: of those */
    LIMIT_OFFER_MS = 15000,                /* W21: without an answer it was refused, as a question for a part */
    LIMIT_OFFER_AGAIN_MS = 600000,         /* W21: who refused a file is not asked for it again before */
    LIMIT_OFFER_REFUSALS = 4096,           /* remembered */
    LIMIT_OFFER_QUIET_MS = 30000,          /* who takes nothing is left alone so long, doubling, up to AGAIN */
    LIMIT_COMINGS_MAX = 1024,            /* copies on their way, that we know of: a full view of shares, and a third */
    LIMIT_COMINGS_PER_LINK = 64,         /* W21: as many as one node fetches for others */
    LIMIT_COMING_MS = 600000,            /* W21: then it is not coming any more */
    LIMIT_COMING_FIRST_MS = 60000,       /* of one that we did not offer, and 16 s more for each MiB */
    LIMIT_COMING_BROKEN = 3,             /* so many that never came, and nothing is offered or believed any more */
    LIMIT_TAKES_MAX = 64,                /* W21: fetched for others at once: as many as are under way */
    LIMIT_TAKES_PER_LINK = 16,           /* as many as one may offer */
    LIMIT_TAKES_UNSERVED = 3,            /* of its offers could not be had, in a row: nothing more is taken from it */
    LIMIT_TAKES_UNKNOWN_PER_LINK = 4,    /* of those, whose manifest nobody has shown us */
    LIMIT_TAKES_TOLD_MS = 100,           /* what is taken is told to all neighbours in a frame in so long, */
    LIMIT_TAKES_TOLD_BURST = 32,         /* and in so many at once */
    LIMIT_RELEASE_MS = 600000,           /* W21: so long more hold it than have to, before one lets go */
    LIMIT_RELEASE_TURN_MS = 60000,       /* W21: each holder in turn, */
    LIMIT_RELEASE_TURN_BEGIN_MS = 20000, /* W21: in the middle of its turn: clocks are wrong, and news takes time */
    LIMIT_RELEASE_TURN_END_MS = 40000,
    LIMIT_SWEEP_ROWS = 512,          /* rows of the catalog that are looked at in one go */
    LIMIT_SWEEP_STEP_MS = 20,        /* and then a pause, so that a full catalog takes no more than a second */
    LIMIT_SWEEP_GAP_MS = 200,        /* between two of them */
    LIMIT_SWEEP_SOON_MS = 1000,      /* after something has changed */
    LIMIT_SWEEP_MS = 30000,          /* when nothing has */
    LIMIT_HOLDERS_COUNTED = 64,      /* of a file; no target is over 16 */
    LIMIT_PROVIDER_CALLS = 4,        /* W21: dialled for a file at once, */
    LIMIT_PROVIDER_IDLE_MS = 120000, /* W21: and kept so long when there is nothing to ask */
    LIMIT_PROOF_EVERY_MS = 30000,    /* W21: one file of one link */
    LIMIT_PROOF_SOON_MS = 2000,      /* while somebody may let go of a file once it is proved */
    LIMIT_PROOF_ANSWER_MS = 15000,   /* as a question for a part */
    LIMIT_PROOF_UNPROVED = 3,        /* in a row without an answer are no accident; the others soon after the first */
    LIMIT_PROOF_BYTES = 4096,        /* W21: of one proof: what a disk reads at once */
    LIMIT_PROOF_KEPT_MS = 3600000,   /* so long a proof counts: as long as an advert */
};

/* Reconciliation of sets (Negentropy protocol v1). */
enum {
    LIMIT_RECONCILE_FRAME_MIN = 4096,    /* of our messages: as the reference; a split and the rest fit it */
    LIMIT_RECONCILE_MESSAGE_MAX = 65536, /* of any message: 2,048 ids, which is what one can make us look up */
    LIMIT_RECONCILE_ROUNDS = 1024, /* at the largest messages enough to list two million ids; else it goes nowhere */
};

/* Records that neighbours lack (WIRE W20). */
enum {
    LIMIT_RECORDS_KEPT = 131072,   /* compared: more than a host keeps of manifests, posts and adverts; 10 MB at most */
    LIMIT_WAITING_RECORDS = 16384, /* ours, until a neighbour has them: a whole library that was published alone */
    LIMIT_DROPPED_RECORDS = 16384, /* that came and were not kept: an hour of what a large swarm replaces */
    LIMIT_DROPPED_MS = 3600000,    /* they are not asked for again, nor given again over the same link, for so long */
    LIMIT_LACK_IDS = 128,          /* W20: in one lack, and asked for at once over one link */
    LIMIT_SYNC_SESSIONS = 8,       /* that we began, at once: 120 KB each; a link has one, whoever began it */
    LIMIT_SYNC_MOVED = 1024,       /* records of one session, each way; the next session goes on */
    LIMIT_SYNC_FRAME = 16384,      /* of our messages: 500 ids in one, and one does not hold up a ping for long */
    LIMIT_SYNC_ROUNDS = 64,        /* answers that we listen to in one session; to compare a million takes six */
    LIMIT_SYNC_MESSAGE_MS = 50,    /* W20: messages by weight: five of our largest in a second, in the long run, */
    LIMIT_SYNC_MESSAGE_BURST = 200, /* and forty at once: one answer costs milliseconds at most, so a link some % */
    LIMIT_SYNC_SOON_MS = 1000,      /* a second to two, or three, so that many links do not all begin at once */
    LIMIT_SYNC_TURN_MS = 10000,     /* W20: the larger id begins only if the smaller one does not */
    LIMIT_SYNC_EVERY_MS = 300000,   /* W20: with somebody, for what was missed for whatever reason */
    LIMIT_SYNC_GAP_MS = 2000,       /* we do not begin sooner over the same link: between, what is new gathers */
    LIMIT_SYNC_BEGIN_MS = 1000,     /* twice as often is answered, in the long run, */
    LIMIT_SYNC_BEGIN_BURST = 30,    /* and a minute's worth at once */
    LIMIT_SYNC_SILENT_MS = 20000,   /* we give up a session of ours: as long as a link may be silent */
    LIMIT_SYNC_MOVED_MS = 60000,    /* all has moved, and only what the other asks for is on its way: so long at most */
    LIMIT_SYNC_OTHER_MS =
        60000, /* one of the other end, which sends records meanwhile; and what is given late counts */
    LIMIT_SYNC_FAILED_MS = 30000, /* before we try again with who did not do his part; doubles five times */
    LIMIT_SYNC_OWN_MS = 2000,     /* W20: so long after a record of ours, until it is asked whether somebody has it, */
    LIMIT_SYNC_OWN_AGAIN_MS = 60000, /* and again, as long as nobody has */
    LIMIT_SENDING_RECORDS = 64,      /* handed to the host, over all links: 4 MiB of the largest */
    LIMIT_SENDING_PER_LINK = 16,     /* so that a slow link does not hold them all */
    LIMIT_SENDING_AGAIN_MS = 50,     /* when a link had its share */
    LIMIT_RECORD_MS = 8,             /* W20: records by weight, sent over one link: 125 small ones in a second, */
    LIMIT_RECORD_BURST = 1000,       /* and what somebody wrote in a day without a link at once */
    LIMIT_BROUGHT_MS = 2,            /* the same, from all links: twice what one may bring; a disk writes more, */
    LIMIT_BROUGHT_BURST = 4000,      /* and a minute of it is 30,000 small records or 120 MiB of large ones */
    LIMIT_UNASKED_MS = 1000,         /* records that come too late for their session are no fault, */
    LIMIT_UNASKED_BURST = 256,       /* and no more than that were on their way */
};

/* W20: so long a record of ours waits for a neighbour to be known to have it. */
#define LIMIT_OUTBOX_AGE_MS (30LL * 86400 * 1000)

/* W3: who was not heard of for a month is forgotten. */
#define LIMIT_BOOK_AGE_MS (30LL * 86400 * 1000)

_Static_assert(LIMIT_TICKET_PAYLOAD_MAX < LIMIT_TICKET_ENVELOPE_MAX, "a payload fits its envelope");
_Static_assert(LIMIT_PEX_TICKETS_MAX *LIMIT_TICKET_ENVELOPE_MAX + 1024 < LIMIT_CONTROL_BODY_MAX,
               "a full pex fits a frame");
_Static_assert(2 * (60000 / LIMIT_DIAL_EVERY_MS + LIMIT_DIAL_BURST) + LIMIT_LINKS_MAX +
                       LIMIT_OPERATOR_PEERS_MAX * LIMIT_TICKET_ADDRS_MAX * (60000 / LIMIT_DIAL_SAME_ADDRESS_MS) <=
                   LIMIT_DIAL_LEDGER_ROWS,
               "the ledger remembers a minute of dials, their rivals, a test for each link, and the operator's peers");
_Static_assert(2 * LIMIT_HAVE_IDS_MAX * (64 + 3) + 32 < LIMIT_CONTROL_BODY_MAX, "a full have fits a frame");
_Static_assert(LIMIT_SEEN_MS > LIMIT_RECORD_OLD_MS + LIMIT_RECORD_AHEAD_MS, "what is forgotten is not taken any more");
/* Of the authors that come over a whole view while one's budget fills up again (30 times 6 s), none is forgotten. */
_Static_assert(LIMIT_VIEW_MAX *(LIMIT_NEWCOMER_BURST + LIMIT_AUTHOR_BURST * LIMIT_AUTHOR_MS / LIMIT_NEWCOMER_MS) <=
                   LIMIT_AUTHORS_MAX,
               "new keys do not give an author his budget back");
_Static_assert(LIMIT_VIEW_MAX *LIMIT_MISSING_PER_LINK <= LIMIT_MISSING_MAX, "each link of a view has its share");
_Static_assert((int)LIMIT_SYNC_FRAME >= (int)LIMIT_RECONCILE_FRAME_MIN &&
                   (int)LIMIT_SYNC_FRAME <= (int)LIMIT_RECONCILE_MESSAGE_MAX,
               "our messages are messages");
_Static_assert(LIMIT_SYNC_MOVED *LIMIT_SYNC_SESSIONS <= LIMIT_DROPPED_RECORDS, "what moves is remembered meanwhile");
_Static_assert(LIMIT_SILENCE_PING_MS < LIMIT_SILENCE_MS, "we ask before we give up");
_Static_assert((int)LIMIT_VIEW_MAX <= (int)LIMIT_VIEW_LINKS_MAX, "a whole view can be told");
_Static_assert(LIMIT_VIEW_TARGET < LIMIT_VIEW_MAX && (int)LIMIT_VIEW_MAX <= (int)LIMIT_VIEW_MAX_BY_OPTION &&
                   LIMIT_VIEW_MAX_BY_OPTION < LIMIT_LINKS_MAX,
               "views nest");
