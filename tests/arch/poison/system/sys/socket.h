#error "the pure floors do not know <sys/socket.h>"
