#error "only src/crypto knows <openssl/ssl.h>"
