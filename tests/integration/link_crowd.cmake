# Many peers at once, for scripts: test-link_crowd; and the program itself with room for 200 of them (link_room.c):
# test-skep_roomy. Included by tests/CMakeLists.txt.
find_package(Threads REQUIRED)
add_executable(test-link_crowd ${CMAKE_CURRENT_LIST_DIR}/link_crowd.c)
target_link_libraries(test-link_crowd PRIVATE skep_test_daemon PkgConfig::SSL PkgConfig::CRYPTO Threads::Threads ${CMAKE_DL_LIBS})

add_executable(test-skep_roomy ${CMAKE_SOURCE_DIR}/src/cli/main.c ${CMAKE_CURRENT_LIST_DIR}/link_room.c)
target_compile_definitions(test-skep_roomy PRIVATE _GNU_SOURCE)
target_include_directories(test-skep_roomy PRIVATE ${CMAKE_BINARY_DIR}/generated)
target_link_libraries(test-skep_roomy PRIVATE skep_cli)
target_link_options(test-skep_roomy PRIVATE -Wl,--wrap=engine_new)
