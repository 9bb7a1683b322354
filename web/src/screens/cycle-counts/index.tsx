import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useMay } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import {
  ActionButton,
  Code,
  type Column,
  DataTable,
  Day,
  Instant,
  Money,
  Page,
  StateChip,
  Tabs,
} from "../../ui/index.ts";
import { accuracy, type CountRow, countStates, differenceOf, type ShelfHistoryRow } from "./count-data.ts";
import { CreateCount } from "./create.tsx";

const columns: readonly Column<CountRow>[] = [
  {
    id: "code",
    header: "Cycle count",
    width: 124,
    always: true,
    sort: "code",
    card: "title",
    cell: (row) => <Code href={`/cycle-counts/${row.cycleCountId}`}>{row.code}</Code>,
  },
  {
    id: "state",
    header: "State",
    width: 116,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={countStates} />,
  },
  { id: "facility", header: "Facility", width: 90, card: "meta", cell: (row) => row.facility },
  { id: "targetOn", header: "Target", width: 102, sort: "targetOn", cell: (row) => <Day on={row.targetOn} /> },
  {
    id: "progress",
    header: "Accepted",
    width: 96,
    align: "right",
    card: "meta",
    cell: (row) => `${row.accepted} of ${row.shelves}`,
  },
  {
    id: "toAccept",
    header: "To accept",
    width: 82,
    align: "right",
    cell: (row) => (row.toAccept === 0 ? "–" : row.toAccept),
  },
  {
    id: "difference",
    header: "Difference",
    width: 92,
    align: "right",
    card: "meta",
    cell: (row) => (row.judged === 0 ? "–" : differenceOf(row.missing, row.extra)),
  },
  {
    id: "value",
    header: "Net at MRP",
    width: 108,
    align: "right",
    cell: (row) => (row.judged === 0 ? "–" : <Money paise={row.extraValue - row.missingValue} />),
  },
  {
    id: "accuracy",
    header: "Shelves right",
    width: 100,
    align: "right",
    cell: (row) => accuracy(row.shelfAccuracyBps),
  },
  { id: "note", header: "Note", width: 110, grow: true, cell: (row) => row.note ?? "–" },
  {
    id: "createdAt",
    header: "Created",
    width: 92,
    align: "right",
    sort: "createdAt",
    cell: (row) => <Instant at={row.createdAt} />,
  },
  { id: "createdBy", header: "Created by", width: 130, hidden: true, cell: (row) => row.createdBy },
];

const shelfColumns: readonly Column<ShelfHistoryRow>[] = [
  {
    id: "shelf",
    header: "Shelf",
    width: 150,
    always: true,
    sort: "shelf",
    card: "title",
    cell: (row) => <Code>{row.shelf}</Code>,
  },
  { id: "facility", header: "Facility", width: 90, card: "meta", cell: (row) => row.facility },
  {
    id: "lastCountedAt",
    header: "Last counted",
    width: 150,
    sort: "lastCountedAt",
    card: "trailing",
    cell: (row) => (row.lastCountedAt === null ? "never" : <Instant at={row.lastCountedAt} />),
  },
  {
    id: "lastCount",
    header: "In",
    width: 130,
    card: "meta",
    cell: (row) =>
      row.lastCount === null ? "–" : <Code href={`/cycle-counts/${row.lastCountId}`}>{row.lastCount}</Code>,
  },
  {
    id: "difference",
    header: "Difference then",
    width: 130,
    align: "right",
    card: "meta",
    cell: (row) => differenceOf(row.lastMissing, row.lastExtra),
  },
  { id: "counts", header: "Counts", width: 80, align: "right", cell: (row) => row.counts },
  { id: "skus", header: "SKUs", width: 80, align: "right", cell: (row) => row.skus },
  { id: "pieces", header: "Pieces", width: 90, align: "right", sort: "pieces", cell: (row) => row.pieces },
  {
    id: "now",
    header: "Now",
    width: 180,
    grow: true,
    cell: (row) => (row.counting === null ? (row.enabled ? "in use" : "disabled") : `being counted in ${row.counting}`),
  },
];

export function Screen() {
  const may = useMay();
  const [params] = useUrlState();
  const [creating, setCreating] = useState(false);
  const create = (
    <ActionButton
      primary
      label="Create cycle count"
      icon={IconPlus}
      notNow={may("cyclecounts.manage") ? null : "Your role does not include planning cycle counts."}
      onClick={() => setCreating(true)}
    />
  );
  return (
    <Page
      fill
      title="Cycle counts"
      line="Shelves are counted without being told what is expected; what was found goes to the ledger when it is accepted."
      actions={create}
    >
      <Tabs
        param="view"
        tabs={[
          { value: "counts", label: "Counts" },
          { value: "shelves", label: "Shelves" },
        ]}
      />
      {params.view === "shelves" ? (
        <DataTable<ShelfHistoryRow>
          id="shelf-counts"
          endpoint="/api/v1/shelf-counts"
          rowId={(row) => row.shelfId}
          noun={["shelf", "shelves"]}
          columns={shelfColumns}
          filters={[
            {
              name: "never",
              label: "Never counted",
              type: "flag",
              sentence: (value) => (value === "true" ? "never counted" : "counted before"),
            },
            {
              name: "stocked",
              label: "With stock",
              type: "flag",
              sentence: (value) => (value === "true" ? "with stock" : "empty"),
            },
          ]}
          searchHint="Shelf"
          defaultSort="lastCountedAt"
          empty={{ title: "No shelves", cause: "Shelves are made under Settings › Facilities & series." }}
        />
      ) : (
        <DataTable<CountRow>
          id="cycle-counts"
          endpoint="/api/v1/cycle-counts"
          rowId={(row) => row.cycleCountId}
          noun={["cycle count", "cycle counts"]}
          columns={columns}
          filters={[
            {
              name: "state",
              label: "State",
              type: "select",
              single: true,
              options: [
                { value: "CREATED", label: "planned" },
                { value: "IN_PROGRESS", label: "in progress" },
                { value: "CLOSED", label: "closed" },
                { value: "CANCELLED", label: "cancelled" },
              ],
              sentence: (_value, label) => label,
            },
            {
              name: "late",
              label: "Late",
              type: "flag",
              sentence: (value) => (value === "true" ? "past the target date" : "in time"),
            },
          ]}
          searchHint="Cycle count, note"
          defaultSort="-createdAt"
          href={(row) => `/cycle-counts/${row.cycleCountId}`}
          rowTone={(row) => (row.late ? "failed" : row.toAccept > 0 ? "attention" : undefined)}
          empty={{
            title: "No cycle counts yet",
            cause: "A count names the shelves of a facility that are counted, and by when.",
            action: create,
          }}
        />
      )}
      {creating && <CreateCount onClose={() => setCreating(false)} />}
    </Page>
  );
}
