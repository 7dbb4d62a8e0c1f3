#error "the pure floors do not know <pthread.h>"
