/** Texts of Tata CLiQ's orders: a member that is not used holds a word for nothing, and a state is GST's code of it. Pure. */
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
  return STATES.get(plain.padStart(2, "0")) ?? plain;
}

/** The code of a state by its name, as it stands in an order there. */
export function stateCodeOf(name: string): string | null {
  return [...STATES].findLast(([, state]) => state === name)?.[0] ?? null; // one given up stands before that of today
}

/** States and union territories by GST's codes; 25 and 28 are given up, and stand for the state of today. */
export const STATES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "01": "Jammu and Kashmir",
    "02": "Himachal Pradesh",
    "03": "Punjab",
    "04": "Chandigarh",
    "05": "Uttarakhand",
    "06": "Haryana",
    "07": "Delhi",
    "08": "Rajasthan",
    "09": "Uttar Pradesh",
    "10": "Bihar",
    "11": "Sikkim",
    "12": "Arunachal Pradesh",
    "13": "Nagaland",
    "14": "Manipur",
    "15": "Mizoram",
    "16": "Tripura",
    "17": "Meghalaya",
    "18": "Assam",
    "19": "West Bengal",
    "20": "Jharkhand",
    "21": "Odisha",
    "22": "Chhattisgarh",
    "23": "Madhya Pradesh",
    "24": "Gujarat",
    "25": "Dadra and Nagar Haveli and Daman and Diu",
    "26": "Dadra and Nagar Haveli and Daman and Diu",
    "27": "Maharashtra",
    "28": "Andhra Pradesh",
    "29": "Karnataka",
    "30": "Goa",
    "31": "Lakshadweep",
    "32": "Kerala",
    "33": "Tamil Nadu",
    "34": "Puducherry",
    "35": "Andaman and Nicobar Islands",
    "36": "Telangana",
    "37": "Andhra Pradesh",
    "38": "Ladakh",
    "97": "Other Territory",
  }),
);
