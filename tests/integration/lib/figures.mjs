// SPDX-License-Identifier: Apache-2.0
// Figures that a test prints: what most, nearly all, and the worst of them are.

/** The value that `share` of all are not above. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

export function spread(values) {
  const [half, nearly, worst] = [0.5, 0.99, 1].map((share) => `${quantile(values, share).toFixed(1)} ms`);
  return `p50 ${half}, p99 ${nearly}, max ${worst}`;
}
