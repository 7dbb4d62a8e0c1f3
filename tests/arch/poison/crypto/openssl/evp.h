#error "only src/crypto knows <openssl/evp.h>"
