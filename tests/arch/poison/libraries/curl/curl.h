#error "the pure floors do not know <curl/curl.h>"
