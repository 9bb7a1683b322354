import { ok, type Refusal, type Result, refuse } from "../kernel/index.ts";
import { currentState, type StateCode, stateByCode } from "./states.ts";

/** Reads a pincode as people write it ("560034", "560 034"): six digits, the first of them not 0. Refuses PINCODE_FORMAT. */
export function parsePincode(text: string): Result<string, Refusal<"PINCODE_FORMAT">> {
  const digits = text.replace(/[\s-]/g, "");
  return /^[1-9]\d{5}$/.test(digits) ? ok(digits) : refuse("PINCODE_FORMAT", { pincode: text });
}

/**
 * Which states share a range of first three digits. India Post's circles follow states but for the borders, islands and
 * small territories, so a range names every state that has post offices in it; where ranges overlap, all apply.
 */
const RANGES: readonly (readonly [from: number, to: number, ...codes: string[]])[] = [
  [110, 110, "07"],
  [121, 136, "06"],
  [140, 160, "03"],
  [140, 140, "04"], // villages around Chandigarh
  [160, 160, "04", "06"], // Chandigarh's office also serves Mohali (03) and Panchkula (06)
  [171, 177, "02"],
  [180, 194, "01"],
  [194, 194, "38"],
  [201, 285, "09"],
  [244, 249, "05"],
  [262, 263, "05"],
  [301, 345, "08"],
  [360, 396, "24"],
  [362, 362, "26"], // Diu
  [396, 396, "26"], // Daman, Silvassa
  [400, 445, "27"],
  [403, 403, "30"],
  [450, 488, "23"],
  [490, 497, "22"],
  [500, 509, "36"],
  [507, 509, "37"], // mandals moved at the split of 2014
  [515, 535, "37"],
  [533, 533, "34"], // Yanam
  [560, 591, "29"],
  [600, 643, "33"],
  [605, 605, "34"],
  [607, 607, "34"],
  [609, 609, "34"], // Karaikal
  [670, 695, "32"],
  [673, 673, "34"], // Mahe
  [682, 682, "31"],
  [700, 743, "19"],
  [737, 737, "11"],
  [744, 744, "35"],
  [751, 770, "21"],
  [781, 788, "18"],
  [790, 792, "12"],
  [793, 794, "17"],
  [795, 795, "14"],
  [796, 796, "15"],
  [797, 798, "13"],
  [799, 799, "16"],
  [800, 855, "10"],
  [813, 835, "20"],
];

/** The army's own post (9…): it follows units, not places, and says nothing about the state. */
export function isArmyPost(pincode: string): boolean {
  return pincode.startsWith("9");
}

/** The states in which this pincode may lie; empty when the range is unknown or the army's. */
export function statesOfPincode(pincode: string): StateCode[] {
  const prefix = Number(pincode.slice(0, 3));
  const codes = new Set(RANGES.flatMap(([from, to, ...list]) => (prefix >= from && prefix <= to ? list : [])));
  return [...codes].flatMap((code) => stateByCode(code)?.code ?? []);
}

/**
 * Could this pincode lie in this state? Used to warn of a wrong state (and so a wrong tax), never to refuse an order:
 * offices near a border serve both sides, new ranges are opened, and Other Territory (97) has none. Army post and
 * ranges we do not know therefore fit every state.
 */
export function pincodeFitsState(pincode: string, stateCode: StateCode): boolean {
  const state = stateByCode(stateCode);
  if (state === null) return false;
  const plausible = statesOfPincode(pincode);
  return plausible.length === 0 || state.code === "97" || plausible.includes(currentState(state).code);
}
