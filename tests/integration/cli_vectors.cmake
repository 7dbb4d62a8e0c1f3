# The command line: its units, then every vector of tickets and canonical JSON through the built program.
# Included from tests/, whose skep_test_group it uses.

skep_test_group(unit/cli skep_cli)

add_test(NAME integration/cli_vectors
  COMMAND node ${CMAKE_CURRENT_LIST_DIR}/cli_vectors.mjs $<TARGET_FILE:skep>)
set_tests_properties(integration/cli_vectors PROPERTIES TIMEOUT 120)
