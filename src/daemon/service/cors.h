/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What lets a page from anywhere read the answers of the services. Nothing of them depends on who asks: there is no
 * cookie and no login here.   Spec: reference 4.2. */

#define CORS_LINES                                                                                                     \
    {"Access-Control-Allow-Origin", "*"}, {"Access-Control-Allow-Headers", "Content-Type, Authorization"},             \
        {"Access-Control-Allow-Methods", "GET,POST,OPTIONS"}, {                                                        \
        "Access-Control-Max-Age", "86400"                                                                              \
    }
enum { CORS_COUNT = 4 };
