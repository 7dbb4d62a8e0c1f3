# A service manager in small: starts the built program with a NOTIFY_SOCKET, hears what it says, stops it.
add_executable(test-service_manager ${CMAKE_CURRENT_SOURCE_DIR}/integration/service_manager.c)
target_link_libraries(test-service_manager PRIVATE skep_test_lib skep_daemon)
add_test(NAME integration/service_manager COMMAND test-service_manager $<TARGET_FILE:skep>)
set_tests_properties(integration/service_manager PROPERTIES TIMEOUT 120 RESOURCE_LOCK processes)
