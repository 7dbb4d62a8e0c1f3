#error "the pure floors do not know <sys/epoll.h>"
