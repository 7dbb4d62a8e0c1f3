/* SPDX-License-Identifier: Apache-2.0 */
#include "swarm/content/readers.h"

#include "base/must.h"
#include "crypto/derive.h"
#include "crypto/wipe.h"
#include "swarm/wire/member.h"

#include <string.h>

_Static_assert(sizeof(struct file_key) + SEAL_TAG_SIZE == SEALED_FILE_KEY_SIZE, "a key and its tag");

static const char *const KIND_NAMES[] = {
    [READERS_PUBLIC] = "public", [READERS_COMMUNITY] = "community", [READERS_USERS] = "users"};

const char *readers_kind_name(enum readers_kind kind) {
    must(kind <= READERS_USERS);
    return KIND_NAMES[kind];
}

/* ---- Wrapping ---- */

/* Each wrapping key seals one thing, ever: it is made of the root, or of a pair that was made for this. */
static const uint8_t ONLY_NONCE[SEAL_NONCE_SIZE] = {0};

static struct span root_span(const struct sha256 *root) {
    return (struct span){root->bytes, sizeof root->bytes};
}

static void wrap(const struct seal_key *wrapping, const struct sha256 *root, const struct file_key *key,
                 struct sealed_file_key *sealed) {
    struct buffer out = buffer_over(sealed->bytes, sizeof sealed->bytes);
    must(seal_close(wrapping, ONLY_NONCE, root_span(root), (struct span){key->bytes, sizeof key->bytes}, &out));
}

static bool unwrap(const struct seal_key *wrapping, const struct sha256 *root, const struct sealed_file_key *sealed,
                   struct file_key *key) {
    struct buffer out = buffer_over(key->bytes, sizeof key->bytes);
    return seal_open(wrapping, ONLY_NONCE, root_span(root), (struct span){sealed->bytes, sizeof sealed->bytes}, &out);
}

static void community_key(const struct community_secret *secret, const struct sha256 *root, struct seal_key *wrapping) {
    const struct derivation derivation = {.secret = {secret->bytes, sizeof secret->bytes},
                                          .salt = root_span(root),
                                          .info = SPAN_LITERAL("skep-community-v1")};
    derive_bytes(&derivation, wrapping->bytes, sizeof wrapping->bytes);
}

/* From one half of the pair and the other's public half; false when they agree on nothing. Both public keys go into
 * it, so that the wrapping is for this user and of this pair. */
static bool user_key(const struct agree_secret *own, const struct agree_public *theirs, const struct agree_public *from,
                     const struct public_key *user, struct seal_key *wrapping) {
    uint8_t shared[32], salt[64];
    if (!agree_shared(own, theirs, shared)) return false;
    memcpy(salt, from->bytes, 32);
    memcpy(salt + 32, user->bytes, 32);
    const struct derivation derivation = {
        .secret = {shared, sizeof shared}, .salt = {salt, sizeof salt}, .info = SPAN_LITERAL("skep-wrap-v1")};
    derive_bytes(&derivation, wrapping->bytes, sizeof wrapping->bytes);
    wipe_bytes(shared, sizeof shared);
    return true;
}

/* ---- Making ---- */

void readers_for_public(struct readers *readers, const struct file_key *key) {
    *readers = (struct readers){.kind = READERS_PUBLIC, .key = *key};
}

void readers_for_community(struct readers *readers, const struct file_key *key, const struct sha256 *root,
                           const struct community_secret *secret) {
    struct seal_key wrapping;
    *readers = (struct readers){.kind = READERS_COMMUNITY};
    community_key(secret, root, &wrapping);
    wrap(&wrapping, root, key, &readers->sealed);
    wipe_bytes(&wrapping, sizeof wrapping);
}

/* At its place in the order; true also when it is there already. */
static bool user_add(struct readers *readers, const struct public_key *user) {
    size_t at = 0;
    while (at < readers->user_count && memcmp(readers->users[at].user.bytes, user->bytes, sizeof user->bytes) < 0) at++;
    if (at < readers->user_count && public_key_equal(&readers->users[at].user, user)) return true;
    if (readers->user_count == READERS_USERS_MAX) return false;
    memmove(&readers->users[at + 1], &readers->users[at], (readers->user_count - at) * sizeof readers->users[0]);
    readers->users[at] = (struct reader_entry){.user = *user};
    readers->user_count++;
    return true;
}

static bool user_wrap(struct reader_entry *entry, const struct agree_secret *secret, const struct agree_public *from,
                      const struct file_key *key, const struct sha256 *root) {
    struct agree_public image;
    struct seal_key wrapping;
    const bool is_done = public_key_is_valid(&entry->user) && agree_public_of_key(&entry->user, &image) &&
                         user_key(secret, &image, from, &entry->user, &wrapping);
    if (!is_done) return false;
    wrap(&wrapping, root, key, &entry->sealed);
    wipe_bytes(&wrapping, sizeof wrapping);
    return true;
}

bool readers_for_users(struct readers *readers, const struct file_key *key, const struct sha256 *root,
                       const struct readers_list *list, const struct entropy *entropy) {
    struct agree_secret secret;
    *readers = (struct readers){.kind = READERS_USERS};
    bool is_done = user_add(readers, &list->own);
    for (size_t i = 0; is_done && i < list->user_count; i++) is_done = user_add(readers, &list->users[i]);
    agree_pair_make(entropy, &secret, &readers->from);
    for (size_t i = 0; is_done && i < readers->user_count; i++)
        is_done = user_wrap(&readers->users[i], &secret, &readers->from, key, root);
    wipe_bytes(&secret, sizeof secret);
    return is_done;
}

/* ---- Opening ---- */

static enum refusal community_open(const struct readers *readers, const struct sha256 *root,
                                   const struct reader *reader, struct file_key *key) {
    struct seal_key wrapping;
    if (reader->community == NULL) return REFUSAL_FILE_KEY_NO_COMMUNITY_SECRET;
    community_key(reader->community, root, &wrapping);
    const bool is_open = unwrap(&wrapping, root, &readers->sealed, key);
    wipe_bytes(&wrapping, sizeof wrapping);
    return is_open ? REFUSAL_NONE : REFUSAL_FILE_KEY_DAMAGED;
}

static const struct reader_entry *entry_of(const struct readers *readers, const struct public_key *user) {
    for (size_t i = 0; i < readers->user_count; i++)
        if (public_key_equal(&readers->users[i].user, user)) return &readers->users[i];
    return NULL;
}

static enum refusal user_open(const struct readers *readers, const struct sha256 *root, const struct reader *reader,
                              struct file_key *key) {
    struct agree_secret secret;
    struct seal_key wrapping;
    if (reader->user == NULL) return REFUSAL_FILE_KEY_NOT_A_READER;
    const struct public_key user = sign_public_key(reader->user);
    const struct reader_entry *entry = entry_of(readers, &user);
    if (entry == NULL) return REFUSAL_FILE_KEY_NOT_A_READER;
    agree_secret_of_key(reader->user, &secret);
    const bool is_open = user_key(&secret, &readers->from, &readers->from, &user, &wrapping) &&
                         unwrap(&wrapping, root, &entry->sealed, key);
    wipe_bytes(&secret, sizeof secret);
    wipe_bytes(&wrapping, sizeof wrapping);
    return is_open ? REFUSAL_NONE : REFUSAL_FILE_KEY_DAMAGED;
}

enum refusal readers_open(const struct readers *readers, const struct sha256 *root, const struct reader *reader,
                          struct file_key *key) {
    switch (readers->kind) {
    case READERS_PUBLIC: *key = readers->key; return REFUSAL_NONE;
    case READERS_COMMUNITY: return community_open(readers, root, reader, key);
    case READERS_USERS: return user_open(readers, root, reader, key);
    }
    return REFUSAL_FILE_KEY_NOT_A_READER;
}

/* ---- As a member of a manifest ---- */

static bool entry_read(const struct json_value *item, struct reader_entry *entry) {
    struct members m = members_of(item);
    members_base64(&m, "user", entry->user.bytes, sizeof entry->user.bytes);
    members_base64(&m, "sealed", entry->sealed.bytes, sizeof entry->sealed.bytes);
    return m.refusal == REFUSAL_NONE;
}

static void entries_read(struct members *m, struct readers *readers) {
    const struct json_value *keys = members_array(m, "keys", READERS_USERS_MAX);
    const size_t count = json_array_count(keys);
    if (count == 0) members_refuse(m, REFUSAL_MANIFEST_READERS);
    for (size_t i = 0; i < count; i++) {
        struct reader_entry *entry = &readers->users[i];
        const bool is_good = entry_read(&keys->as.items[i], entry) && entry_of(readers, &entry->user) == NULL;
        if (!is_good) members_refuse(m, REFUSAL_MANIFEST_READERS);
        readers->user_count++;
    }
}

static bool kind_read(const struct json_value *word, enum readers_kind *kind) {
    struct span text;
    if (!json_as_string(word, &text)) return false;
    for (*kind = READERS_PUBLIC; *kind <= READERS_USERS; ++*kind)
        if (span_equal_text(text, readers_kind_name(*kind))) return true;
    return false;
}

bool readers_read(const struct json_value *value, struct readers *readers) {
    struct members m = members_of(value);
    *readers = (struct readers){0};
    if (!kind_read(json_member(value, "for"), &readers->kind)) return false;
    switch (readers->kind) {
    case READERS_PUBLIC: members_base64(&m, "key", readers->key.bytes, sizeof readers->key.bytes); break;
    case READERS_COMMUNITY: members_base64(&m, "sealed", readers->sealed.bytes, sizeof readers->sealed.bytes); break;
    case READERS_USERS:
        members_base64(&m, "from", readers->from.bytes, sizeof readers->from.bytes);
        entries_read(&m, readers);
        break;
    }
    return m.refusal == REFUSAL_NONE;
}

static void put_sealed(struct json_writer *w, const struct sealed_file_key *sealed) {
    json_put_base64(w, "sealed", (struct span){sealed->bytes, sizeof sealed->bytes});
}

static void put_users(struct json_writer *w, const struct readers *readers) {
    json_put_base64(w, "from", (struct span){readers->from.bytes, sizeof readers->from.bytes});
    json_open_array(w, "keys");
    for (size_t i = 0; i < readers->user_count; i++) {
        const struct reader_entry *entry = &readers->users[i];
        json_open_object(w, NULL);
        put_sealed(w, &entry->sealed);
        json_put_base64(w, "user", (struct span){entry->user.bytes, sizeof entry->user.bytes});
        json_close_object(w);
    }
    json_close_array(w);
}

void readers_write(struct json_writer *w, const char *name, const struct readers *readers) {
    json_open_object(w, name);
    json_put_text(w, "for", readers_kind_name(readers->kind));
    switch (readers->kind) {
    case READERS_PUBLIC: json_put_base64(w, "key", (struct span){readers->key.bytes, sizeof readers->key.bytes}); break;
    case READERS_COMMUNITY: put_sealed(w, &readers->sealed); break;
    case READERS_USERS: put_users(w, readers); break;
    }
    json_close_object(w);
}
