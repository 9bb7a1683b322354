// `.codeHead` in values.module.css leaves room for as many.
const tailLength = 6;

/** The part of a code that gives way where room is short, and its end, which never does. A short code is all end. */
export function headAndTail(code: string): readonly [head: string, tail: string] {
  if (code.length <= 2 * tailLength) return ["", code];
  return [code.slice(0, -tailLength), code.slice(-tailLength)];
}
