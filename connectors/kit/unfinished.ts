/**
 * What of a connector is still to be written. `tools/new-connector` leaves these marks in a new folder: it compiles, and the
 * contract suite fails with the list of them instead of with what would break because of them. A finished connector has none.
 */
import type { Call, Connector, OperationName } from "./connector.ts";
import { fail, type Outcome } from "./failure.ts";

interface Mark {
  /** The file, below the connector's folder. */
  readonly where: string;
  /** What is to be written there, in a sentence. */
  readonly what: string;
}

/** Stands in the place of an operation until it is written: it calls nobody and fails. */
export function unwritten(
  where: string,
  what: string,
): ((call: Call, input: unknown) => Promise<Outcome<never>>) & { readonly unwritten: Mark } {
  const words = `Not written yet (${where}): ${what}`;
  const operation = async () => fail({ reached: "no", kind: "refused", channelMessage: words });
  return Object.assign(operation, { unwritten: { where, what } });
}

/** Stands in the place of `readOrder` until it is written: no order can be read. */
export function unwrittenReader(
  where: string,
  what: string,
): NonNullable<Connector["readOrder"]> & { readonly unwritten: Mark } {
  const reader: NonNullable<Connector["readOrder"]> = () => ({
    ok: false,
    faults: [{ code: "ORDER_MALFORMED", facts: { detail: `Not written yet (${where}): ${what}` } }],
  });
  return Object.assign(reader, { unwritten: { where, what } });
}

/** A part of the list: the capability (or "readOrder"), and what to write where. */
export interface Unfinished extends Mark {
  readonly part: OperationName | "readOrder";
}

/** Everything of a connector that is still to be written, in the order in which it declares it. */
export function unfinishedParts(connector: Connector): readonly Unfinished[] {
  const { operations, readOrder } = connector;
  const names = Object.keys(operations).filter((name): name is OperationName => name in operations);
  const parts = names.flatMap((part) => {
    const mark = markOf(operations[part]);
    return mark === null ? [] : [{ part, ...mark }];
  });
  const reader = markOf(readOrder);
  return reader === null ? parts : [...parts, { part: "readOrder" as const, ...reader }];
}

function markOf(written: unknown): Mark | null {
  return typeof written === "function" && "unwritten" in written ? (written.unwritten as Mark) : null; // only the two above put it there
}

/** The list as a person reads it; null where nothing is left. @param questions facts of the source that nobody has stated yet */
export function unfinishedWords(
  label: string,
  parts: readonly Unfinished[],
  questions: readonly string[],
): string | null {
  if (parts.length + questions.length === 0) return null;
  const width = Math.max(...parts.map(({ part }) => part.length), 0);
  return [
    `${label} is not finished.`,
    // What is declared decides what is to be written.
    ...(questions.length === 0 ? [] : [`${questions.length} to decide (strike each out where the suite is called):`]),
    ...questions.map((question) => `  ${question}`),
    ...(parts.length === 0
      ? []
      : [`${parts.length} to write, each with its call in the contract and the simulator's answer to it:`]),
    ...parts.map(({ part, where, what }) => `  ${part.padEnd(width)}  ${where}: ${what}`),
  ].join("\n");
}

/** Credentials that the form wants and the suite's seller does not fill in, as a person reads it; null where he has all. */
export function unfilledWords(
  { label, fields }: Pick<Connector, "label" | "fields">,
  filled: Readonly<Record<string, string>>,
): string | null {
  const unfilled = fields.filter(({ name, required }) => required && (filled[name] ?? "") === "");
  if (unfilled.length === 0) return null;
  return (
    `${label} wants ${unfilled.map(({ name }) => name).join(", ")} of its seller, and the suite's has none: say what he fills in ` +
    "where the suite is called, by `fieldsOf` what comes of his user name and password, by `fields` what is beside."
  );
}

/** What the scenarios of an operation do besides it, so that they say nothing while one of these is not written. */
const NEEDS: { readonly [K in OperationName]?: readonly (OperationName | "readOrder")[] } = {
  pullOrders: ["readOrder"],
  readOrders: ["pullOrders", "readOrder"],
  pullPendency: ["pullOrders", "readOrder"],
  acknowledge: ["pullOrders", "readOrder"],
  giveShipment: ["fetchInvoice"],
  fetchCourier: ["fetchInvoice", "giveShipment", "pack"],
  fetchLabel: ["fetchInvoice", "giveShipment", "pack", "fetchCourier"],
  fetchManifest: ["fetchInvoice", "giveShipment", "pack", "fetchCourier", "fetchLabel"],
  downloadFile: ["fetchInvoice", "giveShipment", "pack", "fetchCourier", "fetchLabel", "fetchManifest"],
  dispatch: ["fetchInvoice", "giveShipment", "pack", "fetchCourier", "fetchLabel", "fetchManifest"],
  readStockResult: ["pushInventory"],
  reportGrade: ["dispatch", "readStatuses"],
  fetchCreditNote: ["dispatch", "readStatuses", "reportGrade"],
  giveIrn: ["fetchInvoice"],
};

/** Can the scenarios of an operation be run: is it written, and what they need? */
export function isRunnable(name: OperationName, parts: readonly Unfinished[]): boolean {
  const missing = new Set(parts.map(({ part }) => part));
  return ![name, ...(NEEDS[name] ?? [])].some((needed) => missing.has(needed));
}
