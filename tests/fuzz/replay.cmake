# The corpus of every fuzz target as a test, fuzz-replay/NAME, without a fuzzer and with the sanitizers of the build.

file(GLOB fuzz_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*_fuzz.c)
list(FILTER fuzz_sources EXCLUDE REGEX "/canary_fuzz\\.c$") # wrong on purpose
foreach(source IN LISTS fuzz_sources)
  get_filename_component(name ${source} NAME)
  string(REGEX REPLACE "_fuzz\\.c$" "" name ${name})
  add_executable(fuzz-replay-${name} ${source} ${CMAKE_CURRENT_LIST_DIR}/replay.c)
  target_compile_definitions(fuzz-replay-${name} PRIVATE _GNU_SOURCE)
  target_link_libraries(fuzz-replay-${name} PRIVATE skep_daemon)
  add_test(NAME fuzz-replay/${name} COMMAND fuzz-replay-${name} ${CMAKE_CURRENT_LIST_DIR}/corpus/${name})
  set_tests_properties(fuzz-replay/${name} PROPERTIES TIMEOUT 60)
endforeach()
