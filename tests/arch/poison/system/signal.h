#error "the pure floors do not know <signal.h>"
