import { plural } from "../../lib/format.ts";
import { toProblem } from "../../lib/problem.ts";
import type { Verdict } from "../../ui/index.ts";
import {
  type Candidate,
  gradeKeys,
  type InHand,
  isBlocked,
  isSame,
  type LookUp,
  lackingWords,
  missingUnits,
  pointAt,
  receiptOf,
  type Said,
  saidWord,
  sayOf,
  syncWords,
  takeInHand,
  turnBy,
  turnToFound,
  undecided,
} from "./desk-state.ts";

/** What the server says of a parcel that was received. */
export interface Received {
  readonly putaway: { readonly putawayId: string; readonly code: string } | null;
  readonly returns: readonly { readonly returnCaseId: string; readonly code: string }[];
  readonly received: number;
  readonly missing: number;
}

/** How the desk stands. */
export interface DeskView {
  readonly hand: InHand | null;
  /** A code that stands for several parcels: one of them is chosen by its number. */
  readonly choice: LookUp | null;
  /** Scanned while another parcel was not finished: opened one after the other. */
  readonly waiting: readonly string[];
  /** The list that units were put on last, and how many were received since the page was opened. */
  readonly list: { readonly putawayId: string; readonly code: string } | null;
  readonly received: number;
  readonly returns: Received["returns"];
}

export const emptyDesk: DeskView = { hand: null, choice: null, waiting: [], list: null, received: 0, returns: [] };

/** What the desk asks of the server; each throws what was refused. */
export interface DeskServer {
  readonly lookUp: (code: string) => Promise<LookUp>;
  readonly receive: (receipt: ReturnType<typeof receiptOf>) => Promise<Received>;
  readonly syncStatus: (saleOrderId: string) => Promise<Parameters<typeof syncWords>[0]>;
}

function refused(error: unknown, more = ""): Verdict {
  const { message, whatToDo } = toProblem(error);
  const detail = [whatToDo, more].filter((words) => words !== undefined && words !== "").join(" ");
  return { sound: "bad", title: message, ...(detail === "" ? {} : { detail }) };
}

/** What a person hears of a parcel that he picked up. */
function verdictOn(hand: InHand, place: string): Verdict {
  const { parcel } = hand;
  if (isBlocked(hand)) {
    const found = missingUnits(parcel).length > 0 ? " If a missing unit was found: F10." : "";
    const ask = parcel.syncFirst ? " F3 syncs its status now." : "";
    return {
      sound: "bad",
      title: parcel.refusal?.message ?? "",
      detail: `${parcel.refusal?.whatToDo ?? ""}${ask}${found}`,
    };
  }
  const elsewhere = parcel.expectedFacility === place ? "" : ` It is expected at ${parcel.expectedFacility}.`;
  if (!parcel.announced)
    return {
      sound: "warn",
      title: `${parcel.package}: nobody announced it`,
      detail: parcel.syncFirst
        ? `Sync its status first: F3. Or receive it as it is: ${gradeKeys}.${elsewhere}`
        : `Say what each unit is worth, and receive it: ${gradeKeys}.${elsewhere}`,
    };
  const units = plural(undecided(hand).length, "unit");
  return {
    sound: "good",
    title: `${parcel.package}: ${parcel.road === "CIR" ? "the customer sends it back" : "it was not delivered"}`,
    detail: `${units}. Say what each is worth: ${gradeKeys}; F10 missing.${elsewhere}`,
  };
}

/**
 * The work of a returns desk in one facility: a scan takes a parcel in hand, keys say what its units are worth, and it is
 * received by a key or by scanning the next one. What is scanned while it cannot be opened yet waits: nothing is lost.
 */
export class DeskWork {
  readonly #place: string;
  readonly #server: DeskServer;
  readonly #onChange: (view: DeskView) => void;
  readonly #say: (verdict: Verdict) => void;
  // Scans follow each other faster than pages are drawn: what they decide by is kept here.
  #view: DeskView = emptyDesk;

  constructor(given: {
    /** The code of the facility. */
    place: string;
    server: DeskServer;
    onChange: (view: DeskView) => void;
    /** What a key brought about, in words. */
    say: (verdict: Verdict) => void;
  }) {
    this.#place = given.place;
    this.#server = given.server;
    this.#onChange = given.onChange;
    this.#say = given.say;
  }

  /** A scan: takes a parcel in hand, turns to a unit of the one in hand, or chooses one by its number. */
  readonly submit = async (code: string): Promise<Verdict> => {
    const { hand, choice } = this.#view;
    if (choice !== null && /^\d{1,2}$/.test(code)) {
      const chosen = choice.candidates[Number(code) - 1];
      return chosen === undefined
        ? { sound: "bad", title: `There is no number ${code}`, detail: "Type a number of the list, or scan a label." }
        : this.#take(choice.code, chosen);
    }
    if (hand === null || isBlocked(hand)) return this.#look(code);
    const pointed = pointAt(hand, code);
    if (pointed !== null) {
      this.#set({ hand: pointed });
      const unit = hand.parcel.units.find((each) => each.unitId === pointed.at);
      return { sound: "good", title: unit?.name ?? code, detail: `Say what it is worth: ${gradeKeys}; F10 missing.` };
    }
    const lacking = lackingWords(hand);
    const { package: parcel } = hand.parcel;
    if (isSame(hand, code))
      return { sound: "warn", title: `${parcel} is in your hand`, detail: lacking ?? "F4 receives it." };
    if (lacking !== null)
      return this.#keep(code, { sound: "warn", title: `${code} waits`, detail: `${parcel}: ${lacking}` });
    return this.#receiveThenLook(hand, code);
  };

  /** Takes in hand what another page names. */
  readonly open = async (code: string): Promise<void> => {
    try {
      this.#say(await this.#look(code));
    } catch (error) {
      this.#say(refused(error));
    }
  };

  /** Receives what is in the hand, then opens what waits. */
  readonly finish = async (): Promise<void> => {
    const { hand } = this.#view;
    if (hand === null) return this.#next(null);
    try {
      await this.#next(await this.#receive(hand));
    } catch (error) {
      this.#say(refused(error, `${hand.parcel.package} is still in your hand.`));
    }
  };

  /** Says what the unit in turn is worth, or that it is missing. */
  readonly decide = (what: Said): void => {
    const { hand } = this.#view;
    const unit = hand?.parcel.units.find((each) => each.unitId === hand.at);
    if (hand === null || unit === undefined) return;
    const after = sayOf(hand, what);
    this.#set({ hand: after });
    const left = undecided(after).length;
    this.#say({
      sound: what === "good" ? "good" : "warn",
      title: `${saidWord(what)}: ${unit.name}`,
      detail: left === 0 ? "F4 receives the parcel, or scan the next one." : `Left: ${plural(left, "unit")}.`,
    });
  };

  /** Asks the channel how the order stands, and looks again. */
  readonly sync = async (): Promise<void> => {
    const { hand } = this.#view;
    if (hand === null) return;
    try {
      const words = syncWords(await this.#server.syncStatus(hand.parcel.saleOrderId));
      const { candidates } = await this.#server.lookUp(hand.code);
      const same = candidates.find((each) => each.shippingPackageId === hand.parcel.shippingPackageId);
      const verdict = this.#take(hand.code, same ?? hand.parcel, words);
      this.#say({ ...verdict, detail: `${words} ${verdict.detail ?? ""}` });
    } catch (error) {
      this.#set({ hand: { ...hand, synced: toProblem(error).message } });
      this.#say(refused(error, isBlocked(hand) ? "" : "It can be received as it is."));
    }
  };

  readonly choose = (parcel: Candidate): void => {
    const { choice } = this.#view;
    if (choice !== null) this.#say(this.#take(choice.code, parcel));
  };

  /** Units that an earlier receipt came without are here. */
  readonly found = (): void => {
    const { hand } = this.#view;
    if (hand === null) return;
    this.#set({ hand: turnToFound(hand) });
    this.#say({
      sound: "good",
      title: `Found: of ${plural(missingUnits(hand.parcel).length, "missing unit")}`,
      detail: `Say what each is worth: ${gradeKeys}. What you say nothing of stays missing.`,
    });
  };

  readonly turn = (by: 1 | -1): void => {
    const { hand } = this.#view;
    if (hand !== null) this.#set({ hand: turnBy(hand, by) });
  };

  readonly turnTo = (unitId: string): void => {
    const { hand } = this.#view;
    if (hand !== null) this.#set({ hand: { ...hand, at: unitId } });
  };

  #set(patch: Partial<DeskView>): void {
    this.#view = { ...this.#view, ...patch };
    this.#onChange(this.#view);
  }

  readonly #putAside = async (): Promise<Verdict> => {
    this.#set({ hand: null, choice: null });
    return { sound: "warn", title: "Put aside, not received", detail: "Scan it again when it is its turn." };
  };

  #take(code: string, parcel: Candidate, synced: string | null = null): Verdict {
    const hand = takeInHand(code, parcel, synced);
    this.#set({ hand, choice: null });
    return { ...verdictOn(hand, this.#place), undo: this.#putAside };
  }

  async #look(code: string): Promise<Verdict> {
    const found = await this.#server.lookUp(code);
    const meant = found.candidates.find((each) => each.shippingPackageId === found.meant);
    if (meant !== undefined) return this.#take(code, meant);
    this.#set({ hand: null, choice: found });
    return {
      sound: "warn",
      title: `${code} stands for ${found.candidates.length} parcels`,
      detail: "Scan the label of the one in your hand, or type its number and press Enter.",
      undo: this.#putAside,
    };
  }

  #keep(code: string, verdict: Verdict): Verdict {
    this.#set({ waiting: [...this.#view.waiting, code] });
    return verdict;
  }

  async #receive(hand: InHand): Promise<Verdict> {
    const { putaway, returns, received, missing } = await this.#server.receive(receiptOf(hand));
    const { list, received: before } = this.#view;
    this.#set({ hand: null, list: putaway ?? list, received: before + received, returns });
    const where = putaway === null ? "Nothing of it came" : `${plural(received, "unit")} on ${putaway.code}`;
    const lacking = missing === 0 ? "" : ` Missing: ${plural(missing, "unit")}.`;
    return { sound: "good", title: `${hand.parcel.package} received`, detail: `${where}.${lacking}` };
  }

  async #receiveThenLook(hand: InHand, code: string): Promise<Verdict> {
    let done: Verdict;
    try {
      done = await this.#receive(hand);
    } catch (error) {
      return this.#keep(code, refused(error, `${code} waits; ${hand.parcel.package} is still in your hand.`));
    }
    const before = `${done.title}: ${done.detail}`;
    try {
      const verdict = await this.#look(code);
      return { ...verdict, detail: `${verdict.detail ?? ""} (${before})` };
    } catch (error) {
      return refused(error, before);
    }
  }

  /** Opens what was scanned meanwhile. A code that is refused was looked at, and is named. */
  async #next(before: Verdict | null): Promise<void> {
    const [code, ...waiting] = this.#view.waiting;
    if (code === undefined) return before === null ? undefined : this.#say(before);
    const told = before === null ? "" : `${before.title}: ${before.detail}`;
    this.#set({ waiting });
    try {
      const verdict = await this.#look(code);
      this.#say({ ...verdict, detail: `${verdict.detail ?? ""} ${told}`.trim() });
    } catch (error) {
      this.#say(refused(error, `${code} was waiting. ${told}`.trim()));
    }
  }
}
