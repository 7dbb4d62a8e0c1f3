/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/peerjs/peerjs_fault.h"

#include "base/must.h"

static const char *const NAMES[PEERJS_FAULT_COUNT] = {
    [PEERJS_FAULT_NONE] = "none",
    [PEERJS_FAULT_CUT_SHORT] = "cut-short",
    [PEERJS_FAULT_CODE] = "code",
    [PEERJS_FAULT_DEPTH] = "depth",
    [PEERJS_FAULT_KEY] = "key",
    [PEERJS_FAULT_TEXT] = "text",
    [PEERJS_FAULT_TRAILING] = "trailing",
    [PEERJS_FAULT_JSON] = "json",
    [PEERJS_FAULT_NOT_A_NUMBER] = "not-a-number",
    [PEERJS_FAULT_NOTHING] = "nothing",
    [PEERJS_FAULT_TOO_LARGE] = "too-large",
    [PEERJS_FAULT_PIECE_SHAPE] = "piece-shape",
    [PEERJS_FAULT_PIECE_TOTAL] = "piece-total",
    [PEERJS_FAULT_PIECE_NUMBER] = "piece-number",
    [PEERJS_FAULT_PIECE_SIZE] = "piece-size",
    [PEERJS_FAULT_PIECE_TOTAL_OTHER] = "piece-total-other",
    [PEERJS_FAULT_PIECE_ROOM] = "piece-room",
    [PEERJS_FAULT_OFFER_SHAPE] = "offer-shape",
    [PEERJS_FAULT_OFFER_MEDIA] = "offer-media",
    [PEERJS_FAULT_OFFER_ID] = "offer-id",
    [PEERJS_FAULT_OFFER_LABEL] = "offer-label",
    [PEERJS_FAULT_OFFER_SERIALIZATION] = "offer-serialization",
    [PEERJS_FAULT_OFFER_METADATA] = "offer-metadata",
    [PEERJS_FAULT_OFFER_DESCRIPTION] = "offer-description",
    [PEERJS_FAULT_NO_ROOM] = "no-room",
    [PEERJS_FAULT_MESSAGE_SIZE] = "message-size",
};

const char *peerjs_fault_name(enum peerjs_fault fault) {
    must(fault < PEERJS_FAULT_COUNT);
    return NAMES[fault];
}
