/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the server says when it refuses a request by itself, before any handler has seen it: problem details whose type
 * is the status itself (about:blank).
 * Owns: nothing.   Never: repeats what the client sent.   Spec: RFC 9457. */

#include "daemon/http/http.h"

enum { HTTP_REFUSAL_SIZE_MAX = 512 };
void http_refusal_write(struct buffer *out, const struct http_options *options, int status);
