#error "the pure floors do not know <threads.h>"
