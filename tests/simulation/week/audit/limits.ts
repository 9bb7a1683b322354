/** Calls above a marketplace's published limits, as its simulator counted them. */
import type { AuditBrief, Finding } from "./books.ts";

interface Counted {
  readonly operation: string;
  readonly calls: number;
  readonly exceeded: number;
}

export async function exceeded({ houses }: AuditBrief): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const { house, url } of houses) {
    const answer = await fetch(`${url}/_sim/state?limit=0`);
    const { limits = [] } = (await answer.json()) as { limits?: readonly Counted[] };
    for (const { operation, exceeded: times } of limits)
      if (times > 0)
        found.push({ kind: "LIMIT_EXCEEDED", about: `${house.source} ${operation}`, words: `${times} times` });
    const calls = limits.reduce((sum, limit) => sum + limit.calls, 0);
    if (house.countsCalls === true && calls === 0)
      found.push({ kind: "LIMIT_EXCEEDED", about: house.source, words: "its calls were not counted" });
  }
  return found;
}
