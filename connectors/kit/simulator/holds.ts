/** Calls held back until another of their kind has gone by: how things come out of order. */
export interface Holds {
  /** Resolves when the next one of the name is released, at the latest after `atMostMs`. */
  until(name: string, atMostMs: number): Promise<void>;
  release(name: string): void;
  releaseAll(): void;
}

export function createHolds(sleep: (ms: number) => Promise<void>): Holds {
  const held = new Map<string, Set<() => void>>();
  const release = (name: string) => {
    const waiting = held.get(name);
    held.delete(name);
    for (const go of waiting ?? []) go();
  };
  return {
    async until(name, atMostMs) {
      const waiting = held.get(name) ?? new Set();
      held.set(name, waiting);
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.add(resolve);
      await Promise.race([promise, sleep(atMostMs)]);
      waiting.delete(resolve);
    },
    release,
    releaseAll: () => {
      for (const name of [...held.keys()]) release(name);
    },
  };
}
