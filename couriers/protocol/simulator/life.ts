/** What happens to parcels: by hand, or by itself as the clock moves on. */
import type { PushRecord } from "../../../connectors/kit/simulator/index.ts";
import { pushWord } from "./push.ts";
import type { SimParcel } from "./types.ts";
import { CANCELLED, isFinal, meaningOf, NDR_REASONS, type Step } from "./vocabulary.ts";
import { type CourierWorld, scanOf, stamp, statusOf } from "./world.ts";

export interface StepWish {
  /** The courier's word, in place of the step's own. */
  readonly status?: string | undefined;
  /** When it was scanned; now when left out. */
  readonly at?: string | undefined;
  readonly place?: string | undefined;
  readonly subStatus?: string | undefined;
  readonly remark?: string | undefined;
  /** Of an attempt that failed, or why it goes back. */
  readonly reason?: string | undefined;
  readonly code?: string | undefined;
  readonly nextAttempt?: string | undefined;
  /** False: the other side is not told and has to ask. */
  readonly push?: boolean | undefined;
  /** The courier breaks its own rules: a word after the last one. */
  readonly insist?: boolean | undefined;
}

export class StepRefused extends Error {}

/** Makes a step happen and tells the other side. @throws StepRefused where the parcel is done with */
export async function act(
  world: CourierWorld,
  parcel: SimParcel,
  step: Step,
  wish: StepWish = {},
): Promise<PushRecord | null> {
  const status = statusOf(parcel);
  if (isFinal(status) && !wish.insist)
    throw new StepRefused(`${parcel.id} is ${status}: nothing happens to it any more`);
  const { only } = meaningOf(step);
  if (only !== undefined && only !== parcel.direction)
    throw new StepRefused(`${parcel.id} is a ${parcel.direction} parcel: ${step} is not for it`);
  if (step !== "word") parcel.plan = [];
  apply(world, parcel, step, wish);
  return wish.push === false ? null : pushWord(world, parcel);
}

/** The step itself, told to nobody. */
function apply(world: CourierWorld, parcel: SimParcel, step: Step, wish: StepWish): void {
  const meaning = meaningOf(step);
  const at = wish.at ?? stamp(world.clock());
  const reason = step === "undelivered" ? reasonOf(world, wish) : null;
  if (reason !== null) {
    parcel.attempts += 1;
    parcel.ndr = { ...reason, nextAttempt: wish.nextAttempt ?? "" };
  }
  if (step === "rto") {
    const words = wish.reason ?? parcel.ndr?.reason ?? "Not delivered";
    parcel.rto = { awb: `R${parcel.id}`, reason: words };
  }
  if (step === "deliver" && parcel.direction === "FORWARD") parcel.attempts += 1;
  const remark = wish.remark ?? reason?.reason ?? (step === "rto" ? parcel.rto?.reason : undefined) ?? meaning.remark;
  const status = wish.status ?? meaning.word[parcel.direction];
  const { place, subStatus } = wish;
  parcel.scans.push(
    scanOf(parcel, { at, status, remark, ...(place ? { place } : {}), ...(subStatus ? { subStatus } : {}) }),
  );
}

function reasonOf(world: CourierWorld, { reason, code }: StepWish): { readonly code: string; readonly reason: string } {
  const known = NDR_REASONS.find((each) => each.reason === reason || each.code === code);
  if (reason !== undefined) return { code: code ?? known?.code ?? "NDR_99", reason };
  return known ?? world.random.pick([...NDR_REASONS]) ?? NDR_REASONS[0];
}

/** A number that is given back. */
export function cancelParcel(world: CourierWorld, parcel: SimParcel): void {
  const at = stamp(world.clock());
  parcel.cancelledAt = at;
  parcel.plan = [];
  parcel.scans.push(scanOf(parcel, { at, status: CANCELLED, remark: "Pickup is cancelled" }));
}

/** What will become of a parcel that moves by itself, drawn once. */
export function planLife(world: CourierWorld, parcel: SimParcel, from: Temporal.Instant): void {
  const { settings, random } = world;
  const steps = parcel.direction === "REVERSE" ? REVERSE_STORY : forwardStory(world);
  const withWord = random.chance(settings.unknownRate)
    ? [...steps.slice(0, 2), "word" as const, ...steps.slice(2)]
    : steps;
  parcel.plan = withWord.map((step, index) => {
    return { step, dueAt: stamp(from.add({ minutes: settings.stepMinutes * (index + 1) })) };
  });
}

const REVERSE_STORY: readonly Step[] = ["out-for-pickup", "pickup", "transit", "deliver"];
const START: readonly Step[] = ["out-for-pickup", "pickup", "transit", "out-for-delivery"];
const BACK: readonly Step[] = ["undelivered", "out-for-delivery", "undelivered", "rto", "rto-transit", "rto-deliver"];

function forwardStory({ settings, random }: CourierWorld): readonly Step[] {
  if (random.chance(settings.lostRate)) return [...START.slice(0, 3), "lose"];
  if (random.chance(settings.rtoRate)) return [...START, ...BACK];
  if (random.chance(settings.ndrRate)) return [...START, "undelivered", "out-for-delivery", "deliver"];
  return [...START, "deliver"];
}

/** Does what is due by now, in the order of its being due. @returns the parcels of which something is to be told */
export function passTime(world: CourierWorld): Promise<unknown> {
  const now = stamp(world.clock());
  const told: Promise<unknown>[] = [];
  for (const parcel of world.parcels.values()) {
    if (parcel.plan.length === 0) continue;
    const due = parcel.plan.filter(({ dueAt }) => dueAt <= now);
    if (due.length === 0) continue;
    parcel.plan = parcel.plan.slice(due.length);
    const words = due.map(({ step, dueAt }) => {
      apply(world, parcel, step, { at: dueAt });
      return parcel.scans.at(-1);
    });
    // One after the other: the other side hears of a parcel in the order of what happened to it.
    told.push(
      words.reduce((before, scan) => before.then(() => pushWord(world, parcel, scan)), Promise.resolve<unknown>(null)),
    );
  }
  return Promise.all(told);
}
