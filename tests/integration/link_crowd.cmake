# Many peers at once, for scripts: test-link_crowd. Included by tests/CMakeLists.txt.
find_package(Threads REQUIRED)
add_executable(test-link_crowd ${CMAKE_CURRENT_LIST_DIR}/link_crowd.c)
target_link_libraries(test-link_crowd PRIVATE skep_test_daemon PkgConfig::SSL PkgConfig::CRYPTO Threads::Threads ${CMAKE_DL_LIBS})
