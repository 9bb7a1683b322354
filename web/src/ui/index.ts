/** All that screens import. Chart alone is imported from "./chart/chart.tsx": its library is large and must stay out of pages without one. */
export { ActionButton, type ActionButtonProps } from "./action-button.tsx";
export { AsOf } from "./as-of.tsx";
export { Sparkline, StatCard, StatRow } from "./chart/index.ts";
export { ConfirmAction, type ConfirmActionProps } from "./confirm-action.tsx";
export { CsvImport, type CsvImportProps } from "./csv-import.tsx";
export { Empty } from "./empty.tsx";
export { type Exchange, ExchangeView } from "./exchange.tsx";
export {
  DeclaredForm,
  type DeclaredFormProps,
  type FieldDeclaration,
  type FieldValue,
  type FormSection,
  type FormValues,
  type MapRow,
  nested,
  readMap,
} from "./form/index.ts";
export { OneTimeSecret } from "./one-time-secret.tsx";
export { Facts, Page, type PageTab, Section, Tabs } from "./page.tsx";
export { reportDone, reportNote, reportProblem } from "./problem-toast.tsx";
export { Refusal } from "./refusal.tsx";
export { StateChip, type StateLook, type StateTable } from "./state-chip.tsx";
export { Station, type StationKey, type Verdict } from "./station/index.ts";
export { type BulkAction, type Column, DataTable, type DataTableProps, type Filter } from "./table/index.ts";
export { Timeline, type TimelineEntry } from "./timeline.tsx";
export type { Tone } from "./tone.ts";
export { Code, Day, Deadline, Instant, Money } from "./values.tsx";
export { WorkResults } from "./work-results.tsx";
