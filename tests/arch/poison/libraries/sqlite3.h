#error "the pure floors do not know <sqlite3.h>"
