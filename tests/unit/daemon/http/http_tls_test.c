/* SPDX-License-Identifier: Apache-2.0 */
/* HTTPS: what a client gets that speaks TLS, what one gets that does not or is slow at it, and what becomes of
 * connections when the certificate is changed under them. */
#include "http_fixture.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/stat.h>
#include <time.h>

#include "base/bytes.h"

#define HOST "Host: node\r\n"

/* One client over a peer of the fixture; the fixture does not read from it. */
struct client {
    struct peer *peer;
    SSL_CTX *ctx;
    SSL *ssl;
    bool is_shaken;
    bool is_broken;
    bool is_slow;
    char got[400 * 1024];
    size_t size;
};
static struct client client; /* of the test at hand */
static char folder[64], certificate_file[96], key_file[96];

/* ---- Certificates ---- */

static void write_pem(const char *path, int mode, EVP_PKEY *key, X509 *certificate, const char *passphrase) {
    BIO *out = BIO_new_file(path, "w");
    assert_non_null(out);
    if (certificate != NULL) assert_int_equal(PEM_write_bio_X509(out, certificate), 1);
    if (key != NULL)
        assert_int_equal(PEM_write_bio_PKCS8PrivateKey(out, key, passphrase == NULL ? NULL : EVP_aes_256_cbc(),
                                                       passphrase, passphrase == NULL ? 0 : (int)strlen(passphrase),
                                                       NULL, NULL),
                         1);
    BIO_free(out);
    assert_int_equal(chmod(path, (mode_t)mode), 0);
}

static void make_certificate(const char *name, int days, const char *certificate_path, const char *key_path) {
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    assert_non_null(key);
    assert_int_equal(X509_set_version(certificate, 2), 1);
    assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1), 1);
    assert_non_null(X509_gmtime_adj(X509_getm_notBefore(certificate), -3600));
    assert_non_null(X509_gmtime_adj(X509_getm_notAfter(certificate), (long)days * 86400));
    assert_int_equal(X509_set_pubkey(certificate, key), 1);
    X509_NAME *subject = X509_get_subject_name(certificate);
    assert_int_equal(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0),
                     1);
    assert_int_equal(X509_set_issuer_name(certificate, subject), 1);
    assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
    write_pem(certificate_path, 0644, NULL, certificate, NULL);
    write_pem(key_path, 0600, key, NULL, NULL);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

static void path_of(char path[96], const char *name) {
    (void)snprintf(path, 96, "%s/%s", folder, name);
}

static int setup(void **state) {
    client = (struct client){0};
    (void)snprintf(folder, sizeof folder, "/tmp/skep-test-XXXXXX");
    assert_non_null(mkdtemp(folder));
    path_of(certificate_file, "cert.pem");
    path_of(key_file, "key.pem");
    make_certificate("first", 90, certificate_file, key_file);
    return fixture_setup(state);
}

static int teardown(void **state) {
    static const char *const names[] = {"cert.pem", "key.pem", "other.pem", "other-key.pem", "bad.pem"};
    char path[96];
    SSL_free(client.ssl);
    SSL_CTX_free(client.ctx);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        path_of(path, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(folder);
    return fixture_teardown(state);
}

static struct http_options tls_options(struct fixture *f) {
    struct http_options options = fixture_options(f);
    options.certificate_file = certificate_file;
    options.key_file = key_file;
    return options;
}

/* ---- A client ---- */

static void client_open(struct fixture *f, const char *protocols) {
    client.peer = fixture_connect(f);
    client.peer->is_slow = true; /* the fixture leaves the reading to us */
    assert_int_equal(fcntl(client.peer->fd, F_SETFL, O_NONBLOCK), 0);
    client.ctx = client.ctx != NULL ? client.ctx : SSL_CTX_new(TLS_client_method());
    SSL_CTX_clear_mode(client.ctx, SSL_MODE_AUTO_RETRY);
    client.ssl = SSL_new(client.ctx);
    assert_int_equal(SSL_set_fd(client.ssl, client.peer->fd), 1);
    if (protocols != NULL)
        assert_int_equal(SSL_set_alpn_protos(client.ssl, (const unsigned char *)protocols, (unsigned)strlen(protocols)),
                         0);
    SSL_set_connect_state(client.ssl);
}

static bool waits(int returned) {
    const int error = SSL_get_error(client.ssl, returned);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) client.is_broken = true;
    return true;
}

static bool client_goes_on(struct fixture *f) {
    (void)f;
    ERR_clear_error();
    if (!client.is_shaken) {
        const int returned = SSL_do_handshake(client.ssl);
        client.is_shaken = returned == 1;
        if (returned != 1) return waits(returned) && client.is_broken;
    }
    while (!client.is_slow && client.size < sizeof client.got - 1) {
        const int size = SSL_read(client.ssl, client.got + client.size, (int)(sizeof client.got - 1 - client.size));
        if (size <= 0) return waits(size);
        client.size += (size_t)size;
        client.got[client.size] = '\0';
    }
    return true;
}

static bool client_is_shaken(struct fixture *f) {
    (void)client_goes_on(f);
    return client.is_shaken || client.is_broken;
}
static bool client_has_answers(struct fixture *f) {
    (void)client_goes_on(f);
    size_t count = 0;
    for (const char *at = client.got; (at = strstr(at, "HTTP/1.1 ")) != NULL; at++) count++;
    return count >= f->wanted || client.is_broken;
}
static bool client_is_ended(struct fixture *f) {
    (void)client_goes_on(f);
    return client.is_broken;
}

static void client_say(const char *text) {
    assert_int_equal(SSL_write(client.ssl, text, (int)strlen(text)), (int)strlen(text));
}

static void client_ask(struct fixture *f, const char *text, size_t answers) {
    fixture_run(f, client_is_shaken);
    assert_true(client.is_shaken);
    client_say(text);
    f->wanted = answers;
    fixture_run(f, client_has_answers);
}

static void client_close(void) {
    SSL_free(client.ssl);
    client.ssl = NULL;
    client.is_shaken = client.is_broken = client.is_slow = false;
    client.size = 0;
    client.got[0] = '\0';
}

static const char *client_certificate_name(char text[64]) {
    X509 *certificate = SSL_get1_peer_certificate(client.ssl);
    assert_non_null(certificate);
    assert_true(X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, text, 64) > 0);
    X509_free(certificate);
    return text;
}

static uint64_t dismissals(const struct fixture *f, enum http_dismissal dismissal) {
    return http_server_counts(f->server).dismissals[dismissal];
}

/* ---- What a client gets ---- */

static void requests_are_answered_and_the_connection_kept(void **state) {
    struct fixture *f = *state;
    struct http_options options = tls_options(f);
    fixture_serve(f, &options);
    client_open(f, NULL);
    client_ask(f, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello", 1);
    assert_has(client.got, "X-Echo: yes\r\n\r\nhello");
    client_say("GET /1 HTTP/1.1\r\n" HOST "\r\nGET /2 HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n");
    fixture_run(f, client_is_ended);
    assert_has(client.got, "\r\n\r\n/1HTTP/1.1 200 OK");
    assert_has(client.got, "\r\n\r\n/2");
    assert_int_equal(SSL_get_shutdown(client.ssl) & SSL_RECEIVED_SHUTDOWN, SSL_RECEIVED_SHUTDOWN); /* in order */
    assert_int_equal(http_server_counts(f->server).requests, 3);
    assert_int_equal(http_server_counts(f->server).refused, 0);
}

static void an_answer_of_many_records_arrives_whole(void **state) {
    struct fixture *f = *state;
    struct http_options options = tls_options(f);
    fixture_serve(f, &options);
    client_open(f, NULL);
    client_ask(f, "GET /big HTTP/1.1\r\n" HOST "\r\nGET /7 HTTP/1.1\r\n" HOST "\r\n", 2);
    const char *body = strstr(client.got, "\r\n\r\n") + 4;
    assert_int_equal(strspn(body, "b"), BIG_SIZE);
    assert_memory_equal(body + BIG_SIZE, "HTTP/1.1 200 OK", 15);
}

static bool client_got_more(struct fixture *f) {
    (void)client_goes_on(f);
    return client.size > 0 || client.is_broken;
}

static bool is_asked(struct fixture *f) {
    return http_server_counts(f->server).requests >= f->wanted;
}

/* The answer is more than the system takes, so the rest waits with us, and goes on where it stopped. */
static void a_reader_that_pauses_gets_all_of_it(void **state) {
    struct fixture *f = *state;
    struct http_options options = tls_options(f);
    fixture_serve(f, &options);
    client_open(f, NULL);
    fixture_run(f, client_is_shaken);
    client_say("GET /huge HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n");
    f->wanted = 1;
    fixture_run(f, is_asked);
    size_t total = 0;
    while (!client.is_broken) {
        client.size = 0;
        fixture_run(f, client_got_more);
        total += client.size;
    }
    assert_in_range(total, HUGE_SIZE, HUGE_SIZE + 1000);
    assert_int_equal(SSL_get_shutdown(client.ssl) & SSL_RECEIVED_SHUTDOWN, SSL_RECEIVED_SHUTDOWN);
}

static void streams_go_through_tls(void **state) {
    struct fixture *f = *state;
    struct http_options options = tls_options(f);
    fixture_serve(f, &options);
    client_open(f, NULL);
    client_ask(f, "GET /stream HTTP/1.1\r\n" HOST "\r\n", 1);
    assert_true(http_stream_write(f->held[0], SPAN_LITERAL("data: 1\n\n")));
    assert_true(http_stream_write(f->held[0], SPAN_LITERAL("data: 2\n\n")));
    http_stream_close(f->held[0]);
    fixture_run(f, client_is_ended);
    assert_has(client.got, "9\r\ndata: 1\n\n\r\n9\r\ndata: 2\n\n\r\n0\r\n\r\n");
}

static void tls_1_2_is_spoken_and_nothing_older(void **state) {
    struct fixture *f = *state;
    struct http_options options = tls_options(f);
    fixture_serve(f, &options);
    client.ctx = SSL_CTX_new(TLS_client_method());
    assert_int_equal(SSL_CTX_set_max_proto_version(client.ctx, TLS1_2_VERSION), 1);
    client_open(f, "\x02h2\x08http/1.1");
    client_ask(f, "GET /x HTTP/1.1\r\n" HOST "\r\n", 1);
    assert_has(client.got, "HTTP/1.1 200 ");
    const unsigned char *chosen;
    unsigned size;
    SSL_get0_alpn_selected(client.ssl, &chosen, &size);
    assert_true(span_equal_text((struct span){chosen, size}, "http/1.1"));
    assert_null(SSL_get_current_compression(client.ssl));
    client_close();
    SSL_CTX_set_security_level(client.ctx, 0);
    assert_int_equal(SSL_CTX_set_min_proto_version(client.ctx, TLS1_VERSION), 1);
    assert_int_equal(SSL_CTX_set_max_proto_version(client.ctx, TLS1_1_VERSION), 1);
    client_open(f, NULL);
    fixture_run(f, client_is_ended);
    assert_false(client.is_shaken);
    assert_int_equal(dismissals(f, HTTP_DISMISSAL_TLS_FAILED), 1);
}

static void who_speaks_another_protocol_is_told_in_the_handshake(void **state) {
    struct fixture *f = *state;
    struct http_options options = tls_options(f);
    fixture_serve(f, &options);
    client_open(f, "\x02h2");
    fixture_run(f, client_is_ended);
    assert_false(client.is_shaken);
    assert_int_equal(dismissals(f, HTTP_DISMISSAL_TLS_FAILED), 1);
    assert_int_equal(http_server_counts(f->server).requests, 0);
}

/* ---- Files, piece by piece ---- */

static struct {
    struct http_exchange *paused;
    size_t bytes;
} taken;

static void take_piece(void *context, struct http_exchange *exchange, struct span bytes) {
    (void)context;
    taken.bytes += bytes.size;
    http_body_pause(exchange);
    taken.paused = exchange;
}

static void give_piece(void *context, struct http_exchange *exchange) {
    const struct fixture *f = context;
    const uint64_t left = http_stream_left(exchange), size = left < 50000 ? left : 50000;
    if (left == 0)
        http_stream_close(exchange);
    else
        assert_true(http_stream_write(exchange, (struct span){f->big, (size_t)size}));
}

static void give_as_much(void *context, struct http_exchange *exchange) {
    const struct http_sized_stream sized = {.status = 200, .content_type = "text/plain", .length = taken.bytes};
    assert_true(http_stream_open_sized(exchange, &sized));
    http_stream_when_drained(exchange, give_piece, context);
}

static void take_body(void *context, struct http_exchange *exchange) {
    if (span_equal_text(http_path(exchange), "/give")) {
        taken.bytes = HUGE_SIZE;
        http_body_take(exchange, &(struct http_body_sink){take_piece, give_as_much, context});
    }
    if (span_equal_text(http_path(exchange), "/take"))
        http_body_take(exchange, &(struct http_body_sink){take_piece, give_as_much, context});
}

static bool is_all_taken(struct fixture *f) {
    struct http_exchange *paused = taken.paused;
    taken.paused = NULL;
    if (paused != NULL) http_body_resume(paused);
    return client_has_answers(f);
}

static void files_go_through_tls_both_ways(void **state) {
    struct fixture *f = *state;
    struct http_options options = tls_options(f);
    options.begins = take_body;
    fixture_serve(f, &options);
    memset(&taken, 0, sizeof taken);
    client_open(f, NULL);
    fixture_run(f, client_is_shaken);
    client_say("POST /take HTTP/1.1\r\n" HOST "Content-Length: 200000\r\n\r\n");
    assert_int_equal(SSL_write(client.ssl, f->big, 200000), 200000);
    f->wanted = 1;
    fixture_run(f, is_all_taken);
    client_say("GET /next HTTP/1.1\r\n" HOST "\r\n");
    f->wanted = 2;
    fixture_run(f, is_all_taken);
    assert_int_equal(taken.bytes, 200000);
    assert_int_equal(strspn(strstr(client.got, "\r\n\r\n") + 4, "b"), 200000);
    assert_has(client.got, "\r\n\r\n/next");
}

/* Records that the system took in part wait with us, while the handler goes on writing behind them. */
static void a_file_goes_through_tls_to_a_slow_reader(void **state) {
    struct fixture *f = *state;
    struct http_options options = tls_options(f);
    options.begins = take_body;
    fixture_serve(f, &options);
    memset(&taken, 0, sizeof taken);
    client_open(f, NULL);
    fixture_run(f, client_is_shaken);
    client_say("GET /give HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n");
    f->wanted = 1;
    fixture_run(f, is_asked);
    const int64_t begun_ms = loop_now_ms(f->loop);
    client.is_slow = true;
    while (loop_now_ms(f->loop) < begun_ms + 100) fixture_run(f, client_is_shaken);
    client.is_slow = false;
    size_t total = 0;
    while (!client.is_broken) {
        client.size = 0;
        fixture_run(f, client_got_more);
        total += client.size;
    }
    assert_in_range(total, HUGE_SIZE, HUGE_SIZE + 1000);
}

/* ---- What a hostile one gets ---- */

static bool is_refused(struct fixture *f) {
    return http_server_counts(f->server).refused >= f->wanted;
}

static void what_is_no_tls_is_counted_and_closed(void **state) {
    struct fixture *f = *state;
    struct http_options options = tls_options(f);
    fixture_serve(f, &options);
    (void)fixture_ask(f, "GET /x HTTP/1.1\r\n" HOST "\r\n");
    f->wanted = 1;
    fixture_run(f, is_refused);
    (void)fixture_ask(f, "\x16\x03\x01\x02rubbish that is as long as it says, or not");
    peer_close(&f->peers[1]);
    f->wanted = 2;
    fixture_run(f, is_refused);
    peer_close(fixture_connect(f)); /* comes and goes */
    f->wanted = 3;
    fixture_run(f, is_refused);
    assert_int_equal(dismissals(f, HTTP_DISMISSAL_TLS_FAILED), 3);
    assert_int_equal(http_server_counts(f->server).requests, 0);
    assert_int_equal(http_server_counts(f->server).connections, 0);
    assert_int_equal(http_server_counts(f->server).handshakes, 0);
}

static void a_slow_handshake_is_given_up(void **state) {
    struct fixture *f = *state;
    struct http_options options = tls_options(f);
    options.handshake_ms_max = 100;
    fixture_serve(f, &options);
    const struct peer *silent = fixture_connect(f);
    const struct peer *slow = fixture_ask(f, "\x16\x03\x01\x02");
    f->wanted = 2;
    fixture_run(f, is_refused);
    fixture_run(f, last_peer_ended);
    assert_true(silent->is_ended && slow->is_ended);
    assert_int_equal(dismissals(f, HTTP_DISMISSAL_TLS_SLOW), 2);
}

static void slow_heads_and_bodies_are_408_through_tls_too(void **state) {
    static const struct {
        const char *request;
        enum http_dismissal dismissal;
    } cases[] = {
        {"GET /slow HTT", HTTP_DISMISSAL_SLOW_HEAD},
        {"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhe", HTTP_DISMISSAL_SLOW_BODY},
    };
    struct fixture *f = *state;
    struct http_options options = tls_options(f);
    options.request_ms_max = 100;
    fixture_serve(f, &options);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        client_open(f, NULL);
        client_ask(f, cases[i].request, 1);
        assert_has(client.got, "HTTP/1.1 408 ");
        assert_int_equal(dismissals(f, cases[i].dismissal), 1);
        client_close();
    }
    client_open(f, NULL); /* shakes hands, and asks nothing */
    fixture_run(f, client_is_shaken);
    fixture_run(f, client_is_ended);
    assert_int_equal(dismissals(f, HTTP_DISMISSAL_SILENT), 1);
}

static void a_slow_reader_is_given_up_through_tls_too(void **state) {
    struct fixture *f = *state;
    struct http_options options = tls_options(f);
    options.flush_ms_max = 200;
    fixture_serve(f, &options);
    client_open(f, NULL);
    fixture_run(f, client_is_shaken);
    client_say("GET /huge HTTP/1.1\r\n" HOST "\r\n");
    client.is_slow = true;
    f->wanted = 1;
    fixture_run(f, is_refused);
    assert_int_equal(dismissals(f, HTTP_DISMISSAL_SLOW_READER), 1);
}

static bool first_peer_ended(struct fixture *f) {
    return f->peers[0].is_ended;
}

/* Unfinished handshakes cost most memory: of those, a newcomer takes the place of the oldest. */
static void unfinished_handshakes_are_bounded(void **state) {
    struct fixture *f = *state;
    struct http_options options = tls_options(f);
    options.handshakes_max = 3;
    fixture_serve(f, &options);
    for (size_t i = 0; i < 8; i++) {
        (void)fixture_connect(f);
        f->wanted = i < 3 ? 0 : i - 2;
        fixture_run(f, is_refused);
    }
    client_open(f, NULL);
    client_ask(f, "GET /x HTTP/1.1\r\n" HOST "\r\n", 1);
    assert_has(client.got, "HTTP/1.1 200 ");
    fixture_run(f, first_peer_ended);
    assert_int_equal(dismissals(f, HTTP_DISMISSAL_EVICTED), 6);
    assert_int_equal(http_server_counts(f->server).handshakes, 2);
    assert_int_equal(http_server_counts(f->server).connections, 3);
}

static void who_speaks_tls_is_secure(void **state) {
    struct fixture *f = *state;
    struct http_options options = tls_options(f);
    fixture_serve(f, &options);
    client_open(f, NULL);
    fixture_run(f, client_is_shaken);
    client_say("GET /hold HTTP/1.1\r\n" HOST "\r\n");
    f->wanted = 1;
    fixture_run(f, held_enough);
    assert_true(http_is_secure(f->held[0]));
}

/* ---- The files ---- */

static void a_new_certificate_is_for_new_connections(void **state) {
    struct fixture *f = *state;
    struct http_options options = tls_options(f);
    struct err_detail detail = {""};
    char name[64], other_file[96], other_key[96];
    path_of(other_file, "other.pem");
    path_of(other_key, "other-key.pem");
    make_certificate("second", 10, other_file, other_key);
    fixture_serve(f, &options);
    const int64_t first_ends_ms = http_server_tls(f->server).expires_at_ms;
    client_open(f, NULL);
    client_ask(f, "GET /1 HTTP/1.1\r\n" HOST "\r\n", 1);
    assert_string_equal(client_certificate_name(name), "first");

    assert_int_equal(http_server_set_tls(f->server, other_file, other_key, &detail), ERR_OK);
    client_say("GET /2 HTTP/1.1\r\n" HOST "\r\n");
    f->wanted = 2;
    fixture_run(f, client_has_answers);
    assert_has(client.got, "\r\n\r\n/2");
    client_close();
    client_open(f, NULL);
    client_ask(f, "GET /3 HTTP/1.1\r\n" HOST "\r\n", 1);
    assert_string_equal(client_certificate_name(name), "second");
    const struct http_tls_facts facts = http_server_tls(f->server);
    assert_true(facts.is_on && !facts.has_open_key);
    const int64_t day_ms = 86400000, now_ms = loop_wall_ms(f->loop);
    assert_in_range(first_ends_ms - now_ms, 89 * day_ms, 90 * day_ms + 5000);
    assert_in_range(facts.expires_at_ms - now_ms, 9 * day_ms, 10 * day_ms + 5000);

    assert_int_equal(http_server_set_tls(f->server, NULL, "", &detail), ERR_OK); /* plain from now on */
    client_say("GET /4 HTTP/1.1\r\n" HOST "\r\n");
    f->wanted = 2;
    fixture_run(f, client_has_answers);
    assert_has(client.got, "\r\n\r\n/4");
    assert_has(fixture_answer(f, "GET /5 HTTP/1.1\r\n" HOST "\r\n"), "HTTP/1.1 200 ");
    assert_false(http_server_tls(f->server).is_on);
}

static void refused_with(struct fixture *f, const char *certificate, const char *key, enum err wanted,
                         const char *words) {
    struct err_detail detail = {""};
    assert_int_equal(http_server_set_tls(f->server, certificate, key, &detail), wanted);
    print_message("%s\n", detail.text);
    assert_has(detail.text, words);
}

static void a_mistake_names_its_file_and_changes_nothing(void **state) {
    struct fixture *f = *state;
    struct http_options options = tls_options(f);
    char other_file[96], other_key[96], bad[96], missing[96];
    path_of(other_file, "other.pem");
    path_of(other_key, "other-key.pem");
    path_of(bad, "bad.pem");
    path_of(missing, "missing.pem");
    make_certificate("second", 10, other_file, other_key);
    fixture_serve(f, &options);
    refused_with(f, missing, key_file, ERR_NOT_FOUND, "missing.pem: No such file");
    refused_with(f, certificate_file, missing, ERR_NOT_FOUND, "missing.pem: No such file");
    refused_with(f, folder, key_file, ERR_IO, "is no file");
    refused_with(f, key_file, key_file, ERR_DAMAGED, "key.pem holds no PEM certificate");
    refused_with(f, certificate_file, certificate_file, ERR_DAMAGED, "cert.pem holds no PEM private key");
    refused_with(f, certificate_file, other_key, ERR_DAMAGED, "other-key.pem is not that of the certificate in ");
    EVP_PKEY *sealed = EVP_EC_gen("P-256");
    write_pem(bad, 0600, sealed, NULL, "passphrase");
    EVP_PKEY_free(sealed);
    refused_with(f, certificate_file, bad, ERR_DAMAGED, "bad.pem is sealed with a passphrase");
    EVP_PKEY *weak = EVP_RSA_gen(1024);
    write_pem(bad, 0600, weak, NULL, NULL);
    EVP_PKEY_free(weak);
    refused_with(f, certificate_file, bad, ERR_DAMAGED, "is not that of the certificate");
    if (geteuid() != 0) {
        assert_int_equal(chmod(bad, 0), 0);
        refused_with(f, certificate_file, bad, ERR_PERMISSION, "bad.pem: Permission denied");
    }
    client_open(f, NULL);
    client_ask(f, "GET /x HTTP/1.1\r\n" HOST "\r\n", 1);
    assert_has(client.got, "HTTP/1.1 200 ");
    assert_true(http_server_tls(f->server).is_on);

    struct http_server *second = NULL;
    struct err_detail detail = {""};
    options.key_file = missing;
    assert_int_equal(http_server_new(&second, &options, NULL, &detail), ERR_NOT_FOUND);
    assert_null(second);
}

static void a_key_that_everybody_may_read_is_told(void **state) {
    struct fixture *f = *state;
    struct http_options options = tls_options(f);
    struct err_detail detail = {""};
    assert_int_equal(chmod(key_file, 0644), 0);
    fixture_serve(f, &options);
    assert_true(http_server_tls(f->server).has_open_key);
    assert_int_equal(chmod(key_file, 0640), 0); /* a group for keys is usual */
    assert_int_equal(http_server_set_tls(f->server, certificate_file, key_file, &detail), ERR_OK);
    assert_false(http_server_tls(f->server).has_open_key);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(requests_are_answered_and_the_connection_kept),
        TEST(an_answer_of_many_records_arrives_whole),
        TEST(a_reader_that_pauses_gets_all_of_it),
        TEST(files_go_through_tls_both_ways),
        TEST(a_file_goes_through_tls_to_a_slow_reader),
        TEST(streams_go_through_tls),
        TEST(tls_1_2_is_spoken_and_nothing_older),
        TEST(who_speaks_another_protocol_is_told_in_the_handshake),
        TEST(what_is_no_tls_is_counted_and_closed),
        TEST(a_slow_handshake_is_given_up),
        TEST(slow_heads_and_bodies_are_408_through_tls_too),
        TEST(a_slow_reader_is_given_up_through_tls_too),
        TEST(unfinished_handshakes_are_bounded),
        TEST(who_speaks_tls_is_secure),
        TEST(a_new_certificate_is_for_new_connections),
        TEST(a_mistake_names_its_file_and_changes_nothing),
        TEST(a_key_that_everybody_may_read_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
