/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A body on its way to a handler that takes it piece by piece, without waiting for all of it.
 *
 * Bytes go from the server's one read buffer straight to the handler. Only what a pause left over is copied, and then
 * nothing more is read: the window of the socket fills, and the client waits.
 * Owns: nothing; what waits is the connection's `in`.
 * Never: calls the sink while it is paused, after an answer, or from within one of the handler's own calls.
 * Full: at most two reads (128 KiB) wait.   Spec: RFC 9110, 10.1.1 (Expect); RFC 9112, 6 and 9.6. */

#include "base/bytes.h"

struct http_connection;

/* Asks the handler about the request whose head has just been read. False: it leaves the body to us. */
bool http_body_stream_begin(struct http_connection *connection);
/* Bytes just read from the socket. What is left of them belongs into `in`, behind what is there. */
void http_body_stream_receive(struct http_connection *connection, struct span *bytes);
/* What waits in `in`, and the end of the body. False: more must come first, or the handler has paused. */
bool http_body_stream_advance(struct http_connection *connection);
