import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import {
  ActionButton,
  Code,
  type Column,
  DataTable,
  Facts,
  Instant,
  StateChip,
  type StateTable,
} from "../../ui/index.ts";
import { lookOf } from "../../ui/state-chip.tsx";
import { packageStates } from "../shared/states.ts";
import type { NoticeRow, Repeated } from "./data.ts";
import classes from "./exchanges.module.css";
import { useMayManage } from "./may.ts";

/** What became of a notification. */
const noticeStates: StateTable = {
  PENDING: { word: "To send", tone: "waiting" },
  SENT: { word: "Sent", tone: "done" },
  REFUSED: { word: "Refused", tone: "failed" },
  PAUSED: { word: "Paused", tone: "attention" },
  NOT_SENT: { word: "Not sent", tone: "attention" },
  UNKNOWN: { word: "Not known", tone: "attention" },
};

const kinds: Readonly<Record<string, string>> = {
  STATE: "Package state",
  DISPATCH: "Dispatch details",
  CANCEL: "Cancellation",
  ACKNOWLEDGE: "Acceptance",
  IRN: "IRN",
  GRADE: "Grades of a return",
  REVERSE_STATE: "Reverse pickup",
};

function words(row: NoticeRow): string {
  const kind = kinds[row.kind] ?? row.kind;
  return row.packageState === null ? kind : `${kind}: ${lookOf(row.packageState, packageStates).word}`;
}

const columns: readonly Column<NoticeRow>[] = [
  { id: "createdAt", header: "Since", width: 110, cell: (row) => <Instant at={row.createdAt} /> },
  { id: "what", header: "What", width: 190, grow: true, always: true, card: "title", cell: words },
  {
    id: "state",
    header: "State",
    width: 110,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={noticeStates} />,
  },
  {
    id: "order",
    header: "Order",
    width: 150,
    card: "meta",
    cell: (row) => <Code href={`/orders/${row.saleOrderId}`}>{row.orderCode}</Code>,
  },
  {
    id: "package",
    header: "Package",
    width: 140,
    cell: (row) => (row.packageCode === null ? "–" : <Code>{row.packageCode}</Code>),
  },
  { id: "message", header: "Says", width: 200, grow: true, card: "meta", cell: (row) => row.message ?? "–" },
  { id: "attempts", header: "Attempts", width: 84, align: "right", cell: (row) => row.attempts },
  { id: "sentAt", header: "Sent", width: 110, align: "right", cell: (row) => <Instant at={row.sentAt} /> },
];

/** What the channel was told of orders, or is to be told: in order, each once. */
export function NoticesTab({ channelId, sourceLabel }: { channelId: string; sourceLabel: string }) {
  return (
    <DataTable<NoticeRow>
      id="channel-notices"
      prefix="n-"
      endpoint="/api/v1/channel-notices"
      fixed={{ channelId }}
      rowId={(row) => row.noticeId}
      noun={["notification", "notifications"]}
      columns={columns}
      tabFilter="state"
      tabs={[
        { value: "all", label: "All" },
        { value: "PENDING", label: "To send" },
        { value: "SENT", label: "Sent" },
        { value: "REFUSED", label: "Refused", tone: "failed" },
        { value: "PAUSED", label: "Paused", tone: "attention" },
        { value: "NOT_SENT", label: "Not sent", tone: "attention" },
        { value: "UNKNOWN", label: "Not known", tone: "attention" },
      ]}
      filters={[
        {
          name: "kind",
          label: "Kind",
          type: "select",
          options: Object.entries(kinds).map(([value, label]) => ({ value, label })),
        },
      ]}
      defaultSort="-seq"
      byFacility={false}
      refreshMs={5_000}
      rowTone={(row) =>
        row.state === "REFUSED" ? "failed" : row.needsPerson || row.state === "PAUSED" ? "attention" : undefined
      }
      panelTitle={words}
      panel={(row) => <NoticePanel key={row.noticeId} row={row} sourceLabel={sourceLabel} />}
      empty={{
        title: "Nothing to tell yet",
        cause: `Once orders of this channel become packages, ${sourceLabel} is told here of each change.`,
      }}
    />
  );
}

function NoticePanel({ row, sourceLabel }: { row: NoticeRow; sourceLabel: string }) {
  const client = useQueryClient();
  const notNow = useMayManage();
  const [repeated, setRepeated] = useState<Repeated | null>(null);
  const repeat = async () => {
    setRepeated(null);
    setRepeated(await api.post<Repeated>(`/api/v1/channel-notices/${row.noticeId}/repeat`));
    void client.invalidateQueries({ queryKey: ["list", "/api/v1/channel-notices"] });
  };
  return (
    <>
      <Facts
        facts={[
          ["State", <StateChip key="state" state={row.state} table={noticeStates} />],
          [
            "Order",
            <Link key="order" to={`/orders/${row.saleOrderId}`}>
              {row.orderCode}
            </Link>,
          ],
          ["Package", row.packageCode ?? "–"],
          ["Attempts", String(row.attempts)],
          ["Sent", <Instant key="sent" at={row.sentAt} />],
          ["Says", row.message ?? "–"],
        ]}
      />
      <div style={{ marginTop: 12 }}>
        <ActionButton label="Repeat" onClick={repeat} notNow={notNow} />
      </div>
      <p className={classes.note}>
        Repeat asks {sourceLabel} first what it has, where it can be asked: what it took already is not sent again.
        Repeating a state ends the pause of its order.
      </p>
      {repeated !== null && (
        <p className={classes.repeated} role="status">
          {repeated.found !== null && <>The other side says: {repeated.found} </>}
          {repeated.done}
        </p>
      )}
    </>
  );
}
