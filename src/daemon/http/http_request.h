/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The reading of requests from what a connection has received, and their way to the handler.
 * Never: hands over half a request; begins one before the answer to the last has left. */

struct http_connection;

/* Reads and handles all requests that are whole. Afterwards the connection may be closed, but not freed: hold it. */
void http_request_advance(struct http_connection *connection);
