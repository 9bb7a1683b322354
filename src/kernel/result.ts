import { AssertionFailure } from "./assert.ts";

/** The facts of a refusal: what was asked of which record, in plain values that a sentence can be made of. */
export type Facts = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** An expected "no". The code is catalogued (`errors.ts` of a module); the catalogue turns code and facts into words. */
export interface Refusal<Code extends string = string> {
  readonly code: Code;
  readonly facts: Facts;
}

export type Result<T, R extends Refusal = Refusal> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: R };

export function ok(): { readonly ok: true; readonly value: undefined };
export function ok<T>(value: T): { readonly ok: true; readonly value: T };
export function ok(value?: unknown): { readonly ok: true; readonly value: unknown } {
  return { ok: true, value };
}

export function refuse<Code extends string>(
  code: Code,
  facts: Facts = {},
): { readonly ok: false; readonly refusal: Refusal<Code> } {
  return { ok: false, refusal: { code, facts } };
}

/** Takes the value where a refusal would be a bug (tests, seeds, facts checked before). */
export function must<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new AssertionFailure(
    `no refusal is possible here, but: ${result.refusal.code} ${JSON.stringify(result.refusal.facts)}`,
  );
}
