import {
  columnVisibilityFeature,
  createColumnHelper,
  type RowSelectionState,
  rowSelectionFeature,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useMemo } from "react";
import type { Column, RowObject } from "./types.ts";

const features = tableFeatures({ columnVisibilityFeature, rowSelectionFeature });

/** The table library's model of these rows and columns: which columns are in sight, and whether all or some rows are chosen. */
export function useRowModel<T extends RowObject>(given: {
  columns: readonly Column<T>[];
  data: readonly T[];
  rowId: (row: T) => string;
  selection: RowSelectionState;
  choice: Record<string, boolean>;
}) {
  const { columns, data, rowId, selection, choice } = given;
  const helper = useMemo(() => createColumnHelper<typeof features, T>(), []);
  const definitions = useMemo(
    () =>
      columns.map((column) =>
        helper.display({
          id: column.id,
          header: column.header,
          enableHiding: column.always !== true,
          cell: ({ row }) => column.cell(row.original),
        }),
      ),
    [columns, helper],
  );
  const table = useTable({
    features,
    columns: definitions,
    data,
    getRowId: rowId,
    enableRowSelection: true,
    state: { columnVisibility: choice, rowSelection: selection },
  });
  const inSight = new Set(table.getVisibleLeafColumns().map((column) => column.id));
  return {
    visible: columns.filter((column) => inSight.has(column.id)),
    allChosen: data.length > 0 && table.getIsAllRowsSelected(),
    someChosen: table.getIsSomeRowsSelected(),
  };
}
