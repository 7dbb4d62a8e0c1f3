# The long cable of the test network: test-tun_forwarder. Included by tests/CMakeLists.txt.
add_executable(test-tun_forwarder ${CMAKE_CURRENT_LIST_DIR}/tun_forwarder.c)
target_link_libraries(test-tun_forwarder PRIVATE skep_base)
target_compile_definitions(test-tun_forwarder PRIVATE _GNU_SOURCE)
