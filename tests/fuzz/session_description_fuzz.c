/* SPDX-License-Identifier: Apache-2.0 */
/* Session descriptions of strangers: what is read can be written, fits what is read, and is the same when it is read
 * again; every candidate in it is one that can be used. */
#include "fuzz_target.h"

#include <string.h>

#include "base/must.h"
#include "swarm/webrtc/session_description.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct session_description description, again;
    static uint8_t memory[SESSION_SIZE_MAX];
    struct buffer out = buffer_over(memory, sizeof memory);
    if (session_description_read((struct span){data, size}, &description) != REFUSAL_NONE) return 0;
    must_le(description.candidate_count, SESSION_CANDIDATES_MAX);
    for (size_t i = 0; i < description.candidate_count; i++) must(ice_candidate_is_usable(&description.candidates[i]));
    session_description_write(&description, 1, 2, &out);
    must(!out.overflowed);
    must(session_description_read(buffer_span(&out), &again) == REFUSAL_NONE);
    must(memcmp(&description, &again, sizeof again) == 0);
    return 0;
}
