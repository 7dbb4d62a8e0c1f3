#error "only src/crypto knows <openssl/rand.h>"
