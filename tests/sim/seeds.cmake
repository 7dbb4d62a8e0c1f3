# Whole swarms with many seeds. A storm of 200 nodes takes 4 s of one core, and three times that under the sanitizers, so
# twelve seeds (hundreds in make soak) run in a program without them: the same sources, -O2, four seeds to an entry so that
# entries run side by side. What the sanitizers can find is in the same code whatever the seed: they see the first seed as
# well, a smaller storm, and every other scenario.

file(GLOB_RECURSE quick_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/base/*.c ${CMAKE_SOURCE_DIR}/src/crypto/*.c
  ${CMAKE_SOURCE_DIR}/src/swarm/*.c ${CMAKE_SOURCE_DIR}/src/sim/*.c)
add_library(skep_quick STATIC ${quick_sources})
target_include_directories(skep_quick PUBLIC ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/defs)
target_compile_definitions(skep_quick PUBLIC SKEP_VERSION="${PROJECT_VERSION}")
target_compile_options(skep_quick PUBLIC -O2 -fno-sanitize=all)
target_link_options(skep_quick PUBLIC -fno-sanitize=all)
target_link_libraries(skep_quick PUBLIC m PkgConfig::SODIUM PkgConfig::CRYPTO)

add_executable(test-seeds ${CMAKE_CURRENT_LIST_DIR}/seeds.c)
target_link_libraries(test-seeds PRIVATE skep_quick)
add_executable(test-seeds-sanitized ${CMAKE_CURRENT_LIST_DIR}/seeds.c)
target_link_libraries(test-seeds-sanitized PRIVATE skep_sim)

# skep_seeds_test(name program arguments...)
function(skep_seeds_test name program)
  add_test(NAME sim/${name} COMMAND ${program} ${ARGN})
  set_tests_properties(sim/${name} PROPERTIES TIMEOUT 240)
endfunction()

foreach(seeds 1..4 5..8 9..12)
  skep_seeds_test(storm_${seeds} test-seeds storm 200 300 ${seeds})
endforeach()
skep_seeds_test(storm_sanitized test-seeds-sanitized storm 200 300 1)
skep_seeds_test(storm_small_sanitized test-seeds-sanitized storm 60 180 1..2)
foreach(scenario stalls crash partition oneway cables slow lossy clocks nat liars)
  skep_seeds_test(${scenario}_sanitized test-seeds-sanitized ${scenario} 20 240 1..2)
endforeach()

# Half and four fifths of 500 nodes, by machine and by process, with and without the beacon.
foreach(scenario massacre50 massacre80 killed50 killed80)
  skep_seeds_test(${scenario} test-seeds ${scenario} 500 60 1)
  skep_seeds_test(${scenario}_no_beacon test-seeds ${scenario} 500 60 1 no-beacon)
endforeach()

# Planted bugs (canary/): NAME.c stands in for one function of the engine.
function(skep_canary name function)
  add_executable(test-canary-${name} ${CMAKE_CURRENT_LIST_DIR}/seeds.c ${CMAKE_CURRENT_LIST_DIR}/canary/${name}.c)
  target_link_libraries(test-canary-${name} PRIVATE skep_quick)
  target_link_options(test-canary-${name} PRIVATE -Wl,--wrap=${function})
  skep_seeds_test(canary_${name} test-canary-${name} storm 200 300 1..20 finds)
endfunction()
skep_canary(silent_link session_close)
skep_canary(free_dial dial_policy_charge)

add_executable(test-cost ${CMAKE_CURRENT_LIST_DIR}/cost.c)
target_link_libraries(test-cost PRIVATE skep_quick)
target_link_options(test-cost PRIVATE -Wl,--wrap=memory_try_zeroed)
skep_seeds_test(cost test-cost)

# Broadcast among five hundred, and with more seeds: the same test, in the quick build.
function(skep_broadcast_test name nodes seeds)
  add_executable(test-${name} ${CMAKE_CURRENT_LIST_DIR}/broadcast_test.c ${CMAKE_CURRENT_LIST_DIR}/../lib/swarm.c)
  target_include_directories(test-${name} PRIVATE ${CMAKE_CURRENT_LIST_DIR}/..)
  target_compile_definitions(test-${name} PRIVATE BROADCAST_NODES=${nodes} BROADCAST_SEEDS=${seeds})
  target_link_libraries(test-${name} PRIVATE PkgConfig::CMOCKA skep_quick)
  skep_seeds_test(${name} test-${name})
endfunction()
skep_broadcast_test(broadcast_seeds 100 4)
skep_broadcast_test(broadcast_many 500 1)

# Reconciliation with more seeds, and among two hundred: the same test, in the quick build.
function(skep_sync_test name nodes seeds)
  add_executable(test-${name} ${CMAKE_CURRENT_LIST_DIR}/sync_test.c ${CMAKE_CURRENT_LIST_DIR}/../lib/swarm.c)
  target_include_directories(test-${name} PRIVATE ${CMAKE_CURRENT_LIST_DIR}/..)
  target_compile_definitions(test-${name} PRIVATE SYNC_NODES=${nodes} SYNC_SEEDS=${seeds})
  target_link_libraries(test-${name} PRIVATE PkgConfig::CMOCKA skep_quick)
  skep_seeds_test(${name} test-${name})
endfunction()
skep_sync_test(sync_seeds 30 8)

# All 66 pairs, and more of coming and going: the same test, in the quick build.
function(skep_replication_test name pairs seeds minutes)
  add_executable(test-${name} ${CMAKE_CURRENT_LIST_DIR}/replication_test.c ${CMAKE_CURRENT_LIST_DIR}/../lib/swarm.c)
  target_include_directories(test-${name} PRIVATE ${CMAKE_CURRENT_LIST_DIR}/..)
  target_compile_definitions(test-${name} PRIVATE _GNU_SOURCE REPLICATION_PAIRS=${pairs} REPLICATION_SEEDS=${seeds}
    REPLICATION_MINUTES=${minutes})
  target_link_libraries(test-${name} PRIVATE PkgConfig::CMOCKA skep_quick)
  skep_seeds_test(${name} test-${name})
endfunction()
skep_replication_test(replication_pairs 66 4 10)
skep_replication_test(replication_hour 1 1 60)

# Two sets of a million records: the same test, in the quick build.
add_executable(test-million ${CMAKE_CURRENT_LIST_DIR}/../unit/swarm/reconcile/reconcile_million_test.c
  ${CMAKE_CURRENT_LIST_DIR}/../lib/reconcile_talk.c)
target_include_directories(test-million PRIVATE ${CMAKE_CURRENT_LIST_DIR}/..)
target_compile_definitions(test-million PRIVATE _GNU_SOURCE)
target_link_libraries(test-million PRIVATE PkgConfig::CMOCKA skep_quick)
skep_seeds_test(reconcile_million test-million)
