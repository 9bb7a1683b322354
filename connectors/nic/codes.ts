/** What the portal's codes mean, and what may be done about each. */
import type { ConnectorFailure, PortalAdvice, PortalFailure, PortalFault } from "../kit/index.ts";

export interface CodeMeaning {
  readonly advice: PortalAdvice;
  readonly words: string;
  readonly whatToDo: string;
}

const CREDENTIALS = "Correct the e-invoice user of this GSTIN in the settings; it goes on by itself then.";
const AGAIN = "Nothing: it is sent again by itself.";
const OPERATOR = "Tell your operator; the exchange says more.";
const CREDIT_NOTE = "Make a credit note instead.";

const meaning = (advice: PortalAdvice, words: string, whatToDo: string): CodeMeaning => ({ advice, words, whatToDo });
const account = (words: string) => meaning("ACCOUNT", words, CREDENTIALS);
const retry = (words: string) => meaning("RETRY", words, AGAIN);

/** By code, as far as codes are publicly known. A code that is not here is treated as `CHANGE`: nothing is sent again blindly. */
export const CODES: ReadonlyMap<string, CodeMeaning> = new Map([
  ["1004", meaning("ACCOUNT", "NIC misses a part of what proves who calls.", OPERATOR)],
  ["1005", meaning("RENEW", "NIC does not take the session's token, nor a new one.", AGAIN)],
  ["1010", account("NIC does not know the client id, or its secret is another.")],
  ["1013", account("NIC could not decrypt the password: its public key here may be an old one.")],
  ["1015", account("The e-invoice user does not belong to this GSTIN.")],
  ["1016", account("NIC could not decrypt the session's key: its public key here may be an old one.")],
  ["1017", account("NIC does not know the e-invoice user.")],
  ["1019", account("NIC does not take the e-invoice user's password.")],
  ["2140", meaning("CHANGE", "NIC says that the document does not have the form of INV-01.", OPERATOR)],
  ["2141", meaning("FINAL", "NIC could not cancel the IRN.", "Cancel it on NIC's page, or make a credit note.")],
  ["2142", meaning("CHANGE", "NIC says that the request is incomplete.", OPERATOR)],
  ["2143", meaning("FINAL", "The IRN belongs to another GSTIN.", OPERATOR)],
  ["2146", retry("NIC asks to try later.")],
  ["2147", retry("NIC could not sign the document just now.")],
  ["2148", meaning("FINAL", "NIC has no document of this IRN.", OPERATOR)],
  [
    "2150",
    meaning(
      "DUPLICATE",
      "NIC has an IRN for this number already.",
      "Compare both documents on NIC's page; a number has one IRN for ever.",
    ),
  ],
  ["2154", meaning("FINAL", "NIC has no document of this number.", OPERATOR)],
  ["2172", meaning("CHANGE", "IGST stands on a supply within one state.", "Check the place of supply of the order.")],
  [
    "2176",
    meaning(
      "CHANGE",
      "NIC does not know an HSN code of the document.",
      "Correct the HSN code under Products, cancel this document, then invoice again.",
    ),
  ],
  ["2182", meaning("CHANGE", "The sum of the taxable values is not that of the lines.", OPERATOR)],
  ["2189", meaning("CHANGE", "The total is not the sum of its parts.", OPERATOR)],
  ["2193", meaning("CHANGE", "A line's taxable value is not its amount less discount.", OPERATOR)],
  ["2230", meaning("FINAL", "An e-way bill is active for the document.", "Cancel the e-way bill first.")],
  ["2270", meaning("FINAL", "The IRN is older than 24 hours and can no longer be cancelled.", CREDIT_NOTE)],
  [
    "2283",
    meaning(
      "FINAL",
      "The document is too old to be read from NIC.",
      "Fetch it on NIC's page; the GST portal keeps it.",
    ),
  ],
  ["3028", meaning("CHANGE", "NIC does not know a GSTIN of the document.", "Check the buyer's GSTIN with the buyer.")],
  [
    "3029",
    meaning(
      "CHANGE",
      "A GSTIN of the document is not active.",
      "Ask the buyer; an invoice to a cancelled GSTIN is one to a consumer.",
    ),
  ],
  ["4002", meaning("FINAL", "An e-way bill exists for the document.", "Cancel the e-way bill first.")],
  ["9999", meaning("FINAL", "The IRN is not active: it was cancelled before.", "Nothing: it is cancelled.")],
]);

/** 1004 to 1019: header, token and decryption. Those without a meaning of their own are the account's all the same. */
const isOfAccount = (code: string): boolean => /^10(0[4-9]|1[0-9])$/.test(code);

export function meaningOf(code: string): CodeMeaning {
  const known = CODES.get(code);
  if (known) return known;
  if (isOfAccount(code)) return account("NIC refuses the session.");
  return meaning(
    "CHANGE",
    "NIC refuses the document.",
    "Read NIC's words, correct what they name, then send it again.",
  );
}

/** Of several faults the one that decides: what the account lacks first, since nothing works before; a wait last. */
const WEIGHT: readonly PortalAdvice[] = ["ACCOUNT", "RENEW", "DUPLICATE", "CHANGE", "FINAL", "RETRY"];

/** The failure that an answer's faults are. */
export function failureOf(faults: readonly PortalFault[], status: number): PortalFailure {
  const judged = faults.map((fault) => ({ fault, meaning: meaningOf(fault.code) }));
  judged.sort((a, b) => WEIGHT.indexOf(a.meaning.advice) - WEIGHT.indexOf(b.meaning.advice));
  const [first] = judged;
  const { advice, words, whatToDo } = first?.meaning ?? meaningOf("");
  return {
    reached: "yes",
    kind: KINDS[advice],
    status,
    advice,
    faults,
    words,
    whatToDo,
    ...(first === undefined ? {} : { channelCode: first.fault.code }),
    channelMessage: faults.map(({ code, message }) => `${code}: ${message}`).join("; "),
  };
}

const KINDS: Readonly<Record<PortalAdvice, ConnectorFailure["kind"]>> = {
  ACCOUNT: "auth",
  RENEW: "auth",
  RETRY: "transient",
  CHANGE: "refused",
  DUPLICATE: "refused",
  FINAL: "refused",
};

/** A failure without any code of the portal: it did not answer, or not in its own words. */
export function failureWithoutAnswer(failure: ConnectorFailure): PortalFailure {
  const refused = failure.kind === "refused" || failure.kind === "auth";
  return {
    ...failure,
    advice: refused ? "ACCOUNT" : "RETRY",
    faults: [],
    words: refused
      ? "NIC's server refuses the call before reading it."
      : failure.kind === "bad_answer"
        ? "NIC's answer cannot be read."
        : "NIC does not answer.",
    whatToDo: refused ? "Check the portal's address and paths, and whether NIC knows this server's address." : AGAIN,
  };
}
