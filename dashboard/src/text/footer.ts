/* SPDX-License-Identifier: Apache-2.0 */
export const keysTitle = "Keys";
export const footerLabel = "About this node";
export const running = (span: string): string => `running for ${span}`;
export const community = (name: string): string => `community ${name}`;
export const roles = (list: string): string => `roles ${list}`;
export const linksOn = (address: string): string => `links on ${address}`;
