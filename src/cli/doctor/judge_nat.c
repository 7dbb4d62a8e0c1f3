/* SPDX-License-Identifier: Apache-2.0 */
/* The routers between this machine and the others, by what STUN and TURN servers see. It matters to links by WebRTC. */
#include "cli/doctor/judge.h"
#include "cli/doctor/stun_call.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- Each server ---- */

static void judge_silent(const struct facts_ice_server *found, const char *url, struct diagnosis *d) {
    struct diagnosis_step *step;
    if (found->at.family == ADDRESS_NONE) {
        step =
            diagnosis_add(d, "nat", "Server", DIAGNOSIS_WARNING, "%s: its name has no address (%s)", url, found->fault);
        diagnosis_advise(step, "Is it written as it should be? Does this machine resolve names?");
        return;
    }
    if (found->fault[0] != '\0') {
        (void)diagnosis_add(d, "nat", "Server", DIAGNOSIS_WARNING, "%s was not asked: %s", url, found->fault);
        return;
    }
    step = diagnosis_add(d, "nat", "Server", DIAGNOSIS_WARNING, "%s did not answer within %d s", url,
                         STUN_CALL_WAIT_MS / 1000);
    diagnosis_advise(step, "It is down, or UDP to its port does not get there and back: a firewall of this machine, of "
                           "its network or of the server.");
}

static void judge_refusal(const struct facts_ice_server *found, const char *url, struct diagnosis *d) {
    struct diagnosis_step *step;
    if (found->relay_code == STUN_UNAUTHORIZED) {
        step = diagnosis_add(d, "nat", "Relay", DIAGNOSIS_PROBLEM, "%s refuses the user or the password", url);
        diagnosis_advise(step, "They are the two lines of the file that ice-credentials names.");
        return;
    }
    step = diagnosis_add(d, "nat", "Relay", DIAGNOSIS_PROBLEM, "%s gives no relay: %u %s", url, found->relay_code,
                         found->fault);
    const bool is_full = found->relay_code == STUN_QUOTA || found->relay_code == STUN_FULL;
    diagnosis_advise(step, is_full ? "It has given as many as it may; ask its caretaker, or name another."
                                   : "Its log says more; ask its caretaker.");
}

static void judge_relay(const struct facts_ice_server *found, const char *url, struct diagnosis *d) {
    switch (found->relay) {
    case FACTS_RELAY_NONE:
        if (found->server.is_turn)
            diagnosis_advise(diagnosis_add(d, "nat", "Relay", DIAGNOSIS_WARNING,
                                           "%s answers STUN, but not when it is asked for a relay", url),
                             "Is it a TURN server, and for UDP?");
        return;
    case FACTS_RELAY_GIVEN:
        (void)diagnosis_add(d, "nat", "Relay", DIAGNOSIS_OK,
                            found->is_given_back ? "%s gave a relay, and took it back" : "%s gave a relay", url);
        return;
    case FACTS_RELAY_REFUSED: judge_refusal(found, url, d); return;
    case FACTS_RELAY_UNKNOWN:
        diagnosis_advise(diagnosis_add(d, "nat", "Relay", DIAGNOSIS_NOTE,
                                       "whether %s gives a relay cannot be seen from here: %s", url, found->fault),
                         "Ask again as the node's user, or as root.");
        return;
    }
}

static void judge_server(const struct facts_ice_server *found, struct diagnosis *d) {
    char url[ICE_SERVER_TEXT_MAX], mapped[ADDRESS_TEXT_MAX];
    (void)ice_server_text(&found->server, url);
    if (!found->has_answered) {
        judge_silent(found, url, d);
        return;
    }
    (void)diagnosis_add(d, "nat", "Server", DIAGNOSIS_OK, "%s sees this machine at %s, after %" PRId64 " ms", url,
                        address_text(&found->mapped, mapped), found->elapsed_ms);
    judge_relay(found, url, d);
}

/* ---- What they say together ---- */

struct seen {
    const struct facts_ice_server *first; /* that answered, from outside of a router if there is one; NULL: none did */
    size_t count;                         /* of IP addresses that it was asked at */
    bool is_same;                         /* all of those see the same address and port */
};

static bool is_outside(const struct facts_ice_server *found) {
    return !address_same_ip(&found->local, &found->mapped);
}

/* A server within the own network knows nothing of the router. */
static const struct facts_ice_server *find_first(const struct facts *facts, enum address_family family) {
    const struct facts_ice_server *first = NULL;
    for (size_t i = 0; i < facts->ice_server_count; i++) {
        const struct facts_ice_server *found = &facts->ice_servers[i];
        if (!found->has_answered || found->at.family != family) continue;
        if (first == NULL || (is_outside(found) && !is_outside(first))) first = found;
    }
    return first;
}

/* By the same way out as the first: a machine may have several. */
static bool is_beside(const struct facts_ice_server *found, const struct facts_ice_server *first) {
    return found->has_answered && found->at.family == first->at.family &&
           address_same_ip(&found->local, &first->local) && is_outside(found) == is_outside(first);
}

static bool was_seen(const struct facts *facts, size_t index, const struct facts_ice_server *first) {
    for (size_t i = 0; i < index; i++)
        if (is_beside(&facts->ice_servers[i], first) &&
            address_same_ip(&facts->ice_servers[i].at, &facts->ice_servers[index].at))
            return true;
    return false;
}

static struct seen see(const struct facts *facts, enum address_family family) {
    struct seen seen = {.first = find_first(facts, family), .is_same = true};
    for (size_t i = 0; seen.first != NULL && i < facts->ice_server_count; i++) {
        const struct facts_ice_server *found = &facts->ice_servers[i];
        if (!is_beside(found, seen.first)) continue;
        seen.count += !was_seen(facts, i, seen.first);
        seen.is_same = seen.is_same && address_equal(&found->mapped, &seen.first->mapped);
    }
    return seen;
}

static bool has_relay(const struct facts *facts) {
    for (size_t i = 0; i < facts->ice_server_count; i++)
        if (facts->ice_servers[i].relay == FACTS_RELAY_GIVEN) return true;
    return false;
}

static void judge_symmetric(const struct facts *facts, const char *title, struct diagnosis *d) {
    struct diagnosis_step *step;
    if (has_relay(facts)) {
        (void)diagnosis_add(d, "nat", title, DIAGNOSIS_NOTE,
                            "a router in between takes another port for each destination (symmetric NAT): what cannot "
                            "be reached straight goes through the relay");
        return;
    }
    step = diagnosis_add(d, "nat", title, DIAGNOSIS_WARNING,
                         "a router in between takes another port for each destination (symmetric NAT), so most nodes "
                         "behind routers of their own cannot be reached by WebRTC, nor reach this one");
    diagnosis_advise(step, "Name a TURN server (--ice-server turn:HOST and --ice-credentials FILE), or let the router "
                           "forward the port of --listen to this machine.");
}

static void judge_family(const struct facts *facts, enum address_family family, const char *title,
                         struct diagnosis *d) {
    const struct seen seen = see(facts, family);
    struct diagnosis_step *step;
    char mapped[ADDRESS_TEXT_MAX];
    if (seen.first == NULL) return;
    if (!seen.is_same) {
        judge_symmetric(facts, title, d);
    } else if (!is_outside(seen.first)) {
        (void)diagnosis_add(d, "nat", title, DIAGNOSIS_OK, "no router changes this machine's address");
    } else if (seen.count > 1) {
        (void)diagnosis_add(d, "nat", title, DIAGNOSIS_OK,
                            "a router in between keeps one port, %s, for all destinations: nodes behind others of the "
                            "kind are reached straight by WebRTC",
                            address_text(&seen.first->mapped, mapped));
    } else {
        step = diagnosis_add(d, "nat", title, DIAGNOSIS_NOTE,
                             "there is a router in between; whether it keeps one port for all destinations, one server "
                             "alone cannot tell");
        diagnosis_advise(step, "Name a second one with --ice-server, at another address, and ask again.");
    }
}

void judge_nat(const struct facts *facts, struct diagnosis *d) {
    size_t asked = 0, answered = 0;
    for (size_t i = 0; i < facts->ice_server_count; i++) {
        judge_server(&facts->ice_servers[i], d);
        asked += facts->ice_servers[i].at.family != ADDRESS_NONE;
        answered += facts->ice_servers[i].has_answered;
    }
    if (!facts->has_ice_servers) {
        (void)diagnosis_add(d, "nat", "Router", DIAGNOSIS_NOTE,
                            "the node did not say which STUN and TURN servers it has");
    } else if (facts->ice_server_count == 0 && facts->endpoint_count > 0) {
        struct diagnosis_step *step =
            diagnosis_add(d, "nat", "Router", DIAGNOSIS_NOTE,
                          "no STUN or TURN server is set, so nodes behind routers find no way to this one by WebRTC");
        diagnosis_advise(step, "Nothing is needed within one network. Else name one: --ice-server stun:HOST.");
    } else if (asked > 1 && answered == 0) {
        struct diagnosis_step *step = diagnosis_add(d, "nat", "Router", DIAGNOSIS_PROBLEM,
                                                    "none of them answers, so UDP does not get out of this network");
        diagnosis_advise(step, "Links over TCP are not touched by it; WebRTC needs UDP. Look at the firewall.");
    }
    judge_family(facts, ADDRESS_IPV4, "Router (IPv4)", d);
    judge_family(facts, ADDRESS_IPV6, "Router (IPv6)", d);
}
