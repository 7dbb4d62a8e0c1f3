/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Where somebody is to be reached, as the caretaker writes it: HOST:PORT. The host is a name, an IPv4 address or an
 * [IPv6] one.   Never: resolves a name.   Full: a host that does not fit is refused. */

#include "base/bytes.h"

enum { PLACE_HOST_MAX = 127 };

struct place_name {
    char host[PLACE_HOST_MAX + 1]; /* without the brackets of IPv6 */
    uint16_t port;                 /* not 0 */
};
/* Reads one; false: it is not of that form. `usual_port`: of a text without one; 0: it has to have one. */
bool place_name_read(struct span text, uint16_t usual_port, struct place_name *place);
