/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How many descriptors this process may have open. A shell gives most programs 1024, and lets them ask for far more:
 * links, the API and the services share them, so the node asks before it opens anything.
 * Never: asks for more than the system lets this user have, fails (what there was is then what there is). */

#include <stddef.h>

size_t descriptors_raise_limit(void); /* to all we may have; gives what it is now, SIZE_MAX without a limit */
