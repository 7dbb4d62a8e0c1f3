#error "the pure floors do not know <nice/agent.h>"
