// SPDX-License-Identifier: Apache-2.0
// A network of its own for tests: hosts are network namespaces, cables are veth pairs to a router's namespace, and
// nftables in the router loses, cuts and translates. Nothing of it touches the network of the machine.
//
//   const network = await Network.make();
//   const a = await network.host("a");                        // 198.18.1.2, which a node takes for a public address
//   const b = await network.host("b", { roundTripMs: 80 });   // behind a long cable
//   const d = await network.host("d", { ipv6: true });        // 2001:db8:3::2 as well
//   const home = await network.home("h");                     // a household's router, behind masquerade
//   const c = await home.host("c");                           // 192.168.1.2
//   const node = await a.run({ args: ["--beacon", ...] });
//   a.cable.cut(); a.cable.mend();
//
// Namespaces are called skep-PID-NAME, and gone at the end; those of a test that was killed go when the next begins.

import { execFileSync, spawn } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Node, until } from "./skep.mjs";

const SKIPPED = 77; // what the runner takes for "skipped"
const LINK_PORT = 8782;
const gateProgram = new URL("../../lib/net/gate.mjs", import.meta.url).pathname;
const spaces = new Map(); // full name -> Space
const helpers = new Set(); // gates and forwarders

function command(program, args, input) {
  return execFileSync(program, args, { input, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });
}
const ip = (...args) => command("ip", args);

/** A child that is killed with us, even when we get no chance to. */
export const boundToUs = ["setpriv", "--pdeathsig", "KILL"];

async function startHelper(words) {
  const child = spawn(boundToUs[0], [...boundToUs.slice(1), ...words], { stdio: ["ignore", "pipe", "inherit"] });
  helpers.add(child);
  for await (const line of createInterface({ input: child.stdout })) if (line === "ready") return child;
  throw new Error(`${words.join(" ")} did not become ready`);
}

function removeSpace(name) {
  for (const pid of command("ip", ["netns", "pids", name]).split("\n").filter(Boolean)) {
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {} // it ended meanwhile
  }
  ip("netns", "del", name);
}

function listSpaces() {
  return ip("netns", "list").split("\n").map((line) => line.split(" ")[0]).filter((name) => /^skep-\d+-/.test(name));
}

/** What tests left behind that were killed: their process is gone, their namespaces and gates are not. */
function sweep() {
  const isDead = (pid) => !existsSync(`/proc/${pid}`);
  for (const name of listSpaces()) if (isDead(name.split("-")[1])) removeSpace(name);
  for (const name of readdirSync(tmpdir()).filter((one) => /^skep-network-\d+-/.test(one))) {
    if (isDead(name.split("-")[2])) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

process.on("exit", () => {
  for (const child of helpers) child.kill("SIGKILL");
  for (const name of spaces.keys()) {
    try {
      removeSpace(name);
    } catch (error) {
      console.error(`${name} is left behind: ${error.message}`);
    }
  }
});

/** Ends the test as skipped, loudly, where namespaces cannot be made. */
function requireNamespaces() {
  try {
    if (process.getuid() !== 0) throw new Error("we are not root");
    closeSync(openSync("/dev/net/tun", "r+"));
    command("nft", ["--version"]);
    const name = `skep-${process.pid}-try`;
    ip("netns", "add", name);
    try {
      command("ip", ["netns", "exec", name, "nft", "add", "table", "inet", "try"]);
    } finally {
      removeSpace(name);
    }
  } catch (error) {
    console.log(`SKIPPED: needs root, network namespaces, nftables and /dev/net/tun (${error.message.split("\n")[0]})`);
    process.exit(SKIPPED);
  }
}

/** One network namespace. */
class Space {
  constructor(name) {
    this.name = name;
    this.namespace = `skep-${process.pid}-${name}`;
    if (!/^[a-z0-9]{1,10}$/.test(name) || spaces.has(this.namespace)) throw new Error(`no good name: ${name}`);
    ip("netns", "add", this.namespace);
    spaces.set(this.namespace, this);
    this.ip("link", "set", "dev", "lo", "up");
    // Packets may come back another way than they went: the router decides, not this check.
    this.exec("sysctl", "-qw", "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0");
    // Nobody else is on these cables who could have our addresses; waiting for a protest makes the first second lame.
    this.exec("sysctl", "-qw", "net.ipv6.conf.all.accept_dad=0", "net.ipv6.conf.default.accept_dad=0");
  }

  get wrap() {
    return [...boundToUs, "ip", "netns", "exec", this.namespace];
  }

  exec(...words) {
    return command("ip", ["netns", "exec", this.namespace, ...words]);
  }

  ip(...args) {
    return ip("-n", this.namespace, ...args);
  }

  nft(script) {
    return command("ip", ["netns", "exec", this.namespace, "nft", "-f", "-"], script);
  }
}

/** The cable between a router and what is plugged into it; in the router its end has the name of the other. */
class Cable {
  constructor(router, space, isLong) {
    Object.assign(this, { router, space, end: space.name, isLong });
  }

  /** Cut in the middle: both ends stay up, nothing passes and nobody is told. */
  cut() {
    this.router.nft(`add element inet skep cut { "${this.end}" }`);
  }

  mend() {
    this.router.nft(`delete element inet skep cut { "${this.end}" }`);
  }

  /** IPv6 alone is lost on the way, as where somebody's network promises more than it keeps. */
  cutIpv6() {
    this.router.nft(`add element inet skep cut_ipv6 { "${this.end}" }`);
  }

  /** Pulled out at the router: the other end sees that it has no carrier. */
  pull() {
    if (this.isLong) throw new Error("a long cable cannot be pulled");
    this.router.ip("link", "set", "dev", this.end, "down");
  }

  plug() {
    this.router.ip("link", "set", "dev", this.end, "up");
  }

  /** Loses that share of all packets, at random, each way. Only packets with data are counted: an acknowledgement by
   * itself has at most 80 bytes. */
  lose(share) {
    const rules = ["from", "to"].map((way) => {
      const chain = `${way}_${this.end}`;
      return `flush chain inet skep ${chain}
        add rule inet skep ${chain} meta length > 80 counter name ${chain}_sent
        add rule inet skep ${chain} numgen random mod 10000 < ${Math.round(share * 10000)} goto ${chain}_lost
        flush chain inet skep ${chain}_lost
        add rule inet skep ${chain}_lost meta length > 80 counter name ${chain}_lost
        add rule inet skep ${chain}_lost drop\n`;
    });
    this.router.nft(rules.join(""));
  }

  /** Packets with data so far: { from: { sent, lost }, to: { sent, lost } }, as seen from the host. */
  counts() {
    const listed = JSON.parse(this.router.exec("nft", "-j", "list", "counters", "table", "inet", "skep")).nftables;
    const packets = new Map(listed.filter((one) => one.counter).map(({ counter }) => [counter.name, counter.packets]));
    const way = (name) => ({ sent: packets.get(`${name}_${this.end}_sent`), lost: packets.get(`${name}_${this.end}_lost`) });
    return { from: way("from"), to: way("to") };
  }
}

/** A namespace that forwards between its cables; a host on cable N has PREFIX.N.2/24, and the router's end PREFIX.N.1. */
class Router extends Space {
  constructor(name, network, prefix) {
    super(name);
    Object.assign(this, { network, prefix, cableCount: 0 });
    this.exec("sysctl", "-qw", "net.ipv4.ip_forward=1");
    this.nft(`add table inet skep
      add set inet skep cut { type ifname; }
      add chain inet skep forward { type filter hook forward priority 0; }
      add rule inet skep forward iifname @cut drop
      add rule inet skep forward oifname @cut drop
      add set inet skep cut_ipv6 { type ifname; }
      add rule inet skep forward meta nfproto ipv6 iifname @cut_ipv6 drop
      add rule inet skep forward meta nfproto ipv6 oifname @cut_ipv6 drop\n`);
  }

  async plugIn(space, { roundTripMs = 0, rateKbit = 0, ipv6 = false }) {
    const net = `${this.prefix}.${++this.cableCount}`;
    const isLong = roundTripMs > 0 || rateKbit > 0;
    space.address = `${net}.2`;
    space.gateway = `${net}.1`;
    space.cable = new Cable(this, space, isLong);
    if (isLong) await this.layLong(space, { delayMs: roundTripMs / 2, rateKbit });
    else this.layShort(space);
    this.ip("address", "add", `${net}.1/24`, "dev", space.name);
    this.ip("link", "set", "dev", space.name, "up");
    space.ip("address", "add", `${net}.2/24`, "dev", "eth0");
    space.ip("link", "set", "dev", "eth0", "up");
    space.ip("route", "add", "default", "via", space.gateway);
    if (ipv6) this.addIpv6(space, this.cableCount);
    this.nft(["from", "to"].map((way) => `add counter inet skep ${way}_${space.name}_sent
      add counter inet skep ${way}_${space.name}_lost
      add chain inet skep ${way}_${space.name}
      add chain inet skep ${way}_${space.name}_lost
      add rule inet skep forward ${way === "from" ? "iifname" : "oifname"} "${space.name}" jump ${way}_${space.name}\n`).join(""));
    return space;
  }

  /** 2001:db8:N::2 on cable N, beside its IPv4 address. */
  addIpv6(space, number) {
    this.exec("sysctl", "-qw", "net.ipv6.conf.all.forwarding=1");
    this.ip("address", "add", `2001:db8:${number}::1/64`, "dev", space.name, "nodad");
    space.address6 = `2001:db8:${number}::2`;
    space.ip("address", "add", `${space.address6}/64`, "dev", "eth0", "nodad");
    space.ip("route", "add", "default", "via", `2001:db8:${number}::1`);
  }

  /** A veth pair that carries every segment by itself, so that a packet lost is a segment lost. */
  layShort(space) {
    this.ip("link", "add", "name", space.name, "type", "veth", "peer", "name", "eth0", "netns", space.namespace);
    this.ip("link", "set", "dev", space.name, "gso_max_segs", "1");
    space.ip("link", "set", "dev", "eth0", "gso_max_segs", "1");
  }

  async layLong(space, { delayMs, rateKbit }) {
    const { forwarder } = this.network;
    if (forwarder === undefined) throw new Error("a long cable needs the forwarder");
    await startHelper([forwarder, "--near", `${space.namespace}:eth0`, "--far", `${this.namespace}:${space.name}`,
      "--delay-ms", String(delayMs), "--rate-kbit", String(rateKbit)]);
  }

  /** A host with a cable to this router. `roundTripMs`, `rateKbit`: a long cable; it has no carrier to lose. */
  async host(name, options = {}) {
    const host = await this.plugIn(new Host(name), options);
    host.gate = join(this.network.folder, name);
    await startHelper(["ip", "netns", "exec", host.namespace, process.execPath, gateProgram, host.gate]);
    return host;
  }
}

/** A household's router: its hosts reach the world with its address, and the world reaches none that is not mapped. */
class Home extends Router {
  /** `isSymmetric`: each destination sees another port, so that what one server saw is of no use to anybody else. */
  close({ isSymmetric = false } = {}) {
    this.nft(`add table ip nat
      add chain ip nat mapped { type nat hook prerouting priority dstnat; }
      add chain ip nat masked { type nat hook postrouting priority srcnat; }
      add rule ip nat masked oifname "eth0" masquerade${isSymmetric ? " fully-random" : ""}
      add chain inet skep input { type filter hook input priority 0; }
      add rule inet skep input iifname "eth0" ct state new drop\n`);
    return this;
  }

  /** From now on every connection gets a port of its own at random, as behind a symmetric NAT: what one server sees of a
   * host is of no use to anybody else. */
  randomise() {
    return this.#mask("masquerade fully-random");
  }

  /** The other way: from now on a port is the same for all destinations. */
  settle() {
    return this.#mask("masquerade");
  }

  #mask(how) {
    this.nft(`flush chain ip nat masked\nadd rule ip nat masked oifname "eth0" ${how}\n`);
    return this;
  }

  /** Connections to `port` of the household's address go to that host. */
  map(port, host) {
    this.nft(`add rule ip nat mapped iifname "eth0" tcp dport ${port} dnat to ${host.address}:${port}\n`);
  }
}

class Host extends Space {
  /** A node in this host, not started; it listens on the usual port of any address. */
  node({ args = [], ...options } = {}) {
    return new Node({
      ...options,
      args: ["--listen", this.address6 === undefined ? `0.0.0.0:${LINK_PORT}` : `[::]:${LINK_PORT}`, "--serve", "0.0.0.0:8781", ...args],
      wrap: this.wrap,
      connect: (port) => this.connect(port),
    });
  }

  run(options) {
    return this.node(options).start();
  }

  /** To a port on this host's loopback. */
  connect(port) {
    const socket = connect(this.gate);
    socket.write(`${port}\n`);
    return socket;
  }

  /** A cable that was just plugged in carries nothing for a moment, and who asks for addresses then is told of none. */
  carries() {
    return until(`${this.name} has a carrier`, 5000, () => /state UP/.test(this.ip("link", "show", "dev", "eth0")));
  }

  interfaceDown() {
    this.ip("link", "set", "dev", "eth0", "down");
  }

  /** Up again, with the route that went down with it, as a network manager does it. */
  interfaceUp() {
    this.ip("link", "set", "dev", "eth0", "up");
    this.ip("route", "replace", "default", "via", this.gateway);
  }
}

export class Network {
  /** `forwarder`: the program of tests/lib/net/tun_forwarder.c, for long cables. */
  static async make({ forwarder } = {}) {
    const network = new Network();
    requireNamespaces();
    sweep();
    network.forwarder = forwarder;
    network.folder = mkdtempSync(join(tmpdir(), `skep-network-${process.pid}-`));
    process.on("exit", () => rmSync(network.folder, { recursive: true, force: true }));
    network.router = new Router("router", network, "198.18");
    return network;
  }

  host(name, options) {
    return this.router.host(name, options);
  }

  async home(name, options = {}) {
    const home = new Home(name, this, "192.168");
    await this.router.plugIn(home, options);
    return home.close(options);
  }
}
