/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Who this node is to its TURN servers: a user and a password, a line each, in a file of the operator's.
 * Never: logs them, takes a file that others on the machine may read or change. */

#include "base/err.h"

enum { ICE_WORD_MAX = 255 };
struct ice_credentials {
    char user[ICE_WORD_MAX + 1], password[ICE_WORD_MAX + 1];
};
/* ERR_NOT_FOUND, ERR_DAMAGED (it holds something else), ERR_FOREIGN (others may read it). Wiped by the caller. */
MUST_USE enum err ice_credentials_read(const char *path, struct ice_credentials *credentials,
                                       struct err_detail *detail);
