/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The STUN and TURN servers that the caretaker named, at the addresses at which they are now: an address is one from
 * the start, a name when it is resolved, and again as that changes. Owns: the look-ups; the user and the password for
 * TURN, wiped at the end. Never: tells of a server that has no address now. Full: SETTINGS_ICE_SERVERS_MAX, by
 * configuration. Of a name with several addresses the first is used, of IPv4 where there is one: routers that are in
 * the way are of IPv4. */

#include "daemon/config/settings.h"
#include "daemon/link/webrtc/rtc.h"

struct ice_servers;

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
/* Those that have an address now; gives how many. Their texts are borrowed until ice_servers_free. */
size_t ice_servers_list(const struct ice_servers *servers, struct rtc_server list[SETTINGS_ICE_SERVERS_MAX]);
/* Each of them, in the order of the configuration; false: there are no more. `address`: ADDRESS_NONE, it has none now.
 */
bool ice_servers_look(const struct ice_servers *servers, size_t index, struct ice_server *server,
                      struct address *address);
void ice_servers_free(struct ice_servers *servers); /* accepts NULL */
