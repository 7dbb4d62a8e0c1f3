# The front door. Everything real is in CMake; these are the words people type.

BUILD ?= build
JOBS  ?= $(shell nproc)
CMAKE_FLAGS ?=

.PHONY: all run test format fuzz soak install clean packages

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
	@rm -rf $(BUILD) build-test build-fuzz build-soak
