/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The STUN and TURN servers that the caretaker named, at the addresses at which they are now: an address is one from
 * the start, a name when it is resolved, and again as that changes.
 * Owns: the look-ups; the user and the password for TURN, wiped at the end.
 * Never: forgets an address because its name is not resolved just now.
 * Full: SETTINGS_ICE_SERVERS_MAX, by configuration. Of a name with several addresses one is used (ice_server_choose).
 */

#include "daemon/config/settings.h"
#include "daemon/loop/loop.h"

struct ice_servers;
struct ice_credentials;

struct ice_servers_options {
    struct loop *loop;               /* borrowed until ice_servers_free */
    const struct settings *settings; /* borrowed during the call */
    void (*changed)(void *context);  /* some other addresses; may be NULL */
    void *context;
};
/* What ice_credentials_read fails with. */
MUST_USE enum err ice_servers_new(struct ice_servers **servers, const struct ice_servers_options *options,
                                  struct err_detail *detail);
void ice_servers_again(struct ice_servers *servers); /* another network: names may live elsewhere */
/* Each of them, in the order of the configuration; false: there are no more. `address`: its last; ADDRESS_NONE: its
 * name has had none yet. */
bool ice_servers_look(const struct ice_servers *servers, size_t index, struct ice_server *server,
                      struct address *address);
const struct ice_credentials *ice_servers_credentials(const struct ice_servers *servers); /* borrowed */
void ice_servers_free(struct ice_servers *servers);                                       /* accepts NULL */
