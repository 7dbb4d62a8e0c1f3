#error "the pure floors do not know <fcntl.h>"
