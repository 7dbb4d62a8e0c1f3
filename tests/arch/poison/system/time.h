#error "the pure floors do not know <time.h>"
