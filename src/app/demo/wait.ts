import { setTimeout as pause } from "node:timers/promises";

const WAIT_MAX_MS = 60_000;
const LOOK_EVERY_MS = 300;

/** `await wait("what is looked for", look)`: what `look` finds, once it is no longer false. */
export type Wait = <Found>(forWhat: string, look: () => Found | Promise<Found>) => Promise<Exclude<Found, false>>;

/** Looks until it is there. Throws after a minute, and when the demo ends. */
export function waiting(signal: AbortSignal): Wait {
  return async <Found>(forWhat: string, look: () => Found | Promise<Found>) => {
    const endMs = performance.now() + WAIT_MAX_MS;
    while (performance.now() < endMs) {
      signal.throwIfAborted();
      const found = await look();
      if (found !== false) return found as Exclude<Found, false>; // false alone was taken out, which the compiler does not see
      await pause(LOOK_EVERY_MS, undefined, { signal });
    }
    throw new Error(`the demo has waited in vain for ${forWhat}`);
  };
}
