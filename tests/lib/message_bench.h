/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Messages through the one door that strangers' frames come through, each body in memory of exactly its size, so that a
 * byte read too far is found. */

#include "swarm/wire/message.h"

/* Checks with real signatures; what comes out lives until the next call. */
enum refusal message_bench_check(uint8_t type, struct span body, const void **checked);
enum refusal message_bench_text(uint8_t type, const char *text); /* the same of a NUL-terminated body */
/* Fails the test unless every shorter beginning of the body is refused. */
void message_bench_cut_everywhere(uint8_t type, struct span body);
/* A text with the first `from` replaced; fails the test when there is none. */
const char *message_bench_with(const char *text, const char *from, const char *to);
