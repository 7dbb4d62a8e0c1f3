/* SPDX-License-Identifier: Apache-2.0 */
#include "base/encoding.h"
#include "cli/command.h"
#include "cli/options.h"
#include "daemon/node.h"
#include "daemon/store/data_folder.h"

#include <stdio.h>
#include <string.h>

extern const struct command command_run;

static const char help[] =
    "Examples:\n"
    "  skep run                                      a node with its dashboard at http://127.0.0.1:8780\n"
    "  skep run --beacon https://beacon.example      found through a beacon\n"
    "  skep run --roles node,beacon                  also a beacon for others, on port 8781\n"
    "  skep run --peer 203.0.113.5:8782              linked with a node you know\n"
    "\n"
    "Usage: skep run [options]\n"
    "  --data DIR             the data folder (keys, book, token); default $STATE_DIRECTORY,\n"
    "                         else $XDG_STATE_HOME/skep, else ~/.local/state/skep\n"
    "  --api ADDR:PORT        API and dashboard; default 127.0.0.1:8780\n"
    "  --listen ADDR:PORT     links with peers; default [::]:8782\n"
    "  --serve ADDR:PORT      HTTP services of the roles below; default [::]:8781\n"
    "  --advertise ADDR|none  where peers dial this node (may be repeated); default: found out\n"
    "  --roles LIST           node, beacon; default node\n"
    "  --beacon URL           a beacon to be found through (may be repeated)\n"
    "  --peer [ID@]HOST:PORT  a node to stay linked with (may be repeated)\n"
    "  --community NAME       default mainnet\n"
    "  --log LEVEL            debug, info, warn or error; default info\n"
    "Port 0 takes a free port; run.json in the data folder says which.\n";

struct texts {
    const char *data, *api, *listen, *serve, *roles, *community, *log;
    const char *beacon_items[LIMIT_SOURCES_MAX], *peer_items[LIMIT_OPERATOR_PEERS_MAX];
    const char *advertise_items[LIMIT_TICKET_ADDRS_MAX];
    struct options_list beacons, peers, advertise;
};

static bool read_roles(const char *text, unsigned *roles) {
    while (*text != '\0') {
        size_t size = strcspn(text, ",");
        enum node_role role;
        if (!node_role_read((struct span){(const uint8_t *)text, size}, &role)) return false;
        *roles |= (unsigned)role;
        text += size;
        if (*text == ',') text++;
    }
    return *roles != 0;
}

static bool read_level(const char *text, enum event_level *level) {
    for (int i = EVENT_LEVEL_DEBUG; i <= EVENT_LEVEL_ERROR; i++) {
        if (strcmp(text, event_level_name((enum event_level)i)) != 0) continue;
        *level = (enum event_level)i;
        return true;
    }
    return false;
}

static bool read_beacon(const char *text, char url[LIMIT_URL_MAX + 1]) {
    bool is_http = strncmp(text, "http://", 7) == 0 || strncmp(text, "https://", 8) == 0;
    return is_http && strlen(text) <= LIMIT_URL_MAX && snprintf(url, LIMIT_URL_MAX + 1, "%s", text) > 0;
}

static bool read_advertise(const char *text, struct node_options *options) {
    struct span span = span_of_text(text);
    if (span_equal_text(span, "none")) {
        options->advertises_nothing = true;
        return true;
    }
    struct address *address = &options->advertise[options->advertise_count++];
    return address_read(span, address) || address_read_ip(span, address);
}

/* Gives an exit code when something is not understood, else -1. */
static int take_lists(const struct options_table *table, const struct texts *texts, struct node_options *options) {
    for (size_t i = 0; i < texts->beacons.count; i++) {
        if (!read_beacon(texts->beacons.items[i], options->beacons[options->beacon_count++])) {
            return options_refuse(table, "--beacon %s is no http or https address of under %d characters",
                                  texts->beacons.items[i], LIMIT_URL_MAX + 1);
        }
    }
    for (size_t i = 0; i < texts->peers.count; i++) {
        if (!peer_name_read(texts->peers.items[i], &options->peers[options->peer_count++])) {
            return options_refuse(table, "--peer %s is not [NODEID@]HOST:PORT", texts->peers.items[i]);
        }
    }
    for (size_t i = 0; i < texts->advertise.count; i++) {
        if (!read_advertise(texts->advertise.items[i], options)) {
            return options_refuse(table, "--advertise %s is no IP address, with or without a port, and not 'none'",
                                  texts->advertise.items[i]);
        }
    }
    return -1;
}

static int take_addresses(const struct options_table *table, const struct texts *texts, struct node_options *options) {
    const struct {
        const char *name, *text;
        struct address *into;
    } places[] = {{"api", texts->api, &options->api},
                  {"listen", texts->listen, &options->listen},
                  {"serve", texts->serve, &options->serve}};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (!address_read(span_of_text(places[i].text), places[i].into)) {
            return options_refuse(table, "--%s %s is not ADDR:PORT, like 127.0.0.1:8780 or [::1]:8780", places[i].name,
                                  places[i].text);
        }
    }
    return -1;
}

static int take_words(const struct options_table *table, const struct texts *texts, struct node_options *options) {
    if (!read_roles(texts->roles, &options->roles)) {
        return options_refuse(table, "--roles %s names a role that this version does not have (node, beacon)",
                              texts->roles);
    }
    if (!community_is_valid(span_of_text(texts->community))) {
        return options_refuse(table, "--community %s: 1 to 63 of a-z 0-9 . _ -, beginning with a letter or digit",
                              texts->community);
    }
    if (!read_level(texts->log, &options->log_level)) {
        return options_refuse(table, "--log %s is none of debug, info, warn, error", texts->log);
    }
    snprintf(options->community, sizeof options->community, "%s", texts->community);
    return -1;
}

static int run_node(const char *data, struct node_options *options) {
    struct err_detail detail = {0};
    enum err err = data_folder_path(data, options->folder, sizeof options->folder, &detail);
    if (err == ERR_OK) err = node_run(options, &detail);
    if (err == ERR_OK) return EXIT_CODE_DONE;
    fprintf(stderr, "skep run: %s\n", detail.text[0] != '\0' ? detail.text : err_sentence(err));
    return EXIT_CODE_FAILED;
}

static int run(int argc, char **argv) {
    struct texts texts = {
        .api = "127.0.0.1:8780",
        .listen = "[::]:8782",
        .serve = "[::]:8781",
        .roles = "node",
        .community = "mainnet",
        .log = "info",
    };
    texts.beacons = (struct options_list){texts.beacon_items, LIMIT_SOURCES_MAX, 0};
    texts.peers = (struct options_list){texts.peer_items, LIMIT_OPERATOR_PEERS_MAX, 0};
    texts.advertise = (struct options_list){texts.advertise_items, LIMIT_TICKET_ADDRS_MAX, 0};
    const struct options_entry entries[] = {
        {.name = "data", .kind = OPTIONS_TEXT, .into.text = &texts.data},
        {.name = "api", .kind = OPTIONS_TEXT, .into.text = &texts.api},
        {.name = "listen", .kind = OPTIONS_TEXT, .into.text = &texts.listen},
        {.name = "serve", .kind = OPTIONS_TEXT, .into.text = &texts.serve},
        {.name = "advertise", .kind = OPTIONS_TEXT_LIST, .into.list = &texts.advertise},
        {.name = "roles", .kind = OPTIONS_TEXT, .into.text = &texts.roles},
        {.name = "beacon", .kind = OPTIONS_TEXT_LIST, .into.list = &texts.beacons},
        {.name = "peer", .kind = OPTIONS_TEXT_LIST, .into.list = &texts.peers},
        {.name = "community", .kind = OPTIONS_TEXT, .into.text = &texts.community},
        {.name = "log", .kind = OPTIONS_TEXT, .into.text = &texts.log},
    };
    const struct options_table table = {
        .command = "skep run", .help = help, .entries = entries, .count = sizeof entries / sizeof entries[0]};
    int exit_code;
    struct node_options options = {0};
    if (!options_accept(&table, argc, argv, &exit_code)) return exit_code;
    exit_code = take_words(&table, &texts, &options);
    if (exit_code < 0) exit_code = take_addresses(&table, &texts, &options);
    if (exit_code < 0) exit_code = take_lists(&table, &texts, &options);
    if (exit_code < 0 && options.advertises_nothing && options.advertise_count > 0) {
        return options_refuse(&table, "--advertise is either none or addresses, not both");
    }
    if (exit_code < 0 && texts.data != NULL && texts.data[0] == '\0') {
        return options_refuse(&table, "--data needs the path of a folder");
    }
    return exit_code < 0 ? run_node(texts.data, &options) : exit_code;
}

const struct command command_run = {
    .name = "run",
    .summary = "run a node",
    .help = help,
    .run = run,
};
