#error "the pure floors do not know <wslay/wslay.h>"
