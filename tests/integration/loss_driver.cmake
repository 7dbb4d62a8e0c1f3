# The peer that gives a link enough to lose: test-loss_driver. Included by tests/CMakeLists.txt.
add_executable(test-loss_driver ${CMAKE_CURRENT_LIST_DIR}/loss_driver.c)
target_link_libraries(test-loss_driver PRIVATE skep_test_daemon PkgConfig::SSL PkgConfig::CRYPTO ${CMAKE_DL_LIBS})
