/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The inside of a context, for the files of this folder alone. */

#include <openssl/ssl.h>

#include "daemon/http/tls/http_tls_context.h"

struct http_tls_context {
    SSL_CTX *ctx;
    int64_t expires_at_ms;
    bool has_open_key;
};
