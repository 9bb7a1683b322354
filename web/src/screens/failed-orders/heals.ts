/** What an entry waits for, in words, with the page where a person can take the cause away. */
export interface Cause {
  readonly words: string;
  readonly label: string;
  readonly to: string;
  readonly search: Readonly<Record<string, string>>;
}

/** The channel of an entry, as far as this person may see it. */
export interface HealChannel {
  readonly code: string;
  /** Null: not known, or not to be seen; the list of channels is linked then. */
  readonly channelId: string | null;
  /** Its warehouses are mapped by a field of the connectors, not at the settings. */
  readonly mapsWarehouses: boolean;
}

/** Reads what the server says heals an entry: "LISTING:8013-8013-STD", "SKU:<id>", "FACILITY:<code>". Others give nothing. */
export function causeOf(waitsFor: string, channel: HealChannel): Cause | null {
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
          what === ""
            ? `${channel.code} has a facility`
            : `the warehouse ${what} is mapped to a facility of ${channel.code}`,
        label: what === "" ? "To the channel" : "Map the warehouse",
        to: channel.channelId === null ? "/settings/channels" : `/settings/channels/${channel.channelId}`,
        search:
          channel.channelId === null ? {} : { view: what !== "" && channel.mapsWarehouses ? "connectors" : "settings" },
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
  const channel = { code: row.channel, channelId: null, mapsWarehouses: false }; // only the words are asked for
  const causes = row.waitsFor.flatMap((each) => causeOf(each, channel) ?? []);
  const [first] = causes;
  if (first !== undefined)
    return `By itself, when ${first.words}${causes.length > 1 ? ` and ${causes.length - 1} more` : ""}`;
  const field = correctable(row.code);
  if (field !== null) return field === "pincode" ? "Correct the PIN code" : "Correct the state";
  return row.waitsFor.length > 0
    ? "By itself, when its cause goes away"
    : "Sent again by the marketplace, or dismissed";
}
