import { Code, type Column, DataTable, Instant, Page, StateChip } from "../../ui/index.ts";
import { intakeStates } from "../shared/states.ts";

interface IntakeRow {
  readonly id: string;
  readonly channelCode: string;
  readonly channelOrderId: string;
  readonly state: string;
  readonly reason: string | null;
  readonly whatToDo: string | null;
  readonly receivedAt: string;
}

const columns: readonly Column<IntakeRow>[] = [
  {
    id: "order",
    header: "Channel's order",
    width: 190,
    always: true,
    card: "title",
    cell: (row) => <Code>{row.channelOrderId}</Code>,
  },
  { id: "channel", header: "Channel", width: 150, card: "meta", cell: (row) => row.channelCode },
  {
    id: "state",
    header: "Became",
    width: 110,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={intakeStates} />,
  },
  { id: "reason", header: "Why", width: 260, grow: true, cell: (row) => row.reason ?? "–" },
  {
    id: "receivedAt",
    header: "Received",
    width: 110,
    align: "right",
    sort: "receivedAt",
    card: "meta",
    cell: (row) => <Instant at={row.receivedAt} />,
  },
];

export function Screen() {
  return (
    <Page
      fill
      title="Failed orders"
      line="Orders a channel showed us that could not be created: why, and what would fix it. They heal by themselves when the cause goes away."
    >
      <DataTable<IntakeRow>
        id="intake"
        endpoint="/api/v1/intake"
        rowId={(row) => row.id}
        noun={["order", "orders"]}
        columns={columns}
        tabFilter="state"
        tabs={[
          { value: "FAILED", label: "Failed", tone: "failed" },
          { value: "RECEIVED", label: "Waiting" },
          { value: "IGNORED", label: "Ignored" },
          { value: "DUPLICATE", label: "Duplicate" },
          { value: "DISMISSED", label: "Dismissed" },
          { value: "all", label: "All ever seen" },
        ]}
        defaultSort="-receivedAt"
        searchHint="Channel's order id"
        byFacility={false}
        panelTitle={(row) => row.channelOrderId}
        panel={(row) => (
          <>
            <p>{row.reason ?? "No reason was stored."}</p>
            {row.whatToDo !== null && <p>{row.whatToDo}</p>}
          </>
        )}
        empty={{
          title: "Nothing failed",
          cause:
            "An order that cannot be created would be here with the reason, for instance a listing that is not mapped to a SKU.",
        }}
      />
    </Page>
  );
}
