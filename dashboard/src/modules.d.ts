/* SPDX-License-Identifier: Apache-2.0 */
declare module "*.css";

/* Made from defs/reasons.def while building: what a reason says about a peer, without its name. */
declare module "skep-defs:reasons" {
  export const reasonSentences: Readonly<Record<string, string>>;
}

/* Made from defs/strength.def: how much each input of a link's strength counts, of 100. */
declare module "skep-defs:strength" {
  export const strengthWeights: Readonly<Record<"delay" | "loss" | "jitter" | "handshakeAge", number>>;
}

/* Made from defs/controls.def and defs/switches.def, for the tests: what there is. */
declare module "skep-defs:controls" {
  export const controlKinds: Readonly<Record<string, string>>;
}
declare module "skep-defs:switches" {
  export const switchRests: Readonly<Record<string, string>>;
}
