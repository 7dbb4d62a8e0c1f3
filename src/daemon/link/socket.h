/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* TCP sockets in our words: non-blocking, close-on-exec, addresses as struct address.
 * Owns: nothing; a descriptor belongs to whoever asked for it.
 * Never: blocks, raises SIGPIPE (the loop ignores it).   Full: the errno of the system, for the caller to judge. */

#include "base/address.h"
#include "base/err.h"
#include "swarm/reason.h"

/* Begins to connect. The descriptor, or -1 with `errno` set. */
int socket_connect(const struct address *to);
/* How a connect ended, once the descriptor is writable: an errno, 0 = connected. */
int socket_connect_result(int fd);
/* Which reason an errno of connect, read or write is. */
enum reason socket_reason(int error);

/* Listens at `at`; [::] takes IPv4 too, or becomes 0.0.0.0 where there is no IPv6. */
MUST_USE enum err socket_listen(const struct address *at, int *fd, struct address *bound, struct err_detail *detail);
/* One connection, or -1 with `errno` set. ::ffff: addresses become IPv4. */
int socket_accept(int listener, struct address *remote);

/* No more from us; the other end reads an end of file. */
void socket_end_writing(int fd);
enum socket_discarded { SOCKET_DISCARDED_MORE, SOCKET_DISCARDED_ALL, SOCKET_DISCARDED_END };
/* Reads and forgets at most `size` bytes: more may wait, none does now, or the other end is done (or gone). */
enum socket_discarded socket_discard(int fd, size_t size);

struct socket_measure {
    uint32_t segments_out;
    uint32_t segments_resent;
};
bool socket_measure(int fd, struct socket_measure *measure);
