/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/config/settings.h"

#include <stdio.h>
#include <string.h>

#include "base/encoding.h"
#include "base/must.h"
#include "base/number.h"
#include "swarm/identity/ticket.h"
#include "swarm/signaling/endpoint_url.h"
#include "swarm/signaling/signal_proof.h"

#define HOLDS(NAME, member)                                                                                            \
    _Static_assert(sizeof((struct settings *)0)->member / sizeof((struct settings *)0)->member[0] ==                   \
                       OPTION_LIST_##NAME,                                                                             \
                   "as many values as the table promises")
HOLDS(ADVERTISE, advertise);
HOLDS(BEACON, beacons);
HOLDS(SIGNAL, signals);
HOLDS(ICE_SERVER, ice_servers);
HOLDS(PEER, peers);
HOLDS(API_HOSTS, api_hosts);
HOLDS(BEACON_COMMUNITIES, beacon_communities);
HOLDS(BEACON_TRUSTED_KEYS, beacon_trusted_keys);
HOLDS(SIGNALING_HOST, signaling_hosts);
HOLDS(TRUSTED_PROXIES, trusted_proxies.ranges);

/* ---- Kinds of values ---- */

static bool text_take(const char *text, char *into, size_t capacity) {
    return text[0] != '\0' && span_copy_text(span_of_text(text), into, capacity);
}

static bool address_take(const char *text, struct address *into) {
    return address_read(span_of_text(text), into);
}

static bool http_place_take(const char *text, struct http_place *into) {
    return http_place_read(span_of_text(text), into);
}

static bool community_take(const char *text, char into[LIMIT_COMMUNITY_MAX + 1]) {
    return community_is_valid(span_of_text(text)) && text_take(text, into, LIMIT_COMMUNITY_MAX + 1);
}

/* The daemon may have moved to another folder than the one the file was written in. */
static bool file_take(const char *text, char into[SETTINGS_PATH_MAX]) {
    return text[0] == '/' && text_take(text, into, SETTINGS_PATH_MAX);
}

static bool switch_take(const char *text, bool *into) {
    *into = strcmp(text, "yes") == 0;
    return *into || strcmp(text, "no") == 0;
}

static bool count_take(const char *text, uint32_t least, uint32_t most, uint32_t *into) {
    return number_read_u32(span_of_text(text), most, into) && *into >= least;
}

/* "0", or a number and K, M, G or T. */
static bool size_take(const char *text, uint64_t *into) {
    static const char units[] = "KMGT";
    const size_t digits = strspn(text, "0123456789");
    const char *unit = text[digits] == '\0' ? NULL : strchr(units, text[digits]);
    uint32_t number;
    if (!number_read_u32((struct span){(const uint8_t *)text, digits}, UINT32_MAX, &number)) return false;
    *into = 0;
    if (number == 0) return text[digits] == '\0';
    if (unit == NULL || text[digits + 1] != '\0') return false;
    *into = (uint64_t)number << 10 * (unit - units + 1);
    return number < 1U << 22; /* so that it fits, whatever the unit */
}

static bool host_take(const char *text, char into[SETTINGS_HOST_MAX + 1]) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789.-_:[]";
    return text[0] != '\0' && text[strspn(text, letters)] == '\0' && text_take(text, into, SETTINGS_HOST_MAX + 1);
}

/* ---- Options, in the order of the table ---- */

#define READER(member)                                                                                                 \
    static bool take_##member(struct settings *s, const char *text, __attribute__((unused)) char why[MISTAKE_TEXT_MAX])

READER(data) {
    return text_take(text, s->data, sizeof s->data);
}

static const struct {
    enum node_role role;
    const char *name;
} roles[] = {{NODE_ROLE_NODE, "node"}, {NODE_ROLE_BEACON, "beacon"}, {NODE_ROLE_SIGNALING, "signaling"}};

const char *node_role_name(enum node_role role) {
    size_t i = 0;
    while (roles[i].role != role) must_le(++i + 1, sizeof roles / sizeof roles[0]);
    return roles[i].name;
}

READER(roles) {
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        if (strcmp(text, roles[i].name) != 0) continue;
        s->roles |= (unsigned)roles[i].role;
        return true;
    }
    return false;
}

READER(community) {
    return community_take(text, s->community);
}

READER(listen) {
    return address_take(text, &s->listen);
}

READER(advertise) {
    const struct span span = span_of_text(text);
    const bool is_nothing = span_equal_text(span, "none");
    if (is_nothing ? s->advertise_count > 0 : s->advertises_nothing) {
        (void)snprintf(why, MISTAKE_TEXT_MAX, "expected either none or addresses, not both");
        return false;
    }
    s->advertises_nothing = is_nothing;
    if (is_nothing) return true;
    struct address *address = &s->advertise[s->advertise_count++];
    return address_read(span, address) || address_read_ip(span, address);
}

READER(beacons) {
    const bool is_http = strncmp(text, "http://", 7) == 0 || strncmp(text, "https://", 8) == 0;
    return is_http && text_take(text, s->beacons[s->beacon_count++], sizeof s->beacons[0]);
}

READER(ice_servers) {
    return ice_server_read(span_of_text(text), &s->ice_servers[s->ice_server_count++]);
}

READER(ice_credentials) {
    return file_take(text, s->ice_credentials);
}

READER(signals) {
    return endpoint_url_is_valid(span_of_text(text)) &&
           text_take(text, s->signals[s->signal_count++], sizeof s->signals[0]);
}

READER(peers) {
    return peer_name_read(text, &s->peers[s->peer_count++]);
}

READER(max_links) {
    return count_take(text, LIMIT_VIEW_MAX, LIMIT_VIEW_MAX_BY_OPTION, &s->max_links);
}

READER(storage_max) {
    return size_take(text, &s->storage_max);
}

READER(upload_rate) {
    return size_take(text, &s->upload_rate);
}

READER(download_rate) {
    return size_take(text, &s->download_rate);
}

READER(repair_rate) {
    return size_take(text, &s->repair_rate);
}

READER(scrub_rate) {
    return size_take(text, &s->scrub_rate);
}

READER(community_secret) {
    return file_take(text, s->community_secret);
}

READER(share_view) {
    return switch_take(text, &s->share_view);
}

READER(answer_doctor) {
    return switch_take(text, &s->answer_doctor);
}

READER(api) {
    return http_place_take(text, &s->api);
}

READER(api_hosts) {
    return host_take(text, s->api_hosts[s->api_host_count++]);
}

READER(serve) {
    return http_place_take(text, &s->serve);
}

READER(serve_cert) {
    return file_take(text, s->serve_cert);
}

READER(serve_key) {
    return file_take(text, s->serve_key);
}

READER(contact) {
    const size_t count = utf8_count(span_of_text(text));
    return count <= SETTINGS_CONTACT_MAX && text_take(text, s->contact, sizeof s->contact);
}

READER(trusted_proxies) {
    return http_trust_add(&s->trusted_proxies, span_of_text(text));
}

READER(beacon_communities) {
    return community_take(text, s->beacon_communities[s->beacon_community_count++]);
}

READER(beacon_trusted_keys) {
    struct public_key *key = &s->beacon_trusted_keys[s->beacon_trusted_key_count++];
    struct buffer bytes = buffer_over(key->bytes, sizeof key->bytes);
    if (!base64_read(span_of_text(text), &bytes) || bytes.overflowed || bytes.size != sizeof key->bytes) return false;
    if (public_key_is_valid(key)) return true;
    (void)snprintf(why, MISTAKE_TEXT_MAX, "\"%s\" is 32 bytes, but no Ed25519 public key", text);
    return false;
}

READER(beacon_rate_loopback) {
    return switch_take(text, &s->beacon_rate_loopback);
}

READER(signaling_key) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    return text[strspn(text, letters)] == '\0' && text_take(text, s->signaling_key, sizeof s->signaling_key);
}

READER(signaling_hosts) {
    char *host = s->signaling_hosts[s->signaling_host_count++];
    return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789.-_") == strlen(text) &&
           strlen(text) <= SIGNAL_HOST_SIZE_MAX && host_take(text, host);
}

READER(signaling_clients_max) {
    return count_take(text, 1, LIMIT_SIGNAL_CLIENTS_MAX, &s->signaling_clients_max);
}

READER(signaling_discovery) {
    return switch_take(text, &s->signaling_discovery);
}

READER(log) {
    for (int i = EVENT_LEVEL_DEBUG; i <= EVENT_LEVEL_ERROR; i++) {
        if (strcmp(text, event_level_name((enum event_level)i)) != 0) continue;
        s->log = (enum event_level)i;
        return true;
    }
    return false;
}

READER(trace) {
    return log_topics_take(text, &s->trace, why, MISTAKE_TEXT_MAX);
}

static bool (*const readers[])(struct settings *settings, const char *text, char why[MISTAKE_TEXT_MAX]) = {
#define OPTION(NAME, name, member, LIST, APPLY, group, fallback, shape, expected, does) take_##member,
#include "options.def"
#undef OPTION
};

bool settings_take(struct settings *settings, enum option_id option, const char *text, char why[MISTAKE_TEXT_MAX]) {
    why[0] = '\0';
    must(option < OPTION_COUNT);
    return readers[option](settings, text, why);
}

static bool has_turn(const struct settings *settings) {
    for (size_t i = 0; i < settings->ice_server_count; i++)
        if (settings->ice_servers[i].is_turn) return true;
    return false;
}

bool settings_contradict(const struct settings *settings, enum option_id *option, char why[MISTAKE_TEXT_MAX]) {
    const char *sentence = NULL;
    if (settings->serve_cert[0] != '\0' && settings->serve_key[0] == '\0') {
        *option = OPTION_SERVE_CERT;
        sentence = "expected serve-key beside it, the private key of that certificate";
    } else if (settings->serve_key[0] != '\0' && settings->serve_cert[0] == '\0') {
        *option = OPTION_SERVE_KEY;
        sentence = "expected serve-cert beside it, the certificate of that key";
    } else if (has_turn(settings) && settings->ice_credentials[0] == '\0') {
        *option = OPTION_ICE_SERVER;
        sentence = "expected ice-credentials beside a turn server, the file with its user and password";
    }
    if (sentence != NULL) (void)snprintf(why, MISTAKE_TEXT_MAX, "%s", sentence);
    return sentence != NULL;
}
