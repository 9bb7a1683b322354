import { IconPackageImport } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { api } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { Code, type Column, DataTable, Instant, Page, StateChip, Tabs } from "../../ui/index.ts";
import { putawayStates } from "../shared/states.ts";
import { Items } from "../shared/thumb.tsx";
import { kindWords, type PutawayItem, type PutawayRow } from "./putaway-data.ts";

const waitingColumns: readonly Column<PutawayItem>[] = [
  {
    id: "item",
    header: "Item",
    width: 260,
    grow: true,
    always: true,
    card: "title",
    cell: (row) => <Items items={[{ sku: row.sku, name: row.name, imageUrl: row.imageUrl, quantity: 1 }]} />,
  },
  { id: "sku", header: "SKU", width: 170, sort: "sku", card: "meta", cell: (row) => <Code>{row.sku}</Code> },
  { id: "kind", header: "Why", width: 190, card: "meta", cell: (row) => kindWords[row.kind] ?? row.kind },
  {
    id: "package",
    header: "Package",
    width: 130,
    cell: (row) => (row.package === null ? "–" : <Code href={`/shipments/${row.package}`}>{row.package}</Code>),
  },
  {
    id: "order",
    header: "Order",
    width: 160,
    hidden: true,
    cell: (row) => (row.order === null ? "–" : <Code>{row.order}</Code>),
  },
  { id: "facility", header: "Facility", width: 90, cell: (row) => row.facility },
  {
    id: "list",
    header: "On list",
    width: 130,
    card: "meta",
    cell: (row) => (row.putaway === null ? "–" : <Code href={`/putaway/${row.putawayId}`}>{row.putaway}</Code>),
  },
  {
    id: "createdAt",
    header: "Waiting since",
    width: 120,
    align: "right",
    sort: "createdAt",
    card: "trailing",
    cell: (row) => <Instant at={row.createdAt} />,
  },
];

const listColumns: readonly Column<PutawayRow>[] = [
  {
    id: "code",
    header: "Putaway",
    width: 150,
    always: true,
    sort: "code",
    card: "title",
    cell: (row) => <Code href={`/putaway/${row.putawayId}`}>{row.code}</Code>,
  },
  {
    id: "state",
    header: "State",
    width: 120,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={putawayStates} />,
  },
  { id: "kind", header: "Why", width: 200, grow: true, card: "meta", cell: (row) => kindWords[row.kind] ?? row.kind },
  { id: "facility", header: "Facility", width: 100, cell: (row) => row.facility },
  {
    id: "units",
    header: "Scanned",
    width: 100,
    align: "right",
    card: "meta",
    cell: (row) => `${row.confirmed} of ${row.units}`,
  },
  {
    id: "createdAt",
    header: "Made",
    width: 110,
    align: "right",
    sort: "createdAt",
    cell: (row) => <Instant at={row.createdAt} />,
  },
  { id: "createdBy", header: "Made by", width: 130, cell: (row) => row.createdBy },
];

const views = [
  { value: "waiting", label: "Waiting" },
  { value: "lists", label: "Putaway lists" },
];

export function Screen() {
  const [params] = useUrlState();
  return (
    <Page fill title="Putaway" line="Goods on their way back to a shelf. They count as stock once a list is complete.">
      <Tabs tabs={views} param="view" />
      {params.view === "lists" ? <Lists /> : <Waiting />}
    </Page>
  );
}

const kinds = Object.entries(kindWords).map(([value, label]) => ({ value, label }));

function Waiting() {
  const may = useMay();
  const navigate = useNavigate();
  return (
    <DataTable<PutawayItem>
      id="putaway-waiting"
      endpoint="/api/v1/putaway-items"
      rowId={(row) => row.itemId}
      noun={["unit", "units"]}
      columns={waitingColumns}
      filters={[
        {
          name: "kind",
          label: "Why",
          type: "select",
          single: true,
          options: kinds,
          sentence: (_value, label) => label.toLowerCase(),
        },
        {
          name: "onList",
          label: "On a list",
          type: "flag",
          sentence: (value) => (value === "true" ? "on a list" : "on no list yet"),
        },
      ]}
      searchHint="SKU, order, package"
      defaultSort="createdAt"
      bulk={
        may("putaway.manage")
          ? [
              {
                label: "Take into a putaway list",
                icon: IconPackageImport,
                applies: (row) => (row.putaway === null ? true : `on list ${row.putaway} already`),
                run: async (rows) => {
                  const made = await api.post<{ putawayId: string }>("/api/v1/putaways", {
                    itemIds: rows.map((row) => row.itemId),
                  });
                  await navigate({ to: `/putaway/${made.putawayId}` });
                  return undefined;
                },
              },
            ]
          : []
      }
      empty={{
        title: "Nothing to put away",
        cause: "The units of a packed order that is cancelled come here, and what comes back from buyers.",
      }}
    />
  );
}

function Lists() {
  return (
    <DataTable<PutawayRow>
      id="putaways"
      endpoint="/api/v1/putaways"
      rowId={(row) => row.putawayId}
      noun={["list", "lists"]}
      columns={listColumns}
      filters={[
        {
          name: "state",
          label: "State",
          type: "select",
          single: true,
          options: [
            { value: "CREATED", label: "to put away" },
            { value: "PENDING", label: "in work" },
            { value: "COMPLETE", label: "complete" },
          ],
          sentence: (_value, label) => label,
        },
      ]}
      searchHint="Putaway list"
      defaultSort="-createdAt"
      href={(row) => `/putaway/${row.putawayId}`}
      empty={{
        title: "No putaway lists",
        cause: "Choose units under Waiting and take them into a list.",
      }}
    />
  );
}
