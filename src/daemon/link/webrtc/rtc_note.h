/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the loop and the thread say to each other: one enumeration, one form. Everything else that either knows is its
 * own.
 *
 *     loop  --- OPEN DESCRIBE CANDIDATE RESTART CLOSE CHANNEL_OPEN CHANNEL_CLOSE SEND CREDIT --->         thread
 *           --- SERVERS STOP --->
 *           <-- OFFER ANSWER FOUND CONNECTED DOUBTED CHANNEL_OPENED MESSAGE SENT CHANNEL_CLOSED ---
 *           <-- LOOK CLOSED ---
 *
 * Owns: a note is owned by whoever holds it; putting it into a queue moves it.
 * Never: holds a pointer into the other side.   Full: a message for which there is no memory is NULL, its maker
 * decides. */

#include "daemon/link/webrtc/rtc.h"

enum rtc_note_kind {
    RTC_NOTE_OPEN,          /* body: struct rtc_peer_setting */
    RTC_NOTE_DESCRIBE,      /* body: what came through signaling */
    RTC_NOTE_CANDIDATE,     /* body: the same */
    RTC_NOTE_RESTART,       /* */
    RTC_NOTE_CLOSE,         /* */
    RTC_NOTE_CUT,           /* */
    RTC_NOTE_CHANNEL_OPEN,  /* body: struct rtc_channel_setting */
    RTC_NOTE_CHANNEL_CLOSE, /* */
    RTC_NOTE_SEND,          /* body: the message */
    RTC_NOTE_CREDIT,        /* cost: that much of what was reported of this peer has been taken */
    RTC_NOTE_SERVERS,       /* body: struct rtc_server_list, for the restarts of all peers */
    RTC_NOTE_STOP,          /* */

    RTC_NOTE_OFFER,          /* body: our description */
    RTC_NOTE_ANSWER,         /* the same */
    RTC_NOTE_FOUND,          /* body: our candidate; empty: the last has been told */
    RTC_NOTE_CONNECTED,      /* body: struct rtc_look */
    RTC_NOTE_DOUBTED,        /* */
    RTC_NOTE_CHANNEL_OPENED, /* body: struct rtc_channel_setting */
    RTC_NOTE_MESSAGE,        /* body: the message; cost to be given back by CREDIT */
    RTC_NOTE_SENT,           /* cost: of messages that SCTP took; bytes: of these */
    RTC_NOTE_CHANNEL_CLOSED, /* */
    RTC_NOTE_LOOK,           /* body: struct rtc_look */
    RTC_NOTE_CLOSED,         /* end; body: the detail */
};

struct rtc_note {
    struct rtc_note *next; /* owned */
    enum rtc_note_kind kind;
    uint32_t peer, channel;
    enum rtc_kind message_kind;
    enum rtc_end end;
    uint32_t cost, bytes;
    size_t size;
    uint8_t body[]; /* aligned for any of the structs above */
};

/* What a note costs beside its body, so that empty messages are not free. */
enum { RTC_NOTE_COST = 64, RTC_SERVERS_MAX = 8, RTC_SECRET_MAX = 512, RTC_LABEL_MAX = 256 };

struct rtc_server_setting {
    struct address address;
    bool is_relay;
    char user[RTC_SECRET_MAX + 1]; /* RFC 8489: under 513 bytes */
    char password[RTC_SECRET_MAX + 1];
};
struct rtc_server_list {
    size_t count;
    struct rtc_server_setting items[RTC_SERVERS_MAX];
};
struct rtc_peer_setting {
    bool is_offering, is_relay_only, has_loopback;
    int64_t open_ms;
    struct rtc_server_list servers;
};
struct rtc_channel_setting {
    bool is_unordered;
    char label[RTC_LABEL_MAX + 1];
    char protocol[RTC_LABEL_MAX + 1];
};

/* A note with a body of our own making or of bounded size, copied; never NULL. */
struct rtc_note *rtc_note_new(enum rtc_note_kind kind, uint32_t peer, struct span body);
/* For a message: with room for `size` bytes, which the caller fills; NULL without memory. */
struct rtc_note *rtc_note_room(enum rtc_note_kind kind, uint32_t peer, size_t size);
void rtc_note_free(struct rtc_note *note);      /* accepts NULL */
void rtc_note_free_all(struct rtc_note *first); /* a list; accepts NULL */
struct span rtc_note_body(const struct rtc_note *note);
