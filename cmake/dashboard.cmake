# The dashboard's files as one C source: built by Node from dashboard/, or, in a release archive, taken
# ready-made from dashboard/bundle/. Without the option the program answers "no dashboard in this build".

set(SKEP_DASHBOARD_SOURCE ${CMAKE_BINARY_DIR}/generated/dashboard_bundle.c)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generated)

if(SKEP_DASHBOARD)
  find_program(NODE_EXECUTABLE NAMES node nodejs REQUIRED)
  find_program(NPM_EXECUTABLE NAMES npm REQUIRED)
  file(GLOB_RECURSE SKEP_DASHBOARD_INPUTS CONFIGURE_DEPENDS
    ${CMAKE_SOURCE_DIR}/dashboard/src/* ${CMAKE_SOURCE_DIR}/dashboard/*.mjs ${CMAKE_SOURCE_DIR}/dashboard/*.json
    ${CMAKE_SOURCE_DIR}/defs/*.def)
  list(FILTER SKEP_DASHBOARD_INPUTS EXCLUDE REGEX "/node_modules/")
  add_custom_command(
    OUTPUT ${CMAKE_SOURCE_DIR}/dashboard/node_modules/.package-lock.json
    COMMAND ${NPM_EXECUTABLE} ci --no-audit --no-fund --silent
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}/dashboard
    DEPENDS ${CMAKE_SOURCE_DIR}/dashboard/package.json ${CMAKE_SOURCE_DIR}/dashboard/package-lock.json
    COMMENT "Installing the dashboard's build tools" VERBATIM)
  add_custom_command(
    OUTPUT ${SKEP_DASHBOARD_SOURCE}
    COMMAND ${NODE_EXECUTABLE} build.mjs ${CMAKE_BINARY_DIR}/dashboard
    COMMAND ${NODE_EXECUTABLE} embed.mjs ${CMAKE_BINARY_DIR}/dashboard ${SKEP_DASHBOARD_SOURCE}
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}/dashboard
    DEPENDS ${SKEP_DASHBOARD_INPUTS} ${CMAKE_SOURCE_DIR}/dashboard/node_modules/.package-lock.json
    COMMENT "Building the dashboard" VERBATIM)
else()
  file(WRITE ${SKEP_DASHBOARD_SOURCE}
"/* A build without the page. */
#include \"daemon/api/dashboard_bundle.h\"
const struct dashboard_file dashboard_files[] = {{0}};
const size_t dashboard_file_count = 0;
")
endif()

add_library(skep_dashboard STATIC ${SKEP_DASHBOARD_SOURCE})
target_include_directories(skep_dashboard PUBLIC ${CMAKE_SOURCE_DIR}/src)
