/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/hash.h"

#include "base/must.h"

#include <openssl/evp.h>

struct sha256 hash_sha256(struct span bytes) {
    struct sha256 hash;
    unsigned int size = 0;
    int is_done = EVP_Digest(bytes.at, bytes.size, hash.bytes, &size, EVP_sha256(), NULL);
    must(is_done == 1 && size == sizeof hash.bytes);
    return hash;
}

struct sha1 hash_sha1(struct span bytes) {
    struct sha1 hash;
    unsigned int size = 0;
    int is_done = EVP_Digest(bytes.at, bytes.size, hash.bytes, &size, EVP_sha1(), NULL);
    must(is_done == 1 && size == sizeof hash.bytes);
    return hash;
}
