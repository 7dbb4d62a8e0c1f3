#error "the pure floors do not know <uv.h>"
