/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/service/node_document.h"

#include "base/json_writer.h"
#include "base/must.h"
#include "daemon/service/cors.h"
#include "swarm/signaling/signal_message.h"

static void put_roles(struct json_writer *w, const struct settings *settings) {
    json_open_array(w, "roles");
    for (unsigned role = 1; role < NODE_ROLES_END; role <<= 1)
        if ((settings->roles & role) != 0) json_put_text(w, NULL, node_role_name((enum node_role)role));
    json_close_array(w);
}

static void put_transports(struct json_writer *w, const struct settings *settings) {
    json_open_array(w, "transports");
    if ((settings->roles & NODE_ROLE_NODE) != 0) json_put_text(w, NULL, "tls");
    json_close_array(w);
}

static void put_beacon(struct json_writer *w) {
    json_open_object(w, "beacon");
    json_put_text(w, "announce", "announce"); /* beside this document's root, which a proxy may have moved */
    json_put_text(w, "peers", "peers");
    json_open_object(w, "limits");
    json_put_integer(w, "bodyBytes", LIMIT_BEACON_BODY_MAX);
    json_put_integer(w, "requestsPerSecond", LIMIT_BEACON_RATE_PER_SECOND);
    json_put_integer(w, "requestsBurst", LIMIT_BEACON_RATE_BURST);
    json_put_integer(w, "ticketsPerCommunity", LIMIT_BEACON_TICKETS_MAX);
    json_put_integer(w, "ticketsPerAnswer", LIMIT_BEACON_LIST_MAX);
    json_put_integer(w, "ticketLifetimeMs", LIMIT_TICKET_NATIVE_LIFETIME_MS_MAX);
    json_close_object(w);
    json_close_object(w);
}

static void put_signaling(struct json_writer *w, const struct settings *settings) {
    json_open_object(w, "signaling");
    json_put_text(w, "socket", "peerjs"); /* beside this document's root, as above */
    json_put_text(w, "key", settings->signaling_key);
    json_open_object(w, "limits");
    json_put_integer(w, "messageBytes", SIGNAL_MESSAGE_SIZE_MAX);
    json_put_integer(w, "idBytes", SIGNAL_ID_SIZE_MAX);
    json_put_integer(w, "clients", settings->signaling_clients_max);
    json_put_integer(w, "clientsPerAddress", LIMIT_SIGNAL_CLIENTS_PER_ADDRESS);
    json_put_integer(w, "aliveMs", LIMIT_SIGNAL_ALIVE_MS);
    json_close_object(w);
    json_close_object(w);
}

void node_document_write(struct node_document *document, const struct node_id *id, const struct settings *settings) {
    struct buffer out = buffer_over(document->text, sizeof document->text);
    struct json_writer w = json_writer_into(&out);
    char text[NODE_ID_TEXT_SIZE + 1];
    document->id = *id;
    json_open_object(&w, NULL);
    json_put_text(&w, "id", node_id_text(id, text));
    json_put_text(&w, "version", SKEP_VERSION);
    json_put_text(&w, "protocol", "skep/1");
    json_put_text(&w, "community", settings->community);
    put_roles(&w, settings);
    put_transports(&w, settings);
    if ((settings->roles & NODE_ROLE_BEACON) != 0) put_beacon(&w);
    if ((settings->roles & NODE_ROLE_SIGNALING) != 0) put_signaling(&w, settings);
    json_put_text(&w, "contact", settings->contact[0] != '\0' ? settings->contact : NULL);
    json_close_object(&w);
    must(!out.overflowed);
    document->size = out.size;
}

bool node_document_handle(const struct node_document *document, struct http_exchange *exchange) {
    static const struct http_header_line lines[] = {CORS_LINES, {"Cache-Control", "max-age=300"}};
    const struct span method = http_method(exchange);
    const bool is_asked = span_equal_text(method, "GET") || span_equal_text(method, "HEAD");
    if (!is_asked || !span_equal_text(http_path(exchange), "/.well-known/skep")) return false;
    http_answer(exchange, &(struct http_reply){.status = 200,
                                               .content_type = "application/json",
                                               .body = {document->text, document->size},
                                               .headers = lines,
                                               .header_count = CORS_COUNT + 1});
    return true;
}
