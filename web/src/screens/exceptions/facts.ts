import { formatMinute } from "../../lib/format.ts";

// Ids are for programs; the order and the package stand above with their links.
const hidden = new Set(["order", "package", "gatepass"]);
const names: Readonly<Record<string, string>> = {
  units: "Units",
  line: "The channel’s line",
  reason: "Reason given",
  channelMessage: "Channel’s words",
  status: "The word itself",
  label: "What it means",
  state: "Stands here",
  dispatchedAt: "Left at",
  channelStatus: "Status there",
  pieces: "Pieces",
  from: "From",
  to: "To",
  note: "Note",
  sku: "SKU",
  unit: "Unit",
  return: "Return",
  awb: "AWB",
  provider: "Courier",
};

export interface FactBeside {
  readonly name: string;
  readonly text: string;
  /** Of a moment; null of anything else. */
  readonly at: string | null;
}

const moment = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;

/** What the sentence does not say already, each under a name that people read. */
export function factsBeside(message: string, facts: Readonly<Record<string, unknown>>): readonly FactBeside[] {
  return Object.entries(facts).flatMap(([name, value]) => {
    if (hidden.has(name) || /Ids?$/.test(name) || value === null || value === "") return [];
    const text = Array.isArray(value)
      ? value.join(", ")
      : typeof value === "object"
        ? JSON.stringify(value)
        : String(value);
    const at = moment.test(text) ? text : null;
    if (message.includes(at === null ? text : formatMinute(at))) return [];
    return [{ name: names[name] ?? inWords(name), text, at }];
  });
}

/** "channelReturnId" as "Channel return id". */
const inWords = (name: string): string =>
  name.charAt(0).toUpperCase() + name.slice(1).replaceAll(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);

/**
 * The sentence for a list that names channel and order in columns of their own: without them at its start, lines differ where they
 * are read. A unit's code is its order's with a number.
 */
export function besideItsOrder(message: string, orderCode: string | null): string {
  const said = message.replace(/^The channel says (that )?/, "");
  const short = orderCode === null ? said : withoutCode(said, orderCode);
  return short.charAt(0).toUpperCase() + short.slice(1);
}

function withoutCode(text: string, orderCode: string): string {
  const escaped = orderCode.replaceAll(/\W/g, "\\$&");
  const named = new RegExp(`(?<![\\w-])${escaped}(-\\d+)?(?![\\w-])`, "g");
  return text.replaceAll(named, (_, unit: string | undefined) =>
    unit === undefined ? "the order" : `unit ${unit.slice(1)}`,
  );
}
