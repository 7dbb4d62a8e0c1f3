/* SPDX-License-Identifier: Apache-2.0 */
/* A planted bug: dials are not written into the ledger of budgets. */
#include "swarm/dial/dial_policy.h"

bool __wrap_dial_policy_charge(struct dial_policy *policy, const struct address *address, int64_t now_ms);

bool __wrap_dial_policy_charge(struct dial_policy *policy, const struct address *address, int64_t now_ms) {
    (void)policy;
    (void)address;
    (void)now_ms;
    return true;
}
