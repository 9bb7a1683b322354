import { assert } from "./assert.ts";

/** Whole paise (1/100 rupee), a safe integer. The only unit of money inside the system. */
export type Paise = number & { readonly __unit: "paise" };

/** A rate in basis points: 18 % is 1800. */
export type BasisPoints = number & { readonly __unit: "bps" };

export function paise(amount: number): Paise {
  assert(Number.isSafeInteger(amount), `money is whole paise within 2^53, not ${amount}`);
  return amount as Paise;
}

export function basisPoints(rate: number): BasisPoints {
  assert(Number.isSafeInteger(rate) && rate >= 0, `a rate is whole basis points, not ${rate}`);
  return rate as BasisPoints;
}

export const ZERO = paise(0);

export function sum(amounts: Iterable<number>): Paise {
  let total = 0;
  for (const amount of amounts) total += amount;
  return paise(total);
}

/** `numerator / denominator` rounded half away from zero: the one place where money is rounded. Exact through BigInt. */
export function divideRounded(numerator: bigint, denominator: bigint): Paise {
  assert(denominator > 0n, "the divisor is positive");
  const negative = numerator < 0n;
  const magnitude = negative ? -numerator : numerator;
  const rounded = (magnitude * 2n + denominator) / (denominator * 2n);
  return paise(Number(negative ? -rounded : rounded));
}

/**
 * Splits `total` in proportion to `weights`. The parts always add up to `total`: paise left over by
 * flooring go one each to the first parts with a weight, so a three-way split of 100 is 34, 33, 33.
 * A negative total is split as its magnitude and negated. With all weights zero the split is even.
 */
export function apportion(total: Paise, weights: readonly number[]): Paise[] {
  assert(weights.length > 0, "there is at least one part");
  assert(
    weights.every((w) => Number.isSafeInteger(w) && w >= 0),
    "weights are whole and not negative",
  );
  if (total < 0) return apportion(paise(-total), weights).map((part) => paise(0 - part));
  const allZero = weights.every((w) => w === 0);
  const effective = allZero ? weights.map(() => 1) : weights;
  const whole = effective.reduce((a, b) => a + BigInt(b), 0n);
  const parts = effective.map((w) => Number((BigInt(total) * BigInt(w)) / whole)); // BigInt: the product may pass 2^53
  let left = total - parts.reduce((a, b) => a + b, 0);
  const shares = parts.map((part, i) => {
    if (left === 0 || effective[i] === 0) return paise(part);
    left -= 1;
    return paise(part + 1);
  });
  assert(left === 0, "every paisa is placed"); // fewer paise are left over than there are positive weights
  return shares;
}

/**
 * Reads a decimal rupee amount as a wire format gives it (number or text) into paise, exactly: 899 → 89900,
 * "764.15" → 76415. Null where it is not a number or has more than two decimals: money is never rounded on the way in.
 */
export function parseRupees(value: number | string): Paise | null {
  const text = typeof value === "number" ? numberText(value) : value.trim();
  const match = /^(-?)(\d{1,13})(?:\.(\d{1,2})0*)?$/.exec(text);
  if (!match) return null;
  const magnitude = Number(match[2]) * 100 + Number((match[3] ?? "").padEnd(2, "0"));
  return paise(match[1] === "-" ? 0 - magnitude : magnitude);
}

/** JSON numbers such as 0.1 + 0.2 carry binary noise far below a paisa; anything above that noise stays an error. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return "";
  const fixed = value.toFixed(2);
  return Math.abs(Number(fixed) - value) < 1e-6 ? fixed : String(value);
}

/** Paise as rupees with two decimals, exactly: 76415 → "764.15". A spreadsheet sums what it reads. */
export function rupeesText(amount: number): string {
  const digits = String(Math.abs(amount)).padStart(3, "0");
  return `${amount < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Paise as a decimal rupee number for a wire format: 89900 → 899, 76415 → 764.15. */
export function toRupees(amount: Paise): number {
  return amount / 100;
}
