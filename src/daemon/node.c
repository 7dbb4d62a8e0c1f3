/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/node.h"
#include "crypto/wipe.h"
#include "daemon/content/community_file.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/memory.h"
#include "daemon/api/api.h"
#include "daemon/backup/clone_mark.h"
#include "daemon/client/http_client.h"
#include "daemon/descriptors.h"
#include "daemon/doctor/doctor.h"
#include "daemon/engine_host.h"
#include "daemon/history/history.h"
#include "daemon/log.h"
#include "daemon/measure.h"
#include "daemon/node_signaling.h"
#include "daemon/reload.h"
#include "daemon/run_file.h"
#include "daemon/service/services.h"
#include "daemon/state_line.h"
#include "daemon/store/data_folder.h"
#include "daemon/supervisor.h"
#include "daemon/surroundings.h"

enum { DESCRIPTORS_KEPT = 192 }; /* for the API's clients, the store, calls to beacons */

struct node {
    const struct node_options *options;
    const struct settings *settings; /* of the start; what a reload changed is with whom it concerns */
    char folder[SETTINGS_PATH_MAX];
    struct loop *loop;
    struct event_log *events;
    struct log *log;
    struct supervisor *supervisor;
    struct store *store;
    struct http_client *http;
    struct node_signaling *signaling; /* NULL: no endpoint is configured */
    struct engine_host *host;
    struct surroundings *surroundings;
    struct history *history;
    struct doctor *doctor;
    struct services *services;
    struct api *api;
    struct reload *reload;
    const char *lacks; /* a capability without which it takes no part; NULL: it has what it needs */
    struct signing_key node_key;
    struct signing_key user_key;
    struct community_secret community_secret; /* when the settings name one */
    char token[65];
    struct address bound_listen;
    struct http_place bound_serve;
    struct http_place bound_api;
    struct engine_source sources[LIMIT_SOURCES_MAX];
    size_t descriptor_limit;
    int64_t began_at_ms; /* wall clock */
    bool is_stopping;
    char disk_trouble[ERR_DETAIL_TEXT_MAX]; /* what skep.db's disk said last; "" = all is well */
    int64_t disk_since_ms;                  /* wall clock */
};

/* Who cannot check a signature takes no part, whatever the settings say. */
static bool has_role(const struct node *node, enum node_role role) {
    return node->lacks == NULL && (node->settings->roles & (unsigned)role) != 0;
}

static void emit(struct node *node, enum event_code code, const struct address *address, const char *text) {
    struct event event = {.code = (uint16_t)code, .at_ms = loop_wall_ms(node->loop)};
    event.has_address = address != NULL;
    if (address != NULL) event.address = *address;
    event_set_text(&event, text);
    event_log_add(node->events, &event);
}

static void emit_place(struct node *node, const struct http_place *place, const char *what) {
    char text[EVENT_TEXT_MAX + 1], where[HTTP_PLACE_TEXT_MAX];
    const bool is_unix = http_place_is_unix(place);
    (void)snprintf(text, sizeof text, "%s%s%s", what, is_unix ? " on " : "",
                   is_unix ? http_place_text(place, where) : "");
    emit(node, is_unix ? EVENT_LISTENING_UNIX : EVENT_LISTENING, is_unix ? NULL : &place->address, text);
}

/* What waits for another network need not wait any longer, and what was connected may be no more. */
static bool is_of_network(uint16_t code) {
    return code == EVENT_NETWORK_CHANGED || code == EVENT_WOKE || code == EVENT_OUTAGE_ENDED;
}

/* A block may be among what the caretaker changed. */
static void event_added(void *context, const struct event_record *record) {
    const struct node *node = context;
    log_write(node->log, record);
    supervisor_note_change(node->supervisor);
    if (node->signaling != NULL && is_of_network(record->event.code)) node_signaling_retry(node->signaling);
    if (record->event.code == EVENT_CONTROL && node->services != NULL) services_blocks_changed(node->services);
}

static void store_failed(void *context, enum err err, const char *detail) {
    struct node *node = context;
    (void)err;
    if (node->disk_trouble[0] == '\0') node->disk_since_ms = loop_wall_ms(node->loop);
    (void)snprintf(node->disk_trouble, sizeof node->disk_trouble, "%s", detail);
    emit(node, EVENT_STORE_FAILED, NULL, detail);
}

static void store_recovered(void *context) {
    struct node *node = context;
    node->disk_trouble[0] = '\0';
}

static void marked(void *context, bool is_marked) {
    struct node *node = context;
    clone_mark_change(node->loop, node->folder, is_marked);
}

static void switched(void *context) {
    const struct node *node = context;
    if (node->signaling != NULL) node_signaling_follow(node->signaling);
}

static const struct endpoint_set *look_signaling(void *context) {
    const struct node *node = context;
    if (node->signaling == NULL) return NULL;
    return signal_client_look(signal_host_client(node_signaling_host(node->signaling)));
}

static const struct ice_servers *look_ice(void *context) {
    const struct node *node = context;
    return node->signaling == NULL ? NULL : node_signaling_ice(node->signaling);
}

static void host_stopped(void *context) {
    struct node *node = context;
    loop_stop(node->loop);
}

/* The first signal says goodbye to everybody, the second goes at once. */
static void signal_arrived(void *context, int number) {
    struct node *node = context;
    (void)number;
    if (node->is_stopping) {
        loop_stop(node->loop);
        return;
    }
    node->is_stopping = true;
    supervisor_tell_stopping(node->supervisor);
    engine_host_stop(node->host);
}

/* Of its own database, or of its content. */
static const char *disk_trouble(void *context, int64_t *since_ms) {
    const struct node *node = context;
    const struct content_host *content = engine_host_content(node->host);
    const char *trouble = node->disk_trouble;
    *since_ms = node->disk_since_ms;
    if (trouble[0] == '\0' && content != NULL) trouble = content_host_trouble(content, since_ms);
    return trouble[0] == '\0' ? NULL : trouble;
}

static bool is_ready(void *context, const char **failing) {
    const struct node *node = context;
    int64_t since_ms;
    const bool is_disk_failing = disk_trouble(context, &since_ms) != NULL;
    *failing = node->is_stopping ? "stopping" : node->lacks != NULL ? "capability" : "store";
    return !node->is_stopping && node->lacks == NULL && !is_disk_failing;
}

static enum operation_answer operate(void *context, enum operation_verb verb, uint64_t id,
                                     const struct operation_request *request) {
    return engine_host_operate(((struct node *)context)->host, verb, id, request);
}

static void when_synced(void *context, void (*done)(void *waiting, bool is_synced), void *waiting) {
    store_when_synced(((struct node *)context)->store, done, waiting);
}

static void forget_waiting(void *context, const void *waiting) {
    store_forget_waiting(((struct node *)context)->store, waiting);
}

static bool count_beacon(void *context, struct beacon_counts *counts) {
    const struct node *node = context;
    return node->services != NULL && services_count_beacon(node->services, counts);
}

static void describe(void *context, struct buffer *status) {
    const struct node *node = context;
    struct state_line_facts facts = {.is_stopping = node->is_stopping, .takes_part = has_role(node, NODE_ROLE_NODE)};
    struct rendezvous_view rendezvous;
    struct outage_view outage;
    struct beacon_counts beacon;
    struct switchboard_counts signaling;
    engine_view_mesh(engine_host_engine(node->host), &facts.mesh);
    engine_view_outage(engine_host_engine(node->host), &outage);
    engine_view_rendezvous(engine_host_engine(node->host), &rendezvous);
    facts.is_out = outage.is_out;
    facts.beacon_count = rendezvous.source_count;
    for (size_t i = 0; i < rendezvous.source_count; i++)
        facts.beacons_failing += rendezvous.sources[i].failure_streak > 0;
    facts.has_beacon = count_beacon(context, &beacon);
    if (facts.has_beacon) facts.tickets = beacon.entries;
    facts.has_signaling = node->services != NULL && services_count_signaling(node->services, &signaling);
    if (facts.has_signaling) facts.clients = signaling.clients;
    state_line_write(status, &facts);
}

static void measure(void *context, struct metric_sheet *sheet) {
    const struct node *node = context;
    measure_fill(sheet, &(struct measure_parts){
                            .started_at_ms = node->began_at_ms,
                            .host = has_role(node, NODE_ROLE_NODE) ? node->host : NULL,
                            .log = node->log,
                            .store = node->store,
                            .signaling = node->signaling == NULL ? NULL : node_signaling_host(node->signaling),
                            .services = node->services});
}

/* ---- Reload ---- */

static size_t list_hosts(const struct settings *settings, const char *hosts[SETTINGS_HOSTS_MAX]) {
    for (size_t i = 0; i < settings->api_host_count; i++) hosts[i] = settings->api_hosts[i];
    return settings->api_host_count;
}

static void feed_rate(struct node *node, enum input_kind kind, uint64_t bytes_per_second) {
    engine_host_feed(node->host, &(struct input){.kind = kind, .as.bytes_per_second = bytes_per_second});
}

static void apply_to_content(struct node *node, enum option_id option, const struct settings *settings) {
    struct content_host *content = engine_host_content(node->host);
    if (content == NULL) return;
    if (option == OPTION_STORAGE_MAX) content_host_set_bytes_max(content, settings->storage_max);
    if (option == OPTION_UPLOAD_RATE) content_host_set_upload_rate(content, settings->upload_rate);
    if (option == OPTION_SCRUB_RATE) content_host_set_scrub_rate(content, settings->scrub_rate);
    if (option == OPTION_DOWNLOAD_RATE) feed_rate(node, INPUT_DOWNLOAD_RATE, settings->download_rate);
    if (option == OPTION_REPAIR_RATE) feed_rate(node, INPUT_REPAIR_RATE, settings->repair_rate);
}

static enum err apply(void *context, enum option_id option, const struct settings *settings,
                      struct err_detail *detail) {
    struct node *node = context;
    const char *hosts[SETTINGS_HOSTS_MAX];
    if (option == OPTION_LOG || option == OPTION_TRACE)
        log_set(node->log, &(struct log_options){settings->log, settings->trace});
    if (option == OPTION_TRUSTED_PROXIES) api_set_trust(node->api, &settings->trusted_proxies);
    apply_to_content(node, option, settings);
    if (option == OPTION_SHARE_VIEW)
        engine_host_feed(node->host, &(struct input){.kind = INPUT_SHARE_VIEW, .as.is_on = settings->share_view});
    if (option == OPTION_ANSWER_DOCTOR)
        engine_host_feed(node->host, &(struct input){.kind = INPUT_ANSWER_DOCTOR, .as.is_on = settings->answer_doctor});
    if (option == OPTION_API_HOSTS) api_set_hosts(node->api, hosts, list_hosts(settings, hosts));
    return node->services == NULL ? ERR_OK : services_apply(node->services, option, settings, detail);
}

static void write_config(void *context, struct json_writer *w) {
    const struct node *node = context;
    reload_write_config(node->reload, w);
}

static void write_reload(void *context, struct json_writer *w) {
    const struct node *node = context;
    reload_write_report(node->reload, w);
}

static void reload_asked(void *context) {
    struct node *node = context;
    supervisor_tell_reloading(node->supervisor);
    const bool is_good = reload_run(node->reload);
    (void)is_good; /* events and report say it */
    supervisor_tell_ready(node->supervisor);
}

static void reload_signalled(void *context, int number) {
    (void)number;
    reload_asked(context);
}

/* ---- Opening ---- */

static enum err open_data(struct node *node, struct err_detail *detail) {
    const char *folder = node->folder;
    struct store_options store = {
        .loop = node->loop, .folder = folder, .failed = store_failed, .recovered = store_recovered, .context = node};
    bool was_made = false;
    enum err err = data_folder_path(node->settings->data, node->folder, sizeof node->folder, detail);
    if (err == ERR_OK) err = data_folder_make(folder, detail);
    if (err == ERR_OK) err = store_open(&node->store, &store, detail);
    if (err == ERR_OK) err = key_file_load_or_make(folder, "node", &node->node_key, &was_made, detail);
    if (err == ERR_OK) err = key_file_load_or_make(folder, "user", &node->user_key, &was_made, detail);
    if (err == ERR_OK) err = token_file_load_or_make(folder, node->token, detail);
    if (err == ERR_OK && node->settings->community_secret[0] != '\0')
        err = community_file_read(node->settings->community_secret, &node->community_secret, detail);
    if (err == ERR_OK) {
        const struct attest_key presence = attest_key_of(&node->node_key, "presence");
        store_set_presence_key(node->store, &presence);
    }
    return err;
}

static void open_reload(struct node *node) {
    const char *file = config_file(node->options->config);
    node->reload = reload_new(&(struct reload_options){.loop = node->loop,
                                                       .events = node->events,
                                                       .source = node->options->source,
                                                       .started = node->options->config,
                                                       .apply = apply,
                                                       .context = node});
    if (file[0] != '\0') emit(node, EVENT_CONFIG_READ, NULL, file);
}

static enum err open_loop(struct node *node, struct err_detail *detail) {
    node->descriptor_limit = descriptors_raise_limit();
    if (!sign_init()) return err_set(detail, ERR_CRYPTO, "libsodium does not start on this machine");
    if (loop_new(&node->loop) != ERR_OK) return err_set(detail, ERR_IO, "the event loop does not start");
    node->began_at_ms = loop_wall_ms(node->loop);
    node->events = event_log_new();
    node->log = log_new(&(struct log_options){node->settings->log, node->settings->trace});
    node->supervisor = supervisor_new(&(struct supervisor_options){node->loop, describe, node});
    if (node->events == NULL || node->log == NULL) return err_set(detail, ERR_MEMORY, "no memory for the event log");
    event_log_listen(node->events, event_added, node);
    open_reload(node);
    if (!sign_is_sound()) {
        node->lacks = "Ed25519";
        emit(node, EVENT_CAPABILITY_MISSING, NULL, node->lacks);
    }
    /* Who only serves asks nobody: then the library for it stays asleep. */
    if (has_role(node, NODE_ROLE_NODE) && http_client_new(&node->http, node->loop) != ERR_OK) {
        return err_set(detail, ERR_MEMORY, "the HTTP client does not start");
    }
    return ERR_OK;
}

static void name_sources(struct node *node) {
    for (size_t i = 0; i < node->settings->beacon_count; i++) {
        snprintf(node->sources[i].name, sizeof node->sources[i].name, "beacon-%u", (unsigned)(i + 1));
        snprintf(node->sources[i].url, sizeof node->sources[i].url, "%s", node->settings->beacons[i]);
    }
}

static enum err open_host(struct node *node, struct err_detail *detail) {
    struct entropy entropy = entropy_of_system();
    uint64_t seed = 0;
    struct engine_operator_peer peers[LIMIT_OPERATOR_PEERS_MAX];
    for (size_t i = 0; i < node->settings->peer_count; i++) peers[i] = node->settings->peers[i].named;
    entropy_fill(&entropy, (uint8_t *)&seed, sizeof seed);
    name_sources(node);
    struct engine_options engine = {
        .node_key = &node->node_key,
        .user_key = &node->user_key,
        .community = node->settings->community,
        .agent = "skep/" SKEP_VERSION,
        .entropy = entropy,
        .seed = seed,
        .view_max = node->settings->max_links,
        .hides_view = !node->settings->share_view,
        .ignores_doctor = !node->settings->answer_doctor,
        .listens_first = clone_mark_is_there(node->folder),
        .download_bytes_per_second = node->settings->download_rate,
        .repair_bytes_per_second = node->settings->repair_rate,
        .listens_on_loopback_only = address_scope(&node->settings->listen) == ADDRESS_SCOPE_LOOPBACK,
        .sources = node->sources,
        .source_count = node->settings->beacon_count,
        .operator_peers = peers,
        .operator_peer_count = node->settings->peer_count,
    };
    struct engine_host_options host = {
        .loop = node->loop,
        .store = node->store,
        .events = node->events,
        .http = node->http,
        .engine = &engine,
        .peers = node->settings->peers,
        .peer_count = node->settings->peer_count,
        .key = &node->node_key,
        .user_key = &node->user_key,
        .storage_max = node->settings->storage_max,
        .upload_rate = node->settings->upload_rate,
        .scrub_rate = node->settings->scrub_rate,
        .community = node->settings->community_secret[0] == '\0' ? NULL : &node->community_secret,
        .folder = has_role(node, NODE_ROLE_NODE) ? node->folder : NULL,
        .stopped = host_stopped,
        .marked = marked,
        .switched = switched,
        .context = node,
    };
    return engine_host_new(&node->host, &host, detail);
}

/* Strangers get what links, the API and our own files leave over, so that they cannot lock the caretaker out. */
static size_t service_places(const struct node *node) {
    size_t kept = LIMIT_LINKS_MAX + 2 * LIMIT_HANDSHAKES_MAX + DESCRIPTORS_KEPT;
    return node->descriptor_limit > kept ? node->descriptor_limit - kept : 1;
}

static bool is_blocked(void *context, const struct node_id *id) {
    const struct node *node = context;
    const struct peer_face face = {.node_id = id};
    return block_list_find(engine_view_blocks(engine_host_engine(node->host)), &face, BLOCK_ALL) != NULL;
}

static enum err open_services(struct node *node, struct err_detail *detail) {
    const struct public_key key = sign_public_key(&node->node_key);
    if (!has_role(node, NODE_ROLE_BEACON) && !has_role(node, NODE_ROLE_SIGNALING)) return ERR_OK;
    struct services_options options = {
        .loop = node->loop,
        .store = node->store,
        .events = node->events,
        .settings = node->settings,
        .id = node_id_of_key(&key),
        .connections_max = service_places(node),
        .is_blocked = is_blocked,
        .context = node,
    };
    enum err err = services_new(&node->services, &options, &node->bound_serve, detail);
    if (err == ERR_OK) emit_place(node, &node->bound_serve, "HTTP services");
    return err;
}

static enum err open_links(struct node *node, struct err_detail *detail) {
    if (!has_role(node, NODE_ROLE_NODE)) return ERR_OK;
    enum err err = engine_host_listen(node->host, &node->settings->listen, &node->bound_listen, detail);
    if (err == ERR_OK) emit(node, EVENT_LISTENING, &node->bound_listen, "links");
    return err;
}

/* What is on the disk is read beside the start. */
static void open_history(struct node *node) {
    if (!has_role(node, NODE_ROLE_NODE)) return;
    node->history =
        history_new(&(struct history_options){.loop = node->loop, .store = node->store, .folder = node->folder});
}

static enum examine_answer examine(void *context, const struct node_id *peer) {
    return engine_host_examine(((struct node *)context)->host, peer);
}

static void open_doctor(struct node *node) {
    if (!has_role(node, NODE_ROLE_NODE)) return;
    node->doctor = doctor_new(&(struct doctor_options){.loop = node->loop,
                                                       .engine = engine_host_engine(node->host),
                                                       .events = node->events,
                                                       .examine = examine,
                                                       .context = node});
}

static enum err open_api(struct node *node, struct err_detail *detail) {
    const char *hosts[SETTINGS_HOSTS_MAX];
    struct api_options options = {
        .loop = node->loop,
        .at = node->settings->api,
        .trust = node->settings->trusted_proxies,
        .token = node->token,
        .engine = engine_host_engine(node->host),
        .events = node->events,
        .history = node->history,
        .content = engine_host_content(node->host),
        .doctor = node->doctor,
        .facts = {.has_listen = has_role(node, NODE_ROLE_NODE),
                  .has_serve = node->services != NULL,
                  .listen = node->bound_listen,
                  .serve = node->bound_serve,
                  .lacks = node->lacks},
        .is_ready = is_ready,
        .disk_trouble = disk_trouble,
        .look_signaling = look_signaling,
        .look_ice = look_ice,
        .operate = operate,
        .when_synced = when_synced,
        .forget_waiting = forget_waiting,
        .count_beacon = count_beacon,
        .measure = measure,
        .write_config = write_config,
        .reload = reload_asked,
        .write_reload = write_reload,
        .hosts = hosts,
        .host_count = list_hosts(node->settings, hosts),
        .context = node,
    };
    for (unsigned role = 1; role < NODE_ROLES_END; role <<= 1) {
        if (!has_role(node, (enum node_role)role)) continue;
        snprintf(options.facts.roles[options.facts.role_count++], sizeof options.facts.roles[0], "%s",
                 node_role_name((enum node_role)role));
    }
    enum err err = api_new(&node->api, &options, &node->bound_api, detail);
    if (err == ERR_OK) emit_place(node, &node->bound_api, "API and dashboard");
    return err;
}

static void open_surroundings(struct node *node) {
    const struct settings *options = node->settings;
    struct surroundings_options surroundings = {
        .loop = node->loop,
        .host = node->host,
        .listen = node->bound_listen,
        .advertises_nothing = options->advertises_nothing,
        .advertise_count = options->advertise_count,
    };
    memcpy(surroundings.advertise, options->advertise, sizeof surroundings.advertise);
    node->surroundings = surroundings_new(&surroundings);
}

static enum err open_signaling(struct node *node, struct err_detail *detail) {
    const struct node_signaling_options options = {
        .loop = node->loop,
        .events = node->events,
        .host = node->host,
        .folder = node->folder,
        .settings = node->settings,
        .has_loopback = address_scope(&node->bound_listen) == ADDRESS_SCOPE_LOOPBACK,
        .key = &node->node_key,
    };
    if (node->settings->signal_count == 0) return ERR_OK;
    return node_signaling_new(&node->signaling, &options, detail);
}

static enum err begin(struct node *node, struct err_detail *detail) {
    struct public_key key = sign_public_key(&node->node_key);
    struct run_file run = {
        .pid = getpid(),
        .node_id = node_id_of_key(&key),
        .api = node->bound_api,
        .has_listen = has_role(node, NODE_ROLE_NODE),
        .has_serve = node->services != NULL,
        .listen = node->bound_listen,
        .serve = node->bound_serve,
    };
    loop_on_signal(node->loop, SIGTERM, signal_arrived, node);
    loop_on_signal(node->loop, SIGINT, signal_arrived, node);
    loop_on_signal(node->loop, SIGHUP, reload_signalled, node);
    if (has_role(node, NODE_ROLE_NODE)) {
        open_surroundings(node);
        enum err err = engine_host_start(node->host, detail);
        if (err == ERR_OK) err = open_signaling(node, detail);
        if (err != ERR_OK) return err;
    }
    enum err err = run_file_write(node->folder, &run, detail);
    if (err == ERR_OK) supervisor_tell_ready(node->supervisor);
    return err;
}

static enum err open_all(struct node *node, struct err_detail *detail) {
    enum err err = open_loop(node, detail);
    if (err == ERR_OK) err = open_data(node, detail);
    if (err == ERR_OK) err = open_host(node, detail);
    if (err == ERR_OK) err = open_services(node, detail);
    if (err == ERR_OK) err = open_links(node, detail);
    if (err == ERR_OK) open_history(node);
    if (err == ERR_OK) open_doctor(node);
    if (err == ERR_OK) err = open_api(node, detail);
    return err == ERR_OK ? begin(node, detail) : err;
}

/* In the opposite order, whatever was opened. */
static void close_all(struct node *node) {
    node_signaling_free(node->signaling);
    node->signaling = NULL;
    api_free(node->api);
    doctor_free(node->doctor);
    history_free(node->history);
    reload_free(node->reload);
    services_free(node->services);
    node->services = NULL;
    http_client_free(node->http);
    surroundings_free(node->surroundings);
    engine_host_free(node->host);
    if (node->store != NULL) run_file_remove(node->folder);
    store_close(node->store);
    supervisor_free(node->supervisor);
    loop_free(node->loop);
    log_free(node->log);
    event_log_free(node->events);
    sign_key_wipe(&node->node_key);
    sign_key_wipe(&node->user_key);
    wipe_bytes(&node->community_secret, sizeof node->community_secret);
    explicit_bzero(node->token, sizeof node->token);
}

/* A crash must not write our keys into a core file, nor may another process of this user read our memory. Debugging a
 * running node takes root. Gives what held before: with the keys gone, whatever looks for leaks at the end may look. */
static int hide_memory(void) {
    const int was_dumpable = prctl(PR_GET_DUMPABLE);
    const struct rlimit no_core = {0, 0};
    (void)prctl(PR_SET_DUMPABLE, 0);
    (void)setrlimit(RLIMIT_CORE, &no_core);
    return was_dumpable;
}

enum err node_run(const struct node_options *options, struct err_detail *detail) {
    struct node *node = memory_zeroed(1, sizeof *node);
    node->options = options;
    node->settings = config_settings(options->config);
    const int was_dumpable = hide_memory();
    enum err err = open_all(node, detail);
    if (err == ERR_OK) {
        loop_run(node->loop);
        emit(node, EVENT_NODE_STOPPED, NULL, "");
    }
    close_all(node);
    if (was_dumpable == 1) (void)prctl(PR_SET_DUMPABLE, 1);
    memory_free(node);
    return err;
}
