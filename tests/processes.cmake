# Tests that run whole programs: the architecture's own, and the built skep as people start it.

find_program(NODE_EXECUTABLE NAMES node nodejs REQUIRED)

foreach(name include_graph poison tidy)
  add_test(NAME arch/${name} COMMAND ${NODE_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/arch/${name}.mjs)
endforeach()
foreach(name link_graph symbols)
  add_test(NAME arch/${name} COMMAND ${NODE_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/arch/${name}.mjs ${CMAKE_BINARY_DIR})
endforeach()

include(integration/cli_vectors.cmake OPTIONAL)
include(integration/hostile_link.cmake OPTIONAL)
