# Our BinaryPack for scripts: test-binarypack_peer. Included by tests/processes.cmake, after negentropy_peer.cmake, which
# installs the packages.
add_executable(test-binarypack_peer ${CMAKE_CURRENT_LIST_DIR}/binarypack_peer.c)
target_link_libraries(test-binarypack_peer PRIVATE skep_test_lib skep_swarm)

add_test(NAME interop/binarypack COMMAND ${NODE_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/binarypack.mjs
  $<TARGET_FILE:test-binarypack_peer>)
set_tests_properties(interop/binarypack PROPERTIES FIXTURES_REQUIRED interop TIMEOUT 120)
