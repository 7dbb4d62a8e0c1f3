/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Answers that go on: events without an end, and files whose length is known. What handlers call is in http.h.
 *
 * A handler that writes as fast as its reader reads is told when little waits (`drained`), writes some more, and is
 * told again: as much memory as HTTP_STREAM_DRAINED and one piece of the handler's, whatever the length. Never: sends
 * from within a call of the handler, so that no failure has to be told there. Full: http_stream_write is refused over
 * HTTP_STREAM_WAITING_MAX. */

struct http_connection;

/* The socket has taken some of a stream that may not stand still. */
void http_stream_moved(struct http_connection *connection);
/* Tells the handler that there is room, if it has asked for that and there is. The connection may be closed afterwards,
 * not freed: hold it. */
void http_stream_tell_drained(struct http_connection *connection);
