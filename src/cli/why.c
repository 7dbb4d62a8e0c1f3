/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/why.h"

#include "cli/api_client.h"
#include "cli/paragraph.h"
#include "cli/sheet.h"
#include "swarm/link/strength.h"
#include "swarm/reason.h"

#include <stdio.h>
#include <string.h>

enum { WORD_MAX = 160, SPAN_MAX = 32 };

/* ---- Words ---- */

struct word {
    char text[WORD_MAX];
};

static struct word word_of(const struct json_value *object, const char *name) {
    struct word word;
    sheet_clean(api_client_text(object, name), word.text, sizeof word.text);
    return word;
}

static bool is_text(const struct json_value *object, const char *name, const char *text) {
    return span_equal_text(api_client_text(object, name), text);
}

static bool is_true(const struct json_value *object, const char *name) {
    bool value = false;
    return json_as_boolean(json_member(object, name), &value) && value;
}

/* "it cannot be reached (unreachable)" */
static struct word reason_word(struct span name) {
    struct word clean, word;
    sheet_clean(name, clean.text, sizeof clean.text);
    for (enum reason r = REASON_NONE + 1; r < REASON_COUNT; r++) {
        if (!span_equal_text(name, reason_name(r))) continue;
        (void)snprintf(word.text, sizeof word.text, "it %s (%s)", reason_sentence(r), reason_name(r));
        return word;
    }
    return clean;
}

static void say_source(struct paragraph *p, const struct json_value *row, int64_t now_ms) {
    static const struct {
        const char *name;
        const char *words;
    } known[] = {{"operator", "you, by address"}, {"inbound", "its own call"}, {"cache", "the address book on disk"}};
    struct span from = api_client_text(row, "learnedFrom");
    struct word name = word_of(row, "learnedFrom");
    char span[SPAN_MAX];
    int64_t at_ms = api_client_time(row, "learnedAt");
    if (from.size == 0) return;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (span_equal_text(from, known[i].name)) (void)snprintf(name.text, sizeof name.text, "%s", known[i].words);
    if (span_starts_with(from, SPAN_LITERAL("peer:"))) {
        char id[SHEET_ID_MAX];
        (void)snprintf(name.text, sizeof name.text, "the peer %s",
                       sheet_id((struct span){from.at + 5, from.size - 5}, id));
    }
    paragraph_say(p, "Learned from %s", name.text);
    if (at_ms != 0) paragraph_say(p, ", %s ago", sheet_span(now_ms - at_ms, span));
    if (is_true(row, "fromDisk")) paragraph_say(p, "; known from before this start");
    paragraph_say(p, ". ");
}

/* ---- Strength ---- */

struct input {
    const char *member;
    const char *words;
    int weight;
};
static const struct input INPUTS[] = {{"delay", "delay", STRENGTH_WEIGHT_DELAY},
                                      {"loss", "loss", STRENGTH_WEIGHT_LOSS},
                                      {"jitter", "jitter", STRENGTH_WEIGHT_JITTER},
                                      {"handshakeAge", "age of the handshake", STRENGTH_WEIGHT_HANDSHAKE_AGE}};
enum { INPUT_COUNT = sizeof INPUTS / sizeof INPUTS[0] };

static void say_measure(struct paragraph *p, const struct json_value *link, const char *member, int64_t now_ms) {
    double rtt = api_client_number(link, "rttMs"), jitter = api_client_number(link, "jitterMs");
    double in = api_client_number(link, "lossIn"), out = api_client_number(link, "lossOut");
    int64_t at_ms = api_client_time(link, "lastHandshakeAt");
    char span[SPAN_MAX];
    if (strcmp(member, "delay") == 0 && rtt >= 0) paragraph_say(p, ", %.1f ms there and back", rtt);
    if (strcmp(member, "jitter") == 0 && jitter >= 0) paragraph_say(p, ", %.1f ms", jitter);
    if (strcmp(member, "loss") == 0 && in >= 0) paragraph_say(p, ", %.1f %% of what comes", in * 100);
    if (strcmp(member, "loss") == 0 && out >= 0) paragraph_say(p, ", %.1f %% of what goes", out * 100);
    if (strcmp(member, "handshakeAge") == 0 && at_ms != 0) paragraph_say(p, ", %s", sheet_span(now_ms - at_ms, span));
}

/* The input whose lack costs most; NULL: none costs anything. */
static const struct input *worst_input(const struct json_value *inputs) {
    const struct input *worst = NULL;
    double worst_cost = 0;
    for (size_t i = 0; i < INPUT_COUNT; i++) {
        double score = api_client_number(inputs, INPUTS[i].member);
        double cost = score < 0 ? 0 : (100 - score) * INPUTS[i].weight;
        if (cost > worst_cost) worst = &INPUTS[i];
        if (cost > worst_cost) worst_cost = cost;
    }
    return worst;
}

static void say_inputs(struct paragraph *p, const struct json_value *link, int64_t now_ms) {
    const struct json_value *inputs = json_member(link, "strengthInputs");
    for (size_t i = 0; i < INPUT_COUNT; i++) {
        double score = api_client_number(inputs, INPUTS[i].member);
        paragraph_say(p, "%s%s ", i == 0 ? "" : "; ", INPUTS[i].words);
        if (score < 0) {
            paragraph_say(p, "not known yet, so it takes no part");
            continue;
        }
        paragraph_say(p, "%.0f (weight %d", score, INPUTS[i].weight);
        say_measure(p, link, INPUTS[i].member, now_ms);
        paragraph_say(p, ")");
    }
    paragraph_say(p, ". ");
}

static void say_strength(struct paragraph *p, const struct json_value *link, int64_t now_ms) {
    double strength = api_client_number(link, "strength");
    const struct input *worst = worst_input(json_member(link, "strengthInputs"));
    if (strength < 0) {
        paragraph_say(p, "Its strength is not known yet. ");
        return;
    }
    paragraph_say(p, "Strength %.0f of 100, %s: ", strength,
                  strength >= 80   ? "strong"
                  : strength >= 50 ? "fair"
                                   : "weak");
    say_inputs(p, link, now_ms);
    if (worst == NULL) {
        paragraph_say(p, "Nothing pulls it down.");
    } else {
        paragraph_say(p, "What pulls it down most is the %s.", worst->words);
    }
}

/* ---- Links ---- */

static void put_head(struct buffer *out, struct span id, const char *otherwise, const char *state) {
    char text[SHEET_ID_MAX];
    buffer_put_text(out, id.size > 0 ? sheet_id(id, text) : otherwise);
    buffer_put_text(out, "  ");
    buffer_put_text(out, sheet_tone_on(SHEET_FAINT));
    buffer_put_text(out, state);
    buffer_put_text(out, sheet_tone_off(SHEET_FAINT));
    buffer_put_text(out, "\n");
}

static void put_link_head(struct buffer *out, const struct json_value *link, int64_t now_ms) {
    static const struct {
        const char *state;
        const char *before, *after; /* the span */
    } words[] = {{"open", "open for ", ""},
                 {"dialing", "being called for ", ""},
                 {"handshaking", "proving who it is for ", ""},
                 {"closing", "saying goodbye for ", ""},
                 {"closed", "ended ", " ago"}};
    struct word address = word_of(link, "address"), state = word_of(link, "state");
    char span[SPAN_MAX], text[WORD_MAX + 64];
    int64_t since_ms = api_client_time(link, "since");
    (void)snprintf(text, sizeof text, "%s", state.text);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (since_ms != 0 && strcmp(state.text, words[i].state) == 0)
            (void)snprintf(text, sizeof text, "%s%s%s", words[i].before, sheet_span(now_ms - since_ms, span),
                           words[i].after);
    put_head(out, api_client_text(link, "nodeId"), address.text, text);
}

static const char *path_words(const struct json_value *link) {
    if (is_text(link, "path", "lan")) return "LAN: direct, inside the local network";
    if (is_text(link, "path", "direct")) return "direct: nobody forwards";
    return is_text(link, "path", "relayed") ? "relayed: another carries it, sealed" : "not known";
}

static void say_candidates(struct paragraph *p, const struct json_value *link) {
    const struct json_value *pair = json_member(link, "candidates");
    const struct json_value *own = json_member(pair, "own"), *peer = json_member(pair, "peer");
    if (own == NULL || peer == NULL) return;
    paragraph_say(p, "WebRTC goes from %s (%s) to %s (%s). ", word_of(own, "address").text, word_of(own, "kind").text,
                  word_of(peer, "address").text, word_of(peer, "kind").text);
}

static void say_how(struct paragraph *p, const struct json_value *link) {
    struct word address = word_of(link, "address");
    bool is_inbound = is_text(link, "direction", "inbound");
    bool is_dialing = is_text(link, "state", "dialing");
    if (is_dialing) {
        paragraph_say(p, "We are calling it at %s. ", address.text);
    } else {
        paragraph_say(p, "%s %s. The path is %s. ", is_inbound ? "It called us from" : "We called it at", address.text,
                      path_words(link));
        say_candidates(p, link);
    }
    if (is_text(link, "place", "guest"))
        paragraph_say(p, "It is a guest: it takes none of the places that this node fills. ");
    if (is_text(link, "place", "view") && !is_dialing)
        paragraph_say(p, "It has one of the places that this node fills. ");
    if (is_true(link, "isOperators")) paragraph_say(p, "You named it, so it is kept and called again. ");
    if (is_true(link, "isAnchor")) paragraph_say(p, "It is an anchor: called first after a restart. ");
}

void why_write_link(struct buffer *out, const struct json_value *link, int64_t now_ms) {
    struct paragraph p;
    char span[SPAN_MAX];
    int64_t proved_at_ms = api_client_time(link, "lastHandshakeAt");
    struct span reason = api_client_text(link, "reason");
    put_link_head(out, link, now_ms);
    paragraph_init(&p);
    say_how(&p, link);
    say_source(&p, link, now_ms);
    if (proved_at_ms != 0)
        paragraph_say(&p, "It last proved that it is alive %s ago. ", sheet_span(now_ms - proved_at_ms, span));
    if (reason.size > 0) paragraph_say(&p, "What ended it: %s.", reason_word(reason).text);
    paragraph_write(&p, out);
    if (!is_text(link, "state", "open")) return;
    paragraph_init(&p);
    say_strength(&p, link, now_ms);
    paragraph_write(&p, out);
}

/* ---- Peers ---- */

bool why_is_unlinked(const struct json_value *peer) {
    return is_text(peer, "linkState", "none");
}

static void say_wait(struct paragraph *p, const struct json_value *peer, int64_t now_ms) {
    struct word text = word_of(peer, "waitText"), name = word_of(peer, "wait");
    int64_t next_ms = api_client_time(peer, "nextAttemptAt");
    bool is_held = name.text[0] != '\0' && strcmp(name.text, "none") != 0;
    char span[SPAN_MAX];
    paragraph_say(p, "It %s", text.text[0] == '\0' ? "has no link" : text.text);
    if (is_held) paragraph_say(p, " (%s)", name.text);
    if (next_ms >= now_ms + 1000) {
        paragraph_say(p, "; the next attempt is in %s. ", sheet_span(next_ms - now_ms, span));
    } else if (next_ms != 0) {
        paragraph_say(p, "; the next attempt is due now. ");
    } else {
        paragraph_say(p, is_held ? "; no attempt is planned. " : ". ");
    }
}

static void say_failures(struct paragraph *p, const struct json_value *peer) {
    double failures = api_client_number(peer, "failures");
    struct span reason = api_client_text(peer, "reason");
    if (failures == 1) paragraph_say(p, "The last attempt was in vain. ");
    if (failures > 1) paragraph_say(p, "The last %.0f attempts in a row were in vain. ", failures);
    if (reason.size > 0) {
        paragraph_say(p, "The last end: %s. ", reason_word(reason).text);
    } else if (failures <= 0) {
        paragraph_say(p, "No link or attempt with it has ended yet. ");
    }
}

static void say_place(struct paragraph *p, const struct json_value *peer, int64_t now_ms) {
    const struct json_value *addrs = json_member(peer, "addrs");
    int64_t seen_ms = api_client_time(peer, "lastSeenAt"), expires_ms = api_client_time(peer, "ticketExpiresAt");
    char span[SPAN_MAX];
    bool has_any = json_array_count(addrs) > 0;
    for (size_t i = 0; has_any && i < addrs->count && i < 4; i++) {
        struct span address = SPAN_NONE;
        struct word word;
        (void)json_as_string(&addrs->as.items[i], &address);
        sheet_clean(address, word.text, sizeof word.text);
        paragraph_say(p, "%s%s", i == 0 ? "It is at " : ", ", word.text);
    }
    if (has_any) paragraph_say(p, ". ");
    if (seen_ms != 0) paragraph_say(p, "It was last seen %s ago. ", sheet_span(now_ms - seen_ms, span));
    if (expires_ms != 0 && expires_ms <= now_ms)
        paragraph_say(p, "Its ticket ran out %s ago. ", sheet_span(now_ms - expires_ms, span));
    if (is_true(peer, "isAnchor")) paragraph_say(p, "It is an anchor: called first after a restart. ");
}

void why_write_peer(struct buffer *out, const struct json_value *peer, int64_t now_ms) {
    struct paragraph p;
    put_head(out, api_client_text(peer, "nodeId"), "not known", "not linked");
    paragraph_init(&p);
    say_wait(&p, peer, now_ms);
    say_failures(&p, peer);
    paragraph_write(&p, out);
    paragraph_init(&p);
    say_source(&p, peer, now_ms);
    say_place(&p, peer, now_ms);
    paragraph_write(&p, out);
}
