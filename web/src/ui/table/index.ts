export { DataTable } from "./data-table.tsx";
export type { BulkAction, Column, DataTableProps, EmptyWords, Filter, FilterOption, RowObject } from "./types.ts";
