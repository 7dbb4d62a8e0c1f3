/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* An HTTP/1.1 server in our words: whole requests in, answers or event streams out; and files of any size in both
 * directions, piece by piece, as fast as the slower end goes. On daemon/loop alone; why not on libwebsockets, README.md
 * says.
 * Owns: the listener, every connection and every request until it is answered.
 * Never: calls a handler with half a request that it did not ask for, blocks, keeps a connection beyond its deadlines,
 * trusts a header.
 * Full: over `connections_max` a newcomer takes the place of another, by the rule of http_room.h: of those who hold
 * most, the one that has waited longest. Over `connections_per_address_max` it takes that of another of its address
 * that only waits for its next request or has been slow for a second; if none does, the newcomer is closed at once.
 * Over the head's size 431, over the body's 413, too slow 408; all without calling a handler. Threads: the loop's
 * alone. */

#include "base/address.h"
#include "base/err.h"
#include "daemon/http/http_dismissal.h"
#include "daemon/http/http_forwarded.h"
#include "daemon/http/http_place.h"
#include "daemon/loop/loop.h"

struct http_server;
struct http_exchange; /* one request and its answer; ours until http_answer, or until the stream is closed */

struct http_header_line {
    const char *name;
    const char *value;
};
struct http_options {
    struct loop *loop;    /* borrowed until http_server_free */
    struct http_place at; /* port 0 takes a free one; [::] is dual stack */
    int unix_mode;        /* of a Unix socket's file; 0 = 0660 */
    const char *option;   /* "--api": what chose `at`, for the message that it is taken; NULL: none; borrowed */
    /* PEM files, see http_server_set_tls. NULL or empty: plain HTTP. Borrowed during the call. */
    const char *certificate_file;
    const char *key_file;
    struct http_trust trust; /* proxies that are believed about their clients; see http_client */
    size_t head_bytes_max;   /* request line and headers together */
    size_t body_bytes_max;
    int64_t handshake_ms_max; /* TLS must speak by then; 0 = 5 s */
    int64_t request_ms_max;   /* head and body must be here by then */
    int64_t stall_ms_max;     /* bodies and answers that are streamed: a byte must come or go within it; 0 = 30 s */
    int64_t idle_ms_max;      /* a kept-alive connection without a request */
    int64_t flush_ms_max;   /* all of one answer must be with the system by then; 0 = 30 s; streams have no such time */
    size_t connections_max; /* those that have been told good-bye count until the client closes, at most 2 s */
    size_t handshakes_max;  /* of them, without TLS yet, as that costs most memory; 0 = a quarter */
    /* Of them, from one IPv4 address or IPv6 /64; 0 = no cap. None for a listed proxy and for a Unix socket. */
    size_t connections_per_address_max;
    bool has_loopback_cap; /* for loopback, too */
    /* Lines for the answers that the server gives by itself (413 and the like), which no handler sees; 8 at most.
     * Borrowed. */
    const struct http_header_line *own_headers;
    size_t own_header_count;
    /* Asked once for each request, when its head is there and nothing of its body was looked at. It may take the body
     * as a stream (http_body_take), answer at once (401, 413, 507: the client hears it before it has sent all of the
     * body; what it sends meanwhile is thrown away for 2 s, then the connection ends), or do nothing: then all goes on
     * as without it. NULL: no body is streamed. */
    void (*begins)(void *context, struct http_exchange *exchange);
    /* Called once for each whole request that `begins` neither took nor answered. It answers now or later
     * (http_answer), or opens a stream. */
    void (*handle)(void *context, struct http_exchange *exchange);
    /* The client went away before the answer, or a stream ended; the exchange must not be used any more. */
    void (*gone)(void *context, struct http_exchange *exchange);
    void *context; /* borrowed */
};

/* `bound` may be NULL. */
MUST_USE enum err http_server_new(struct http_server **server, const struct http_options *options,
                                  struct http_place *bound, struct err_detail *detail);
/* Ends every exchange (`gone` is called for each) and closes; the memory goes when the loop has let go. */
void http_server_free(struct http_server *server);

/* New connections get what is said here; those that are open keep what they have. */
void http_server_set_trust(struct http_server *server, const struct http_trust *trust);
/* Reads the files anew. On failure, which the detail explains with the file's name, all stays as it was. */
MUST_USE enum err http_server_set_tls(struct http_server *server, const char *certificate_file, const char *key_file,
                                      struct err_detail *detail);
struct http_tls_facts {
    bool is_on;
    bool has_open_key;     /* everybody on this machine may read or change the key file */
    int64_t expires_at_ms; /* of the certificate; it may be over */
};
struct http_tls_facts http_server_tls(const struct http_server *server);

/* What came in. Spans are borrowed until the exchange is answered, gone, or a
 * tunnel; of a tunnel none of this may be asked but http_remote and its user. */
struct span http_method(const struct http_exchange *exchange);
struct span http_path(const struct http_exchange *exchange); /* as sent, without the query */
struct span http_body(const struct http_exchange *exchange);
struct span http_header(const struct http_exchange *exchange,
                        const char *name); /* name in lower case; empty = absent */
bool http_has_header(const struct http_exchange *exchange, const char *name);
bool http_has_query(const struct http_exchange *exchange, const char *name);
/* The first value of a query member, percent-decoded (and + as a space) into `out`; false when absent, damaged or too
 * long. */
bool http_query(const struct http_exchange *exchange, const char *name, struct buffer *out);
const struct address *http_remote(const struct http_exchange *exchange); /* the other end of the connection */
/* Who asks: that end, or whom a listed proxy there names. ADDRESS_NONE: a Unix socket, and nobody named. */
struct address http_client(const struct http_exchange *exchange);
/* The client spoke TLS, with us or (as a listed proxy says) with the proxy. */
bool http_is_secure(const struct http_exchange *exchange);
void http_set_user(struct http_exchange *exchange, void *user); /* the handler's own note; NULL at first */
void *http_user(const struct http_exchange *exchange);

struct http_reply {
    int status;
    const char *content_type;               /* NULL: no body */
    struct span body;                       /* borrowed during the call; only what the system does not take is copied */
    const struct http_header_line *headers; /* borrowed during the call */
    size_t header_count;
    bool closes; /* end the connection after this answer */
};
/* Head and body leave in one write. HEAD requests get the head alone. Ends the exchange. */
void http_answer(struct http_exchange *exchange, const struct http_reply *reply);

/* ---- A body that is taken piece by piece ---- */

struct http_body_sink {
    /* Never empty; borrowed during the call. It may pause, and may answer: that ends the exchange. */
    void (*piece)(void *context, struct http_exchange *exchange, struct span bytes);
    /* The body is whole. From here on the exchange is as any other: answer now or later, or open a stream. */
    void (*ended)(void *context, struct http_exchange *exchange);
    void *context; /* borrowed */
};
/* Within `begins` alone; `handle` is not called for this request. A client that waits for 100 Continue gets it, once
 * the body is not paused. An answer before the body has ended is the last on its connection. A body that breaks its own
 * form (400) or stands still for stall_ms_max (408) is refused by the server: `gone` is called, as when the client
 * leaves. */
void http_body_take(struct http_exchange *exchange, const struct http_body_sink *sink);
/* No more pieces, and no time runs: at most 128 KiB wait here, the rest with the client. It is not seen meanwhile that
 * the client leaves. Nothing once the body has ended. */
void http_body_pause(struct http_exchange *exchange);
void http_body_resume(struct http_exchange *exchange); /* pieces come from the loop, never from within this call */
/* How long the body says it will be. False: it is chunked, and only its end tells. */
bool http_body_size(const struct http_exchange *exchange, uint64_t *size);

/* ---- Answers that go on ---- */

/* An answer that goes on: its head leaves with the next turn of the loop (chunked, no length; to HTTP/1.0 neither). It
 * is the last on its connection. The headers are the handler's own words: a line break in one is a bug of ours. */
void http_stream_open(struct http_exchange *exchange, const char *content_type, const struct http_header_line *headers,
                      size_t header_count);
/* Queues bytes (copied). False, and nothing queued, when more than 1 MiB waits for a slow reader. */
bool http_stream_write(struct http_exchange *exchange, struct span bytes);
/* `gone` is not called for it. What waits still leaves. */
void http_stream_close(struct http_exchange *exchange);

struct http_sized_stream {
    int status; /* 200, or 206 with a Content-Range among the headers: http_range.h */
    const char *content_type;
    uint64_t length;                        /* so many bytes will be written, no more */
    const struct http_header_line *headers; /* borrowed during the call */
    size_t header_count;
};
/* An answer of a known length, written as above. Closed after all of it, the connection goes on to the next request;
 * closed before, the connection ends, and the client sees that something is missing. A reader that takes nothing for
 * stall_ms_max is given up (`gone`). False: a header holds a line break, or they are too many; the exchange is as
 * before. */
MUST_USE bool http_stream_open_sized(struct http_exchange *exchange, const struct http_sized_stream *sized);
/* What is still to be written of a stream of a known length: 0 from the start for HEAD. */
uint64_t http_stream_left(const struct http_exchange *exchange);
/* For any stream that writes as fast as it is read: `drained` is called from the loop when at most 256 KiB wait; once
 * now, and once after each time that something was written or refused. Writing and closing from within is what it is
 * for. From then on its reader may not stand still, as above. */
void http_stream_when_drained(struct http_exchange *exchange,
                              void (*drained)(void *context, struct http_exchange *exchange), void *context);

/* ---- Connections that are taken over ---- */

struct http_tunnel_sink {
    /* What the client sends, from the first byte behind its head; never empty, borrowed during the call. It may write
     * to any tunnel, and close or drop this one. */
    void (*received)(void *context, struct http_exchange *exchange, struct span bytes);
    /* All that was written is with the system, after some of it had to wait for the reader or was refused. It may do
     * the same. NULL: nobody is told. */
    void (*drained)(void *context, struct http_exchange *exchange);
    void *context;            /* borrowed */
    size_t waiting_bytes_max; /* more is refused */
};
/* A request that may become one: HTTP/1.1, GET, without a body. */
bool http_tunnel_may_open(const struct http_exchange *exchange);
/* Answers 101 with these headers (Connection and Upgrade among them), and the connection is no HTTP any more: bytes go
 * both ways as they come. It counts as with a handler: it has no time, and is not sent away for a newcomer. The
 * request's head is given up. `gone` is called when the client ends its side or all of it, or takes nothing for
 * stall_ms_max while something waits. False: a header holds a line break, or there is no memory; the exchange is as
 * before. */
MUST_USE bool http_tunnel_open(struct http_exchange *exchange, const struct http_header_line *headers,
                               size_t header_count, const struct http_tunnel_sink *sink);
/* Of `gone`, above all: whose tunnel it was. NULL: it is none. Borrowed. */
const struct http_tunnel_sink *http_tunnel_sink(const struct http_exchange *exchange);
/* Small pieces are copied and leave together at the end of the loop's turn; of a large one only what the system does
 * not take at once is copied. False: over waiting_bytes_max; nothing was written. */
bool http_tunnel_write(struct http_exchange *exchange, struct span bytes);
bool http_tunnel_has_room(struct http_exchange *exchange, size_t size); /* false counts as refused */
size_t http_tunnel_waiting(const struct http_exchange *exchange);       /* bytes */
/* What waits still leaves, within flush_ms_max; `gone` is not called for it. */
void http_tunnel_close(struct http_exchange *exchange);
void http_tunnel_drop(struct http_exchange *exchange); /* the same, but what waits is forgotten, and it ends at once */
struct loop *http_loop(const struct http_exchange *exchange); /* the server's; borrowed */

struct http_counts {
    size_t connections;
    size_t connections_peak;
    size_t handshakes; /* of them, without TLS yet */
    uint64_t accepted;
    uint64_t requests;
    uint64_t refused; /* by the server itself: the sum of these */
    uint64_t dismissals[HTTP_DISMISSAL_COUNT];
};
struct http_counts http_server_counts(const struct http_server *server);
