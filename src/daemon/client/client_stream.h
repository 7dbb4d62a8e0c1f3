/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Bytes to and from a server as they come, over a connection that libcurl has made: its name looked up, the proxy of
 * the environment asked for a tunnel, its certificate judged by the system's list. What is said on it is the caller's.
 *
 * Each stream has a curl of its own: in a shared one, a new connection may end others that look idle to curl. Owns: its
 * streams, from client_stream_open until `closed` was told or client_stream_close or _drop was called.
 * Never: calls back from within one of its own calls; follows anybody anywhere; speaks HTTP itself, but to a proxy.
 * Full: client_stream_write is refused over `waiting_bytes_max`. A reader that takes nothing for `stall_ms_max` is
 * given up. Threads: the loop's alone. */

#include "base/bytes.h"
#include "base/err.h"
#include "daemon/loop/loop.h"

struct client_streams;
struct client_stream;

struct client_stream_callbacks {
    void (*opened)(void *context, struct client_stream *stream);
    /* Never empty; borrowed during the call. It may write, close and drop, as all of these may. */
    void (*received)(void *context, struct client_stream *stream, struct span bytes);
    /* All that was written is with the system, after some had to wait or client_stream_has_room said no. NULL: nobody
     * is told. */
    void (*drained)(void *context, struct client_stream *stream);
    /* Once, and the stream is gone with it: it did not come to be, or the other end closed. `why` is for people. */
    void (*closed)(void *context, struct client_stream *stream, const char *why);
};
struct client_stream_options {
    const char *url;        /* http, https, ws or wss; copied */
    int64_t connect_ms_max; /* name, proxy and TLS together */
    size_t waiting_bytes_max;
    int64_t stall_ms_max; /* 0 = 30 s */
    struct client_stream_callbacks callbacks;
    void *context; /* borrowed */
};

MUST_USE enum err client_streams_new(struct client_streams **streams, struct loop *loop);
/* Certificates are judged by the authorities of this PEM file, from now on; NULL: by the system's list. Copied. */
void client_streams_trust(struct client_streams *streams, const char *authorities_file);
struct loop *client_streams_loop(const struct client_streams *streams); /* borrowed */
/* Every stream that is open is told `closed`. Accepts NULL. */
void client_streams_free(struct client_streams *streams);

struct client_stream *client_stream_open(struct client_streams *streams, const struct client_stream_options *options);
/* What a request over it names: "example.org:8080" and "/path?query". Borrowed from the stream; once it is open. */
const char *client_stream_authority(const struct client_stream *stream);
const char *client_stream_target(const struct client_stream *stream);
/* Copied; leaves at the end of the loop's turn. False: over the limit, or it is not open; nothing was written. */
bool client_stream_write(struct client_stream *stream, struct span bytes);
/* False: `drained` follows, if anything waits. */
bool client_stream_has_room(struct client_stream *stream, size_t size);
size_t client_stream_waiting(const struct client_stream *stream); /* bytes */
/* Something that was to be written is lost: no more leaves, and `closed` follows. */
void client_stream_break(struct client_stream *stream);
void client_stream_close(struct client_stream *stream); /* what waits still leaves; gone within 2 s; nobody is told */
void client_stream_drop(struct client_stream *stream);  /* at once; accepts NULL */
