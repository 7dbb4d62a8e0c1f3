# Tests that run whole programs: the architecture's own, and the built skep as people start it.

find_program(NODE_EXECUTABLE NAMES node nodejs REQUIRED)
find_program(NPM_EXECUTABLE NAMES npm REQUIRED)

foreach(name include_graph options poison tidy)
  add_test(NAME arch/${name} COMMAND ${NODE_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/arch/${name}.mjs)
endforeach()
foreach(name link_graph symbols module)
  add_test(NAME arch/${name} COMMAND ${NODE_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/arch/${name}.mjs ${CMAKE_BINARY_DIR})
endforeach()

# The vectors that a program of ours makes are what it makes.
add_test(NAME vectors/content COMMAND ${NODE_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/vectors/make/content.mjs --check)

include(integration/cli_vectors.cmake)
include(integration/content_liar.cmake)
include(integration/crash_at.cmake)
include(integration/hostile_link.cmake)
include(integration/link_crowd.cmake)
include(integration/loss_driver.cmake)
include(integration/no_ed25519.cmake)
include(integration/rtc_end.cmake)
include(integration/service_manager.cmake)
include(interop/negentropy_peer.cmake)
include(interop/binarypack_peer.cmake)
include(interop/signaling.cmake)
include(interop/web_socket_peer.cmake)
include(lib/net/tun_forwarder.cmake)

# skep_process_test(name seconds arguments...): tests/integration/<name>.mjs against the built program. They measure
# seconds, so no two of them run at once. skep_waiting_test: the same of those that mostly wait for something to become
# so; no two of them either, but one beside one that measures.
function(skep_process_test name seconds)
  add_test(NAME integration/${name} COMMAND ${NODE_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/integration/${name}.mjs
    $<TARGET_FILE:skep> ${ARGN})
  set_tests_properties(integration/${name} PROPERTIES TIMEOUT ${seconds} RESOURCE_LOCK processes
    ENVIRONMENT "SKEP_SANITIZED=$<BOOL:${SKEP_SANITIZE}>")
endfunction()
function(skep_waiting_test name seconds)
  skep_process_test(${name} ${seconds} ${ARGN})
  set_tests_properties(integration/${name} PROPERTIES RESOURCE_LOCK waiting)
endfunction()

skep_waiting_test(bad_input 180)
skep_waiting_test(swarm 180)
skep_waiting_test(reload 120)
skep_waiting_test(mesh 120)
skep_waiting_test(controls 300)
skep_waiting_test(approval 180)
skep_waiting_test(capability 60 $<TARGET_FILE:test-no_ed25519>)
skep_waiting_test(history 180)
skep_waiting_test(beacon_away 120 15)
skep_waiting_test(story 120 ${CMAKE_CURRENT_SOURCE_DIR}/vectors/story_two_nodes.txt)
skep_waiting_test(beacon_kill 180 10)
add_test(NAME integration/bench_smoke COMMAND ${NODE_EXECUTABLE} ${CMAKE_SOURCE_DIR}/bench/bench.mjs $<TARGET_FILE:skep>
  ${CMAKE_BINARY_DIR}/bench)
set_tests_properties(integration/bench_smoke PROPERTIES TIMEOUT 120 RESOURCE_LOCK processes ENVIRONMENT "SMOKE=1")
skep_process_test(beacon_hostile 300)
set_tests_properties(integration/beacon_hostile PROPERTIES RUN_SERIAL ON) # milliseconds of an honest client
skep_process_test(hostile 300 $<TARGET_FILE:test-hostile_link>)
skep_waiting_test(churn 240 20)
skep_waiting_test(demo_faults 180)
skep_waiting_test(top 120)
skep_waiting_test(doctor 120)
skep_waiting_test(units 120 ${CMAKE_BINARY_DIR})
set_tests_properties(integration/units PROPERTIES SKIP_RETURN_CODE 77)

# Signaling servers of others that die, stand still and are all away; the full form: signaling_failover 300.
skep_process_test(signaling_failover 180 10)
set_tests_properties(integration/signaling_failover PROPERTIES FIXTURES_REQUIRED interop)
skep_waiting_test(signaled_links 120)
skep_waiting_test(signaling_liar 120)
set_tests_properties(integration/signaling_liar PROPERTIES FIXTURES_REQUIRED interop)

# What was promised of the controls and of many links; the last argument is the size. The full forms, on a release build:
# block_links 200, controls_load 200, reconnect_cycles 10000, api_hostile 1000, crash_steps 6,
# viewer_cost 60.
skep_process_test(block_links 180 $<TARGET_FILE:test-link_crowd> 50)
skep_process_test(reconnect_cycles 180 $<TARGET_FILE:test-link_crowd> 400)
skep_process_test(api_hostile 120 1000)
skep_waiting_test(crash_steps 180 $<TARGET_FILE:test-crash_at> 2)
skep_process_test(viewer_cost 180 $<TARGET_FILE:test-link_crowd> 8)

# The full form: backup long.
skep_waiting_test(backup 120)

# Files between nodes. The full forms, on a release build: content long, content_kill 1024 10.
skep_waiting_test(content 300)
skep_waiting_test(content_remove 300)
skep_waiting_test(content_kill 300 64 10)
skep_process_test(content_block 300 192)
skep_waiting_test(content_hostile 300 $<TARGET_FILE:test-content_liar>)
skep_waiting_test(posts 120)
skep_waiting_test(offline 180 500 20)
skep_waiting_test(replication 360 1) # the full form: 5 600
skep_waiting_test(content_wish 120)
skep_waiting_test(content_rot 120)
skep_process_test(content_rates 120)
skep_waiting_test(content_disk 180)
set_tests_properties(integration/content_disk PROPERTIES SKIP_RETURN_CODE 77)

skep_process_test(metrics 120 $<TARGET_FILE:test-hostile_link>)
skep_waiting_test(metrics_board 120)
set_tests_properties(integration/metrics_board PROPERTIES SKIP_RETURN_CODE 77)

# WebRTC between processes, on loopback: through a relay; and ends that nobody announces.
skep_process_test(rtc_relay 120 $<TARGET_FILE:test-rtc_end>)
skep_waiting_test(rtc_ends 120 $<TARGET_FILE:test-rtc_end>)

# skep_network_test(name seconds arguments...): the same in a network of namespaces (integration/lib/network.mjs); where
# none can be made they are skipped, and say so. Most of their time they wait, so one of them runs beside the others; the
# one that measures milliseconds does not.
function(skep_network_test name seconds)
  skep_process_test(${name} ${seconds} ${ARGN})
  set_tests_properties(integration/${name} PROPERTIES SKIP_RETURN_CODE 77 RESOURCE_LOCK network)
endfunction()

skep_network_test(net_loss 300 $<TARGET_FILE:test-loss_driver>)
skep_network_test(net_page 300 $<TARGET_FILE:test-loss_driver>)
set_tests_properties(integration/net_page PROPERTIES FIXTURES_REQUIRED browser)
skep_network_test(net_delay 120 $<TARGET_FILE:test-tun_forwarder>)
set_tests_properties(integration/net_delay PROPERTIES RESOURCE_LOCK "network;processes")
skep_network_test(controls_load 180 $<TARGET_FILE:test-link_crowd> 10)
set_tests_properties(integration/controls_load PROPERTIES RESOURCE_LOCK "network;processes")
skep_network_test(net_cable 240)
skep_network_test(net_doctor 180)
skep_network_test(net_nat 300)
skep_network_test(net_signaled 300)
skep_network_test(net_renewed 200)
skep_network_test(net_doctor_nat 120)
skep_network_test(net_families 300)
skep_network_test(net_rtc_nat 180 $<TARGET_FILE:test-rtc_end>)
skep_network_test(net_rtc_loss 180 $<TARGET_FILE:test-rtc_end>)
skep_network_test(net_rtc_close 60 $<TARGET_FILE:test-rtc_end> $<TARGET_FILE:test-tun_forwarder>)

# Those of namespaces are over first: what waits for long waits in their row.
set_tests_properties(integration/doctor integration/beacon_away integration/backup PROPERTIES RESOURCE_LOCK network)

# The page: its own units, the fixtures in Chromium, and a live swarm in Chromium; and the API's document, whose
# validators come with the browser's packages.
add_test(NAME dashboard/install COMMAND ${NPM_EXECUTABLE} ci --no-audit --no-fund --silent
  WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/browser)
set_tests_properties(dashboard/install PROPERTIES FIXTURES_SETUP browser TIMEOUT 300)
foreach(name check test)
  add_test(NAME dashboard/${name} COMMAND ${NPM_EXECUTABLE} run --silent ${name}
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}/dashboard)
  set_tests_properties(dashboard/${name} PROPERTIES TIMEOUT 120)
endforeach()
add_test(NAME browser/fixtures COMMAND ${NPM_EXECUTABLE} test --silent WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/browser)
set_tests_properties(browser/fixtures PROPERTIES FIXTURES_REQUIRED browser TIMEOUT 900 RESOURCE_LOCK processes)
skep_waiting_test(openapi 120 ${CMAKE_CURRENT_SOURCE_DIR}/browser $<TARGET_FILE:test-content_liar>)
set_tests_properties(integration/openapi PROPERTIES FIXTURES_REQUIRED browser)
skep_process_test(demo 180 ${CMAKE_CURRENT_SOURCE_DIR}/browser/live_test.mjs)
skep_process_test(proxy 120 ${CMAKE_CURRENT_SOURCE_DIR}/browser/proxy_test.mjs)
skep_process_test(dashboard 180)
skep_waiting_test(posts_page 120 ${CMAKE_CURRENT_SOURCE_DIR}/browser/posts_live_test.mjs)
skep_waiting_test(criteria 360 ${CMAKE_CURRENT_SOURCE_DIR}/browser/criteria_test.mjs $<TARGET_FILE:test-no_ed25519>)
set_tests_properties(integration/demo integration/proxy integration/dashboard integration/posts_page integration/criteria PROPERTIES
  FIXTURES_REQUIRED browser)

# PeerJS pages in Chromium against `skep echo`; the short form of the first. The full forms: tests/interop/README.md.
function(skep_page_test name seconds script)
  add_test(NAME interop/${name} COMMAND ${NODE_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/interop/${script}.mjs
    $<TARGET_FILE:skep> --seconds ${seconds} ${ARGN})
  math(EXPR seconds_max "${seconds} + 30")
  set_tests_properties(interop/${name} PROPERTIES FIXTURES_REQUIRED interop TIMEOUT ${seconds_max}
    RESOURCE_LOCK processes ENVIRONMENT "SKEP_SANITIZED=$<BOOL:${SKEP_SANITIZE}>")
endfunction()
skep_page_test(peerjs_echo 240 peerjs_echo)
skep_page_test(peerjs_dialled 240 peerjs_echo --dialled --short)
skep_page_test(peerjs_signaling 120 peerjs_echo --own-signaling --short --only close,parallel,cycles,signaling)
skep_page_test(peerjs_hostile 150 peerjs_hostile)
skep_page_test(peerjs_example 100 peerjs_example)
