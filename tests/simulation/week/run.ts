/** A week: marketplaces live, people work, a tenth of all calls is struck; then the auditor judges. */
import { type AuditBrief, type Finding, judge, type Lag, type Verdict } from "./audit/index.ts";
import { FACILITY, HOUSES } from "./houses.ts";
import { Market } from "./market.ts";
import { People } from "./people.ts";
import { makeWeek, type WeekOptions, type WeekPlan } from "./plan.ts";
import { type Place, setTheScene, type WeekScene } from "./scene.ts";
import { allowForPauses, setWeather, struckCalls, tenPercent } from "./weather.ts";

const DAY = 1_440;
/** Minutes from one look at a marketplace to the next: a look that fails may be made good within the ten. */
const EVERY_MINUTES = 4;
/** After the last happening: everything that waits for its turn has had one. */
const CLEARING_MINUTES = 150;

export interface RunOptions extends WeekOptions, Place {
  readonly say?: (line: string) => void;
  /** Called while all still stands; what it changes, another judgement must find. */
  readonly judged?: (scene: WeekScene, judgeAgain: () => Promise<Verdict>) => Promise<void>;
}

export interface WeekReport {
  readonly findings: readonly Finding[];
  readonly lags: readonly Lag[];
  readonly figures: Readonly<Record<string, unknown>>;
}

export async function runWeek(options: RunOptions): Promise<WeekReport> {
  const startedMs = performance.now();
  const plan = makeWeek(options);
  const scene = await setTheScene(
    { seed: options.seed, houses: HOUSES, facility: FACILITY, everyMinutes: EVERY_MINUTES },
    options,
  );
  try {
    const market = new Market(scene.simulators, plan, () => scene.clock.now());
    const people = new People(scene.client, plan, (orderIds) => market.takeAway(orderIds));
    const minute = minutesOf(scene);
    options.say?.(`set up in ${Math.round(performance.now() - startedMs)} ms`);
    for (const { url } of scene.simulators.values()) await allowForPauses(url);
    for (const house of HOUSES) await setWeather(scene.simulators.get(house.source)?.url ?? "", tenPercent(house));
    for (let day = 1; day <= plan.days; day++) {
      const fromMs = performance.now();
      await live(scene, market, people, day * DAY);
      options.say?.(`day ${day}: ${Math.round((performance.now() - fromMs) / 1000)} s`);
    }
    const urls = [...scene.simulators.values()].map(({ url }) => url);
    const struck = await struckCalls(urls);
    for (const url of urls) await setWeather(url, []);
    await market.lastDelivery(minute());
    await live(scene, market, people, plan.days * DAY + CLEARING_MINUTES);
    const verdict = await judge(briefOf(scene, plan, market));
    const givenUp = (await scene.drive.givenUp()).map((words) => ({ kind: "JOB_GIVEN_UP", about: "queue", words }));
    const findings = [...verdict.findings, ...givenUp, ...tooEasy(plan, verdict, struck)];
    await options.judged?.(scene, () => judge(briefOf(scene, plan, market)));
    const tookSeconds = Math.round((performance.now() - startedMs) / 1000);
    return {
      findings,
      lags: verdict.lags,
      figures: { seed: plan.seed, days: plan.days, ...verdict.figures, ...struck, tookSeconds },
    };
  } finally {
    await scene.close();
  }
}

/** So many orders and calls make shares that are no accident. */
const MANY_ORDERS = 1_000;
const PROCESSED_MIN = 0.1;
const STRUCK_MIN = 0.095;
const ADDS_MINUTES_MAX = 2;

/** A week in which too little happened proves nothing: a tenth of its orders and of its calls is promised. */
function tooEasy(
  plan: WeekPlan,
  { figures }: Verdict,
  { calls, struck }: { readonly calls: number; readonly struck: number },
): Finding[] {
  const processed = Number(figures.processedOnPanels);
  const found: string[] = [];
  if (plan.orders.length >= MANY_ORDERS && processed < PROCESSED_MIN)
    found.push(`${processed} of all orders were processed on panels, ${PROCESSED_MIN} are wanted`);
  if (plan.orders.length >= MANY_ORDERS && struck / calls < STRUCK_MIN)
    found.push(`${struck} of ${calls} calls were struck, a tenth is wanted`);
  for (const { source, addsMinutes } of HOUSES)
    if (addsMinutes > ADDS_MINUTES_MAX) found.push(`${source} is given ${addsMinutes} minutes more`);
  return found.map((words) => ({ kind: "TOO_EASY", about: "the week", words }));
}

function minutesOf({ clock, start }: WeekScene): () => number {
  return () => clock.now().since(start).total("minutes");
}

/** Lives to that minute: whoever has something to do does it; while nobody has, time jumps. */
async function live(scene: WeekScene, market: Market, people: People, until: number): Promise<void> {
  const minute = minutesOf(scene);
  while (minute() < until) {
    await market.live(minute());
    await scene.drive.work();
    if (await beside(scene, people.work(minute()))) await scene.drive.work();
    const job = scene.drive.nextAt();
    const next = Math.min(market.nextAt(), people.nextAt(), until);
    const at = scene.start.add({ milliseconds: Math.ceil(next * 60_000) });
    scene.clock.jumpTo(Temporal.Instant.compare(job, at) < 0 ? job : at);
  }
}

/** Real milliseconds between two looks for what fell due while people are at work. */
const BESIDE_LOOK_MS = 10;
/** Real time in which a round of theirs must be done. */
const ROUND_MAX_MS = 900_000;

/** People who wait for an answer, and with it for a marketplace's limit, do not stop the schedules: what falls due meanwhile is done. */
async function beside({ drive }: WeekScene, work: Promise<boolean>): Promise<boolean> {
  let atWork = true;
  const ended = () => {
    atWork = false;
  };
  work.then(ended, ended);
  const endMs = performance.now() + ROUND_MAX_MS;
  while (atWork) {
    if (performance.now() > endMs) throw new Error(`a round of the people takes longer than ${ROUND_MAX_MS} ms`);
    await drive.work();
    await new Promise((resolve) => setTimeout(resolve, BESIDE_LOOK_MS));
  }
  return work;
}

function briefOf(scene: WeekScene, plan: WeekPlan, market: Market): AuditBrief {
  return {
    houses: HOUSES.map((house) => ({ house, url: scene.simulators.get(house.source)?.url ?? "" })),
    acts: market.acts,
    placed: market.placed(),
    start: scene.start,
    restock: plan.restock,
    midnights: plan.days + 1, // the last one is lived through, too
    query: scene.query,
  };
}

/** How long what was done on panels took to be true here, and what each marketplace's own limits may add to the ten minutes. */
export function lagTable(lags: readonly Lag[]): string {
  const row = (cells: readonly (string | number)[]) =>
    cells.map((cell, i) => (i < 2 ? String(cell).padEnd(15) : String(cell).padStart(9))).join(" ");
  return [
    row(["marketplace", "word", "acts", "p50 min", "p95 min", "max min", "limits add"]),
    ...[...lags]
      .sort((a, b) => (`${a.source} ${a.kind}` < `${b.source} ${b.kind}` ? -1 : 1))
      .map(({ source, kind, acts, p50, p95, max, addsMinutes }) =>
        row([source, kind, acts, p50, p95, max, addsMinutes]),
      ),
  ].join("\n");
}
