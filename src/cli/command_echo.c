/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/encoding.h"
#include "cli/command.h"
#include "cli/echo_session.h"
#include "cli/options.h"
#include "crypto/entropy.h"
#include "swarm/signaling/endpoint_url.h"

extern const struct command command_echo;

#define HELP                                                                                                           \
    "Examples:\n"                                                                                                      \
    "  skep echo --signal http://127.0.0.1:9000/ --id echo     a page dials the id echo\n"                             \
    "  skep echo --signal wss://signal.example/ --dial abc     dials the page that has the id abc\n"                   \
    "  skep echo --signal http://127.0.0.1:9000/ --dial abc --serialization json --unordered\n"                        \
    "\n"                                                                                                               \
    "Answers PeerJS data connections, or makes one, and returns every message in the serialization it came in: to\n"   \
    "try signaling and WebRTC from any page. It says in lines what happens. It needs no node and no data folder.\n"    \
    "SIGINT (Ctrl-C) and SIGTERM close every connection in order, so that the page sees a close.\n"                    \
    "\n"                                                                                                               \
    "Options:\n"                                                                                                       \
    "  --signal URL           a signaling server (PeerServer); given again: more of them, one is in use\n"             \
    "  --id ID                the id to be known by; without it a new one, told when it is ready\n"                    \
    "  --dial ID              makes a connection with that peer, and ends with it\n"                                   \
    "  --label TEXT           the label of that connection\n"                                                          \
    "  --serialization NAME   binary (as the library, and the default), json or raw\n"                                 \
    "  --unordered            messages of it may overtake each other, as is the library's default\n"                   \
    "  --json                 one object on each line\n"                                                               \
    "\n"                                                                                                               \
    "A signaling server on this machine (127.0.0.1, ::1, localhost) makes it offer 127.0.0.1 as well.\n"               \
    "\n"                                                                                                               \
    "Exit codes: 0 it was asked to end, or the connection it made was closed; 5 the peer could not be reached.\n"

enum { ID_TEXT_SIZE = SIGNAL_ID_SIZE_MAX + 1 };

/* Letters that every page takes for an id: echo- and ten random bytes. */
static void write_id(char id[static ID_TEXT_SIZE]) {
    uint8_t random[10];
    const struct entropy entropy = entropy_of_system();
    struct buffer out = buffer_over((uint8_t *)id, ID_TEXT_SIZE - 1);
    entropy_fill(&entropy, random, sizeof random);
    buffer_put_text(&out, "echo-");
    base32_write(&out, (struct span){random, sizeof random});
    id[out.size] = '\0';
}

/* What is wrong with what was asked for; NULL: nothing. */
static const char *mistake_of(const struct echo_order *order, const char *serialization) {
    if (order->url_count == 0) return "--signal is missing: where is the signaling server?";
    for (size_t i = 0; i < order->url_count; i++)
        if (!endpoint_url_is_valid(span_of_text(order->urls[i])))
            return "--signal is an address like http://127.0.0.1:9000/ or wss://signal.example/";
    const size_t id_size = strlen(order->id), dial_size = order->dial == NULL ? 1 : strlen(order->dial);
    if (id_size == 0 || id_size > SIGNAL_ID_SIZE_MAX) return "--id has 1 to 128 bytes";
    if (dial_size == 0 || dial_size > SIGNAL_ID_SIZE_MAX) return "--dial has 1 to 128 bytes";
    if (order->label != NULL && strlen(order->label) > PEERJS_LABEL_MAX) return "--label has at most 256 bytes";
    return serialization == NULL ? NULL : "--serialization is binary, json or raw";
}

static int run(int argc, char **argv) {
    const char *urls[ENDPOINTS_MAX], *serialization = "binary";
    struct options_list list = {.items = urls, .capacity = ENDPOINTS_MAX};
    char own_id[ID_TEXT_SIZE];
    struct echo_order order = {.urls = urls, .id = own_id};
    const struct options_entry entries[] = {
        {.name = "signal", .kind = OPTIONS_TEXT_LIST, .into.list = &list},
        {.name = "id", .kind = OPTIONS_TEXT, .into.text = &order.id},
        {.name = "dial", .kind = OPTIONS_TEXT, .into.text = &order.dial},
        {.name = "label", .kind = OPTIONS_TEXT, .into.text = &order.label},
        {.name = "serialization", .kind = OPTIONS_TEXT, .into.text = &serialization},
        {.name = "unordered", .kind = OPTIONS_FLAG, .into.flag = &order.is_unordered},
        {.name = "json", .kind = OPTIONS_FLAG, .into.flag = &order.report.is_json},
    };
    const struct options_table table = {
        .command = "skep echo", .help = HELP, .entries = entries, .count = sizeof entries / sizeof entries[0]};
    int exit_code;
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    order.url_count = list.count;
    write_id(own_id);
    if (peerjs_serialization_read(span_of_text(serialization), &order.serialization)) serialization = NULL;
    const char *mistake = mistake_of(&order, serialization);
    return mistake == NULL ? echo_session_run(&order) : options_refuse(&table, "%s", mistake);
}

const struct command command_echo = {
    .name = "echo", .summary = "answers PeerJS pages and returns what they send", .help = HELP, .run = run};
