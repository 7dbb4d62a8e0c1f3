/* SPDX-License-Identifier: Apache-2.0 */
/* Candidates of strangers: what is written of them is one line that means the same. */
#include "fuzz_target.h"

#include <string.h>

#include "base/must.h"
#include "swarm/webrtc/ice_candidate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct ice_candidate candidate, again;
    char text[ICE_CANDIDATE_TEXT_MAX], twice[ICE_CANDIDATE_TEXT_MAX];
    if (ice_candidate_read((struct span){data, size}, &candidate) != REFUSAL_NONE) return 0;
    if (candidate.address.family == ADDRESS_NONE) {
        must(!ice_candidate_is_usable(&candidate));
        return 0;
    }
    ice_candidate_write(&candidate, text);
    must(strpbrk(text, "\r\n") == NULL);
    must(ice_candidate_read(span_of_text(text), &again) == REFUSAL_NONE);
    must(ice_candidate_is_usable(&candidate) == ice_candidate_is_usable(&again));
    ice_candidate_write(&again, twice);
    must(strcmp(text, twice) == 0);
    return 0;
}
