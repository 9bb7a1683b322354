/**
 * States an invariant that our own code must uphold. A failure is a bug: it throws, the transaction
 * around it rolls back, and nobody catches it to go on.
 * @param message the invariant, stated positively ("package P1 on an open manifest is manifested")
 */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionFailure(message);
}

/** Ends an exhaustive `switch`: the compiler proves that it is never reached. */
export function unreachable(value: never): never {
  throw new AssertionFailure(`every case is handled, but ${JSON.stringify(value)} was not`);
}

/** A broken invariant. Not an expected refusal: those are values (`Result`). */
export class AssertionFailure extends Error {
  override readonly name = "AssertionFailure";
}
