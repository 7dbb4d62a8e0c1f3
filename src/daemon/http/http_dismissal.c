/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/http/http_dismissal.h"

#include "base/must.h"

static const char *const names[HTTP_DISMISSAL_COUNT] = {
    [HTTP_DISMISSAL_NOT_HTTP] = "not-http",
    [HTTP_DISMISSAL_HEAD_TOO_LARGE] = "head-too-large",
    [HTTP_DISMISSAL_BODY_TOO_LARGE] = "body-too-large",
    [HTTP_DISMISSAL_SILENT] = "silent",
    [HTTP_DISMISSAL_SLOW_HEAD] = "slow-head",
    [HTTP_DISMISSAL_SLOW_BODY] = "slow-body",
    [HTTP_DISMISSAL_SLOW_READER] = "slow-reader",
    [HTTP_DISMISSAL_EVICTED] = "evicted",
    [HTTP_DISMISSAL_FULL] = "full",
    [HTTP_DISMISSAL_ADDRESS_FULL] = "address-full",
    [HTTP_DISMISSAL_NO_RESOURCES] = "no-resources",
    [HTTP_DISMISSAL_TLS_FAILED] = "tls-failed",
    [HTTP_DISMISSAL_TLS_SLOW] = "tls-slow",
};

const char *http_dismissal_name(enum http_dismissal dismissal) {
    must(dismissal < HTTP_DISMISSAL_COUNT);
    return names[dismissal];
}
