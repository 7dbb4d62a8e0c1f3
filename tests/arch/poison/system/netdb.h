#error "the pure floors do not know <netdb.h>"
