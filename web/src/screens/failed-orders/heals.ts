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

/**
 * Reads what the server says heals an entry: "LISTING:8013-8013-STD", "SKU:<id>", "CHANNEL:<id>". Of a channel the entry's
 * code says what is wrong with it; `warehouses` are those that it names, as far as they are known. Others give nothing.
 */
export function causeOf(
  waitsFor: string,
  channel: HealChannel,
  code: string | null,
  warehouses: readonly string[] = [],
): Cause | null {
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
    case "CHANNEL":
      return channelCause(channel, code === "FACILITY_NOT_MAPPED", warehouses);
    default:
      return null;
  }
}

/** What is wrong with a channel is set right on its page: its warehouses where they are mapped, its facilities at the settings. */
function channelCause(channel: HealChannel, unmapped: boolean, warehouses: readonly string[]): Cause {
  const which = warehouses.length === 0 ? "its warehouse" : `the warehouse ${warehouses.join(", ")}`;
  return {
    words: unmapped
      ? `${which} is mapped to a facility of ${channel.code} that is on`
      : `${channel.code} has a facility that is on`,
    label: unmapped ? "Map the warehouse" : "To the channel",
    to: channel.channelId === null ? "/settings/channels" : `/settings/channels/${channel.channelId}`,
    search: channel.channelId === null ? {} : { view: unmapped && channel.mapsWarehouses ? "connectors" : "settings" },
  };
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
  const causes = row.waitsFor.flatMap((each) => causeOf(each, channel, row.code) ?? []);
  const [first] = causes;
  if (first !== undefined)
    return `By itself, when ${first.words}${causes.length > 1 ? ` and ${causes.length - 1} more` : ""}`;
  const field = correctable(row.code);
  if (field !== null) return field === "pincode" ? "Correct the PIN code" : "Correct the state";
  return row.waitsFor.length > 0
    ? "By itself, when its cause goes away"
    : "Sent again by the marketplace, or dismissed";
}
