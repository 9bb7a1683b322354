/** One bad figure among 500 is found within ten such calls, two within twenty. */
const REFUSED_CALLS_MAX = 20;

/**
 * How many figures go into the next call of a push. A source may refuse a whole call for one figure in it: the call is halved
 * until that one stands alone, and all others are told. Only so often in a push: a channel that refuses everything is not
 * asked about each of its listings at once. Pure.
 */
export class CallSizes {
  readonly #batchMax: number;
  /** Parts of refused calls that are not told yet, the next one last. */
  readonly #parts: number[] = [];
  #refused = 0;

  constructor(batchMax: number) {
    this.#batchMax = batchMax;
  }

  get next(): number {
    return this.#parts.at(-1) ?? this.#batchMax;
  }

  /** Each of the call's figures has its answer. */
  answered(): void {
    this.#parts.pop();
  }

  /** The call was refused whole. @returns whether its halves are told now */
  halve(figures: number): boolean {
    this.#refused += 1;
    if (figures < 2 || this.#refused > REFUSED_CALLS_MAX) return false;
    this.#parts.pop();
    this.#parts.push(Math.floor(figures / 2), Math.ceil(figures / 2));
    return true;
  }
}
