import type { TablerIcon } from "@tabler/icons-react";
import type { RowData } from "@tanstack/react-table";
import type { ReactNode } from "react";
import type { ListPage } from "../../lib/api.ts";
import type { PageTab } from "../page.tsx";

/** What a row may be: an object with named parts. */
export type RowObject = RowData;

export interface Column<T> {
  /** Stable: columns chosen by a person are remembered under it. */
  readonly id: string;
  readonly header: string;
  readonly cell: (row: T) => ReactNode;
  /** Numbers, money and deadlines stand at the right. */
  readonly align?: "left" | "right";
  /** Pixels. A column with `grow` takes what is left instead and this is its least width. */
  readonly width: number;
  readonly grow?: boolean;
  /** The server's name for sorting by this column. */
  readonly sort?: string;
  /** Not shown until chosen. */
  readonly hidden?: boolean;
  /** Whether it tells something of these rows. Where it does not, it is not shown until chosen. */
  readonly tells?: (rows: readonly T[]) => boolean;
  /** May not be taken away: the column that says what the row is. */
  readonly always?: boolean;
  /** Its place on a phone, where a row is a card: `title` at the top left, `trailing` at the top right, `meta` below. Default: not shown. */
  readonly card?: "title" | "trailing" | "meta";
  /** On a card, where no heading says what a figure is. */
  readonly cardCell?: (row: T) => ReactNode;
}

interface FilterBase {
  readonly name: string;
  readonly label: string;
  /** The chip's words for a chosen value, so that chips read as a sentence: "to hand over before 16:00". Default "label: value". */
  readonly sentence?: (value: string, label: string) => string;
}
export interface FilterOption {
  readonly value: string;
  readonly label: string;
}
export type Filter = FilterBase &
  (
    | {
        readonly type: "select";
        readonly options: readonly FilterOption[];
        /** One value at a time, where the server takes only one. */
        readonly single?: boolean;
      }
    | { readonly type: "text"; readonly placeholder?: string }
    | { readonly type: "day" }
    | { readonly type: "flag" }
  );

export interface BulkQuestion {
  readonly label: string;
  readonly placeholder?: string;
  readonly initial?: string;
  /** What is wrong with an answer, or null. */
  readonly faultOf: (answer: string) => string | null;
}

export interface BulkAction<T> {
  readonly label: string;
  readonly icon?: TablerIcon;
  readonly danger?: boolean;
  /** True, or why this row is left out ("on hold"). The button says how many remain and why the others do not. */
  readonly applies?: (row: T) => true | string;
  /** What will happen, asked for before it does. Left out for things that are easily undone. */
  readonly willHappen?: (rows: readonly T[]) => string;
  /** Something that must be said first: a reason, a number. Goes with `willHappen`. */
  readonly question?: BulkQuestion;
  /** Gets only the rows it applies to, and the answer to its question. A `workId` sends the work to the tray. */
  readonly run: (rows: readonly T[], answer: string) => Promise<{ readonly workId?: string } | undefined>;
}

export interface EmptyWords {
  readonly title: string;
  readonly cause: ReactNode;
  readonly action?: ReactNode;
  readonly icon?: TablerIcon;
}

export interface DataTableProps<T extends RowObject> {
  /** Names the table in this browser's memory: columns, views. */
  readonly id: string;
  /** `GET endpoint?<filters>&limit=&cursor=&sort=`, and `endpoint + ".csv"` for the export. */
  readonly endpoint: string;
  /** Replaces the call, for lists that come from elsewhere. */
  readonly load?: (query: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<ListPage<T>>;
  /** The question in the server's own words, where they differ from the address: another name for a filter, "within two hours" as an instant. Asked anew on each read. */
  readonly ask?: (query: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
  /** Filters that are part of the page and not of the address. */
  readonly fixed?: Readonly<Record<string, string>>;
  readonly rowId: (row: T) => string;
  /** "order", "package": for counts and sentences. */
  readonly noun: readonly [one: string, many: string];
  readonly columns: readonly Column<T>[];
  readonly tabs?: readonly PageTab[];
  /** The filter a tab sets on the server. Default "tab"; a tab named "all" sets none. */
  readonly tabFilter?: string;
  readonly filters?: readonly Filter[];
  /** Free text, sent as `search`. */
  readonly searchHint?: string;
  /** "dispatchBy" or "-createdAt". */
  readonly defaultSort?: string;
  /**
   * The side panel's content. A click on the row opens it, and `open=<id>` in the address holds it. Who calls `done` has no more to
   * do with the row: once it leaves the list, the next one opens.
   */
  readonly panel?: (row: T, done: () => void) => ReactNode;
  readonly panelTitle?: (row: T) => ReactNode;
  /** The record's own page: Enter, double click, or a click where there is no panel. */
  readonly href?: (row: T) => string;
  readonly bulk?: readonly BulkAction<T>[];
  readonly empty: EmptyWords;
  /** Colours the row's left edge: what wants a person, what failed. */
  readonly rowTone?: (row: T) => "attention" | "failed" | undefined;
  readonly csv?: boolean;
  /** Sends the top bar's facility along as `facilityId`. Default true. */
  readonly byFacility?: boolean;
  /** Milliseconds between refreshes while the page is looked at; 0 for never. Default 15,000. */
  readonly refreshMs?: number;
  /** Fills the page (default) or takes only the height of its rows, at most 60% of the window. */
  readonly fill?: boolean;
  /** Comes before the parameters of this table in the address, where a page has two. */
  readonly prefix?: string;
}
