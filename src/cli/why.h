/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Why a link is as it is, and why a known peer has none: a short paragraph each, in plain words, made from what the API
 * says of it. Foreign text in it only shows (sheet.h); lines are wrapped for a terminal of 100 columns.
 * Owns: nothing; writes into the caller's buffer.   Never: guesses; what is not known is said to be, or left out.
 * Full: the buffer's `overflowed` says so at the end. */

#include "base/json.h"

void why_write_link(struct buffer *out, const struct json_value *link, int64_t now_ms);
void why_write_peer(struct buffer *out, const struct json_value *peer, int64_t now_ms);
/* A peer that the links do not show already. */
bool why_is_unlinked(const struct json_value *peer);
