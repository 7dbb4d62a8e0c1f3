/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/hostile_link.h"

#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/must.h"
#include "crypto/hash.h"
#include "swarm/identity/ticket.h"
#include "swarm/limits.h"

struct hostile_link {
    int fd;
    SSL_CTX *ctx;
    SSL *ssl;
    bool is_forging;
    bool refuses_key;
    char protocol[32];
    struct hostile_outcome outcome;
    uint8_t body[LIMIT_FRAME_HEADER_SIZE + LIMIT_BULK_BODY_MAX];
};

/* Forging. OpenSSL signs the handshake through this function, which the program finds here before it finds it in the
 * library. */
static _Thread_local bool is_forging;

typedef int digest_sign(EVP_MD_CTX *context, unsigned char *signature, size_t *size, const unsigned char *bytes,
                        size_t byte_count);

int EVP_DigestSign(EVP_MD_CTX *context, unsigned char *signature, size_t *size, const unsigned char *bytes,
                   size_t byte_count) {
    if (is_forging) {
        if (signature) {
            memset(signature, 0, 64);
            signature[0] = 1; /* the identity point */
        }
        *size = 64;
        return 1;
    }
    digest_sign *real;
    *(void **)&real = dlsym(RTLD_NEXT, "EVP_DigestSign"); /* POSIX's way from an object to a function */
    must(real);
    return real(context, signature, size, bytes, byte_count);
}

const char *hostile_end_name(enum hostile_end end) {
    switch (end) {
    case HOSTILE_END_NONE: return "open";
    case HOSTILE_END_UNREACHED: return "unreached";
    case HOSTILE_END_REFUSED_HERE: return "refused-here";
    case HOSTILE_END_ALERT: return "alert";
    case HOSTILE_END_CLOSE_NOTIFY: return "close-notify";
    case HOSTILE_END_EOF: return "eof";
    case HOSTILE_END_RESET: return "reset";
    case HOSTILE_END_TIMEOUT: return "timeout";
    }
    return "?";
}

struct signing_key hostile_key(uint32_t number) {
    struct signing_key key;
    uint8_t memory[16];
    struct buffer text = buffer_over(memory, sizeof memory);
    buffer_put_text(&text, "hostile");
    buffer_put_u32(&text, number);
    const struct sha256 seed = hash_sha256(buffer_span(&text));
    sign_key_from_seed(&key, seed.bytes);
    return key;
}

/* The key pair for TLS. Of the small-order one the halves do not belong together; nobody but us will look. */
static EVP_PKEY *pair_new(const struct hostile_options *options) {
    struct public_key shown = sign_public_key(&options->key);
    EVP_PKEY *pair = NULL;
    if (options->has_small_order_key) shown = (struct public_key){{1}};
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, shown.bytes, sizeof shown.bytes),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PRIV_KEY, (void *)(uintptr_t)options->key.seed,
                                          sizeof options->key.seed),
        OSSL_PARAM_construct_end(),
    };
    EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name(NULL, "ED25519", NULL);
    must(maker && EVP_PKEY_fromdata_init(maker) == 1 && EVP_PKEY_fromdata(maker, &pair, EVP_PKEY_KEYPAIR, params) == 1);
    EVP_PKEY_CTX_free(maker);
    return pair;
}

/* Not the certificate of WIRE W7 but one that a reader must take all the same: another name, another serial, out of
 * date. */
static X509 *certificate_new(EVP_PKEY *pair) {
    X509 *certificate = X509_new();
    X509_NAME *name = X509_NAME_new();
    must(certificate && name);
    must(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"somebody", -1, -1, 0) == 1);
    must(X509_set_version(certificate, X509_VERSION_3) == 1);
    must(ASN1_INTEGER_set(X509_get_serialNumber(certificate), 7) == 1);
    must(X509_set_issuer_name(certificate, name) == 1 && X509_set_subject_name(certificate, name) == 1);
    must(X509_gmtime_adj(X509_getm_notBefore(certificate), -7200) != NULL);
    must(X509_gmtime_adj(X509_getm_notAfter(certificate), -3600) != NULL);
    must(X509_set_pubkey(certificate, pair) == 1);
    must(X509_sign(certificate, pair, NULL) > 0);
    X509_NAME_free(name);
    return certificate;
}

static int judge_any(X509_STORE_CTX *store, void *argument) {
    const struct hostile_link *link = argument;
    X509_STORE_CTX_set_error(store, link->refuses_key ? X509_V_ERR_CERT_REJECTED : X509_V_OK);
    return !link->refuses_key;
}

static int choose_own_protocol(SSL *ssl, const unsigned char **chosen, unsigned char *size,
                               const unsigned char *offered, unsigned int offered_size, void *argument) {
    const struct hostile_link *link = argument;
    (void)ssl;
    (void)offered;
    (void)offered_size;
    if (link->protocol[0] == '\0') return SSL_TLSEXT_ERR_ALERT_FATAL;
    *chosen = (const unsigned char *)link->protocol;
    *size = (unsigned char)strlen(link->protocol);
    return SSL_TLSEXT_ERR_OK;
}

static void note_alert(const SSL *ssl, int where, int value) {
    struct hostile_link *link = SSL_get_app_data(ssl);
    if ((where & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT && (value & 0xff) != SSL_AD_CLOSE_NOTIFY)
        link->outcome.alert = value & 0xff;
}

static void link_configure(struct hostile_link *link, const struct hostile_options *options, bool is_accepting) {
    SSL_CTX *ctx = SSL_CTX_new(TLS_method());
    must(ctx);
    const int version = options->is_tls12 ? TLS1_2_VERSION : TLS1_3_VERSION;
    must(SSL_CTX_set_min_proto_version(ctx, version) == 1 && SSL_CTX_set_max_proto_version(ctx, version) == 1);
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(ctx, judge_any, link);
    SSL_CTX_set_info_callback(ctx, note_alert);
    if (!options->has_no_certificate) {
        EVP_PKEY *pair = pair_new(options);
        X509 *certificate = certificate_new(pair);
        must(SSL_CTX_use_certificate(ctx, certificate) == 1 && SSL_CTX_use_PrivateKey(ctx, pair) == 1);
        X509_free(certificate);
        EVP_PKEY_free(pair);
    }
    if (options->protocol) {
        uint8_t list[sizeof link->protocol + 1];
        const size_t size = strlen(options->protocol);
        must_le(size, sizeof link->protocol - 1);
        list[0] = (uint8_t)size;
        memcpy(list + 1, options->protocol, size);
        memcpy(link->protocol, options->protocol, size);
        if (size > 0) must(SSL_CTX_set_alpn_protos(ctx, list, (unsigned)(size + 1)) == 0);
        if (is_accepting) SSL_CTX_set_alpn_select_cb(ctx, choose_own_protocol, link);
    }
    link->ctx = ctx;
    link->is_forging = options->has_small_order_key;
    link->refuses_key = options->refuses_key;
}

static void link_end(struct hostile_link *link, enum hostile_end end) {
    if (link->outcome.end != HOSTILE_END_NONE) return;
    link->outcome.end = link->outcome.alert >= 0 ? HOSTILE_END_ALERT : end;
}

static void link_end_by(struct hostile_link *link, int returned, int error) {
    switch (SSL_get_error(link->ssl, returned)) {
    case SSL_ERROR_ZERO_RETURN: link_end(link, HOSTILE_END_CLOSE_NOTIFY); break;
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: link_end(link, HOSTILE_END_TIMEOUT); break;
    case SSL_ERROR_SYSCALL: link_end(link, error == 0 ? HOSTILE_END_EOF : HOSTILE_END_RESET); break;
    default:
        link_end(link, ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING
                           ? HOSTILE_END_EOF
                           : HOSTILE_END_REFUSED_HERE);
        break;
    }
}

static void errors_forget(void) {
    ERR_clear_error();
    errno = 0;
}

static void link_handshake(struct hostile_link *link, const struct hostile_options *options, bool is_accepting) {
    link_configure(link, options, is_accepting);
    link->ssl = SSL_new(link->ctx);
    must(link->ssl && SSL_set_fd(link->ssl, link->fd) == 1);
    SSL_set_app_data(link->ssl, link);
    is_forging = link->is_forging;
    errors_forget();
    const int returned = is_accepting ? SSL_accept(link->ssl) : SSL_connect(link->ssl);
    const int error = errno;
    is_forging = false;
    if (returned != 1) {
        link_end_by(link, returned, error);
        return;
    }
    link->outcome.was_up = true;
    X509 *leaf = SSL_get1_peer_certificate(link->ssl);
    size_t size = sizeof link->outcome.key.bytes;
    if (leaf) (void)EVP_PKEY_get_raw_public_key(X509_get0_pubkey(leaf), link->outcome.key.bytes, &size);
    X509_free(leaf);
}

static struct hostile_link *link_new(int fd, int timeout_ms) {
    struct hostile_link *link = memory_zeroed(1, sizeof *link);
    const struct timeval wait = {.tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000};
    link->fd = fd;
    link->outcome.alert = -1;
    if (fd < 0) return link;
    must(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) == 0);
    must(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait) == 0);
    return link;
}

static bool bind_from(int fd, const struct address *from) {
    struct sockaddr_in ipv4 = {.sin_family = AF_INET};
    if (from->family == ADDRESS_NONE) return true;
    must(from->family == ADDRESS_IPV4);
    memcpy(&ipv4.sin_addr, from->ip, 4);
    return bind(fd, (const struct sockaddr *)&ipv4, sizeof ipv4) == 0;
}

static struct hostile_link *connect_from(const struct address *from, const struct address *to, int timeout_ms) {
    struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_port = htons(to->port)};
    struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_port = htons(to->port)};
    const bool is_ipv4 = to->family == ADDRESS_IPV4;
    memcpy(&ipv4.sin_addr, to->ip, 4);
    memcpy(&ipv6.sin6_addr, to->ip, 16);
    struct hostile_link *link =
        link_new(socket(is_ipv4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0), timeout_ms);
    if (!bind_from(link->fd, from)) {
        link_end(link, HOSTILE_END_UNREACHED);
        return link;
    }
    const int returned = is_ipv4 ? connect(link->fd, (const struct sockaddr *)&ipv4, sizeof ipv4)
                                 : connect(link->fd, (const struct sockaddr *)&ipv6, sizeof ipv6);
    if (returned != 0) link_end(link, HOSTILE_END_UNREACHED);
    return link;
}

struct hostile_link *hostile_link_connect(const struct address *to, int timeout_ms) {
    const struct address anywhere = {.family = ADDRESS_NONE};
    return connect_from(&anywhere, to, timeout_ms);
}

struct hostile_link *hostile_link_dial(const struct address *to, const struct hostile_options *options) {
    struct hostile_link *link = connect_from(&options->from, to, options->timeout_ms);
    if (link->outcome.end == HOSTILE_END_NONE) link_handshake(link, options, false);
    return link;
}

int hostile_link_listen(uint16_t *port) {
    struct sockaddr_in ipv4 = {
        .sin_family = AF_INET, .sin_port = htons(*port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof ipv4;
    const int on = 1;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0);
    must(bind(fd, (const struct sockaddr *)&ipv4, sizeof ipv4) == 0 && listen(fd, 16) == 0);
    must(getsockname(fd, (struct sockaddr *)&ipv4, &size) == 0);
    *port = ntohs(ipv4.sin_port);
    return fd;
}

struct hostile_link *hostile_link_accept_raw(int listener, int timeout_ms) {
    struct hostile_link *link = link_new(accept4(listener, NULL, NULL, SOCK_CLOEXEC), timeout_ms);
    if (link->fd < 0) link_end(link, HOSTILE_END_UNREACHED);
    return link;
}

struct hostile_link *hostile_link_accept(int listener, const struct hostile_options *options) {
    struct hostile_link *link = hostile_link_accept_raw(listener, options->timeout_ms);
    if (link->outcome.end == HOSTILE_END_NONE) link_handshake(link, options, true);
    return link;
}

const struct hostile_outcome *hostile_link_outcome(const struct hostile_link *link) {
    return &link->outcome;
}

struct address hostile_link_local(const struct hostile_link *link) {
    struct sockaddr_in ipv4;
    struct address address = {.family = ADDRESS_NONE};
    socklen_t size = sizeof ipv4;
    if (getsockname(link->fd, (struct sockaddr *)&ipv4, &size) != 0 || ipv4.sin_family != AF_INET) return address;
    address.family = ADDRESS_IPV4;
    address.port = ntohs(ipv4.sin_port);
    memcpy(address.ip, &ipv4.sin_addr, 4);
    return address;
}

bool hostile_link_wait(struct hostile_link *link, int timeout_ms) {
    struct pollfd socket = {.fd = link->fd, .events = POLLIN};
    return (link->ssl && SSL_has_pending(link->ssl)) || poll(&socket, 1, timeout_ms) > 0;
}

bool hostile_link_send(struct hostile_link *link, struct span bytes) {
    if (link->outcome.end != HOSTILE_END_NONE || !link->ssl) return false;
    if (bytes.size == 0) return true;
    size_t written;
    errors_forget();
    const int returned = SSL_write_ex(link->ssl, bytes.at, bytes.size, &written);
    /* Whoever closed may have said why: that is for the next read to find. */
    return returned == 1;
}

bool hostile_link_send_raw(struct hostile_link *link, struct span bytes) {
    return send(link->fd, bytes.at, bytes.size, MSG_NOSIGNAL) == (ssize_t)bytes.size;
}

bool hostile_link_send_frame(struct hostile_link *link, uint8_t type, struct span body) {
    const size_t size = LIMIT_FRAME_HEADER_SIZE + body.size;
    uint8_t *memory = memory_zeroed(1, size);
    struct buffer out = buffer_over(memory, size);
    frame_write_header(&out, type, (uint32_t)body.size);
    buffer_put(&out, body);
    const bool is_sent = hostile_link_send(link, buffer_span(&out));
    memory_free(memory);
    return is_sent;
}

/* Exactly `size` bytes, or the link has ended. Without TLS it reads the socket. */
static bool link_read(struct hostile_link *link, uint8_t *bytes, size_t size) {
    while (size > 0 && link->outcome.end == HOSTILE_END_NONE) {
        size_t got = 0;
        errors_forget();
        if (!link->ssl) {
            const ssize_t received = recv(link->fd, bytes, size, 0);
            if (received == 0) link_end(link, HOSTILE_END_EOF);
            if (received < 0) link_end(link, errno == EAGAIN ? HOSTILE_END_TIMEOUT : HOSTILE_END_RESET);
            got = received > 0 ? (size_t)received : 0;
        } else {
            const int returned = SSL_read_ex(link->ssl, bytes, size, &got);
            if (returned != 1) link_end_by(link, returned, errno);
        }
        bytes += got;
        size -= got;
    }
    return size == 0;
}

bool hostile_link_read_frame(struct hostile_link *link, struct frame *frame) {
    if (!link_read(link, link->body, LIMIT_FRAME_HEADER_SIZE)) return false;
    const uint32_t size = bytes_read_u32(link->body);
    *frame = (struct frame){link->body[4], {link->body + LIMIT_FRAME_HEADER_SIZE, size}};
    must_le(size, LIMIT_BULK_BODY_MAX);
    return link_read(link, link->body + LIMIT_FRAME_HEADER_SIZE, size);
}

void hostile_link_read_to_end(struct hostile_link *link) {
    while (link->outcome.end == HOSTILE_END_NONE) (void)link_read(link, link->body, 1);
}

void hostile_link_close(struct hostile_link *link) {
    if (!link) return;
    SSL_free(link->ssl);
    SSL_CTX_free(link->ctx);
    if (link->fd >= 0) (void)close(link->fd);
    memory_free(link);
}

static bool ticket_make(struct ticket *ticket, const struct hostile_hello *hello) {
    const struct signing_key *key = hello->ticket_key ? hello->ticket_key : hello->key;
    char id[NODE_ID_TEXT_SIZE + 1], user[NODE_ID_TEXT_SIZE + 1];
    const struct public_key public_half = sign_public_key(key);
    const struct node_id node = node_id_of_key(&public_half);
    struct user_cert cert;
    struct ticket_draft draft = {
        .peer_id = node_id_text(&node, id),
        .user_id = id,
        .nonce = "AAAAAAAAAAAAAAAAAAAAAA==",
        .issued_at_ms = hello->now_ms,
        .expires_at_ms = hello->now_ms + LIMIT_TICKET_LIFETIME_MS,
        .is_native = true,
        .boot = {1, 2, 3, 4, 5, 6, 7, 8},
        .community = hello->community,
    };
    if (hello->user_key) {
        const struct public_key user_half = sign_public_key(hello->user_key);
        const struct user_id user_id = user_id_of_key(&user_half);
        user_cert_issue(&cert, hello->user_key, &public_half, hello->now_ms, hello->now_ms + USER_CERT_LIFE_MS_DEFAULT);
        draft.user_id = user_id_text(&user_id, user);
        draft.user_cert = hello->is_claim ? NULL : &cert;
    }
    return ticket_sign(ticket, &draft, key);
}

void hostile_hello_write(struct buffer *out, const struct hostile_hello *hello) {
    struct ticket ticket;
    must(ticket_make(&ticket, hello));
    buffer_put_text(out, "{\"v\":1,\"agent\":\"hostile/1\",\"community\":\"");
    buffer_put_text(out, hello->community);
    buffer_put_text(out, "\",\"boot\":\"0102030405060708\",\"now\":");
    buffer_put_decimal(out, hello->now_ms);
    buffer_put_text(out, ",\"ticket\":");
    ticket_write(out, &ticket);
    buffer_put_text(out, ",\"mesh\":\"");
    buffer_put_text(out, hello->mesh ? hello->mesh : "join");
    buffer_put_text(out, "\",\"seen\":\"127.0.0.1:1\",\"features\":[");
    if (hello->features) buffer_put_text(out, hello->features);
    buffer_put_text(out, "]");
    if (hello->extra) buffer_put_text(out, hello->extra);
    buffer_put_text(out, "}");
}
