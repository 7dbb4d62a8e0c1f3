# Our WebSocket at either end, for scripts: test-web_socket_peer. Included by tests/processes.cmake after
# negentropy_peer.cmake, which installs the packages.
add_executable(test-web_socket_peer ${CMAKE_CURRENT_LIST_DIR}/web_socket_peer.c)
target_link_libraries(test-web_socket_peer PRIVATE skep_test_lib skep_daemon)

add_test(NAME interop/web_socket COMMAND ${NODE_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/web_socket.mjs
  $<TARGET_FILE:test-web_socket_peer>)
set_tests_properties(interop/web_socket PROPERTIES FIXTURES_REQUIRED interop TIMEOUT 180)
