# The peer that says it has a file, and lies: test-content_liar. Included by tests/CMakeLists.txt.
add_executable(test-content_liar ${CMAKE_CURRENT_LIST_DIR}/content_liar.c)
target_link_libraries(test-content_liar PRIVATE skep_test_daemon PkgConfig::SSL PkgConfig::CRYPTO ${CMAKE_DL_LIBS})
