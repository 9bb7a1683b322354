import { type BulkAction, type Column, DataTable, type DataTableProps } from "../../ui/index.ts";
import { useChannelChoices } from "../shared/choices.ts";
import { ages, type ReturnKind, type ReturnRow, viaWords } from "./return-data.ts";

/** A list of returns of one kind under one tab. */
export function ReturnList({
  kind,
  tab,
  columns,
  sort,
  empty,
  byAge = false,
  bulk,
}: {
  kind: ReturnKind;
  /** Null: all of them. */
  tab: string | null;
  columns: readonly Column<ReturnRow>[];
  sort: string;
  empty: DataTableProps<ReturnRow>["empty"];
  byAge?: boolean;
  bulk?: readonly BulkAction<ReturnRow>[];
}) {
  const channels = useChannelChoices();
  return (
    <DataTable<ReturnRow>
      id={`returns-${kind}-${tab ?? "all"}`}
      endpoint="/api/v1/returns"
      fixed={{ kind, ...(tab === null ? {} : { tab }) }}
      rowId={(row) => row.returnCaseId}
      noun={["return", "returns"]}
      columns={columns}
      filters={[
        ...(byAge
          ? [
              {
                ...{ name: "age", label: "Age", type: "select" as const, single: true },
                options: ages.map(({ value, label }) => ({ value, label })),
                sentence: (_value: string, label: string) => `announced ${label}`,
              },
            ]
          : []),
        {
          ...{ name: "channelId", label: "Channel", type: "select", single: true },
          options: channels.map(({ channelId, name }) => ({ value: channelId, label: name })),
          sentence: (_value, label) => label,
        },
        {
          ...{ name: "courier", label: "Courier", type: "text", placeholder: "Courier" },
          sentence: (value) => `with ${value}`,
        },
        {
          ...{ name: "via", label: "Announced", type: "select", single: true },
          options: Object.entries(viaWords).map(([value, label]) => ({ value, label })),
          sentence: (_value, label) => label,
        },
      ]}
      searchHint="Return, order, package, AWB"
      defaultSort={sort}
      href={(row) => `/returns/${row.returnCaseId}`}
      rowTone={(row) => (row.missing > 0 && row.state !== "COMPLETED" ? "attention" : undefined)}
      {...(bulk === undefined ? {} : { bulk })}
      empty={empty}
    />
  );
}
