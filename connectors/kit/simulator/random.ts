/** Seeded random numbers: the same seed gives the same orders and the same faults. */
export interface Random {
  /** At least 0, less than 1. */
  next(): number;
  /** A whole number, both ends included. */
  integer(from: number, to: number): number;
  chance(rate: number): boolean;
  pick<T>(list: readonly [T, ...T[]]): T;
  pick<T>(list: readonly T[]): T | undefined;
  /** Decimal digits as text, the first not 0. */
  digits(length: number): string;
}

/** The mulberry32 sequence: 32 bits of state are plenty for picking buyers. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  function pick<T>(list: readonly [T, ...T[]]): T;
  function pick<T>(list: readonly T[]): T | undefined;
  function pick<T>(list: readonly T[]): T | undefined {
    return list[integer(0, list.length - 1)];
  }
  return {
    next,
    integer,
    chance: (rate) => next() < rate,
    pick,
    digits: (length) => Array.from({ length }, (_, index) => integer(index === 0 ? 1 : 0, 9)).join(""),
  };
}
