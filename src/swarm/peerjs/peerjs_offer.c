/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/peerjs/peerjs_offer.h"

#include "base/json_writer.h"
#include "base/must.h"

static const char *const SERIALIZATIONS[] = {[PEERJS_BINARY] = "binary", [PEERJS_JSON] = "json", [PEERJS_RAW] = "raw"};
enum { SERIALIZATION_COUNT = sizeof SERIALIZATIONS / sizeof SERIALIZATIONS[0] };

const char *peerjs_serialization_name(enum peerjs_serialization serialization) {
    must((size_t)serialization < SERIALIZATION_COUNT);
    return SERIALIZATIONS[serialization];
}

bool peerjs_serialization_read(struct span name, enum peerjs_serialization *serialization) {
    for (size_t i = 0; i < SERIALIZATION_COUNT; i++) {
        if (!span_equal_text(name, SERIALIZATIONS[i])) continue;
        *serialization = (enum peerjs_serialization)i;
        return true;
    }
    *serialization = PEERJS_BINARY;
    return span_equal_text(name, "binary-utf8");
}

/* The payload as an object of the kind `data`, and which connection it is about. */
static enum peerjs_fault payload_read(struct span payload, struct arena *arena, const struct json_value **object,
                                      char connection_id[static PEERJS_CONNECTION_ID_MAX + 1]) {
    enum json_fault fault;
    struct span type, id;
    if (payload.size > PEERJS_PAYLOAD_MAX) return PEERJS_FAULT_OFFER_SHAPE;
    *object = json_parse(payload, JSON_CANON, arena, &fault, NULL);
    if (*object == NULL || (*object)->kind != JSON_OBJECT) return PEERJS_FAULT_OFFER_SHAPE;
    if (!json_as_string(json_member(*object, "type"), &type)) return PEERJS_FAULT_OFFER_SHAPE;
    if (!span_equal_text(type, "data")) return PEERJS_FAULT_OFFER_MEDIA;
    const bool has_id = json_as_string(json_member(*object, "connectionId"), &id) && id.size > 0 &&
                        span_copy_text(id, connection_id, PEERJS_CONNECTION_ID_MAX + 1);
    return has_id ? PEERJS_FAULT_NONE : PEERJS_FAULT_OFFER_ID;
}

static enum peerjs_fault sdp_read(const struct json_value *object, const char *kind, struct span *sdp) {
    const struct json_value *description = json_member(object, "sdp");
    struct span type;
    if (!json_as_string(json_member(description, "type"), &type) || !span_equal_text(type, kind) ||
        !json_as_string(json_member(description, "sdp"), sdp) || sdp->size == 0 || sdp->size > PEERJS_DESCRIPTION_MAX)
        return PEERJS_FAULT_OFFER_DESCRIPTION;
    return PEERJS_FAULT_NONE;
}

static enum peerjs_fault label_read(const struct json_value *object, struct peerjs_offer *offer) {
    struct span label = span_of_text(offer->connection_id);
    const struct json_value *member = json_member(object, "label");
    if (member != NULL && !json_as_string(member, &label)) return PEERJS_FAULT_OFFER_LABEL;
    return span_copy_text(label, offer->label, sizeof offer->label) ? PEERJS_FAULT_NONE : PEERJS_FAULT_OFFER_LABEL;
}

static enum peerjs_fault serialization_read(const struct json_value *object, struct peerjs_offer *offer) {
    struct span name;
    const bool is_known = json_as_string(json_member(object, "serialization"), &name) &&
                          peerjs_serialization_read(name, &offer->serialization);
    return is_known ? PEERJS_FAULT_NONE : PEERJS_FAULT_OFFER_SERIALIZATION;
}

static enum peerjs_fault metadata_read(const struct json_value *object, struct peerjs_offer *offer) {
    const struct json_value *metadata = json_member(object, "metadata");
    if (metadata == NULL || metadata->kind == JSON_NULL) return PEERJS_FAULT_NONE;
    offer->metadata = metadata->text;
    return metadata->text.size <= PEERJS_METADATA_MAX ? PEERJS_FAULT_NONE : PEERJS_FAULT_OFFER_METADATA;
}

enum peerjs_fault peerjs_offer_read(struct span payload, struct arena *arena, struct peerjs_offer *offer) {
    const struct json_value *object;
    *offer = (struct peerjs_offer){0};
    enum peerjs_fault fault = payload_read(payload, arena, &object, offer->connection_id);
    if (fault == PEERJS_FAULT_NONE) fault = label_read(object, offer);
    if (fault == PEERJS_FAULT_NONE) fault = serialization_read(object, offer);
    if (fault == PEERJS_FAULT_NONE) fault = metadata_read(object, offer);
    if (fault == PEERJS_FAULT_NONE) fault = sdp_read(object, "offer", &offer->sdp);
    if (fault == PEERJS_FAULT_NONE) (void)json_as_boolean(json_member(object, "reliable"), &offer->is_reliable);
    return fault;
}

enum peerjs_fault peerjs_answer_read(struct span payload, struct arena *arena, struct peerjs_answer *answer) {
    const struct json_value *object;
    *answer = (struct peerjs_answer){0};
    const enum peerjs_fault fault = payload_read(payload, arena, &object, answer->connection_id);
    return fault == PEERJS_FAULT_NONE ? sdp_read(object, "answer", &answer->sdp) : fault;
}

enum peerjs_fault peerjs_candidate_read(struct span payload, struct arena *arena, struct peerjs_candidate *candidate) {
    const struct json_value *object;
    *candidate = (struct peerjs_candidate){0};
    const enum peerjs_fault fault = payload_read(payload, arena, &object, candidate->connection_id);
    if (fault != PEERJS_FAULT_NONE) return fault;
    const struct json_value *line = json_member(json_member(object, "candidate"), "candidate");
    const bool is_good =
        json_as_string(line, &candidate->candidate) && candidate->candidate.size <= PEERJS_CANDIDATE_MAX;
    return is_good ? PEERJS_FAULT_NONE : PEERJS_FAULT_OFFER_SHAPE;
}

static void put_sdp(struct json_writer *w, const char *kind, struct span sdp) {
    json_open_object(w, "sdp");
    json_put_text(w, "type", kind);
    json_put_span(w, "sdp", sdp);
    json_close_object(w);
}

static void put_connection(struct json_writer *w, const char *connection_id) {
    json_put_text(w, "type", "data");
    json_put_text(w, "connectionId", connection_id);
}

void peerjs_offer_write(struct buffer *out, const struct peerjs_offer *offer) {
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    put_sdp(&w, "offer", offer->sdp);
    put_connection(&w, offer->connection_id);
    if (offer->metadata.size > 0) json_put_raw(&w, "metadata", offer->metadata);
    json_put_text(&w, "label", offer->label);
    json_put_boolean(&w, "reliable", offer->is_reliable);
    json_put_text(&w, "serialization", peerjs_serialization_name(offer->serialization));
    json_close_object(&w);
}

void peerjs_answer_write(struct buffer *out, const struct peerjs_answer *answer) {
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    put_sdp(&w, "answer", answer->sdp);
    put_connection(&w, answer->connection_id);
    json_close_object(&w);
}

/* The description has one section only, so its place says enough; its name is the dialling end's choice. */
void peerjs_candidate_write(struct buffer *out, const struct peerjs_candidate *candidate) {
    struct json_writer w = json_writer_into(out);
    json_open_object(&w, NULL);
    json_open_object(&w, "candidate");
    json_put_span(&w, "candidate", candidate->candidate);
    json_put_integer(&w, "sdpMLineIndex", 0);
    json_close_object(&w);
    put_connection(&w, candidate->connection_id);
    json_close_object(&w);
}
