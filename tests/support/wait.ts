const EVERY_MS = 25;

/**
 * Asks until the answer is no longer undefined, false or null, and gives it.
 * @throws when it does not come within `limitMs` (default 15 s), naming what was waited for
 */
export async function waitFor<T>(
  what: string,
  ask: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  limitMs = 15_000,
): Promise<T> {
  const endAt = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false) return answer;
    if (performance.now() > endAt) throw new Error(`waited ${limitMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}
