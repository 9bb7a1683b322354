import { ActionIcon, Button, Checkbox, Menu, Popover, TextInput, Tooltip } from "@mantine/core";
import { IconColumns3, IconDownload, IconFilter, IconSearch, IconX } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { withQuery } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { AsOf } from "../as-of.tsx";
import classes from "./data-table.module.css";
import { FilterChip, FilterEditor } from "./filters.tsx";
import type { DataTableProps, Filter, RowObject } from "./types.ts";
import type { List } from "./use-list.ts";
import { ViewsMenu } from "./views.tsx";

interface ToolbarProps<T extends RowObject> {
  readonly props: DataTableProps<T>;
  readonly filters: readonly Filter[];
  readonly list: List<T>;
  readonly query: Readonly<Record<string, string>>;
  readonly choice: Readonly<Record<string, boolean>>;
  readonly onChoice: (choice: Record<string, boolean>) => void;
}

/** Above the rows: search, the filters as a sentence, how many there are, views, columns, export. */
export function Toolbar<T extends RowObject>({ props, filters, list, query, choice, onChoice }: ToolbarProps<T>) {
  const [params] = useUrlState();
  const prefix = props.prefix ?? "";
  const set = filters.filter((filter) => params[prefix + filter.name] !== undefined);
  const unset = filters.filter((filter) => params[prefix + filter.name] === undefined);
  return (
    <div className={classes.toolbar}>
      <div className={classes.chips}>
        {props.searchHint !== undefined && <SearchBox hint={props.searchHint} name={`${prefix}q`} />}
        {set.map((filter) => (
          <FilterChip key={filter.name} filter={filter} name={prefix + filter.name} />
        ))}
        {unset.length > 0 && <AddFilter filters={unset} prefix={prefix} />}
      </div>
      <div className={classes.tools}>
        <AsOf at={list.asOf} error={list.error} onRetry={list.refetch} />
        <span className={classes.total}>
          {list.total === null ? "" : plural(list.total, props.noun[0], props.noun[1])}
        </span>
        <ViewsMenu tableId={props.id} prefix={prefix} filters={filters} />
        <ColumnsMenu props={props} choice={choice} onChoice={onChoice} />
        {props.csv !== false && (
          <Tooltip label="Download these rows as CSV, with these filters">
            <ActionIcon
              component="a"
              href={withQuery(`${props.endpoint}.csv`, props.ask === undefined ? query : props.ask(query))}
              download
              aria-label="Download as CSV"
            >
              <IconDownload size={16} stroke={1.7} />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
    </div>
  );
}

/** Free text, asked for when typing pauses. */
function SearchBox({ hint, name }: { hint: string; name: string }) {
  const [params, change] = useUrlState();
  const held = params[name] ?? "";
  const [text, setText] = useState(held);
  useEffect(() => setText(held), [held]);
  useEffect(() => {
    if (text === held) return;
    const timer = setTimeout(() => change({ [name]: text.trim() }), 250);
    return () => clearTimeout(timer);
  }, [text, held, name, change]);
  return (
    <TextInput
      size="xs"
      className={classes.search}
      leftSection={<IconSearch size={14} />}
      placeholder={hint}
      aria-label={hint}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      {...(text === ""
        ? {}
        : {
            rightSection: (
              <ActionIcon size="xs" aria-label="Clear search" onClick={() => setText("")}>
                <IconX size={12} />
              </ActionIcon>
            ),
          })}
    />
  );
}

function AddFilter({ filters, prefix }: { filters: readonly Filter[]; prefix: string }) {
  const [, change] = useUrlState();
  const [editing, setEditing] = useState<Filter | null>(null);
  const [opened, setOpened] = useState(false);
  const close = () => {
    setOpened(false);
    setEditing(null);
  };
  return (
    <Popover opened={opened} onChange={(now) => (now ? setOpened(true) : close())} position="bottom-start" trapFocus>
      <Popover.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          leftSection={<IconFilter size={14} />}
          onClick={() => (opened ? close() : setOpened(true))}
        >
          Filter
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={6}>
        {editing === null ? (
          <div className={classes.menuList}>
            {filters.map((filter) => (
              <button
                key={filter.name}
                type="button"
                className={classes.menuItem}
                onClick={() => {
                  if (filter.type !== "flag") return setEditing(filter);
                  change({ [prefix + filter.name]: "true" });
                  close();
                }}
              >
                {filter.label}
              </button>
            ))}
          </div>
        ) : (
          <FilterEditor
            filter={editing}
            value=""
            onSet={(value) => change({ [prefix + editing.name]: value })}
            onClose={close}
          />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function ColumnsMenu<T extends RowObject>({
  props,
  choice,
  onChoice,
}: Pick<ToolbarProps<T>, "props" | "choice" | "onChoice">) {
  return (
    <Menu closeOnItemClick={false} position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label="Choose columns">
          <IconColumns3 size={16} stroke={1.7} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Columns</Menu.Label>
        {props.columns
          .filter((column) => column.always !== true)
          .map((column) => (
            <Menu.Item
              key={column.id}
              onClick={() => onChoice({ ...choice, [column.id]: choice[column.id] === false })}
            >
              <Checkbox
                tabIndex={-1}
                readOnly
                checked={choice[column.id] !== false}
                label={column.header}
                style={{ pointerEvents: "none" }}
              />
            </Menu.Item>
          ))}
        <Menu.Divider />
        <Menu.Item onClick={() => onChoice({})}>As it was</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
