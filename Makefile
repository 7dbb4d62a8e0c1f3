# The front door. Everything real is in CMake; these are the words people type.

BUILD ?= build
JOBS  ?= $(shell nproc)
CMAKE_FLAGS ?=

.PHONY: all run test bench format fuzz soak install clean packages

all: $(BUILD)/build.ninja
	@cmake --build $(BUILD) -j $(JOBS) --target skep

$(BUILD)/build.ninja: CMakeLists.txt
	@cmake -S . -B $(BUILD) -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo $(CMAKE_FLAGS) > /dev/null

packages:
	@tools/install_packages.sh build

run:
	@tools/install_packages.sh build
	@$(MAKE) --no-print-directory all
	@exec $(BUILD)/skep demo

test:
	@tools/install_packages.sh test
	@tools/test.sh

# Budgets beside limits and peers, some minutes; ONLY=announces,peers,memory,content,transfer,webrtc chooses, MARKDOWN=1 prints a table.
bench:
	@tools/install_packages.sh bench
	@cmake -S . -B build-bench -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DSKEP_BENCH=ON > /dev/null
	@cmake --build build-bench -j $(JOBS) --target skep bench-http_load bench-ticket_bodies bench-verify_rate bench-content_store bench-signal_load bench-rtc_end
	@cd tests/interop && npm ci --ignore-scripts --no-audit --no-fund --silent
	@SKEP_PROGRAM=build-bench/skep node bench/bench.mjs build-bench/skep build-bench/bench

format:
	@git ls-files '*.c' '*.h' | xargs clang-format -i

fuzz:
	@tools/install_packages.sh fuzz
	@tools/fuzz.sh

# Half an hour: processes that come and go, and hundreds of simulated storms. See tools/soak.sh for what can be set.
soak:
	@tools/install_packages.sh build
	@tools/soak.sh

install: all
	@cmake --install $(BUILD)

clean:
	@rm -rf $(BUILD) build-test build-fuzz build-soak build-bench
