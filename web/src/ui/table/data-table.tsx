import { useMediaQuery } from "@mantine/hooks";
import { useState } from "react";
import { useUrlState } from "../../lib/url-state.ts";
import { Tabs } from "../page.tsx";
import { Body } from "./body.tsx";
import { BulkBar } from "./bulk-bar.tsx";
import classes from "./data-table.module.css";
import { SidePanel } from "./side-panel.tsx";
import { Toolbar } from "./toolbar.tsx";
import type { DataTableProps, RowObject } from "./types.ts";
import { useColumnChoice } from "./use-column-choice.ts";
import { useList } from "./use-list.ts";
import { useOpenRow } from "./use-open-row.ts";
import { useQuestion } from "./use-question.ts";
import { useRowModel } from "./use-row-model.ts";
import { useSelection } from "./use-selection.ts";

/** A list: tabs, filters, sort and the open row live in the address; columns and views in this browser; rows on the server. */
export function DataTable<T extends RowObject>(props: DataTableProps<T>) {
  const { columns, prefix = "", tabs = [], filters = [], panel } = props;
  // The first one holds: pages give a new arrow on every render, and an id that changed with it would draw every row again.
  const [rowId] = useState(() => props.rowId);
  const [, change] = useUrlState();
  const phone = useMediaQuery("(max-width: 640px)") ?? false;
  const { key, query } = useQuestion(props);
  const list = useList(props, rowId, query);
  const selection = useSelection(list.rows, rowId, key);
  const [choice, setChoice] = useColumnChoice(props.id, columns, selection.data);
  const model = useRowModel({ columns, data: selection.data, rowId, selection: selection.state, choice });
  const open = useOpenRow({ props, rowId, selection, question: key, reading: list.pending });
  return (
    <div className={classes.frame} data-fill={props.fill ?? true}>
      {tabs.length > 0 && <Tabs tabs={tabs} counts={list.counts} param={`${prefix}tab`} onChange={selection.clear} />}
      <Toolbar props={props} filters={filters} list={list} query={query} choice={choice} onChoice={setChoice} />
      <div className={classes.split}>
        <Body
          props={props}
          rowId={rowId}
          model={model}
          list={list}
          rows={selection.data}
          phone={phone}
          active={open.active}
          openId={open.id}
          selection={selection.state}
          sort={query.sort}
          onSort={(sort) => change({ [`${prefix}sort`]: sort })}
          onClick={open.click}
          onVisit={open.visit}
          onToggle={selection.toggle}
          onToggleAll={selection.toggleAll}
          onClearFilters={() =>
            change({
              [`${prefix}q`]: null,
              ...Object.fromEntries(filters.map((filter) => [prefix + filter.name, null])),
            })
          }
        />
        {panel !== undefined && open.id !== undefined && !list.pending && (
          <SidePanel
            title={open.row === undefined ? "Not in this list" : (props.panelTitle?.(open.row) ?? open.id)}
            onClose={open.close}
            {...(open.row !== undefined && props.href !== undefined ? { onVisit: open.visitOpen } : {})}
          >
            {(open.row === undefined || open.isGone) && (
              <p>This row is not among those shown: it changed its state, or a filter hides it.</p>
            )}
            {open.row !== undefined && panel(open.row, open.done)}
          </SidePanel>
        )}
      </div>
      {props.bulk !== undefined && selection.chosen.length > 0 && (
        <BulkBar
          chosen={selection.chosen}
          total={list.total ?? selection.data.length}
          noun={props.noun}
          actions={props.bulk}
          onClear={selection.clear}
          onDone={() => {
            selection.clear();
            void list.refetch();
          }}
          onSelectAll={async (progress) => selection.takeAll(await list.readAll(progress))}
        />
      )}
    </div>
  );
}
