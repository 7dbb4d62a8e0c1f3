# The peer that breaks rules, for scripts: test-hostile_link. Included by tests/CMakeLists.txt.
add_executable(test-hostile_link ${CMAKE_CURRENT_LIST_DIR}/hostile_link.c)
target_link_libraries(test-hostile_link PRIVATE skep_test_daemon PkgConfig::SSL PkgConfig::CRYPTO ${CMAKE_DL_LIBS})
