#error "only src/crypto knows <openssl/err.h>"
