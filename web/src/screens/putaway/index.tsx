import { IconArrowBackUp, IconArrowsExchange, IconPackageImport, IconPlaylistAdd } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { api, type ListPage } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import {
  ActionButton,
  type BulkAction,
  Code,
  type Column,
  DataTable,
  Instant,
  Page,
  reportDone,
  StateChip,
  Tabs,
} from "../../ui/index.ts";
import { putawayStates } from "../shared/states.ts";
import { Items } from "../shared/thumb.tsx";
import { gradeStates, kindWords, type PutawayItem, type PutawayRow, SHELF_TRANSFER } from "./putaway-data.ts";

const waitingColumns: readonly Column<PutawayItem>[] = [
  {
    id: "item",
    header: "Item",
    width: 196,
    grow: true,
    always: true,
    card: "title",
    cell: (row) => <Items items={[{ sku: row.sku, name: row.name, imageUrl: row.imageUrl, quantity: 1 }]} />,
  },
  { id: "sku", header: "SKU", width: 146, sort: "sku", card: "meta", cell: (row) => <Code>{row.sku}</Code> },
  { id: "kind", header: "Kind", width: 214, card: "meta", cell: (row) => kindWords[row.kind] ?? row.kind },
  {
    id: "from",
    header: "From",
    width: 130,
    cell: (row) =>
      row.package !== null ? (
        <Code href={`/shipments/${row.package}`}>{row.package}</Code>
      ) : row.fromShelf !== null ? (
        <Code>{row.fromShelf}</Code>
      ) : (
        "–"
      ),
  },
  {
    id: "order",
    header: "Order",
    width: 160,
    hidden: true,
    cell: (row) => (row.order === null ? "–" : <Code>{row.order}</Code>),
  },
  {
    id: "grade",
    header: "Grade",
    width: 110,
    cell: (row) => (row.grade === null ? "–" : <StateChip state={row.grade} table={gradeStates} />),
  },
  { id: "note", header: "Note", width: 180, hidden: true, cell: (row) => row.note ?? "–" },
  { id: "facility", header: "Facility", width: 76, cell: (row) => row.facility },
  {
    id: "list",
    header: "On list",
    width: 114,
    cell: (row) => (row.putaway === null ? "–" : <Code href={`/putaway/${row.putawayId}`}>{row.putaway}</Code>),
  },
  {
    id: "createdAt",
    header: "Waiting since",
    width: 104,
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
    width: 140,
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
  { id: "kind", header: "Kind", width: 200, grow: true, card: "meta", cell: (row) => kindWords[row.kind] ?? row.kind },
  { id: "note", header: "Note", width: 180, hidden: true, cell: (row) => row.note ?? "–" },
  { id: "facility", header: "Facility", width: 100, cell: (row) => row.facility },
  {
    id: "units",
    header: "Scanned",
    width: 120,
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

/** What waits for a shelf, by kind, and the lists that bring it there. */
export function Screen() {
  const [params] = useUrlState();
  const navigate = useNavigate();
  const may = useMay();
  return (
    <Page
      fill
      title="Putaway"
      line="Goods on their way to a shelf. They count as stock once their list is complete."
      actions={
        <ActionButton
          label="Move between shelves"
          icon={IconArrowsExchange}
          notNow={may("putaway.manage") ? null : "Your role does not include putaway."}
          onClick={() => navigate({ to: "/putaway/transfer" })}
        />
      }
    >
      <Tabs tabs={views} param="view" />
      {params.view === "lists" ? <Lists /> : <Waiting />}
    </Page>
  );
}

const kinds = Object.entries(kindWords).map(([value, label]) => ({ value, label }));

const free = (row: PutawayItem): true | string => (row.putaway === null ? true : `on list ${row.putaway} already`);

/** What can be done to units that wait. */
function useWaitingActions(): readonly BulkAction<PutawayItem>[] {
  const navigate = useNavigate();
  const ids = (rows: readonly PutawayItem[]) => rows.map((row) => row.itemId);
  return [
    {
      label: "Take into a putaway list",
      icon: IconPackageImport,
      applies: free,
      run: async (rows) => {
        const made = await api.post<{ putawayId: string }>("/api/v1/putaways", { itemIds: ids(rows) });
        await navigate({ to: `/putaway/${made.putawayId}` });
        return undefined;
      },
    },
    {
      label: "Add to a list",
      icon: IconPlaylistAdd,
      applies: free,
      willHappen: (rows) => `Takes ${plural(rows.length, "unit")} onto a list that is open and of the same kind.`,
      question: {
        label: "Putaway list",
        placeholder: "PA-100001",
        faultOf: (answer) => (answer.trim() === "" ? "say which list" : null),
      },
      run: async (rows, answer) => {
        const code = answer.trim().toUpperCase();
        const found = await api.get<ListPage<PutawayRow>>("/api/v1/putaways", { search: code, limit: 50 });
        const list = found.rows.find((row) => row.code === code);
        if (list === undefined) throw new Error(`There is no putaway list ${code} here.`);
        await api.post(`/api/v1/putaways/${list.putawayId}/add`, { itemIds: ids(rows) });
        await navigate({ to: `/putaway/${list.putawayId}` });
        return undefined;
      },
    },
    {
      label: "Put back where it lay",
      icon: IconArrowBackUp,
      applies: (row) => (row.kind === SHELF_TRANSFER ? free(row) : "came from no shelf"),
      willHappen: (rows) =>
        `Gives up the move of ${plural(rows.length, "unit")}: they count on the shelves again that they were taken off.`,
      run: async (rows) => {
        const { units } = await api.post<{ units: number }>("/api/v1/shelf-transfers/give-back", {
          itemIds: ids(rows),
        });
        reportDone(`Back on their shelves: ${plural(units, "unit")}.`);
        return undefined;
      },
    },
  ];
}

function Waiting() {
  const may = useMay();
  const actions = useWaitingActions();
  return (
    <DataTable<PutawayItem>
      id="putaway-waiting"
      endpoint="/api/v1/putaway-items"
      rowId={(row) => row.itemId}
      noun={["unit", "units"]}
      columns={waitingColumns}
      tabs={[{ value: "all", label: "All" }, ...kinds]}
      tabFilter="kind"
      filters={[
        {
          name: "onList",
          label: "On a list",
          type: "flag",
          sentence: (value) => (value === "true" ? "on a list" : "on no list yet"),
        },
      ]}
      searchHint="SKU, order, package"
      defaultSort="createdAt"
      bulk={may("putaway.manage") ? actions : []}
      empty={{
        title: "Nothing to put away",
        cause:
          "What comes back from buyers and couriers, units of packed orders that are cancelled, receipts of goods and gatepasses wait here, each under its kind.",
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
      tabs={[
        { value: "all", label: "All" },
        { value: "CREATED", label: "To put away", tone: "attention" },
        { value: "PENDING", label: "In work" },
        { value: "COMPLETE", label: "Complete" },
      ]}
      tabFilter="state"
      prefix="list."
      filters={[
        {
          name: "kind",
          label: "Kind",
          type: "select",
          single: true,
          options: kinds,
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
