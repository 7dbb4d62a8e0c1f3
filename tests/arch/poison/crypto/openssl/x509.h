#error "only src/crypto knows <openssl/x509.h>"
