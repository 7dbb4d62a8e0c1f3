/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/signaling/signal_host.h"

#include <stdio.h>

#include "base/memory.h"
#include "crypto/entropy.h"
#include "daemon/signaling/signal_memory.h"
#include "daemon/store/folder_file.h"

struct signal_host {
    struct signal_host_options options;
    char folder[FOLDER_PATH_MAX];
    struct signal_client *client; /* NULL while it is being made */
    size_t noted;                 /* that the file names */
    uint64_t operation;           /* by which the present choice was made */
};

/* What came into use is what a restart begins with. */
static void changed(void *context) {
    struct signal_host *host = context;
    if (host->client == NULL) return;
    if (host->options.changed != NULL) host->options.changed(host->options.context);
    const struct endpoint_set *set = signal_client_look(host->client);
    const size_t in_use = endpoint_set_in_use(set);
    if (in_use == ENDPOINT_NONE || in_use == host->noted) return;
    host->noted = in_use;
    signal_memory_write(host->options.loop, host->folder, set->rows[in_use].url);
}

static void message(void *context, const struct signal_message *message) {
    const struct signal_host *host = context;
    if (host->options.message != NULL) host->options.message(host->options.context, message);
}

static size_t place_of(const struct endpoint_set *set, const char *url) {
    for (size_t i = 0; i < set->count; i++)
        if (span_equal_text(span_of_text(url), set->rows[i].url)) return i;
    return ENDPOINT_NONE; /* not configured any more */
}

void signal_host_follow(struct signal_host *host) {
    struct signaling_view view;
    engine_view_signaling(host->options.engine, &view);
    const bool may_connect = view.leave == LEAVE_GIVEN || view.leave == LEAVE_HEARTBEAT;
    signal_client_hold(host->client, view.leave == LEAVE_HEARTBEAT);
    if (view.operation != host->operation) {
        host->operation = view.operation;
        (void)signal_client_use(host->client, place_of(signal_client_look(host->client), view.endpoint));
    }
    if (!may_connect)
        signal_client_stop(host->client);
    else if (signal_client_look(host->client)->is_stopped)
        signal_client_resume(host->client);
}

enum err signal_host_new(struct signal_host **host_out, const struct signal_host_options *options,
                         struct err_detail *detail) {
    char id[NODE_ID_TEXT_SIZE + 1];
    const struct entropy entropy = entropy_of_system();
    struct signal_host *host = memory_zeroed(1, sizeof *host);
    *host = (struct signal_host){.options = *options, .noted = ENDPOINT_NONE};
    (void)snprintf(host->folder, sizeof host->folder, "%s", options->folder);
    const size_t remembered = signal_memory_read(host->folder, options->urls, options->url_count);
    struct signal_client_options client = {
        .loop = options->loop,
        .streams = options->streams,
        .events = options->events,
        .urls = options->urls,
        .url_count = options->url_count,
        .remembered = remembered < options->url_count ? remembered : ENDPOINT_NONE,
        .peer_id = node_id_text(options->id, id),
        .key = options->key,
        .message = message,
        .changed = changed,
        .context = host,
    };
    entropy_fill(&entropy, (uint8_t *)&client.seed, sizeof client.seed);
    host->noted = client.remembered;
    const enum err err = signal_client_new(&host->client, &client, detail);
    if (err != ERR_OK) {
        memory_free(host);
        return err;
    }
    signal_host_follow(host); /* what was stopped, or chosen, before the restart */
    *host_out = host;
    return ERR_OK;
}

struct signal_client *signal_host_client(const struct signal_host *host) {
    return host->client;
}

void signal_host_free(struct signal_host *host) {
    if (host == NULL) return;
    signal_client_free(host->client);
    memory_free(host);
}
