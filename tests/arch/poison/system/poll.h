#error "the pure floors do not know <poll.h>"
