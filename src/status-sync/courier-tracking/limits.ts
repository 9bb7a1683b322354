/** Longest status of a courier that is kept, in characters. */
export const RAW_MAX = 200;
/** Longest place, remark or reason. */
const SHOWN_MAX = 300;

/** A text as columns hold it: no control signs, no half characters, trimmed; null where nothing is left. Pure. */
export function plainText(text: string | null, max = SHOWN_MAX): string | null {
  const plain =
    text
      ?.replaceAll(/\p{Cc}/gu, " ")
      .trim()
      .slice(0, max)
      .toWellFormed()
      .trim() ?? "";
  return plain === "" ? null : plain;
}
