# Our side of a reconciliation, for scripts: test-negentropy_peer. Included by tests/processes.cmake.
add_executable(test-negentropy_peer ${CMAKE_CURRENT_LIST_DIR}/negentropy_peer.c)
target_link_libraries(test-negentropy_peer PRIVATE skep_test_lib skep_swarm)

add_test(NAME interop/install COMMAND ${NPM_EXECUTABLE} ci --ignore-scripts --no-audit --no-fund --silent
  WORKING_DIRECTORY ${CMAKE_CURRENT_LIST_DIR})
set_tests_properties(interop/install PROPERTIES FIXTURES_SETUP interop TIMEOUT 300)
add_test(NAME interop/negentropy COMMAND ${NODE_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/negentropy.mjs
  $<TARGET_FILE:test-negentropy_peer>)
set_tests_properties(interop/negentropy PROPERTIES FIXTURES_REQUIRED interop TIMEOUT 180)
