import { IconPackageImport, IconPencilOff } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { toProblem } from "../../lib/problem.ts";
import { useMay } from "../../lib/session.ts";
import { type BulkAction, Code, type Column, DataTable, type Filter, Instant, StateChip } from "../../ui/index.ts";
import { type BulkRun, type Outcome, useBulkRun } from "../shared/bulk-run.tsx";
import { useChannels } from "../shared/channels.ts";
import { shortageStates } from "../shared/states.ts";
import { overviewQuery, type Shortage } from "./data.ts";

const columns: readonly Column<Shortage>[] = [
  {
    id: "sku",
    header: "SKU",
    width: 168,
    always: true,
    sort: "sku",
    card: "title",
    cell: (row) => <Code>{row.sku}</Code>,
  },
  { id: "name", header: "Name", width: 120, grow: true, cell: (row) => row.name },
  {
    id: "state",
    header: "State",
    width: 104,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={shortageStates} />,
  },
  {
    id: "facility",
    header: "Facility",
    width: 74,
    card: "meta",
    cell: (row) => row.facility,
    cardCell: (row) => <span data-whole>{row.facility}</span>,
  },
  {
    id: "free",
    header: "Free now",
    width: 76,
    align: "right",
    card: "meta",
    cell: (row) => <span data-tip="Pieces of it in this facility that are promised to nobody">{row.free}</span>,
    cardCell: (row) => <span data-whole>{row.free} free</span>,
  },
  {
    id: "order",
    header: "Order",
    width: 184,
    card: "meta",
    cell: (row) => <Code href={`/orders/${row.saleOrderId}`}>{row.order}</Code>,
  },
  {
    id: "package",
    header: "Package",
    width: 134,
    cell: (row) => <Code href={`/shipments/${row.package}`}>{row.package}</Code>,
  },
  { id: "channel", header: "Channel", width: 128, cell: (row) => row.channel },
  {
    id: "at",
    header: "Left",
    width: 100,
    align: "right",
    sort: "at",
    card: "meta",
    cell: (row) => <Instant at={row.at} />,
  },
  {
    id: "endedAt",
    header: "Ended",
    width: 96,
    align: "right",
    hidden: true,
    cell: (row) => <Instant at={row.endedAt} />,
  },
  { id: "endedBy", header: "By", width: 130, hidden: true, cell: (row) => row.endedBy ?? "–" },
  { id: "reason", header: "Reason", width: 160, hidden: true, cell: (row) => row.reason ?? "–" },
  { id: "unit", header: "Unit", width: 150, hidden: true, cell: (row) => <Code>{row.unit}</Code> },
];

type Run = (work: BulkRun<Shortage>) => Promise<undefined>;

/** The server takes all of them or none: refused together, they are tried one by one, so that each says why. */
async function endEach(ids: readonly string[], path: string, body: object): Promise<readonly Outcome[]> {
  const send = (some: readonly string[]) => api.post(`/api/v1/stock-shortages/${path}`, { ...body, ids: some });
  const ok = (id: string): Outcome => ({ id, ok: true, message: null });
  try {
    await send(ids);
    return ids.map(ok);
  } catch (error) {
    if (ids.length === 1) return ids.map((id) => refused(id, error));
  }
  const told: Outcome[] = [];
  for (const id of ids)
    try {
      await send([id]);
      told.push(ok(id));
    } catch (error) {
      told.push(refused(id, error));
    }
  return told;
}

function refused(id: string, error: unknown): Outcome {
  const { message, whatToDo } = toProblem(error);
  return { id, ok: false, message: [message, whatToDo].filter((words) => words !== undefined).join(" ") };
}

const atOnce = 100;
const reasonMax = 500;

/** What ends shortages: their pieces are in the books by now, or never will be. */
function shortageBulk(run: Run, changed: () => unknown): readonly BulkAction<Shortage>[] {
  const start = async (
    title: string,
    done: (n: number) => string,
    rows: readonly Shortage[],
    path: string,
    body = {},
  ) => {
    await run({
      ...{ title, done, rows, atOnce },
      id: (row) => row.stockShortageId,
      code: (row) => `${row.sku} of ${row.order}`,
      send: (ids) => endEach(ids, path, body),
    });
    await changed();
    return undefined;
  };
  return [
    {
      label: "Settle from stock",
      icon: IconPackageImport,
      applies: (row) =>
        !row.allowed.includes("settle")
          ? "ended already"
          : row.free === 0
            ? "nothing of it is free in its facility"
            : true,
      willHappen: (rows) =>
        `Takes ${plural(rows.length, "piece")} out of the books, from shelves of the facilities that the units left from. Use it once the goods have been received or counted in: then books and shelves agree.`,
      run: (rows) =>
        start("Settle shortages", (n) => `${plural(n, "shortage")} settled; stock follows.`, rows, "settle"),
    },
    {
      label: "Write off",
      icon: IconPencilOff,
      danger: true,
      applies: (row) => (row.allowed.includes("writeOff") ? true : "ended already"),
      willHappen: (rows) =>
        `Closes ${plural(rows.length, "shortage")} and leaves the books as they are: for goods that were never in them and will not come. This cannot be undone.`,
      question: {
        label: "Why",
        placeholder: "Sent from the supplier’s own stock",
        faultOf: (answer) =>
          answer === "" ? "Say why; it stands in the audit." : answer.length > reasonMax ? "At most 500 letters" : null,
      },
      run: (rows, reason) =>
        start("Write shortages off", (n) => `${plural(n, "shortage")} written off.`, rows, "write-off", { reason }),
    },
  ];
}

/** Units that left by a marketplace's panel although the books had nothing to give for them. */
export function ShortageList({ prefix = "" }: { prefix?: string }) {
  const may = useMay();
  const client = useQueryClient();
  const channels = useChannels();
  const { run, dialog } = useBulkRun();
  const bulk = useMemo(
    () =>
      may("inventory.adjust")
        ? shortageBulk(run, () => client.invalidateQueries({ queryKey: overviewQuery.queryKey }))
        : undefined,
    [may, run, client],
  );
  const filters = useMemo(
    (): readonly Filter[] => [
      {
        ...{ name: "channelId", label: "Channel", type: "select", single: true },
        options: channels.map(({ channelId, name }) => ({ value: channelId, label: name })),
        sentence: (_, label) => label,
      },
    ],
    [channels],
  );
  return (
    <>
      <DataTable<Shortage>
        id="shortages"
        prefix={prefix}
        endpoint="/api/v1/stock-shortages"
        rowId={(row) => row.stockShortageId}
        noun={["shortage", "shortages"]}
        columns={columns}
        tabFilter="state"
        tabs={[
          { value: "all", label: "All" },
          { value: "OPEN", label: "Open", tone: "attention" },
          { value: "SETTLED", label: "Settled" },
          { value: "WRITTEN_OFF", label: "Written off" },
        ]}
        filters={filters}
        defaultSort="-at"
        searchHint="SKU, name, order or package"
        rowTone={(row) => (row.state === "OPEN" ? "attention" : undefined)}
        {...(bulk === undefined ? {} : { bulk })}
        empty={{
          title: "Nothing is short",
          cause:
            "When something was dispatched on a marketplace’s panel and our books had no stock for it, each such unit is listed here until its piece is in the books or it is written off.",
        }}
      />
      {dialog}
    </>
  );
}
