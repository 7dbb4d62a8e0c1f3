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
/* A message that holds, as it came out of the check: fails the test when it is refused. */
const void *message_bench_read(uint8_t type, const char *text);
/* A change to a message that holds, and what it is refused with. */
struct message_fault {
    const char *from, *to;
    enum refusal refusal;
};
void message_bench_faults(uint8_t type, const char *good, const struct message_fault *faults, size_t count);
/* A text with the first `from` replaced; fails the test when there is none. */
const char *message_bench_with(const char *text, const char *from, const char *to);
