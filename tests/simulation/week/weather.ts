/** What strikes the marketplaces' calls all week: a tenth of them. */
import type { House } from "./houses.ts";

/** Share of all calls, 0 to 1, that each kind strikes. Sums to a tenth. */
type Share = readonly [kind: string, share: number, more?: Readonly<Record<string, unknown>> | undefined];
/** Long enough to be overtaken, and no longer: simulated time waits with whoever waits. */
const LATE_MS = 5;
const SHARES: readonly Share[] = [
  ["late", 0.02, { delayMs: LATE_MS }],
  ["out_of_order", 0.01, { delayMs: LATE_MS }],
  ["401", 0.01],
  ["429", 0.015],
  ["5xx", 0.02],
  ["half_answer", 0.015],
  ["drop", 0.01],
];

/** Keys that cannot be renewed: refused once, a person has to enter them again. Its tenth is struck by the others. */
function sharesOf({ breaksAt401 }: Pick<House, "breaksAt401">): readonly Share[] {
  if (!breaksAt401) return SHARES;
  const spare = SHARES.reduce((sum, [kind, share]) => sum + (kind === "401" ? share : 0), 0);
  return SHARES.flatMap(([kind, share, more]): Share[] =>
    kind === "401" ? [] : [[kind, kind === "5xx" ? share + spare : share, more]],
  );
}

/** Rates as a simulator draws them: one kind after the other, each among the calls that no earlier one struck. */
export function tenPercent(house: Pick<House, "breaksAt401">): Record<string, unknown>[] {
  let left = 1;
  return sharesOf(house).map(([kind, share, more]) => {
    const rate = share / left;
    left -= share;
    return { kind, rate, ...more };
  });
}

/** Calls of all marketplaces so far, and those of them that were struck. To be asked before the weather changes. */
export async function struckCalls(
  urls: readonly string[],
): Promise<{ readonly calls: number; readonly struck: number }> {
  const sum = { calls: 0, struck: 0 };
  for (const url of urls) {
    const answer = await fetch(`${url}/_sim/state?limit=0`);
    const { limits, faults } = (await answer.json()) as {
      limits: readonly { readonly calls: number }[];
      faults: readonly { readonly fired: number }[];
    };
    sum.calls += limits.reduce((total, limit) => total + limit.calls, 0);
    sum.struck += faults.reduce((total, fault) => total + fault.fired, 0);
  }
  return sum;
}

export async function setWeather(url: string, wish: readonly Record<string, unknown>[]): Promise<void> {
  const answer = await fetch(`${url}/_sim/faults`, { method: "POST", body: JSON.stringify(wish) });
  if (!answer.ok) throw new Error(`the faults are set: ${await answer.text()}`);
}

/** Milliseconds that a call may be on its way on a busy machine. */
const ON_ITS_WAY_MAX_MS = 150;

/** Limits are judged by when calls were sent: a pause of this process, in which simulators live too, is no burst of ours. */
export async function allowForPauses(url: string): Promise<void> {
  const answer = await fetch(`${url}/_sim/limits`, {
    method: "POST",
    body: JSON.stringify({ lateMs: ON_ITS_WAY_MAX_MS }),
  });
  if (!answer.ok) throw new Error(`the limits are judged by when calls were sent: ${await answer.text()}`);
}
