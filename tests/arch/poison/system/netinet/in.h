#error "the pure floors do not know <netinet/in.h>"
