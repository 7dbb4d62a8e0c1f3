#error "the pure floors do not know <libwebsockets.h>"
