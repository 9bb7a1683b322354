import type { Id } from "../kernel/index.ts";

/** GST's two-digit code of a state or union territory: the first two characters of every GSTIN. */
export type StateCode = Id<"State">;

export interface State {
  readonly code: StateCode;
  readonly name: string;
  /** The two letters in use (ISO 3166-2:IN): "MH". Empty for a code given up that has none. */
  readonly letters: string;
  /** Union territory under the UTGST Act, s.2(8): it takes UTGST where states take SGST. */
  readonly utgst: boolean;
  /** A code given up: the state that took its place. It still stands in old GSTINs and addresses. */
  readonly succeededBy: StateCode | null;
}

interface Entry {
  readonly code: string;
  readonly name: string;
  /** ISO 3166-2:IN letters (present and former) and spellings that marketplaces send; case and punctuation are ignored. */
  readonly aliases: readonly string[];
  readonly utgst?: true;
  readonly succeededBy?: string;
}

/**
 * All states and union territories by GST code. UTGST applies where there is no legislature; Delhi, Puducherry and
 * Jammu & Kashmir have one and take SGST. 25 was merged into 26 on 26 January 2020; 28 is Andhra Pradesh before the
 * split of 2014 (now 36 and 37).
 */
const TABLE: readonly Entry[] = [
  { code: "01", name: "Jammu and Kashmir", aliases: ["JK", "J&K", "J and K", "Jammu", "Kashmir", "Jammu Kashmir"] },
  { code: "02", name: "Himachal Pradesh", aliases: ["HP", "Himachal"] },
  { code: "03", name: "Punjab", aliases: ["PB", "Panjab"] },
  { code: "04", name: "Chandigarh", aliases: ["CH", "Chandigarh UT"], utgst: true },
  {
    code: "05",
    name: "Uttarakhand",
    aliases: ["UK", "UT", "UA", "Uttaranchal", "Uttrakhand", "Uttarakhand Uttaranchal"],
  },
  { code: "06", name: "Haryana", aliases: ["HR", "Hariyana"] },
  {
    code: "07",
    name: "Delhi",
    aliases: [
      "DL",
      "New Delhi",
      "NCT of Delhi",
      "National Capital Territory of Delhi",
      "Delhi NCT",
      "Delhi NCR",
      "NCT",
      "NCT Delhi",
    ],
  },
  { code: "08", name: "Rajasthan", aliases: ["RJ"] },
  { code: "09", name: "Uttar Pradesh", aliases: ["UP", "Uttarpradesh"] },
  { code: "10", name: "Bihar", aliases: ["BR"] },
  { code: "11", name: "Sikkim", aliases: ["SK"] },
  { code: "12", name: "Arunachal Pradesh", aliases: ["AR", "Arunachal"] },
  { code: "13", name: "Nagaland", aliases: ["NL"] },
  { code: "14", name: "Manipur", aliases: ["MN"] },
  { code: "15", name: "Mizoram", aliases: ["MZ"] },
  { code: "16", name: "Tripura", aliases: ["TR"] },
  { code: "17", name: "Meghalaya", aliases: ["ML"] },
  { code: "18", name: "Assam", aliases: ["AS", "Asom"] },
  { code: "19", name: "West Bengal", aliases: ["WB", "Bengal", "Paschim Bengal"] },
  { code: "20", name: "Jharkhand", aliases: ["JH"] },
  { code: "21", name: "Odisha", aliases: ["OD", "OR", "Orissa", "Odissa"] },
  {
    code: "22",
    name: "Chhattisgarh",
    aliases: ["CG", "CT", "Chattisgarh", "Chhatisgarh", "Chattisgadh", "Chhattisgadh"],
  },
  { code: "23", name: "Madhya Pradesh", aliases: ["MP"] },
  { code: "24", name: "Gujarat", aliases: ["GJ", "Gujrat"] },
  { code: "25", name: "Daman and Diu", aliases: ["DD", "Daman", "Diu"], utgst: true, succeededBy: "26" },
  {
    code: "26",
    name: "Dadra and Nagar Haveli and Daman and Diu",
    aliases: [
      "DH",
      "DN",
      "DNHDD",
      "DNH",
      "Dadra and Nagar Haveli",
      "Dadra Nagar Haveli",
      "Silvassa",
      "Dadra and Nagar Haveli Daman and Diu",
      "The Dadra and Nagar Haveli and Daman and Diu",
    ],
    utgst: true,
  },
  { code: "27", name: "Maharashtra", aliases: ["MH", "Maharastra", "Maharashtra State"] },
  { code: "28", name: "Andhra Pradesh (before 2014)", aliases: ["Andhra Pradesh Old"], succeededBy: "37" },
  { code: "29", name: "Karnataka", aliases: ["KA", "Karnatka"] },
  { code: "30", name: "Goa", aliases: ["GA"] },
  { code: "31", name: "Lakshadweep", aliases: ["LD", "Lakshadweep Islands", "Laccadives"], utgst: true },
  { code: "32", name: "Kerala", aliases: ["KL", "Keralam"] },
  { code: "33", name: "Tamil Nadu", aliases: ["TN", "Tamilnadu", "Tamil Naidu", "Tamizh Nadu"] },
  { code: "34", name: "Puducherry", aliases: ["PY", "Pondicherry", "Pondichery", "Puducheri"] },
  {
    code: "35",
    name: "Andaman and Nicobar Islands",
    aliases: ["AN", "Andaman", "Andaman and Nicobar", "Andaman Nicobar", "Andaman Nicobar Islands"],
    utgst: true,
  },
  { code: "36", name: "Telangana", aliases: ["TS", "TG", "Telengana", "Telangana State"] },
  { code: "37", name: "Andhra Pradesh", aliases: ["AP", "AD", "Andhra", "Andhra Pradesh New", "Andhrapradesh"] },
  { code: "38", name: "Ladakh", aliases: ["LA", "LH"], utgst: true },
  { code: "97", name: "Other Territory", aliases: ["OT", "Other Territories"], utgst: true },
];

/** Every state, those given up included, by code. For a list to choose from, leave out those with `succeededBy`. */
export const STATES: readonly State[] = TABLE.map(({ code, name, aliases, utgst, succeededBy }) => ({
  code: asCode(code),
  name,
  letters: aliases.find((alias) => /^[A-Z]{2}$/.test(alias)) ?? "",
  utgst: utgst === true,
  succeededBy: succeededBy === undefined ? null : asCode(succeededBy),
}));

const BY_CODE: ReadonlyMap<string, State> = new Map(STATES.map((state) => [state.code, state]));

const BY_NAME: ReadonlyMap<string, State> = new Map(
  STATES.flatMap((state, i) =>
    [state.name, ...(TABLE[i]?.aliases ?? [])].map((name): [string, State] => [nameKey(name), state]),
  ),
);

/** The state of a code: "33", "1" and 1 are read alike; null if there is none. */
export function stateByCode(code: string | number): State | null {
  return BY_CODE.get(String(code).trim().padStart(2, "0")) ?? null;
}

/**
 * The state meant by an address: by name, by a spelling in use ("Orissa", "Tamilnadu", "NCT of Delhi"), by its letters
 * ("TN", "IN-TN") or by its code ("33", "33-Tamil Nadu"). Null when it is not one we know: the order then waits for a
 * person, since the wrong state is the wrong tax. Codes given up lead to the state of today.
 */
export function stateByName(text: string): State | null {
  const coded = /^\s*(\d{1,2})\s*(?:[-:]\s*(.+))?$/.exec(text);
  if (coded) {
    const byCode = stateByCode(coded[1] ?? "");
    if (byCode === null) return null;
    const today = currentState(byCode);
    // "33-Kerala" contradicts itself; better to know no state than the wrong one.
    return coded[2] === undefined || stateByName(coded[2])?.code === today.code ? today : null;
  }
  const found = BY_NAME.get(nameKey(text));
  return found ? currentState(found) : null;
}

/** The state of today for a code given up; any other as it is. */
export function currentState(state: State): State {
  return (state.succeededBy === null ? null : BY_CODE.get(state.succeededBy)) ?? state;
}

/** Does tax there fall as UTGST instead of SGST? */
export function isUnionTerritoryWithoutLegislature(code: StateCode): boolean {
  return BY_CODE.get(code)?.utgst ?? false;
}

function asCode(code: string): StateCode {
  return code as StateCode; // the one place where the brand is given: codes come from the table above
}

/** "Jammu & Kashmir", "JAMMU AND KASHMIR " and "IN-JK" lose what spelling adds. */
function nameKey(name: string): string {
  const plain = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/&/g, " and ")
    .replace(/^\s*in[-_ ](?=[a-z]{2}\s*$)/, "")
    .replace(/\b(?:state|ut|union territory) of\b/g, " ");
  return plain.replace(/[^a-z]/g, "");
}
