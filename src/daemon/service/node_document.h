/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* GET /.well-known/skep: what this node is and serves, and what it holds callers to, for programs that meet it.
 * Owns: its text, written when something in it changes.
 * Never: says anything of who uses it.   Spec: RFC 8615, CONTRACT 5. */

#include "daemon/config/settings.h"
#include "daemon/http/http.h"
#include "swarm/identity/node_id.h"

enum { NODE_DOCUMENT_SIZE_MAX = 4096 };

struct node_document {
    struct node_id id;
    size_t size;
    uint8_t text[NODE_DOCUMENT_SIZE_MAX];
};

void node_document_write(struct node_document *document, const struct node_id *id, const struct settings *settings);
/* Answers the exchange and gives true, when it asks for the document. */
bool node_document_handle(const struct node_document *document, struct http_exchange *exchange);
