# Ends a node's process at a chosen step on the disk: libtest-crash_at.so, to be preloaded. Included by
# tests/CMakeLists.txt.
add_library(test-crash_at MODULE ${CMAKE_CURRENT_LIST_DIR}/crash_at.c)
target_compile_definitions(test-crash_at PRIVATE _GNU_SOURCE)
target_link_libraries(test-crash_at PRIVATE Threads::Threads ${CMAKE_DL_LIBS})
