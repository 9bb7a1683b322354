/** A look takes milliseconds. One on a connection that died in silence is not answered for many minutes: the others do not wait for it. */
const LOOK_MAX_MS = 5_000;

/** What the queue answered to whoever looked for a job: its row, or none. */
interface Found {
  readonly rows: readonly unknown[];
}

interface Turn {
  readonly share: string;
  readonly look: () => Promise<Found>;
  readonly settle: PromiseWithResolvers<Found>;
}

/**
 * Free places of a worker look for their next job one after the other. The queue's library locks all named queues that are free
 * while it looks, and passes over what is locked: of two who look at the same moment one finds nothing, and rests until it looks
 * again by itself, seconds later, while a job waits that was announced. Whoever waited already when a look began that found
 * nothing is told so too: one job that is announced makes all free places look.
 */
export class JobTurns {
  #waiting: Turn[] = [];
  #looking = false;
  readonly #lookMaxMs: number;

  /** @param lookMaxMs after so long the next one looks, although the one before has no answer yet; that one still gets its own */
  constructor(lookMaxMs = LOOK_MAX_MS) {
    this.#lookMaxMs = lookMaxMs;
  }

  /** Looks when those before have looked. @param share who shares it looks for the same jobs */
  take(share: string, look: () => Promise<Found>): Promise<Found> {
    const settle = Promise.withResolvers<Found>();
    this.#waiting.push({ share, look, settle });
    if (!this.#looking) void this.#goOn();
    return settle.promise;
  }

  async #goOn(): Promise<void> {
    this.#looking = true;
    for (let turn = this.#waiting.shift(); turn !== undefined; turn = this.#waiting.shift()) {
      const { share, look, settle } = turn;
      const before = new Set(this.#waiting.filter((other) => other.share === share));
      const answer = look();
      answer.then(settle.resolve, settle.reject);
      const found = await this.#inTime(answer);
      if (found === undefined || found.rows.length > 0) continue;
      this.#waiting = this.#waiting.filter((other) => !before.has(other));
      for (const other of before) other.settle.resolve(found);
    }
    this.#looking = false;
  }

  /** Undefined: it failed, or is not there yet. */
  async #inTime(answer: Promise<Found>): Promise<Found | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), this.#lookMaxMs);
    });
    try {
      return await Promise.race([answer, late]);
    } catch {
      return undefined; // who looked is told
    } finally {
      clearTimeout(timer);
    }
  }
}
