import { useMediaQuery } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import {
  columnVisibilityFeature,
  createColumnHelper,
  type RowSelectionState,
  rowSelectionFeature,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useCallback, useMemo, useState } from "react";
import { useFacility } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { Tabs } from "../page.tsx";
import { Body } from "./body.tsx";
import { BulkBar } from "./bulk-bar.tsx";
import classes from "./data-table.module.css";
import { between, listQuery, withChosen } from "./list-state.ts";
import { SidePanel } from "./side-panel.tsx";
import { Toolbar } from "./toolbar.tsx";
import type { DataTableProps, RowObject } from "./types.ts";
import { useColumnChoice } from "./use-column-choice.ts";
import { useList } from "./use-list.ts";
import { useRowKeys } from "./use-row-keys.ts";

const features = tableFeatures({ columnVisibilityFeature, rowSelectionFeature });
const noTabs: [] = [];
const noFilters: [] = [];
const noFixed = {};

/** A list: tabs, filters, sort and the open row live in the address; columns and views in this browser; rows on the server. */
export function DataTable<T extends RowObject>(props: DataTableProps<T>) {
  const {
    columns,
    rowId,
    prefix = "",
    tabs = noTabs,
    filters = noFilters,
    fixed = noFixed,
    tabFilter = "tab",
    defaultSort,
    byFacility = true,
    panel,
    href,
  } = props;
  const [params, change] = useUrlState();
  const facility = useFacility();
  const navigate = useNavigate();
  const phone = useMediaQuery("(max-width: 640px)") ?? false;
  const question = listQuery({
    params,
    prefix,
    tabs,
    tabFilter,
    filters,
    fixed,
    defaultSort,
    facilityId: byFacility ? facility.id : null,
  });
  const questionKey = JSON.stringify(question);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the question is rebuilt on each render; its text is what identifies it.
  const query = useMemo(() => question, [questionKey]);
  const list = useList(props, query);

  const [all, setAll] = useState<{ key: string; rows: readonly T[] } | null>(null);
  const [rowSelection, setRowSelection] = useState<RowSelectionState>({});
  const [anchor, setAnchor] = useState<string | null>(null);
  const [choice, setChoice] = useColumnChoice(props.id, columns);
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
  // "All 3,412" holds for the question it was asked with; another question makes it the rows on screen again.
  const data = all !== null && all.key === questionKey ? all.rows : list.rows;
  const table = useTable({
    features,
    columns: definitions,
    data,
    getRowId: rowId,
    enableRowSelection: true,
    state: { columnVisibility: choice, rowSelection },
    onColumnVisibilityChange: (next) => setChoice(typeof next === "function" ? next(choice) : next),
    onRowSelectionChange: setRowSelection,
  });

  const ids = useMemo(() => data.map(rowId), [data, rowId]);
  const chosen = useMemo(() => data.filter((row) => rowSelection[rowId(row)] === true), [data, rowId, rowSelection]);
  const clear = useCallback(() => {
    setRowSelection({});
    setAll(null);
  }, []);
  const openId = params[`${prefix}open`];
  const openRow = openId === undefined ? undefined : data.find((row) => rowId(row) === openId);
  const show = useCallback(
    (id: string | null) => change({ [`${prefix}open`]: id }, { push: id !== null && openId === undefined }),
    [change, prefix, openId],
  );
  const visit = useCallback(
    (row: T) => {
      if (href !== undefined) void navigate({ href: href(row) });
      else show(rowId(row));
    },
    [href, navigate, rowId, show],
  );
  const toggle = useCallback(
    (id: string, range: boolean) => {
      setRowSelection((now) => {
        const value = now[id] !== true;
        const touched = range && anchor !== null ? between(ids, anchor, id) : [id];
        return withChosen(now, touched, value);
      });
      setAnchor(id);
    },
    [anchor, ids],
  );
  const { active, setActive } = useRowKeys({
    ids,
    onOpen: (id) => {
      const row = data.find((each) => rowId(each) === id);
      if (row !== undefined) visit(row);
    },
    onToggle: (id) => props.bulk !== undefined && toggle(id, false),
    onMove: (id) => openId !== undefined && show(id),
    onEscape: () => (openId !== undefined ? show(null) : clear()),
  });
  const click = useCallback(
    (row: T) => {
      setActive(rowId(row));
      if (panel !== undefined) show(rowId(row));
      else if (href !== undefined) visit(row);
    },
    [setActive, rowId, panel, show, href, visit],
  );
  const visible = columns.filter((column) => choice[column.id] !== false);

  return (
    <div className={classes.frame} data-fill={props.fill ?? true}>
      {tabs.length > 0 && <Tabs tabs={tabs} counts={list.counts} param={`${prefix}tab`} onChange={clear} />}
      <Toolbar props={props} filters={filters} list={list} query={query} choice={choice} onChoice={setChoice} />
      <div className={classes.split}>
        <Body
          props={props}
          table={table}
          columns={visible}
          list={list}
          rows={data}
          phone={phone}
          active={active}
          openId={openId}
          selection={rowSelection}
          sort={query.sort}
          onSort={(sort) => change({ [`${prefix}sort`]: sort })}
          onClick={click}
          onVisit={visit}
          onToggle={toggle}
          onToggleAll={(value) => setRowSelection(value ? withChosen({}, ids, true) : {})}
          onClearFilters={() =>
            change({
              [`${prefix}q`]: null,
              ...Object.fromEntries(filters.map((filter) => [prefix + filter.name, null])),
            })
          }
        />
        {panel !== undefined && openId !== undefined && !list.pending && (
          <SidePanel
            title={openRow === undefined ? "Not in this list" : (props.panelTitle?.(openRow) ?? openId)}
            onClose={() => show(null)}
            {...(openRow !== undefined && href !== undefined ? { onVisit: () => visit(openRow) } : {})}
          >
            {openRow === undefined
              ? "This row is not among those shown: it changed its state, or a filter hides it."
              : panel(openRow)}
          </SidePanel>
        )}
      </div>
      {props.bulk !== undefined && chosen.length > 0 && (
        <BulkBar
          chosen={chosen}
          total={list.total}
          noun={props.noun}
          actions={props.bulk}
          onClear={clear}
          onDone={() => {
            clear();
            void list.refetch();
          }}
          onSelectAll={async (progress) => {
            const rows = await list.readAll(progress);
            setAll({ key: questionKey, rows });
            setRowSelection(withChosen({}, rows.map(rowId), true));
          }}
        />
      )}
    </div>
  );
}
