#error "the pure floors do not know <sys/stat.h>"
