#error "the pure floors do not know <glib.h>"
