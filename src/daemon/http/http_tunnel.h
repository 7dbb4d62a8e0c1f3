/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A connection that has been taken over after its head: what handlers call is in http.h.
 *
 * Bytes go from the server's one read buffer straight to the handler. What is written in a turn of the loop waits until
 * its end and leaves with one call of the system, so many small messages cost as much as one. A tunnel at rest holds no
 * head and no queue. Owns: nothing; what waits is the connection's.
 * Never: ends a connection from within a call of the handler: a failure is met by the loop, and told by `gone`.
 * Full: http_tunnel_write is refused over the sink's waiting_bytes_max.   Spec: RFC 9110, 7.8 (Upgrade). */

#include "base/bytes.h"

struct http_connection;
struct http_exchange;

void http_tunnel_receive(struct http_connection *connection, struct span bytes); /* just read from the socket */
/* What came before it was a tunnel. Always false: what comes next is received. */
bool http_tunnel_advance(struct http_connection *connection);
/* The connection may be closed afterwards, not freed: hold it. */
void http_tunnel_tell_drained(struct http_connection *connection);
bool http_tunnel_is_unsent(const struct http_connection *connection); /* it is written to at the end of this turn */
void http_tunnels_flush(void *server);                                /* that end */
void http_tunnel_forget(struct http_exchange *exchange);              /* it is freed; of one that is no tunnel, too */
