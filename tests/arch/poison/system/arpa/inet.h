#error "the pure floors do not know <arpa/inet.h>"
