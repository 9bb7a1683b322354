/** Where one scan stands. */
export interface QueuedScan<V> {
  readonly number: number;
  readonly code: string;
  readonly verdict: V | null;
}

/**
 * Scans waiting for the server, taken one after the other in the order they were made: a person scans faster than the
 * network answers, and a scan that is lost is a parcel that is lost. The newest are kept for the list below the field.
 */
export class ScanQueue<V> {
  readonly #submit: (code: string) => Promise<V>;
  readonly #onFailure: (error: unknown, code: string) => V;
  readonly #onChange: () => void;
  readonly #historyMax: number;
  #scans: readonly QueuedScan<V>[] = [];
  #waiting: QueuedScan<V>[] = [];
  #count = 0;
  #running = false;

  constructor(given: {
    submit: (code: string) => Promise<V>;
    /** The verdict on a scan that the server did not take. */
    onFailure: (error: unknown, code: string) => V;
    onChange: () => void;
    historyMax?: number;
  }) {
    this.#submit = given.submit;
    this.#onFailure = given.onFailure;
    this.#onChange = given.onChange;
    this.#historyMax = given.historyMax ?? 200;
  }

  /** Newest first. */
  get scans(): readonly QueuedScan<V>[] {
    return this.#scans;
  }

  get waiting(): number {
    return this.#waiting.length + (this.#running ? 1 : 0);
  }

  add(code: string): void {
    this.#count += 1;
    const scan: QueuedScan<V> = { number: this.#count, code, verdict: null };
    this.#waiting.push(scan);
    this.#scans = [scan, ...this.#scans].slice(0, Math.max(this.#historyMax, this.#waiting.length));
    this.#onChange();
    void this.#drain();
  }

  async #drain(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (let scan = this.#waiting.shift(); scan !== undefined; scan = this.#waiting.shift()) {
      const { number, code } = scan;
      let verdict: V;
      try {
        verdict = await this.#submit(code);
      } catch (error) {
        verdict = this.#onFailure(error, code); // shown as this scan's verdict; the next scan goes on
      }
      this.#scans = this.#scans.map((each) => (each.number === number ? { ...each, verdict } : each));
      if (this.#waiting.length > 0) this.#onChange();
    }
    this.#running = false;
    this.#onChange();
  }
}
