# The library that makes a machine without Ed25519: test-no_ed25519. Included by tests/processes.cmake.
add_library(test-no_ed25519 SHARED ${CMAKE_CURRENT_LIST_DIR}/no_ed25519.c)
target_link_options(test-no_ed25519 PRIVATE -fno-sanitize=all)
target_compile_options(test-no_ed25519 PRIVATE -fno-sanitize=all)
