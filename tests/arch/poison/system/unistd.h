#error "the pure floors do not know <unistd.h>"
