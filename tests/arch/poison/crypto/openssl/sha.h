#error "only src/crypto knows <openssl/sha.h>"
