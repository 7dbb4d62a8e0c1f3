/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the clients of one address (IPv4 /32, IPv6 /64) have of a signaling server together: how many they are, how fast
 * they come, and what waits of them for ids that are not there.
 * Owns: its rows and their index, from client_groups_new to client_groups_free.
 * Never: limits loopback, or who has no address (a Unix socket): they are CLIENT_GROUP_NONE, of which nothing is
 * counted. Full: cannot be for those who hold something, by its capacity; of the others the one idle longest is
 * forgotten (and so may come as fast as a newcomer).   Spec: CONTRACT 6. */

#include "base/address.h"

struct client_groups;
#define CLIENT_GROUP_NONE UINT32_MAX

/* At most `holders_max` clients and messages are held at any time. NULL without memory. */
struct client_groups *client_groups_new(size_t holders_max, uint64_t seed);
void client_groups_free(struct client_groups *groups); /* accepts NULL */

enum client_group_verdict { CLIENT_GROUP_WELCOME, CLIENT_GROUP_TOO_MANY, CLIENT_GROUP_TOO_FAST };
/* One more client of the address; it is counted when it is welcome. */
enum client_group_verdict client_groups_enter(struct client_groups *groups, const struct address *from, uint32_t *group,
                                              int64_t now_ms);
void client_groups_leave(struct client_groups *groups, uint32_t group);
/* Counts a message that is to wait; false, and nothing counted, when the group has its share. */
bool client_groups_keep(struct client_groups *groups, uint32_t group, size_t size);
void client_groups_release(struct client_groups *groups, uint32_t group, size_t size);
