# One end of WebRTC as a program: test-rtc_end. Included by tests/CMakeLists.txt.
add_executable(test-rtc_end ${CMAKE_CURRENT_LIST_DIR}/rtc_end.c)
target_link_libraries(test-rtc_end PRIVATE skep_daemon)
