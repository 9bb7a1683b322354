/** An event that was told. */
export interface Telling {
  readonly lane: string;
  readonly event: string;
  readonly subject: string;
}

/** Judges what a partner heard by what happened: he knows nothing of how it was sent. */
export class Auditor {
  readonly #toldByLane = new Map<string, string[]>();
  readonly #heardByLane = new Map<string, string[]>();
  readonly #keys = new Map<string, string>();
  readonly #faults: string[] = [];
  #told = 0;
  taken = 0;
  doubles = 0;

  told(tellings: readonly Telling[]): void {
    for (const { lane, event, subject } of tellings) {
      const story = this.#toldByLane.get(lane) ?? [];
      story.push(`${event} ${subject}`);
      this.#toldByLane.set(lane, story);
      this.#told++;
    }
  }

  heard({ lane, event, subject }: Telling, key: string): void {
    const what = `${event} ${subject}`;
    const story = this.#heardByLane.get(lane) ?? [];
    this.#heardByLane.set(lane, story);
    const known = this.#keys.get(key);
    if (known !== undefined && known !== `${lane} ${what}`)
      this.#faults.push(`one key for two events: ${known} and ${what}`);
    if (story.includes(what)) {
      if (known === undefined) this.#faults.push(`${what} came twice under two keys`);
      this.doubles++;
      return;
    }
    this.#keys.set(key, `${lane} ${what}`);
    story.push(what);
    this.taken++;
  }

  /** What is wrong, in sentences. */
  judge(): string[] {
    const faults = [...this.#faults];
    if (this.taken !== this.#told) faults.push(`${this.#told} events happened, and ${this.taken} arrived`);
    for (const [lane, told] of this.#toldByLane) {
      const heard = this.#heardByLane.get(lane) ?? [];
      if (told.join() !== heard.join()) faults.push(`${lane}: ${told.join(", ")} arrived as ${heard.join(", ")}`);
    }
    for (const lane of this.#heardByLane.keys()) if (!this.#toldByLane.has(lane)) faults.push(`${lane} never happened`);
    return faults;
  }
}
