/** How long each act on a panel took to be true here. */
import type { House } from "../houses.ts";
import type { PanelAct } from "../market.ts";
import { type AuditBrief, type Books, type Finding, isBelieved, type Question, type UnitHere } from "./books.ts";

/** The hard ceiling for what was dispatched or cancelled on a marketplace. */
const CEILING_MINUTES = 10;

/** Questions to a person in which an act may end that nobody may decide alone: he is asked in time, and what he answers is true. */
const ASKED: Readonly<Record<PanelAct["kind"], readonly string[]>> = {
  dispatch: ["PART_LEFT_ON_CHANNEL"],
  cancel: ["CANCEL_AFTER_DISPATCH", "CHANNEL_CANCEL_TOO_LATE", "CHANNEL_CANCEL_NOT_ALLOWED"],
};

export interface Lag {
  readonly source: string;
  readonly kind: PanelAct["kind"];
  readonly acts: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  readonly addsMinutes: number;
}

export interface Adoption {
  readonly lags: readonly Lag[];
  readonly findings: readonly Finding[];
  /** Acts that became questions in time. */
  readonly asked: readonly string[];
}

export function adoptionTimes(
  { houses, acts }: AuditBrief,
  books: Books,
  units: readonly UnitHere[],
  questions: ReadonlyMap<string, readonly Question[]>,
): Adoption {
  const byLine = Map.groupBy(units, (unit) => `${unit.source} ${unit.order} ${unit.line}`);
  const byHouse = new Map(houses.map(({ house }) => [house.source, house]));
  const findings: Finding[] = [];
  const asked: string[] = [];
  const minutes = new Map<string, number[]>();
  const sellerShips = ordersOfSellers(books);
  for (const act of acts) {
    const house = byHouse.get(act.source);
    if (!house?.tells.includes(act.kind === "dispatch" ? "DISPATCHED" : "CANCELLED")) continue;
    const about = `${act.source} ${act.orderId}`;
    if (!isBelieved(house, !sellerShips.has(about))) continue;
    const mine = act.lines.flatMap((line) => byLine.get(`${about} ${line}`) ?? []);
    if (mine.length === 0) continue; // no order: judged as one that is missing
    const ceiling = CEILING_MINUTES + house.addsMinutes;
    const question = firstQuestion(act, questions.get(about) ?? []);
    if (question !== null) asked.push(question.kind);
    const took = tookMinutes(act, mine, question, ceiling);
    if (typeof took === "string") findings.push({ kind: "NEVER_TRUE", about, words: `${act.kind}: ${took}` });
    else {
      const key = `${act.source} ${act.kind}`;
      minutes.set(key, [...(minutes.get(key) ?? []), took]);
      const words = `${act.kind} was true here after ${took.toFixed(1)} minutes`;
      if (took > ceiling) findings.push({ kind: "LATE", about, words });
    }
  }
  return { findings, asked, lags: [...minutes].map(([key, all]) => lagOf(key, all, byHouse)) };
}

function ordersOfSellers(books: Books): ReadonlySet<string> {
  const of = [...books].flatMap(([source, { orders }]) =>
    orders.flatMap(({ id, thirdPartyShipping }) => (thirdPartyShipping ? [] : [`${source} ${id}`])),
  );
  return new Set(of);
}

function firstQuestion(act: PanelAct, questions: readonly Question[]): Question | null {
  const mine = questions.filter(
    ({ kind, openedAt }) => ASKED[act.kind].includes(kind) && openedAt.getTime() >= act.at.epochMilliseconds,
  );
  return mine.toSorted((a, b) => a.openedAt.getTime() - b.openedAt.getTime())[0] ?? null;
}

/** @returns words where it never became true, of one of its units at least */
function tookMinutes(
  act: PanelAct,
  units: readonly UnitHere[],
  question: Question | null,
  ceiling: number,
): number | string {
  const since = (at: Date) => (at.getTime() - act.at.epochMilliseconds) / 60_000;
  const times = units.flatMap((unit) => (act.kind === "dispatch" ? unit.knownAt : unit.cancelledAt) ?? []);
  const became = times.length === units.length ? Math.max(...times.map(since)) : null;
  if (question === null) return became ?? `nothing came of it: ${units.map((unit) => unit.state).join(", ")}`;
  if (question.kind === "CANCEL_AFTER_DISPATCH") {
    // Cancelled there, and it left here: a parcel may be faster than the word, but not than the word may take.
    const left = units.flatMap((unit) => (unit.cancelledAt === null ? (unit.knownAt ?? []) : []));
    const late = left.map(since).filter((minute) => minute > ceiling);
    if (late.length > 0) return `it left here ${Math.max(...late).toFixed(1)} minutes after it was cancelled there`;
  }
  return Math.min(since(question.openedAt), became ?? Number.POSITIVE_INFINITY);
}

function lagOf(key: string, minutes: readonly number[], houses: ReadonlyMap<string, House>): Lag {
  const [source = "", kind] = key.split(" ");
  const sorted = minutes.toSorted((a, b) => a - b);
  const at = (share: number) =>
    Math.round(10 * (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)) / 10;
  return {
    ...{ source, kind: kind === "cancel" ? "cancel" : "dispatch", acts: sorted.length, p50: at(0.5), p95: at(0.95) },
    ...{ max: at(1), addsMinutes: houses.get(source)?.addsMinutes ?? 0 },
  };
}
