/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/link/tls_certificate.h"

#include <string.h>

/* Everything but the key and the signature is the same for all nodes, so the DER (X.690) is written out:
 *
 *   Certificate   30 81 cb
 *     tbs         30 7f        what is signed: SIGNED_SIZE bytes, with this header
 *     algorithm   30 05 ..     id-Ed25519 (RFC 8410)
 *     signature   03 41 00 ..  64 bytes */
static const uint8_t certificate_head[] = {0x30, 0x81, 0xcb};

static const uint8_t signed_head[] = {
    0x30, 0x7f,                                                             /* TBSCertificate */
    0xa0, 0x03, 0x02, 0x01, 0x02,                                           /* version v3 */
    0x02, 0x01, 0x01,                                                       /* serialNumber 1 */
    0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70,                               /* signature: id-Ed25519 */
    0x30, 0x0f, 0x31, 0x0d, 0x30, 0x0b, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, /* issuer CN = UTF8String */
    0x04, 's',  'k',  'e',  'p',                                            /* */
    0x30, 0x20,                                                             /* validity */
    0x17, 0x0d, '2',  '0',  '0',  '1',  '0',  '1',  '0',  '0',  '0',  '0',  /* notBefore UTCTime */
    '0',  '0',  'Z',                                                        /* */
    0x18, 0x0f, '9',  '9',  '9',  '9',  '1',  '2',  '3',  '1',  '2',  '3',  /* notAfter GeneralizedTime */
    '5',  '9',  '5',  '9',  'Z',                                            /* */
    0x30, 0x0f, 0x31, 0x0d, 0x30, 0x0b, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, /* subject, the same */
    0x04, 's',  'k',  'e',  'p',                                            /* */
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00, /* subjectPublicKeyInfo: 32 bytes follow */
};
static const uint8_t signature_head[] = {0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x41, 0x00};

enum { SIGNED_SIZE = sizeof signed_head + 32 };
_Static_assert(SIGNED_SIZE == 2 + 0x7f, "the length byte of TBSCertificate");
_Static_assert(SIGNED_SIZE + sizeof signature_head + 64 == 0xcb, "the length byte of Certificate");
_Static_assert(sizeof certificate_head + 0xcb == TLS_CERTIFICATE_SIZE, "WIRE W7 says 206");

void tls_certificate_make(const struct signing_key *key, uint8_t der[TLS_CERTIFICATE_SIZE]) {
    const struct public_key public_half = sign_public_key(key);
    uint8_t *const to_sign = der + sizeof certificate_head;
    uint8_t *const behind = to_sign + SIGNED_SIZE;
    memcpy(der, certificate_head, sizeof certificate_head);
    memcpy(to_sign, signed_head, sizeof signed_head);
    memcpy(to_sign + sizeof signed_head, public_half.bytes, sizeof public_half.bytes);
    const struct signature signature = sign_message(key, (struct span){to_sign, SIGNED_SIZE});
    memcpy(behind, signature_head, sizeof signature_head);
    memcpy(behind + sizeof signature_head, signature.bytes, sizeof signature.bytes);
}
