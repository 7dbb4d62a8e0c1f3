#error "the pure floors do not know <sys/time.h>"
