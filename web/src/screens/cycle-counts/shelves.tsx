import { Modal } from "@mantine/core";
import { IconCheck, IconEyeOff, IconRefresh, IconTrash, IconX } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { ApiError } from "../../lib/problem.ts";
import { useMay } from "../../lib/session.ts";
import {
  type BulkAction,
  Code,
  type Column,
  ConfirmAction,
  DataTable,
  Instant,
  Money,
  Refusal,
  reportDone,
  StateChip,
} from "../../ui/index.ts";
import { type CountDetail, type CountShelfRow, countShelfStates, differenceOf } from "./count-data.ts";
import classes from "./cycle-counts.module.css";
import { Variances } from "./variances.tsx";

const columns: readonly Column<CountShelfRow>[] = [
  {
    id: "shelf",
    header: "Shelf",
    width: 150,
    always: true,
    sort: "shelf",
    card: "title",
    cell: (row) => <Code>{row.shelf}</Code>,
  },
  {
    id: "state",
    header: "State",
    width: 140,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={countShelfStates} />,
  },
  { id: "part", header: "Part", width: 150, grow: true, card: "meta", cell: (row) => row.subCountName },
  {
    id: "counter",
    header: "Counted by",
    width: 150,
    cell: (row) => (row.counter === null ? "–" : `${row.counter}${row.round > 1 ? `, round ${row.round}` : ""}`),
  },
  { id: "expected", header: "In the books", width: 100, align: "right", cell: (row) => row.expected ?? "–" },
  { id: "counted", header: "Counted", width: 90, align: "right", cell: (row) => row.counted ?? "–" },
  {
    id: "difference",
    header: "Difference",
    width: 110,
    align: "right",
    sort: "missing",
    card: "meta",
    cell: (row) => (
      <span data-off={(row.missing ?? 0) + (row.extra ?? 0) > 0 || undefined} className={classes.difference}>
        {differenceOf(row.missing, row.extra)}
      </span>
    ),
  },
  {
    id: "value",
    header: "Net at MRP",
    width: 120,
    align: "right",
    cell: (row) =>
      row.extraValue === null || row.missingValue === null ? "–" : <Money paise={row.extraValue - row.missingValue} />,
  },
  {
    id: "countedAt",
    header: "Counted at",
    width: 110,
    align: "right",
    sort: "countedAt",
    cell: (row) => <Instant at={row.countedAt} />,
  },
];

interface Accepted {
  readonly accepted: number;
  readonly missing: number;
  readonly extra: number;
  readonly waiting: readonly string[];
  readonly refused: readonly { id: string; record: string; message: string; whatToDo: string }[];
}

interface Part {
  readonly count: CountDetail;
  readonly onChanged: () => Promise<unknown>;
}

/** The shelves of a count: what is to count, to accept, and what became of it. */
export function Shelves({ count, onChanged }: Part) {
  const [promised, setPromised] = useState<{ shelfIds: readonly string[]; error: ApiError } | null>(null);
  const [refused, setRefused] = useState<Accepted["refused"]>([]);
  const accept = async (shelfIds: readonly string[], letOrdersWait: boolean) => {
    const path = `/api/v1/cycle-counts/${count.cycleCountId}/accept`;
    const done = await api.post<Accepted>(path, { shelfIds, letOrdersWait });
    await onChanged();
    setRefused(done.refused);
    if (done.accepted > 0) reportDone(wordsOf(done));
  };
  const acceptOrAsk = async (shelfIds: readonly string[]) => {
    try {
      await accept(shelfIds, false);
    } catch (error) {
      if (!(error instanceof ApiError) || error.problem.code !== "COUNT_STOCK_PROMISED") throw error;
      setPromised({ shelfIds, error });
    }
  };
  return (
    <>
      <DataTable<CountShelfRow>
        id="cycle-count-shelves"
        endpoint="/api/v1/cycle-count-shelves"
        fixed={{ cycleCountId: count.cycleCountId }}
        byFacility={false}
        rowId={(row) => row.shelfId}
        noun={["shelf", "shelves"]}
        columns={columns}
        tabs={[
          { value: "all", label: "All" },
          { value: "TO_COUNT", label: "To count" },
          { value: "COUNTING", label: "Being counted" },
          { value: "COUNTED", label: "To accept", tone: "attention" },
          { value: "ACCEPTED", label: "Accepted" },
        ]}
        tabFilter="state"
        filters={[
          {
            name: "different",
            label: "Different",
            type: "flag",
            sentence: (value) => (value === "true" ? "with a difference" : "without a difference"),
          },
        ]}
        searchHint="Shelf"
        defaultSort="shelf"
        rowTone={(row) =>
          row.state === "COUNTED" && (row.missing ?? 0) + (row.extra ?? 0) > 0 ? "attention" : undefined
        }
        panelTitle={(row) => <Code>{row.shelf}</Code>}
        panel={(row) => <ShelfPanel count={count} row={row} />}
        bulk={useBulk(count, onChanged, acceptOrAsk)}
        empty={{ title: "No shelves here", cause: "Add shelves: those not counted for longest, or by their codes." }}
      />
      <ConfirmAction
        danger
        opened={promised !== null}
        onClose={() => setPromised(null)}
        title="Pieces are missing that are promised to orders"
        willHappen={promised?.error.problem.message}
        verb="Accept and let these orders wait"
        onConfirm={async () => {
          if (promised !== null) await accept(promised.shelfIds, true);
        }}
      >
        <p>
          They wait for stock and are served first when there is some. To avoid that, leave it as it is, look for the
          pieces and count the shelf again.
        </p>
      </ConfirmAction>
      <Modal
        opened={refused.length > 0}
        onClose={() => setRefused([])}
        size="lg"
        title={<strong>Not accepted: {plural(refused.length, "shelf", "shelves")}</strong>}
      >
        <ul className={classes.refused}>
          {refused.map((each) => (
            <li key={each.id}>
              <Refusal
                error={new ApiError(409, { code: "REFUSED", ...each, record: { type: "Shelf", code: each.record } })}
              />
            </li>
          ))}
        </ul>
      </Modal>
    </>
  );
}

function wordsOf({ accepted, missing, extra, waiting }: Accepted): string {
  const difference =
    missing + extra === 0
      ? "the books were right"
      : [missing > 0 ? `${missing} missing` : "", extra > 0 ? `${extra} more` : ""].filter((w) => w !== "").join(", ");
  const wait = waiting.length === 0 ? "" : ` ${plural(waiting.length, "order")} wait for stock.`;
  return `${plural(accepted, "shelf", "shelves")} accepted: ${difference}.${wait}`;
}

function useBulk(
  { cycleCountId, state }: CountDetail,
  onChanged: () => Promise<unknown>,
  accept: (shelfIds: readonly string[]) => Promise<void>,
): BulkAction<CountShelfRow>[] {
  const may = useMay();
  const navigate = useNavigate();
  const base = `/api/v1/cycle-counts/${cycleCountId}`;
  const idsOf = (rows: readonly CountShelfRow[]) => rows.map((row) => row.shelfId);
  const when = (event: string, why: string) => (row: CountShelfRow) => (row.allowed.includes(event) ? true : why);
  const act = (path: string) => async (rows: readonly CountShelfRow[]) => {
    await api.post(`${base}/${path}`, { shelfIds: idsOf(rows) });
    await onChanged();
    return undefined;
  };
  const active = state === "CREATED" || state === "IN_PROGRESS";
  return [
    ...(active && may("cyclecounts.accept")
      ? [
          {
            label: "Accept",
            icon: IconCheck,
            applies: when("accept", "not counted"),
            willHappen: (rows: readonly CountShelfRow[]) => acceptWords(rows),
            run: async (rows: readonly CountShelfRow[]) => {
              await accept(idsOf(rows));
              return undefined;
            },
          },
        ]
      : []),
    ...(active && may("cyclecounts.count")
      ? [
          {
            label: "Count again",
            icon: IconRefresh,
            applies: when("recount", "not counted"),
            willHappen: (rows: readonly CountShelfRow[]) =>
              `Forgets what was counted on ${rows.map((row) => row.shelf).join(", ")}: they are counted from nothing.`,
            run: async (rows: readonly CountShelfRow[]) => {
              for (const row of rows) await api.post(`${base}/shelves/${row.shelfId}/recount`);
              await onChanged();
              await navigate({ to: `/cycle-counts/${cycleCountId}/station`, search: { shelf: rows[0]?.shelf ?? "" } });
              return undefined;
            },
          },
          {
            label: "Give up",
            icon: IconX,
            applies: when("giveUp", "not being counted"),
            willHappen: (rows: readonly CountShelfRow[]) =>
              `Forgets what was counted on ${rows.map((row) => row.shelf).join(", ")} and frees them for orders at once.`,
            run: act("give-up"),
          },
        ]
      : []),
    ...(active && may("cyclecounts.manage")
      ? [
          {
            label: "Take out of the count",
            icon: IconTrash,
            applies: when("begin", "begun"),
            run: act("shelves/remove"),
          },
        ]
      : []),
    ...(may("warehouse.edit") ? [disable(onChanged)] : []),
  ];
}

/** Shelves that nobody uses, found empty: nothing new is put there any more. */
function disable(onChanged: () => Promise<unknown>): BulkAction<CountShelfRow> {
  return {
    label: "Disable shelf",
    icon: IconEyeOff,
    applies: (row) =>
      !row.enabled
        ? "disabled already"
        : row.shelf === "DEFAULT"
          ? "stays enabled"
          : row.state === "ACCEPTED" && row.counted === 0
            ? true
            : "not counted as empty",
    willHappen: (rows) => `Nothing new is put on ${rows.map((row) => row.shelf).join(", ")} any more.`,
    run: async (rows) => {
      for (const row of rows) await api.patch(`/api/v1/shelves/${row.shelfId}`, { enabled: false });
      await onChanged();
      return undefined;
    },
  };
}

function acceptWords(rows: readonly CountShelfRow[]): string {
  const missing = rows.reduce((sum, row) => sum + (row.missing ?? 0), 0);
  const extra = rows.reduce((sum, row) => sum + (row.extra ?? 0), 0);
  const books =
    missing + extra === 0
      ? "The books were right and stay as they are."
      : `Takes ${plural(missing, "missing piece")} from the books and adds ${plural(extra, "piece")} that ${extra === 1 ? "was" : "were"} found.`;
  return `${books} The shelves are free for orders again and channels are told. This cannot be undone.`;
}

function ShelfPanel({ count, row }: { count: CountDetail; row: CountShelfRow }) {
  if (row.state === "TO_COUNT") return <p>Nobody has counted this shelf yet.</p>;
  if (row.state === "COUNTING")
    return <p>{row.counter} is counting this shelf. What was found is shown when it is finished.</p>;
  return <Variances count={count} shelfId={row.shelfId} />;
}
