// SPDX-License-Identifier: Apache-2.0
// Runs in a page without peerjs: the protocol by hand, so that it can be said in another order, twice, or wrongly. What
// the checks ask of it hangs on window.tool.
(() => {
  const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
  const hex = (text) => Uint8Array.from(text.match(/../g) ?? [], (digits) => parseInt(digits, 16));
  let counter = 0;

  /** One registered id: its socket, and what came for each connection. */
  class Caller {
    constructor(url, id) {
      this.id = id;
      this.calls = new Map();
      const token = Math.random().toString(36).slice(2);
      this.socket = new WebSocket(`${url}peerjs?key=peerjs&id=${id}&token=${token}&version=1.5.5`);
      this.socket.onmessage = ({ data }) => this.heard(JSON.parse(data));
      this.opened = new Promise((done) => (this.isOpen = done));
    }

    heard({ type, payload }) {
      if (type === "OPEN") this.isOpen();
      const call = this.calls.get(payload?.connectionId);
      if (call === undefined) return;
      if (type === "ANSWER") call.answered(payload.sdp);
      if (type === "CANDIDATE" && !call.isDeaf)
        call.pc.addIceCandidate(payload.candidate).catch((error) => call.troubles.push(error.message));
    }

    say(type, dst, payload) {
      this.socket.send(JSON.stringify({ type, dst, payload }));
    }
  }

  /** One attempt at a connection; nothing is said before it is asked for. */
  class Call {
    constructor(caller, peer, { connectionId, serialization = "binary", reliable = true, changes = {} } = {}) {
      Object.assign(this, { caller, peer, serialization, reliable, changes, troubles: [], got: [], candidates: [] });
      this.connectionId = connectionId ?? `dc_${caller.id}${++counter}`;
      this.pc = new RTCPeerConnection({ iceServers: [] });
      this.channel = this.pc.createDataChannel(this.connectionId, { ordered: reliable });
      this.channel.binaryType = "arraybuffer";
      this.channel.onmessage = ({ data }) => this.got.push(data);
      this.pc.onicecandidate = ({ candidate }) => candidate?.candidate && this.candidates.push(candidate.toJSON());
      this.isAnswered = false;
      caller.calls.set(this.connectionId, this);
      Call.all.push(this);
    }

    async answered(sdp) {
      this.isAnswered = true;
      await this.pc.setRemoteDescription(sdp).catch((error) => this.troubles.push(error.message));
    }

    /** The description, and every candidate there is to be. */
    async prepare() {
      this.offer = await this.pc.createOffer();
      await this.pc.setLocalDescription(this.offer);
      for (let i = 0; i < 300 && this.pc.iceGatheringState !== "complete"; i++) await sleep(10);
    }

    sayOffer() {
      const { connectionId, serialization, reliable } = this;
      const payload = { sdp: this.offer, type: "data", connectionId, label: connectionId, reliable, serialization };
      this.caller.say("OFFER", this.peer, { ...payload, ...this.changes });
    }

    sayCandidates(caller = this.caller) {
      for (const candidate of this.candidates) {
        caller.say("CANDIDATE", this.peer, { candidate, type: "data", connectionId: this.connectionId });
      }
    }

    async isOpenWithin(ms) {
      for (const end = performance.now() + ms; performance.now() < end; await sleep(10)) {
        if (this.channel.readyState === "open") return true;
      }
      return false;
    }

    async isClosedWithin(ms) {
      for (const end = performance.now() + ms; performance.now() < end; await sleep(10)) {
        if (this.channel.readyState === "closed") return true;
      }
      return false;
    }

    async dial(ms = 6000) {
      await this.prepare();
      this.sayOffer();
      this.sayCandidates();
      return this.isOpenWithin(ms);
    }

    send(packed) {
      this.channel.send(hex(packed));
    }

    /** What comes back, as hex; null when nothing does. */
    async next(ms = 3000) {
      for (const end = performance.now() + ms; performance.now() < end; await sleep(5)) {
        if (this.got.length > 0)
          return Array.from(new Uint8Array(this.got.shift()), (byte) => byte.toString(16).padStart(2, "0")).join("");
      }
      return null;
    }

    async echoes(packed = "b568656c6c6f") {
      this.send(packed);
      return (await this.next()) === packed;
    }

    end() {
      this.pc.close();
    }
  }

  Call.all = [];

  async function join(url, id) {
    const caller = new Caller(url, id);
    await caller.opened;
    return caller;
  }

  window.tool = { Call, join, sleep };
})();
