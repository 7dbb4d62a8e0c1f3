#error "the pure floors do not know <usrsctp.h>"
