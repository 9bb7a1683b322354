/** A source that answers the same page again would be asked for ever, and what lies behind it would never come. */
export class RepeatGuard {
  readonly #firstKeys = new Set<string>();

  /** Has a page that begins so been seen in this run? Empty pages repeat nothing. */
  repeats(firstKey: string | undefined): boolean {
    if (firstKey === undefined) return false;
    if (this.#firstKeys.has(firstKey)) return true;
    this.#firstKeys.add(firstKey);
    return false;
  }
}
