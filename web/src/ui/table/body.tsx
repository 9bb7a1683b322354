import { Button } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import type { RowSelectionState } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, type ReactNode, useEffect, useRef } from "react";
import { formatCount } from "../../lib/format.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { useSlow } from "../../lib/use-slow.ts";
import { Empty } from "../empty.tsx";
import { Refusal } from "../refusal.tsx";
import classes from "./data-table.module.css";
import { nextSort } from "./list-state.ts";
import type { Column, DataTableProps, RowObject } from "./types.ts";
import type { List } from "./use-list.ts";

const rowPx = 36;
const cardPx = 64;
const skeletonRows = 14;

interface BodyProps<T extends RowObject> {
  readonly props: DataTableProps<T>;
  readonly rowId: (row: T) => string;
  readonly model: { readonly visible: readonly Column<T>[]; readonly allChosen: boolean; readonly someChosen: boolean };
  readonly list: List<T>;
  readonly rows: readonly T[];
  readonly phone: boolean;
  readonly active: string | null;
  readonly openId: string | undefined;
  readonly selection: RowSelectionState;
  readonly sort: string | undefined;
  readonly onSort: (sort: string | null) => void;
  readonly onClick: (row: T) => void;
  readonly onVisit: (row: T) => void;
  readonly onToggle: (id: string, range: boolean) => void;
  readonly onToggleAll: (value: boolean) => void;
  readonly onClearFilters: () => void;
}

/** The rows: only those in sight are drawn, so that thousands scroll as smoothly as ten. */
export function Body<T extends RowObject>(body: BodyProps<T>) {
  const { props, rowId, list, rows, phone, active } = body;
  const columns = body.model.visible;
  const scroller = useRef<HTMLDivElement>(null);
  const rowHeight = phone ? cardPx : rowPx;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the sizes it kept are wrong once a row becomes a card.
  useEffect(() => virtual.measure(), [virtual, rowHeight]);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { hasMore, loadMore } = list;
  useEffect(() => {
    if (hasMore && last >= rows.length - 25) loadMore();
  }, [hasMore, last, rows.length, loadMore]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a move of the cursor may scroll; a refresh that brings new rows may not.
  useEffect(() => {
    const at = active === null ? -1 : rows.findIndex((row) => rowId(row) === active);
    if (at >= 0) virtual.scrollToIndex(at, { align: "auto" });
  }, [active]);

  const selectable = props.bulk !== undefined;
  const span = (phone ? 1 : columns.length) + (selectable ? 1 : 0);
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const shown = rows.length > 0;
  return (
    <div ref={scroller} className={classes.scroller} style={{ minHeight: shown ? undefined : 220 }}>
      <table
        className={classes.table}
        data-phone={phone || undefined}
        style={phone ? undefined : { minWidth: columns.reduce((sum, c) => sum + c.width, selectable ? 36 : 0) }}
        aria-rowcount={list.total ?? -1}
      >
        {phone ? <CardWidths selectable={selectable} /> : <Widths columns={columns} selectable={selectable} />}
        {!phone && <Head body={body} selectable={selectable} />}
        <tbody>
          {list.pending && <SkeletonRows columns={columns} selectable={selectable} phone={phone} />}
          {before > 0 && <Spacer height={before} span={span} />}
          {items.map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            const id = rowId(row);
            return (
              <Row
                key={id}
                row={row}
                id={id}
                index={item.index}
                columns={columns}
                phone={phone}
                selectable={selectable}
                selected={body.selection[id] === true}
                active={id === active || id === body.openId}
                tone={props.rowTone?.(row)}
                onClick={body.onClick}
                onVisit={body.onVisit}
                onToggle={body.onToggle}
              />
            );
          })}
          {after > 0 && <Spacer height={after} span={span} />}
        </tbody>
      </table>
      <Below body={body} shown={shown} />
    </div>
  );
}

/** What stands under the rows or in their place: slow, failed, empty, more to come. */
function Below<T extends RowObject>({ body, shown }: { body: BodyProps<T>; shown: boolean }): ReactNode {
  const { props, list, rows } = body;
  const [params] = useUrlState();
  const slow = useSlow(list.pending);
  const prefix = props.prefix ?? "";
  const filtered =
    (props.filters ?? []).some((filter) => params[prefix + filter.name] !== undefined) ||
    params[`${prefix}q`] !== undefined;
  if (slow)
    return (
      <p className={classes.note}>
        The list of {props.noun[1]} has been asked for 10 s ago and is not here yet. It is shown as soon as it comes.
      </p>
    );
  if (list.pending) return null;
  if (!shown && list.error !== null)
    return (
      <div className={classes.note}>
        <Refusal
          error={list.error}
          title={`The ${props.noun[1]} could not be read`}
          action={
            <Button variant="default" onClick={() => void list.refetch()}>
              Try again
            </Button>
          }
        />
      </div>
    );
  if (!shown && filtered)
    return (
      <Empty
        title={`No ${props.noun[1]} match these filters`}
        cause="Others may be there without them."
        action={
          <Button variant="default" onClick={body.onClearFilters}>
            Clear filters
          </Button>
        }
      />
    );
  if (!shown) return <Empty {...props.empty} />;
  if (list.loadingMore || rows.length < (list.total ?? 0))
    return (
      <p className={classes.note}>
        {formatCount(rows.length)} of {formatCount(list.total ?? rows.length)} {props.noun[1]}
        {list.loadingMore ? ", reading more" : ""}
      </p>
    );
  return null;
}

const Spacer = ({ height, span }: { height: number; span: number }) => (
  <tr aria-hidden>
    <td colSpan={span} style={{ height, padding: 0, border: 0 }} />
  </tr>
);

const CardWidths = ({ selectable }: { selectable: boolean }) => (
  <colgroup>
    {selectable && <col style={{ width: 34 }} />}
    <col />
  </colgroup>
);

function Widths<T>({ columns, selectable }: { columns: readonly Column<T>[]; selectable: boolean }) {
  const anyGrows = columns.some((column) => column.grow === true);
  return (
    <colgroup>
      {selectable && <col style={{ width: 36 }} />}
      {columns.map((column, i) => (
        // Without a column that grows, the last one takes what is left, so that no width is shared out unevenly.
        <col
          key={column.id}
          style={column.grow === true || (!anyGrows && i === columns.length - 1) ? {} : { width: column.width }}
        />
      ))}
    </colgroup>
  );
}

function Head<T extends RowObject>({ body, selectable }: { body: BodyProps<T>; selectable: boolean }) {
  const { sort, model } = body;
  const columns = model.visible;
  return (
    <thead>
      <tr>
        {selectable && (
          <th className={classes.pick}>
            <input
              type="checkbox"
              className={classes.box}
              aria-label="Choose all rows shown"
              ref={(box) => {
                if (box !== null) box.indeterminate = !model.allChosen && model.someChosen;
              }}
              checked={model.allChosen}
              onChange={(event) => body.onToggleAll(event.currentTarget.checked)}
            />
          </th>
        )}
        {columns.map((column) => {
          const field = column.sort;
          const direction =
            field === undefined
              ? undefined
              : sort === field
                ? "ascending"
                : sort === `-${field}`
                  ? "descending"
                  : undefined;
          return (
            <th
              key={column.id}
              data-align={column.align}
              aria-sort={direction ?? (field === undefined ? undefined : "none")}
            >
              {field === undefined ? (
                <span className={classes.heading}>{column.header}</span>
              ) : (
                <button
                  type="button"
                  className={classes.heading}
                  data-sorted={direction}
                  onClick={() => body.onSort(nextSort(sort, field, body.props.defaultSort))}
                >
                  {column.header}
                  {direction === "descending" ? (
                    <IconArrowDown size={12} />
                  ) : (
                    <IconArrowUp size={12} className={direction === undefined ? classes.unsorted : undefined} />
                  )}
                </button>
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

interface RowProps<T> {
  readonly row: T;
  readonly id: string;
  readonly index: number;
  readonly columns: readonly Column<T>[];
  readonly phone: boolean;
  readonly selectable: boolean;
  readonly selected: boolean;
  readonly active: boolean;
  readonly tone: "attention" | "failed" | undefined;
  readonly onClick: (row: T) => void;
  readonly onVisit: (row: T) => void;
  readonly onToggle: (id: string, range: boolean) => void;
}

function PlainRow<T>({
  row,
  id,
  index,
  columns,
  phone,
  selectable,
  selected,
  active,
  tone,
  onClick,
  onVisit,
  onToggle,
}: RowProps<T>) {
  const pick = selectable && (
    <td
      className={classes.pick}
      onClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => event.key === " " && event.stopPropagation()}
    >
      {/* The browser's own box: rows are drawn while scrolling, and this one needs no component. */}
      <input
        type="checkbox"
        className={classes.box}
        aria-label={`Choose row ${index + 1}`}
        checked={selected}
        readOnly
        onClick={(event) => onToggle(id, event.shiftKey)}
      />
    </td>
  );
  return (
    // The keyboard reaches rows through j, k and Enter (useRowKeys), which work from anywhere on the page.
    <tr
      className={classes.row}
      aria-rowindex={index + 1}
      aria-selected={selected || undefined}
      data-active={active || undefined}
      data-selected={selected || undefined}
      data-tone={tone}
      onClick={(event) => {
        // Marking text in a row, or following a link in it, is not opening it.
        if (
          (getSelection()?.toString() ?? "") !== "" ||
          (event.target instanceof Element && event.target.closest("a, button") !== null)
        )
          return;
        if (event.shiftKey && selectable) onToggle(id, true);
        else onClick(row);
      }}
      onDoubleClick={() => onVisit(row)}
    >
      {pick}
      {phone ? (
        <Card row={row} columns={columns} />
      ) : (
        columns.map((column) => (
          <td key={column.id} data-align={column.align}>
            {column.cell(row)}
          </td>
        ))
      )}
    </tr>
  );
}

/** A row on a phone: what it is and its state above, the rest below. */
function Card<T>({ row, columns }: { row: T; columns: readonly Column<T>[] }) {
  const of = (place: Column<T>["card"]) => columns.filter((column) => column.card === place);
  return (
    <td className={classes.card}>
      <div className={classes.cardTop}>
        <span className={classes.cardTitle}>
          {of("title").map((c) => (
            <span key={c.id}>{(c.cardCell ?? c.cell)(row)}</span>
          ))}
        </span>
        {of("trailing").map((c) => (
          <span key={c.id}>{(c.cardCell ?? c.cell)(row)}</span>
        ))}
      </div>
      <div className={classes.cardMeta}>
        {of("meta").map((c) => (
          <span key={c.id}>{(c.cardCell ?? c.cell)(row)}</span>
        ))}
      </div>
    </td>
  );
}

// memo loses a component's type parameter; the cast gives it back and changes nothing else.
const Row = memo(PlainRow) as typeof PlainRow;

function SkeletonRows<T>({
  columns,
  selectable,
  phone,
}: {
  columns: readonly Column<T>[];
  selectable: boolean;
  phone: boolean;
}) {
  const rows = Array.from({ length: skeletonRows }, (_, i) => i);
  return rows.map((i) => (
    <tr key={i} className={classes.skeletonRow} aria-hidden style={{ opacity: 1 - i / (skeletonRows + 2) }}>
      {selectable && <td className={classes.pick} />}
      {phone ? (
        <td className={classes.card}>
          <span className={classes.bone} style={{ width: "55%" }} />
          <span className={classes.bone} style={{ width: "80%", marginTop: 10 }} />
        </td>
      ) : (
        columns.map((column, at) => (
          <td key={column.id} data-align={column.align}>
            {/* Widths differ by row in a fixed pattern: the shape of text, without chance. */}
            <span className={classes.bone} style={{ width: `${45 + ((i * 7 + at * 13) % 40)}%` }} />
          </td>
        ))
      )}
    </tr>
  ));
}
