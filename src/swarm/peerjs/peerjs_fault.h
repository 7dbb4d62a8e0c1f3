/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What was not acceptable about something that a PeerJS peer said, or that one was to be told. A value like `enum
 * refusal`, but of its own: these pages are no nodes, and no node counts what is wrong with them.
 * Owns: nothing. */

enum peerjs_fault {
    PEERJS_FAULT_NONE,
    /* A value, as BinaryPack or JSON. */
    PEERJS_FAULT_CUT_SHORT,
    PEERJS_FAULT_CODE,     /* a first byte that begins nothing */
    PEERJS_FAULT_DEPTH,    /* nested too deep */
    PEERJS_FAULT_KEY,      /* the key of a map is no text */
    PEERJS_FAULT_TEXT,     /* no UTF-8 */
    PEERJS_FAULT_TRAILING, /* something follows the value */
    PEERJS_FAULT_JSON,     /* no JSON */
    PEERJS_FAULT_NOT_A_NUMBER,
    PEERJS_FAULT_NOTHING, /* null as the whole message */
    PEERJS_FAULT_TOO_LARGE,
    /* A piece of a message. */
    PEERJS_FAULT_PIECE_SHAPE, /* it lacks a member */
    PEERJS_FAULT_PIECE_TOTAL, /* of too many, or of none */
    PEERJS_FAULT_PIECE_NUMBER,
    PEERJS_FAULT_PIECE_SIZE,
    PEERJS_FAULT_PIECE_TOTAL_OTHER, /* than the pieces before it said */
    PEERJS_FAULT_PIECE_ROOM,
    /* Signaling. */
    PEERJS_FAULT_OFFER_SHAPE,
    PEERJS_FAULT_OFFER_MEDIA, /* a call of audio or video */
    PEERJS_FAULT_OFFER_ID,
    PEERJS_FAULT_OFFER_LABEL,
    PEERJS_FAULT_OFFER_SERIALIZATION,
    PEERJS_FAULT_OFFER_METADATA,
    PEERJS_FAULT_OFFER_DESCRIPTION,
    /* A message that is to be sent. */
    PEERJS_FAULT_NO_ROOM,      /* too much waits */
    PEERJS_FAULT_MESSAGE_SIZE, /* the other end takes none so large */
    PEERJS_FAULT_COUNT
};
const char *peerjs_fault_name(enum peerjs_fault fault); /* "cut-short", "piece-room", ... */
