#error "only src/crypto knows <sodium.h>"
