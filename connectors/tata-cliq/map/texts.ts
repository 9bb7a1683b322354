/** Texts of Tata CLiQ's orders: a member that is not used holds a word for nothing, and a state is GST's code of it. Pure. */
import { GST_STATES } from "../../kit/gst-states.ts";
import { text } from "../../protocol/map/json.ts";

/** "null--" is a landmark that nobody gave: two dashes end every landmark. */
const NOTHING = /^(?:NA|null|NULL)?-*$/;

/** A text in use, without the dashes that end a landmark; null: a word for nothing. */
export function used(given: string | null | undefined): string | null {
  const plain = usedName(given);
  return plain === "N" ? null : plain;
}

/** The same for a part of a person's name: "N" may be an initial. */
export function usedName(given: string | null | undefined): string | null {
  const plain = text(given);
  if (plain === null || NOTHING.test(plain)) return null;
  return plain.replace(/\s*--+$/, "");
}

/** The state of an address by its code ("27 "), named as in the addresses of other sources. What is no code stays as it is. */
export function stateNamed(given: string | null | undefined): string {
  const plain = used(given) ?? "";
  return GST_STATES.get(plain.padStart(2, "0")) ?? plain;
}

/** The code of a state by its name, as it stands in an order there. */
export function stateCodeOf(name: string): string | null {
  return [...GST_STATES].findLast(([, state]) => state === name)?.[0] ?? null; // one given up stands before that of today
}
