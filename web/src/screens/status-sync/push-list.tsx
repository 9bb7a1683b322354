import { Code, type Column, DataTable, Facts, type Filter, Instant, StateChip } from "../../ui/index.ts";
import { useProviderChoices } from "../shared/choices.ts";
import { Payload } from "../shared/payload.tsx";
import { courierPushStates } from "../shared/states.ts";

/** `GET /courier-tracking/pushes`. */
interface Push {
  readonly courierPushId: string;
  readonly provider: string;
  readonly awb: string;
  readonly raw: string;
  readonly at: string | null;
  readonly heardAt: string;
  readonly lastHeardAt: string;
  readonly times: number;
  readonly outcome: "TAKEN" | "WAITING" | "REFUSED";
  readonly code: string | null;
  readonly message: string | null;
  readonly whatToDo: string | null;
  readonly packageCode: string | null;
  readonly body: unknown;
}

const columns: readonly Column<Push>[] = [
  {
    ...{ id: "raw", header: "Status", width: 200, always: true, card: "title" },
    cell: (row) => (row.raw === "" ? "–" : <Code>{row.raw}</Code>),
  },
  {
    ...{ id: "outcome", header: "What became of it", width: 168, card: "trailing" },
    cell: (row) => <StateChip state={row.outcome} table={courierPushStates} />,
  },
  {
    ...{ id: "why", header: "Why", width: 200, grow: true, card: "meta" },
    cell: (row) => <span title={row.whatToDo ?? ""}>{row.message ?? "–"}</span>,
  },
  {
    ...{ id: "awb", header: "AWB", width: 168, card: "meta" },
    cell: (row) => (row.awb === "" ? "–" : <Code>{row.awb}</Code>),
  },
  {
    ...{ id: "package", header: "Package", width: 136, card: "meta" },
    cell: (row) =>
      row.packageCode === null ? "–" : <Code href={`/shipments/${row.packageCode}`}>{row.packageCode}</Code>,
  },
  { id: "provider", header: "Courier", width: 120, cell: (row) => row.provider },
  {
    ...{ id: "at", header: "Happened", width: 104, align: "right", hidden: true },
    cell: (row) => <Instant at={row.at} />,
  },
  {
    ...{ id: "heard", header: "Pushed", width: 104, align: "right", sort: "lastHeardAt" },
    cell: (row) => <Instant at={row.lastHeardAt} />,
  },
  { id: "times", header: "Times", width: 64, align: "right", cell: (row) => row.times },
];

/** Everything that couriers pushed, each once, with what became of it. */
export function PushList() {
  const providers = useProviderChoices();
  const filters: readonly Filter[] = [
    {
      ...{ name: "outcome", label: "Outcome", type: "select", single: true },
      options: Object.entries(courierPushStates).map(([value, { word }]) => ({ value, label: word })),
      sentence: (_value, label) => label,
    },
    {
      ...{ name: "providerId", label: "Courier", type: "select", single: true },
      options: providers.map(({ providerId, name }) => ({ value: providerId, label: name })),
      sentence: (_value, label) => `by ${label}`,
    },
  ];
  return (
    <DataTable<Push>
      id="courier-pushes"
      prefix="p-"
      endpoint="/api/v1/courier-tracking/pushes"
      rowId={(row) => row.courierPushId}
      noun={["push", "pushes"]}
      columns={columns}
      filters={filters}
      searchHint="AWB, status, package"
      byFacility={false}
      defaultSort="-lastHeardAt"
      rowTone={(row) => (row.outcome === "TAKEN" ? undefined : row.outcome === "WAITING" ? "attention" : "failed")}
      panelTitle={(row) => (row.raw === "" ? "Push" : row.raw)}
      panel={(row) => (
        <>
          <Facts
            facts={[
              ["Outcome", <StateChip key="outcome" state={row.outcome} table={courierPushStates} />],
              ["Why", row.message ?? "–"],
              ["What to do", row.whatToDo ?? "–"],
              ["First pushed", <Instant key="first" at={row.heardAt} />],
              ["Last pushed", <Instant key="last" at={row.lastHeardAt} />],
              ["Times", row.times],
            ]}
          />
          <Payload body={row.body} label="What was pushed" />
        </>
      )}
      empty={{
        title: "No courier pushed anything",
        cause:
          "Issue a push key for a courier under Settings > Shipping providers and give it the address and the headers.",
      }}
    />
  );
}
