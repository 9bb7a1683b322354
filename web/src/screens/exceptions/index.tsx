import { Code, type Column, DataTable, Instant, Page, StateChip } from "../../ui/index.ts";
import { exceptionStates } from "../shared/states.ts";

interface ExceptionRow {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly recordCode: string | null;
  readonly channelCode: string | null;
  readonly state: string;
  readonly openedAt: string;
}

const columns: readonly Column<ExceptionRow>[] = [
  { id: "title", header: "What", width: 260, grow: true, always: true, card: "title", cell: (row) => row.title },
  {
    id: "record",
    header: "Record",
    width: 180,
    card: "meta",
    cell: (row) => (row.recordCode === null ? "–" : <Code>{row.recordCode}</Code>),
  },
  { id: "channel", header: "Channel", width: 150, cell: (row) => row.channelCode ?? "–" },
  {
    id: "state",
    header: "State",
    width: 110,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={exceptionStates} />,
  },
  {
    id: "openedAt",
    header: "Opened",
    width: 110,
    align: "right",
    sort: "openedAt",
    card: "meta",
    cell: (row) => <Instant at={row.openedAt} />,
  },
];

export function Screen() {
  return (
    <Page fill title="Exceptions" line="Where a channel and we disagree and a person decides.">
      <DataTable<ExceptionRow>
        id="exceptions"
        endpoint="/api/v1/exceptions"
        rowId={(row) => row.id}
        noun={["exception", "exceptions"]}
        columns={columns}
        tabFilter="state"
        tabs={[
          { value: "OPEN", label: "Open", tone: "attention" },
          { value: "RESOLVED", label: "Resolved" },
        ]}
        defaultSort="-openedAt"
        searchHint="Order or words"
        empty={{
          title: "No exceptions",
          cause:
            "A cancellation that a channel may not make, or an order sent again with other content, would be here with the choices.",
        }}
      />
    </Page>
  );
}
