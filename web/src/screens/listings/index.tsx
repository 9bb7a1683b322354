import { Code, type Column, DataTable, Instant, Page, StateChip } from "../../ui/index.ts";
import { listingStates } from "../shared/states.ts";

interface ListingRow {
  readonly id: string;
  readonly channelCode: string;
  readonly channelProductId: string;
  readonly name: string | null;
  readonly sku: string | null;
  readonly state: string;
  readonly published: number | null;
  readonly publishedAt: string | null;
}

const columns: readonly Column<ListingRow>[] = [
  {
    id: "product",
    header: "Channel's product",
    width: 190,
    always: true,
    card: "title",
    cell: (row) => <Code>{row.channelProductId}</Code>,
  },
  { id: "channel", header: "Channel", width: 150, card: "meta", cell: (row) => row.channelCode },
  {
    id: "state",
    header: "State",
    width: 110,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={listingStates} />,
  },
  { id: "name", header: "Name", width: 200, grow: true, cell: (row) => row.name ?? "–" },
  {
    id: "sku",
    header: "SKU",
    width: 170,
    card: "meta",
    cell: (row) => (row.sku === null ? "–" : <Code>{row.sku}</Code>),
  },
  { id: "published", header: "Published", width: 90, align: "right", cell: (row) => row.published ?? "–" },
  { id: "publishedAt", header: "When", width: 110, align: "right", cell: (row) => <Instant at={row.publishedAt} /> },
];

export function Screen() {
  return (
    <Page fill title="Listings" line="Each channel's entry for a SKU, and the stock figure it was last told.">
      <DataTable<ListingRow>
        id="listings"
        endpoint="/api/v1/listings"
        rowId={(row) => row.id}
        noun={["listing", "listings"]}
        columns={columns}
        tabFilter="state"
        tabs={[
          { value: "all", label: "All" },
          { value: "UNMAPPED", label: "Unmapped", tone: "attention" },
          { value: "MAPPED", label: "Mapped" },
          { value: "DISABLED", label: "Disabled" },
        ]}
        searchHint="Product, SKU or name"
        byFacility={false}
        empty={{
          title: "No listings yet",
          cause: "Listings come from a channel's catalogue, from its orders, or from a CSV file.",
        }}
      />
    </Page>
  );
}
