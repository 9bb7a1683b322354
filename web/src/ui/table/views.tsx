import { ActionIcon, Button, Menu, TextInput } from "@mantine/core";
import { IconBookmark, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useRemembered } from "../../lib/remembered.ts";
import { type UrlParams, useUrlState } from "../../lib/url-state.ts";
import classes from "./data-table.module.css";
import type { Filter } from "./types.ts";

interface View {
  readonly name: string;
  readonly params: UrlParams;
}

const isText = (entry: [string, unknown]): entry is [string, string] => typeof entry[1] === "string";

function readViews(stored: unknown): readonly View[] {
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((view: unknown) => {
    if (typeof view !== "object" || view === null || !("name" in view) || !("params" in view)) return [];
    const { name, params } = view;
    if (typeof name !== "string" || typeof params !== "object" || params === null) return [];
    return [{ name, params: Object.fromEntries(Object.entries(params).filter(isText)) }];
  });
}

/** Saved views: a name for the tab, filters and sort in the address now. Kept in this browser. */
export function ViewsMenu({
  tableId,
  prefix,
  filters,
}: {
  tableId: string;
  prefix: string;
  filters: readonly Filter[];
}) {
  const [params, change] = useUrlState();
  const [views, remember] = useRemembered(`views.${tableId}`, readViews);
  const [name, setName] = useState("");
  const names = ["tab", "sort", "q", ...filters.map((filter) => filter.name)].map((each) => prefix + each);
  const current: UrlParams = Object.fromEntries(
    names.map((each): [string, unknown] => [each, params[each]]).filter(isText),
  );
  const save = () => {
    const title = name.trim();
    if (title === "") return;
    remember([...views.filter((view) => view.name !== title), { name: title, params: current }]);
    setName("");
  };
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <ActionIcon aria-label="Saved views">
          <IconBookmark size={16} stroke={1.7} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Saved views</Menu.Label>
        {views.length === 0 && (
          <div className={classes.menuNote}>A view keeps this tab, these filters and this order under a name.</div>
        )}
        {views.map((view) => (
          <div key={view.name} className={classes.viewLine}>
            <Menu.Item
              onClick={() =>
                change({ ...Object.fromEntries(names.map((each) => [each, null])), ...view.params }, { push: true })
              }
            >
              {view.name}
            </Menu.Item>
            <ActionIcon
              aria-label={`Forget view ${view.name}`}
              onClick={() => remember(views.filter((each) => each !== view))}
            >
              <IconTrash size={14} />
            </ActionIcon>
          </div>
        ))}
        <Menu.Divider />
        <form
          className={classes.textFilter}
          style={{ padding: 6 }}
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          <TextInput
            size="xs"
            placeholder="Name of this view"
            aria-label="Name of this view"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            onKeyDown={(event) => event.stopPropagation()}
          />
          <Button type="submit" disabled={name.trim() === ""}>
            Save
          </Button>
        </form>
      </Menu.Dropdown>
    </Menu>
  );
}
