/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/client/client_target.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

/* Owned; NULL where the URL has none. By our own memory, so that one call frees all of a target. */
static char *part_of(CURLU *parts, CURLUPart which, unsigned flags) {
    char *text = NULL, *copied = NULL;
    if (curl_url_get(parts, which, &text, flags) != CURLUE_OK || text == NULL) return NULL;
    const size_t size = strlen(text) + 1;
    copied = memory_try_zeroed(size, 1);
    if (copied != NULL) memcpy(copied, text, size);
    curl_free(text);
    return copied;
}

static char *joined(const char *first, char mark, const char *second) {
    const size_t size = strlen(first) + 1 + strlen(second) + 1;
    char *both = memory_try_zeroed(size, 1);
    if (both != NULL) (void)snprintf(both, size, "%s%c%s", first, mark, second);
    return both;
}

/* Both are moved. */
static char *joined_if_any(char *first, char mark, char *second) {
    if (first == NULL || second == NULL) {
        memory_free(second);
        return first;
    }
    char *both = joined(first, mark, second);
    memory_free(first);
    memory_free(second);
    return both;
}

static bool set_scheme(CURLU *parts) {
    char *scheme = part_of(parts, CURLUPART_SCHEME, 0);
    const char *plain = NULL;
    if (scheme != NULL && (strcmp(scheme, "ws") == 0 || strcmp(scheme, "http") == 0)) plain = "http";
    if (scheme != NULL && (strcmp(scheme, "wss") == 0 || strcmp(scheme, "https") == 0)) plain = "https";
    memory_free(scheme);
    return plain != NULL && curl_url_set(parts, CURLUPART_SCHEME, plain, 0) == CURLUE_OK &&
           curl_url_set(parts, CURLUPART_USER, NULL, 0) == CURLUE_OK &&
           curl_url_set(parts, CURLUPART_PASSWORD, NULL, 0) == CURLUE_OK &&
           curl_url_set(parts, CURLUPART_FRAGMENT, NULL, 0) == CURLUE_OK;
}

static bool take_apart(struct client_target *target, CURLU *parts) {
    target->url = part_of(parts, CURLUPART_URL, 0);
    target->authority = joined_if_any(part_of(parts, CURLUPART_HOST, CURLU_PUNYCODE), ':',
                                      part_of(parts, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT));
    target->path = joined_if_any(part_of(parts, CURLUPART_PATH, 0), '?', part_of(parts, CURLUPART_QUERY, 0));
    return target->url != NULL && target->authority != NULL && target->path != NULL;
}

/* curl takes no control character, and writes what is not ASCII as %XX. */
bool client_target_init(struct client_target *target, const char *url) {
    CURLU *parts = curl_url();
    *target = (struct client_target){0};
    const bool is_one =
        parts != NULL && strlen(url) <= CLIENT_TARGET_URL_MAX &&
        curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE) == CURLUE_OK &&
        set_scheme(parts) && take_apart(target, parts);
    curl_url_cleanup(parts);
    return is_one;
}

void client_target_deinit(struct client_target *target) {
    memory_free(target->url);
    memory_free(target->authority);
    memory_free(target->path);
    *target = (struct client_target){0};
}
