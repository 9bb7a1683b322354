/** What became of the members of a batch. Pure. */
import type { ChannelAnswer, LineResult } from "../../kit/index.ts";

/** Members that the answer does not name were not taken: silence is no success. */
export function answerOf(
  keys: readonly string[],
  results: readonly { readonly key: string; readonly taken: boolean; readonly words?: string }[],
): ChannelAnswer {
  const said = new Map(results.map((result) => [result.key, result]));
  const lines = keys.map((key): LineResult => {
    const result = said.get(key);
    if (result?.taken === true) return { key, accepted: true, message: null };
    return {
      key,
      accepted: false,
      message: result === undefined ? "The answer does not name it." : (result.words ?? null),
    };
  });
  const taken = lines.filter((line) => line.accepted).length;
  const words = [...new Set(lines.flatMap((line) => line.message ?? []))].join("; ");
  return {
    status: taken === lines.length ? "SUCCESS" : taken === 0 ? "FAILED" : "PARTIAL_SUCCESS",
    results: lines,
    message: words === "" ? null : words,
  };
}
