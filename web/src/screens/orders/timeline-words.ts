import { formatInstant, formatPaise, plural } from "../../lib/format.ts";
import type { Tone } from "../../ui/index.ts";
import { lookOf } from "../../ui/state-chip.tsx";
import { courierWords } from "../shared/courier-words.ts";
import { fieldChangeWords } from "../shared/custom-field-data.ts";
import { packageStates } from "../shared/states.ts";
import { listed } from "../status-sync/data.ts";
import type { TimelineRow } from "./types.ts";

type Facts = TimelineRow["facts"];
interface Words {
  readonly what: string;
  readonly why?: string | undefined;
  readonly tone?: Tone;
}

const text = (facts: Facts, name: string): string | undefined => {
  const value = facts[name];
  return typeof value === "string" && value !== "" ? value : undefined;
};
const number = (facts: Facts, name: string): number | undefined => {
  const value = facts[name];
  return typeof value === "number" ? value : undefined;
};
const list = (facts: Facts, name: string): readonly string[] => {
  const value = facts[name];
  return Array.isArray(value) ? value.map(String) : [];
};
const money = (facts: Facts, name: string): string | undefined => {
  const paise = number(facts, name);
  return paise === undefined ? undefined : formatPaise(paise);
};
const joined = (...parts: readonly (string | undefined)[]): string | undefined => {
  const said = parts.filter((part) => part !== undefined);
  return said.length === 0 ? undefined : said.join(" · ");
};
const units = (facts: Facts): string => plural(list(facts, "units").length, "unit");

const via: Readonly<Record<string, string>> = {
  PUSH: "pushed by the channel",
  PULL: "fetched from the channel",
  FORM: "entered by form",
  CSV: "from a file",
  RETRY: "after it had waited in Failed orders",
};

const packageWords: Readonly<Record<string, readonly [what: string, tone: Tone]>> = {
  LOCATION_NOT_SERVICEABLE: ["cannot be sent: no courier serves the place", "attention"],
  PICKING: ["is being picked", "working"],
  PICKED: ["is picked", "working"],
  PACKED: ["is packed", "working"],
  READY_TO_SHIP: ["is ready to ship", "working"],
  MANIFESTED: ["is on a manifest", "working"],
  DISPATCHED: ["was handed over", "done"],
  SHIPPED: ["is on its way", "done"],
  DELIVERED: ["was delivered", "done"],
  CANCELLED: ["was cancelled", "waiting"],
  RETURN_EXPECTED: ["is coming back", "attention"],
  RETURN_ACKNOWLEDGED: ["came back and is being looked at", "working"],
  RETURNED: ["was returned", "done"],
};

/** Events by kind; what is not listed shows by its own name with its facts, so that nothing is hidden. */
const words: Readonly<Record<string, (facts: Facts, row: TimelineRow) => Words>> = {
  ORDER_RECEIVED: (f) => ({
    what: "Order received",
    why: joined(via[text(f, "via") ?? ""], plural(number(f, "units") ?? 0, "unit"), money(f, "totalPaise")),
  }),
  ORDER_VERIFY: () => ({ what: "Verified", tone: "working" }),
  ORDER_HOLD: (f) => ({ what: "Put on hold", why: text(f, "reason"), tone: "attention" }),
  ORDER_UNHOLD: () => ({ what: "Taken off hold", tone: "working" }),
  ORDER_PRIORITIZE: (f) => ({ what: `Priority set to ${number(f, "priority") ?? 0}` }),
  FACILITY_CHOSEN: (f) => ({
    what: `Ships from ${text(f, "chosenCode") ?? "?"}`,
    why: joined(
      text(f, "why"),
      rejected(f)
        .map((each) => `not ${each.facility}: ${each.why}`)
        .join("; ") || undefined,
    ),
    tone: "working",
  }),
  FACILITY_SWITCHED: (f) => ({ what: `${units(f)} moved to ${text(f, "to") ?? "another facility"}`, tone: "working" }),
  PACKAGE_CREATED: (f) => ({
    what: `${f.adopted === true ? "Left on the channel’s panel" : "Stock blocked"}, package ${text(f, "package") ?? ""} made`,
    why: plural(number(f, "units") ?? 0, "unit"),
    tone: "working",
  }),
  PACKAGE_EDITED: (f, row) => ({ what: `Package ${row.package ?? text(f, "package") ?? ""} changed` }),
  INVOICE_ISSUED: (f) => ({
    what: `Invoice ${text(f, "number") ?? text(f, "invoice") ?? ""} created`,
    why: money(f, "totalPaise"),
    tone: "working",
  }),
  IRN_AWAITED: (f) => ({
    what: `Invoice ${text(f, "invoice") ?? ""} waits for its IRN`,
    why: "packed when NIC has answered",
    tone: "attention",
  }),
  INVOICE_CANCELLED: (f) => ({
    what: `Invoice ${text(f, "invoice") ?? ""} cancelled`,
    why: text(f, "reason"),
    tone: "failed",
  }),
  LABEL_MADE: (f) => ({
    what: "Label made",
    why: joined(text(f, "courier") ?? text(f, "provider"), text(f, "awb")),
    tone: "working",
  }),
  CHANNEL_WORD_WAITS: (f) => ({
    what: `The channel says: ${listed(list(f, "statuses"))}; that waits, with ${units(f)} on hold`,
    why: joined(text(f, "reason"), list(f, "units").join(", ")),
    tone: "attention",
  }),
  UNITS_CANCELLED: (f) => ({
    what: `${units(f)} cancelled by ${text(f, "by") === "CHANNEL" ? "the channel" : "the seller"}`,
    why: joined(text(f, "reason"), list(f, "units").join(", ")),
    tone: "waiting",
  }),
  CANCEL_REQUESTED: (f) => ({
    what: `Channel asked to cancel ${units(f)}; they are locked until it answers`,
    why: text(f, "reason"),
    tone: "attention",
  }),
  CANCEL_REFUSED_BY_CHANNEL: (f) => ({
    what: `The channel refused to cancel ${units(f)}; they stand as they were`,
    why: text(f, "channelMessage"),
    tone: "failed",
  }),
  CANCEL_ANSWER_UNKNOWN: (f) => ({
    what: "Whether the channel took the cancellation is not known",
    why: text(f, "message"),
    tone: "failed",
  }),
  CANCEL_WISHED: (f) => ({
    what: `The buyer asks to cancel ${units(f)}; a person decides`,
    why: list(f, "held").length > 0 ? "what is not packed yet is on hold" : undefined,
    tone: "attention",
  }),
  CHANNEL_CANCEL_REFUSED: (f) => ({
    what: "A cancellation by the channel was not followed",
    why: text(f, "rule") ?? text(f, "reason"),
    tone: "attention",
  }),
  ACCEPTANCE_TAKEN: () => ({ what: "The channel took the acceptance", tone: "done" }),
  ACCEPTANCE_REFUSED: (f) => ({
    what: "The channel refused the acceptance; the order is on hold",
    why: text(f, "message"),
    tone: "failed",
  }),
  VERIFIED_ON_CHANNEL: () => ({ what: "Accepted on the channel, so verified here", tone: "working" }),
  HELD_ON_CHANNEL: () => ({ what: "Put on hold by the channel", tone: "attention" }),
  RELEASED_ON_CHANNEL: () => ({ what: "Taken off hold by the channel", tone: "working" }),
  HELD_UNTIL_LATER: () => ({
    what: "On hold until the moment from which the channel lets it be processed",
    tone: "attention",
  }),
  RELEASED_IN_TIME: () => ({ what: "Its moment came: taken off hold", tone: "working" }),
  DISPATCH_BY_MOVED: (f) => ({
    what: `The channel moved its deadline: to be dispatched by ${formatInstant(text(f, "to") ?? "")}`,
    why: `before: ${formatInstant(text(f, "from") ?? "")}`,
    tone: "attention",
  }),
  LEFT_ON_CHANNEL: (f) => ({
    what: `The channel says that ${units(f)} left, but they are still here; held`,
    why: joined(sentence(text(f, "status")), list(f, "units").join(", ")),
    tone: "attention",
  }),
  PROCESSED_ON_PANEL: (f) => {
    const [was, manifest, short] = [text(f, "was"), text(f, "manifest"), number(f, "short") ?? 0];
    const picklists = list(f, "picklists").join(", ");
    return {
      what: `Processed on the channel's panel: package ${text(f, "package") ?? ""} left with ${units(f)}`,
      why: joined(
        was === undefined
          ? "its package was made here"
          : `it was ${lookOf(was, packageStates).word.toLowerCase()} here`,
        short > 0 ? `${plural(short, "unit")} short of stock` : undefined,
        manifest === undefined ? undefined : `taken off manifest ${manifest}`,
        picklists === "" ? undefined : `taken off pick list ${picklists}`,
      ),
      tone: short > 0 ? "attention" : "done",
    };
  },
  COURIER_TOLD: (f) => ({
    what: `The channel named its courier: ${text(f, "courier") ?? ""}, ${text(f, "awb") ?? ""}`,
    tone: "working",
  }),
  REVIEW_OVER: () => ({ what: "The channel's review is over; stock was kept for it", tone: "working" }),
  CHANNEL_INVOICE_FAILED: (f, row) => notGiven("invoice", f, row),
  CHANNEL_LABEL_FAILED: (f, row) => notGiven("label", f, row),
  TAKEN_WITH_WORDS: (f) => ({ what: "Taken by the channel, which says", why: text(f, "message"), tone: "attention" }),
  MANIFEST_REFUSED_BY_CHANNEL: (f, row) => ({
    what: `The channel did not take ${row.package ?? text(f, "package") ?? "the package"} on manifest ${text(f, "manifest") ?? ""}`.trimEnd(),
    why: text(f, "channelMessage"),
    tone: "failed",
  }),
  SELLER_SHIPS_NOW: (f) => ({
    what: "The channel says that the seller ships: courier and label are ours",
    why: text(f, "channelMessage"),
    tone: "attention",
  }),
  CUSTOM_FIELDS_CHANGED: (f) => ({
    what: `Custom fields changed${f.how === "CSV" ? " by a file" : ""}`,
    why: fieldChangeWords(f),
  }),
  CUSTOM_FIELDS_LEFT_OUT: (f) => ({
    what: "Custom fields that came with the order could not be kept",
    why: joined(list(f, "names").join(", "), "too long or too many; the order as it came has them"),
    tone: "attention",
  }),
  EXCEPTION_RESOLVED: (f) => ({
    what: `Doubt decided: ${text(f, "label") ?? sentence(text(f, "choice"))}`,
    why: joined(text(f, "title") ?? sentence(text(f, "doubt")), text(f, "note")),
    tone: "done",
  }),
  RETURN_ANNOUNCED: (f) => ({
    what: `Return announced${text(f, "kind") === undefined ? "" : ` (${text(f, "kind")})`}`,
    why: joined(text(f, "reason"), text(f, "awb")),
    tone: "attention",
  }),
  RETURN_RECEIVED: (f) => ({
    what: `Return ${text(f, "return") ?? ""} received in ${text(f, "facility") ?? "?"}`,
    why: joined(
      units(f),
      list(f, "missing").length === 0 ? undefined : `missing: ${list(f, "missing").join(", ")}`,
      f.announced === false ? "nobody had announced it" : undefined,
      text(f, "manifest") === undefined ? undefined : `on return manifest ${text(f, "manifest")}`,
    ),
    tone: list(f, "missing").length === 0 ? "working" : "attention",
  }),
  RETURN_COMPLETED: (f) => ({
    what: `Return ${text(f, "return") ?? ""} is complete: ${units(f)} returned`,
    why: joined(text(f, "creditNote"), text(f, "reason")),
    tone: "done",
  }),
  REVERSE_PICKUP_CREATED: (f) => ({
    what: `Reverse pickup ${text(f, "return") ?? ""} created by hand`,
    why: joined(
      text(f, "reason"),
      f.override === true ? "although the channel sends them" : undefined,
      text(f, "courier"),
    ),
    tone: "attention",
  }),
  REVERSE_PICKUP_COURIER: (f) => ({
    what: `${text(f, "courier") ?? "A courier"} collects ${text(f, "return") ?? "the return"}`,
    why: text(f, "awb"),
    tone: "working",
  }),
  REVERSE_COURIER_REFUSED: (f) => ({
    what: `${text(f, "courier") ?? "A courier"} does not collect ${text(f, "return") ?? "the return"}`,
    why: text(f, "courierSays"),
    tone: "attention",
  }),
  REVERSE_COURIER_CHANGED: (f) => ({
    what: `${text(f, "to") ?? "Another courier"} is asked to collect ${text(f, "return") ?? "the return"}`,
    why: `in place of ${text(f, "courier") ?? "the former one"}`,
    tone: "working",
  }),
  REVERSE_NUMBER_SETTLED: (f) => ({
    what: text(f, "awb") === undefined ? "The courier gave no number" : "The courier’s lost answer is known",
    why: text(f, "awb"),
  }),
  REVERSE_PICKUP_PICKED_UP: (f) => ({ what: `${text(f, "return") ?? "The return"} was picked up`, tone: "working" }),
  RETURN_CALLED_OFF: (f) => ({
    what: `The channel called off ${text(f, "return") ?? "a return"}`,
    why: text(f, "kind") === "RTO" ? "the parcel goes on to the buyer" : "nothing is collected",
    tone: "waiting",
  }),
  REVERSE_PICKUP_CANCELLED: (f) => ({
    what: `Reverse pickup ${text(f, "return") ?? ""} cancelled`,
    why: text(f, "reason"),
    tone: "waiting",
  }),
  SENT_INSTEAD: (f) => ({
    what: `Order ${text(f, "order") ?? ""} goes out instead of ${units(f)}`,
    why: joined(text(f, "what"), money(f, "differencePaise")),
    tone: "working",
  }),
  ORDER_INSTEAD_OF: (f) => ({
    what: `Sent instead of ${units(f)} of order ${text(f, "order") ?? ""}`,
    tone: "working",
  }),
  UNITS_STOCK_TAKEN: (f) => ({
    what: `${units(f)} wait for stock again: their goods are not there`,
    why: joined(text(f, "because"), list(f, "units").join(", ")),
    tone: "attention",
  }),
  UNITS_PUT_AWAY: (f) => ({
    what: `${plural(number(f, "units") ?? 0, "unit")} put away`,
    why: joined(text(f, "putaway"), list(f, "grades").map(sentence).join(", ") || undefined),
    tone: "done",
  }),
  CREDIT_NOTE_ISSUED: (f) => ({
    what: `Credit note ${text(f, "creditNote") ?? ""} ${f.waitsForIrn === true ? "made; it waits for its IRN" : "is there"}`,
    why: joined(
      `against invoice ${text(f, "invoice") ?? ""}`,
      money(f, "total"),
      text(f, "madeBy") === undefined ? undefined : `made by ${text(f, "madeBy")}`,
      f.late === true ? "too late to lower the tax of its invoice" : undefined,
    ),
    tone: f.waitsForIrn === true ? "working" : "done",
  }),
  CREDIT_NOTE_REGISTERED: (f) => ({
    what: `Credit note ${text(f, "creditNote") ?? ""} has its IRN`,
    why: text(f, "irn"),
    tone: "done",
  }),
  CREDIT_NOTE_CANCELLED: (f) => ({
    what: `Credit note ${text(f, "creditNote") ?? ""} was cancelled: return ${text(f, "return") ?? ""} needs another one`,
    why: text(f, "reason"),
    tone: "attention",
  }),
  CREDIT_NOTE_FAILED: (f) => ({
    what: `No credit note of return ${text(f, "return") ?? ""} yet`,
    why: joined(text(f, "message"), quoted(f)),
    tone: text(f, "nextAttemptAt") === undefined ? "failed" : "attention",
  }),
  EXCHANGE: (f, row) => ({
    what: `${operationWords(text(f, "operation") ?? "")}${text(f, "packageState") === undefined ? "" : ` ${sentence(text(f, "packageState"))}`}: ${outcomeWords[row.outcome ?? ""] ?? row.outcome ?? "no answer"}`,
    why: text(f, "message"),
    tone: row.outcome === "OK" ? "done" : "failed",
  }),
  NOTICE: (f, row) => ({
    what: `${noticeWords[text(f, "kind") ?? ""] ?? "Notification"}${text(f, "packageState") === undefined ? "" : ` ${sentence(text(f, "packageState"))}`}: ${noticeStates[row.outcome ?? ""]?.[0] ?? row.outcome}`,
    why: text(f, "message"),
    tone: noticeStates[row.outcome ?? ""]?.[1] ?? "waiting",
  }),
};

/** The channel's own words, where ours do not have them in them. */
function quoted(facts: Facts): string | undefined {
  const [message, said] = [text(facts, "message"), text(facts, "channelSays")];
  return said === undefined || message?.includes(said) ? undefined : `“${said}”`;
}

/** The channel gave no invoice or label: it is asked again where a next try is set. */
function notGiven(what: string, facts: Facts, row: TimelineRow): Words {
  const again = text(facts, "nextAttemptAt") !== undefined;
  const parcel = row.package ?? text(facts, "package") ?? "the package";
  return {
    what: again
      ? `The ${what} of ${parcel} is not there yet: the channel is asked again`
      : `No ${what} of ${parcel} from the channel`,
    why: joined(text(facts, "message"), quoted(facts)),
    tone: again ? "attention" : "failed",
  };
}

/** The exchange behind an entry: its own, or the one that its facts name. */
export const exchangeOf = (row: TimelineRow): string | null =>
  row.exchangeId ?? text(row.facts, "exchangeId") ?? text(row.facts, "exchange") ?? null;

/** How an exchange ended. */
export const outcomeWords: Readonly<Record<string, string>> = {
  OK: "taken",
  REFUSED: "refused by the channel",
  NOT_REACHED: "the channel was not reached",
  UNKNOWN: "whether it arrived is not known",
  BAD_ANSWER: "the answer was not understood",
};
const noticeWords: Readonly<Record<string, string>> = {
  STATE: "Shipment notification",
  DISPATCH: "Dispatch details",
  CANCEL: "Seller cancellation",
  ACKNOWLEDGE: "Acceptance",
  GRADE: "Grades of a return",
  IRN: "IRN",
  REVERSE_STATE: "Reverse pickup",
};
const noticeStates: Readonly<Record<string, readonly [words: string, tone: Tone]>> = {
  PENDING: ["waits to be sent", "waiting"],
  REFUSED: ["refused by the channel", "failed"],
  PAUSED: ["paused until a person repeats it", "attention"],
  NOT_SENT: ["not sent: notifications of this channel are off", "attention"],
  UNKNOWN: ["whether it arrived is not known", "failed"],
};
/** Notices that a person may send again. */
export const repeatableNotices: ReadonlySet<string> = new Set(["REFUSED", "PAUSED", "UNKNOWN", "NOT_SENT"]);

const operations: Readonly<Record<string, string>> = {
  notifyState: "Shipment notification",
  dispatch: "Dispatch details",
  cancel: "Seller cancellation",
  readStatuses: "Status asked for",
  pushOrder: "Order pushed",
  fetchInvoice: "Invoice asked for",
  giveShipment: "Box and weight given",
  fetchCourier: "Courier asked for",
  fetchLabel: "Label asked for",
  fetchManifest: "Manifest asked for",
  downloadFile: "File downloaded",
  acknowledge: "Acceptance",
  fetchCreditNote: "Credit note asked for",
  reportGrade: "Grades told",
  giveIrn: "IRN told",
  pullOrders: "New orders asked for",
  pullPendency: "Orders under review asked for",
};
/** What was asked of the other side, in words: "readStatuses/getOrders" as "Status asked for". */
export function operationWords(operation: string): string {
  const purpose = operation.split("/")[0] ?? operation;
  return operations[purpose] ?? sentence(purpose.replaceAll(/([A-Z])/g, "_$1"));
}

function rejected(facts: Facts): readonly { facility: string; why: string }[] {
  const value = facts.rejected;
  return Array.isArray(value)
    ? value.flatMap((each: unknown) =>
        typeof each === "object" && each !== null && "facility" in each && "why" in each
          ? [{ facility: String(each.facility), why: String(each.why) }]
          : [],
      )
    : [];
}

/** SAME_ID_OTHER_CONTENT as "Same id other content". */
export function sentence(code: string | undefined): string {
  const lower = (code ?? "").toLowerCase().replaceAll("_", " ").trim();
  return lower.charAt(0).toUpperCase() + lower.slice(1);
}

/** One entry in words. */
export function wordsOf(row: TimelineRow): Words {
  const courier = courierWords(row.kind, row.facts);
  if (courier !== null) return { ...courier, why: courier.why ?? undefined };
  const known = words[row.kind];
  if (known !== undefined) return known(row.facts, row);
  const moved = packageWords[row.kind.replace(/^PACKAGE_/, "")];
  if (row.kind.startsWith("PACKAGE_") && moved !== undefined)
    return {
      what: `Package ${row.package ?? text(row.facts, "package") ?? ""} ${moved[0]}`,
      why: joined(text(row.facts, "reason"), text(row.facts, "courierStatus"), text(row.facts, "manifest")),
      tone: moved[1],
    };
  const rest = Object.entries(row.facts).flatMap(([name, value]) =>
    typeof value === "string" || typeof value === "number" ? [`${name}: ${value}`] : [],
  );
  return { what: sentence(row.kind), why: rest.length === 0 ? undefined : rest.join(" · ") };
}
