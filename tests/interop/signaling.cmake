# Our signaling server beside npm peer. Included by tests/processes.cmake, behind negentropy_peer.cmake, which installs.
add_test(NAME interop/signaling COMMAND ${NODE_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/signaling.mjs $<TARGET_FILE:skep>)
set_tests_properties(interop/signaling PROPERTIES FIXTURES_REQUIRED interop TIMEOUT 240
  ENVIRONMENT "SKEP_SANITIZED=$<BOOL:${SKEP_SANITIZE}>")
add_test(NAME interop/signaling_again COMMAND ${NODE_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/signaling_again.mjs $<TARGET_FILE:skep>)
set_tests_properties(interop/signaling_again PROPERTIES FIXTURES_REQUIRED interop TIMEOUT 120)
