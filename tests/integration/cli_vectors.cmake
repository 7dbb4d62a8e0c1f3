# Every vector of tickets and canonical JSON through the built program.

add_test(NAME integration/cli_vectors
  COMMAND node ${CMAKE_CURRENT_LIST_DIR}/cli_vectors.mjs $<TARGET_FILE:skep>)
set_tests_properties(integration/cli_vectors PROPERTIES TIMEOUT 120)
