import { type Refusal, refuse } from "../kernel/index.ts";
import type { CsvRow } from "../platform/csv.ts";
import type { ListingFigures } from "./listing.store.ts";

const FIGURE_MAX = 1_000_000;
const TEXT_MAX = { channelProductId: 200, channelSku: 200, title: 500 } as const;

/** One line of the file. A member is absent where its cell is empty: empty leaves what is there. */
export interface ListingLine {
  readonly line: number;
  readonly channelCode: string;
  readonly channelProductId: string;
  readonly skuCode: string | null;
  /** What the channel calls it: taken of channels that tell no catalogue themselves. */
  readonly channelSku: string | null;
  readonly title: string | null;
  readonly figures: ListingFigures;
  readonly fault: Refusal | null;
}

/** Reads the cells of one line. Pure; the first fault is kept. */
export function readListingLine(row: CsvRow): ListingLine {
  const cell = (key: string) => row.cells[key]?.trim() ?? "";
  const channelProductId = cell("channelproductid");
  let fault: Refusal | null = null;
  const figure = (field: string, key: string): number | undefined => {
    const given = cell(key);
    if (given === "") return undefined;
    if (/^\d{1,7}$/.test(given) && Number(given) <= FIGURE_MAX) return Number(given);
    fault ??= refuse("LISTING_FIGURE_INVALID", { field, listing: channelProductId, given: given.slice(0, 40) }).refusal;
    return undefined;
  };
  const words = (field: string, key: string, longest: number): string | null => {
    const given = cell(key);
    if (given.length > longest || /\p{Cc}/u.test(given))
      fault ??= refuse("LISTING_TEXT_INVALID", { field, listing: channelProductId.slice(0, 60), max: longest }).refusal;
    return given === "" ? null : given;
  };
  const max = TEXT_MAX.channelProductId;
  if (words("Channel Product Id", "channelproductid", max) === null)
    fault ??= refuse("LISTING_TEXT_INVALID", { field: "Channel Product Id", listing: "", max }).refusal;
  const flag = cell("disabled").toLowerCase();
  if (!["", "true", "false", "yes", "no"].includes(flag))
    fault ??= refuse("LISTING_FLAG_INVALID", { listing: channelProductId, given: flag.slice(0, 40) }).refusal;
  const figures = {
    disabled: flag === "" ? undefined : flag === "true" || flag === "yes",
    buffer: figure("Buffer", "buffer"),
    reservedForChannel: figure("Reserved For Channel", "reservedforchannel"),
    cap: cell("cap") === "-" ? null : figure("Cap", "cap"),
  };
  const skuCode = cell("skucode");
  const channelSku = words("Channel SKU", "channelsku", TEXT_MAX.channelSku);
  const title = words("Title", "title", TEXT_MAX.title);
  return {
    ...{ line: row.line, channelCode: cell("channelcode"), channelProductId, channelSku, title, figures, fault },
    skuCode: skuCode === "" ? null : skuCode,
  };
}
