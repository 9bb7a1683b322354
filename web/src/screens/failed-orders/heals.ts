/** What an entry waits for, in words, with the page where a person can take the cause away. */
export interface Cause {
  readonly words: string;
  readonly label: string;
  readonly to: string;
  readonly search: Readonly<Record<string, string>>;
}

/** Reads what the server says heals an entry: "LISTING:8013-8013-STD", "SKU:<id>", "FACILITY:<code>". Others give nothing. */
export function causeOf(waitsFor: string, channel: string): Cause | null {
  const [kind, ...rest] = waitsFor.split(":");
  const what = rest.join(":");
  switch (kind) {
    case "LISTING":
      return {
        words: `the listing ${what} is mapped to a SKU`,
        label: "Map the listing",
        to: "/listings",
        search: { tab: "unmapped", q: what },
      };
    case "SKU":
      return { words: "the SKU is put right", label: "To the products", to: "/products", search: {} };
    case "FACILITY":
      return {
        words:
          what === "" ? `${channel} has a facility` : `the warehouse ${what} is mapped to a facility of ${channel}`,
        label: "To the channel",
        to: "/settings/channels",
        search: {},
      };
    default:
      return null;
  }
}

/** What a person may correct on the entry itself, by the code of its refusal. */
export const correctable = (code: string | null): "pincode" | "state" | null =>
  code === "PINCODE_INVALID" ? "pincode" : code === "STATE_UNKNOWN" ? "state" : null;

/** In a row: does it heal by itself, by a correction, or only by the marketplace? */
export function healWords(row: {
  readonly state: string;
  readonly code: string | null;
  readonly waitsFor: readonly string[];
  readonly channel: string;
}): string {
  if (row.state !== "FAILED" && row.state !== "RECEIVED") return "";
  if (row.state === "RECEIVED") return "By itself, once the tenant is live";
  const causes = row.waitsFor.flatMap((each) => causeOf(each, row.channel) ?? []);
  const [first] = causes;
  if (first !== undefined)
    return `By itself, when ${first.words}${causes.length > 1 ? ` and ${causes.length - 1} more` : ""}`;
  const field = correctable(row.code);
  if (field !== null) return field === "pincode" ? "Correct the PIN code" : "Correct the state";
  return row.waitsFor.length > 0
    ? "By itself, when its cause goes away"
    : "Sent again by the marketplace, or dismissed";
}
