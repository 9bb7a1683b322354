import { Modal } from "@mantine/core";
import { IconFileUpload, IconWand } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { useUrlState } from "../../lib/url-state.ts";
import {
  ActionButton,
  type BulkAction,
  Code,
  type Column,
  ConfirmAction,
  CsvImport,
  DataTable,
  type Filter,
  Instant,
  Page,
  reportDone,
  StateChip,
} from "../../ui/index.ts";
import { useChannels } from "../shared/channels.ts";
import { listingStates } from "../shared/states.ts";
import { Thumb } from "../shared/thumb.tsx";
import { type ListingRow, stateOf } from "./data.ts";
import classes from "./listings.module.css";
import { publishOutcomes } from "./outcomes.ts";
import { ListingPanel, useMayEdit, useRefreshListings } from "./panel.tsx";

const columns: readonly Column<ListingRow>[] = [
  {
    id: "product",
    header: "Listing",
    width: 200,
    grow: true,
    always: true,
    sort: "title",
    card: "title",
    cell: (row) => (
      <span className={classes.product}>
        <Thumb name={row.title ?? row.channelSku} imageUrl={row.imageUrl} />
        <span className={classes.title} title={row.title ?? undefined}>
          {row.title ?? row.channelSku}
        </span>
      </span>
    ),
  },
  { id: "channel", header: "Channel", width: 130, card: "meta", cell: (row) => row.channelCode },
  {
    id: "channelSku",
    header: "Channel SKU",
    width: 172,
    sort: "channelSku",
    cell: (row) => <Code>{row.channelSku}</Code>,
  },
  {
    id: "productId",
    header: "Channel product",
    width: 160,
    hidden: true,
    cell: (row) => <Code>{row.channelProductId}</Code>,
  },
  {
    id: "sku",
    header: "SKU",
    width: 172,
    card: "meta",
    cell: (row) => {
      if (row.skuCode !== null) return <Code>{row.skuCode}</Code>;
      return (
        <span className={classes.suggested}>{row.suggestedSku === null ? "none" : `none; same code is here`}</span>
      );
    },
  },
  {
    id: "state",
    header: "State",
    width: 156, // the longest word, "At the marketplace"
    card: "trailing",
    cell: (row) => <StateChip state={stateOf(row)} table={listingStates} />,
  },
  { id: "buffer", header: "Buffer", width: 72, align: "right", hidden: true, cell: (row) => row.buffer },
  { id: "cap", header: "Cap", width: 72, align: "right", hidden: true, cell: (row) => row.cap ?? "–" },
  {
    id: "reserved",
    header: "Reserved",
    width: 84,
    align: "right",
    hidden: true,
    cell: (row) => row.reservedForChannel,
  },
  {
    id: "published",
    header: "Told",
    width: 72,
    align: "right",
    cell: (row) => (
      <span className={classes.told} data-tip={byWarehouse(row)}>
        {row.waiting && <small title="A newer figure is being told">↻ </small>}
        {row.published ?? "–"}
      </span>
    ),
  },
  {
    id: "warehouses",
    header: "By warehouse",
    width: 220,
    hidden: true,
    cell: (row) => byWarehouse(row) ?? "–",
  },
  {
    id: "outcome",
    header: "Answer",
    width: 116,
    cell: (row) =>
      row.publishOutcome === null || row.stockAtChannel ? (
        "–"
      ) : (
        <StateChip state={row.publishOutcome} table={publishOutcomes} />
      ),
  },
  {
    id: "publishedAt",
    header: "When",
    width: 96,
    align: "right",
    sort: "publishedAt",
    cell: (row) => <Instant at={row.publishedAt} />,
  },
];

/** What is wrong with a listing; nothing is where the channel keeps the stock itself. */
function toneOf(row: ListingRow): "failed" | "attention" | undefined {
  if (row.stockAtChannel) return undefined;
  if (row.publishOutcome === "REFUSED") return "failed";
  return row.live && row.skuId === null ? "attention" : undefined;
}

/** "OKR-BLR-01 12, OKR-DEL-02 3", where the channel is told by its own warehouses. */
function byWarehouse({ warehouses }: ListingRow): string | undefined {
  if (warehouses.length === 0) return undefined;
  return warehouses.map(({ warehouse, published }) => `${warehouse} ${published ?? "–"}`).join(", ");
}

const csvColumns = [
  { name: "Channel Code", required: true, help: "As the list of channels shows it" },
  { name: "Channel Product Id", required: true, help: "As the export of this list shows it" },
  { name: "Channel SKU", help: "Of a channel that tells no catalogue: what it calls the product" },
  { name: "Title", help: "Of a channel that tells no catalogue" },
  { name: "SKU Code", help: "Maps the listing; empty leaves what is there" },
  { name: "Disabled", help: "true or false" },
  { name: "Buffer", help: "Whole units kept back from this channel" },
  { name: "Reserved For Channel", help: "Whole units kept from every other channel" },
  { name: "Cap", help: "Never told more; - takes it away" },
];

/** Inventory > Listings. */
export function Screen() {
  const refresh = useRefreshListings();
  const notNow = useMayEdit();
  const channels = useChannels();
  const bulk = useBulk(refresh);
  const [params] = useUrlState();
  const [importing, setImporting] = useState(false);
  const filters: readonly Filter[] = [
    {
      name: "channelId",
      label: "Channel",
      type: "select",
      options: channels.map((c) => ({ value: c.channelId, label: c.code })),
      sentence: (_value, label) => label,
    },
  ];
  return (
    <Page
      fill
      title="Listings"
      line="Each channel's entry for a SKU, and the stock figure it was last told."
      actions={
        <>
          <AutoMatch channelId={params.channelId} notNow={notNow} />
          <ActionButton label="Import CSV" icon={IconFileUpload} onClick={() => setImporting(true)} notNow={notNow} />
        </>
      }
    >
      <DataTable<ListingRow>
        id="listings"
        endpoint="/api/v1/listings"
        {...(params.listingId === undefined ? {} : { fixed: { listingId: params.listingId } })}
        rowId={(row) => row.listingId}
        noun={["listing", "listings"]}
        columns={columns}
        filters={filters}
        tabs={[
          { value: "all", label: "All" },
          { value: "unmapped", label: "Unmapped", tone: "attention" },
          { value: "mapped", label: "Mapped" },
          { value: "disabled", label: "Disabled" },
          { value: "refused", label: "Refused", tone: "failed" },
          { value: "notLive", label: "Not live" },
        ]}
        searchHint="Title, SKU or product id"
        byFacility={false}
        refreshMs={5_000}
        rowTone={toneOf}
        panelTitle={(row) => row.title ?? row.channelSku}
        panel={(row) => <ListingPanel key={row.listingId} row={row} />}
        {...(notNow === null ? { bulk } : {})}
        empty={{
          title: "No listings yet",
          cause:
            "Listings come from a channel's catalogue: connect a channel under Settings › Channels, and its catalogue is read at once.",
        }}
      />
      <Modal opened={importing} onClose={() => setImporting(false)} size="lg" title={<strong>Import listings</strong>}>
        <CsvImport
          endpoint="/api/v1/listings/import"
          columns={csvColumns}
          template={{
            fileName: "listings.csv",
            text: "Channel Code,Channel Product Id,Channel SKU,Title,SKU Code,Disabled,Buffer,Reserved For Channel,Cap\r\nJupiter_Money_1,8002-8002-STD,MILTON-FLASK,Steel Flask 1 L,MILTON-FLASK-1L,false,0,0,50\r\n",
          }}
          note="Changes listings that are here; an empty cell leaves what is there. Of a channel whose source tells no catalogue, a line with a new product id and a SKU code makes the listing, and its stock is told before the first order. The same file again changes nothing. The export of this list can be sent back."
          onFinished={() => void refresh()}
        />
      </Modal>
    </Page>
  );
}

/** Maps whatever needs no thought: channel SKU equal to a SKU's code. */
function AutoMatch({ channelId, notNow }: { channelId: string | undefined; notNow: string | null }) {
  const refresh = useRefreshListings();
  const [asking, setAsking] = useState(false);
  // The filter may hold several channels; the server takes one or all.
  const one = channelId === undefined || channelId.includes(",") ? null : channelId;
  return (
    <>
      <ActionButton label="Auto-match" icon={IconWand} onClick={() => setAsking(true)} notNow={notNow} />
      <ConfirmAction
        opened={asking}
        onClose={() => setAsking(false)}
        title="Auto-match"
        willHappen={`Maps every unmapped listing ${one === null ? "of all channels" : "of the chosen channel"} whose channel SKU equals the code of an enabled SKU. Mapped ones stay as they are; orders that waited are tried again.`}
        verb="Auto-match"
        onConfirm={async () => {
          const { mapped } = await api.post<{ mapped: number }>("/api/v1/listings/auto-match", { channelId: one });
          await refresh();
          reportDone(
            mapped === 0 ? "No unmapped listing has a SKU of the same code." : `${plural(mapped, "listing")} mapped.`,
          );
        }}
      />
    </>
  );
}

function useBulk(refresh: (listingId?: string) => Promise<void>): readonly BulkAction<ListingRow>[] {
  return useMemo(() => {
    const change = async (rows: readonly ListingRow[], figures: Readonly<Record<string, unknown>>) => {
      await api.patch("/api/v1/listings", { listingIds: rows.map((row) => row.listingId), ...figures });
      await refresh();
      return undefined;
    };
    const whole = (text: string) => (/^\d{1,6}$/.test(text) ? null : "Type a whole number from 0 to 999,999.");
    return [
      {
        label: "Map to same code",
        applies: (row) =>
          row.skuId !== null ? "mapped already" : row.suggestedSku === null ? "no SKU has that code" : true,
        run: async (rows) => {
          const listings = rows.flatMap(({ listingId, suggestedSku }) =>
            suggestedSku === null ? [] : [{ listingId, skuCode: suggestedSku }],
          );
          await api.post("/api/v1/listings/map", { listings });
          await refresh();
          return undefined;
        },
      },
      {
        label: "Set buffer",
        willHappen: (rows) => `Keeps so many units of each of ${plural(rows.length, "listing")} back from its channel.`,
        question: { label: "Buffer, units", initial: "0", faultOf: whole },
        run: (rows, answer) => change(rows, { buffer: Number(answer) }),
      },
      {
        label: "Set cap",
        willHappen: (rows) => `Tells no more than this for each of ${plural(rows.length, "listing")}. Empty: no limit.`,
        question: { label: "Cap, units", faultOf: (text) => (text === "" ? null : whole(text)) },
        run: (rows, answer) => change(rows, { cap: answer === "" ? null : Number(answer) }),
      },
      {
        label: "Disable",
        applies: (row) => (row.disabled ? "disabled already" : true),
        willHappen: (rows) => `Tells the channels 0 for ${plural(rows.length, "listing")} until enabled again.`,
        run: (rows) => change(rows, { disabled: true }),
      },
      {
        label: "Enable",
        applies: (row) => (row.disabled ? true : "not disabled"),
        run: (rows) => change(rows, { disabled: false }),
      },
      {
        label: "Unmap",
        danger: true,
        applies: (row) => (row.skuId === null ? "not mapped" : true),
        willHappen: (rows) =>
          `Takes the SKU from ${plural(rows.length, "listing")}: 0 is told for them, and their next orders wait for a mapping.`,
        run: async (rows) => {
          await api.post("/api/v1/listings/unmap", { listingIds: rows.map((row) => row.listingId) });
          await refresh();
          return undefined;
        },
      },
    ];
  }, [refresh]);
}
