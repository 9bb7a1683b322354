import { ActionIcon, Button, Checkbox, Popover, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useUrlState } from "../../lib/url-state.ts";
import classes from "./data-table.module.css";
import { chipWords } from "./list-state.ts";
import type { Filter } from "./types.ts";

/** One filter that is set, in words: click to change it, the cross takes it away. */
export function FilterChip({ filter, name }: { filter: Filter; name: string }) {
  const [params, change] = useUrlState();
  const [opened, setOpened] = useState(false);
  const value = params[name] ?? "";
  const words = chipWords(filter, value);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus>
      <Popover.Target>
        <span className={classes.chip}>
          <button
            type="button"
            className={classes.chipWords}
            onClick={() =>
              filter.type === "flag" ? change({ [name]: value === "true" ? "false" : "true" }) : setOpened(true)
            }
          >
            {words}
          </button>
          <ActionIcon size={18} aria-label={`Remove filter: ${words}`} onClick={() => change({ [name]: null })}>
            <IconX size={12} />
          </ActionIcon>
        </span>
      </Popover.Target>
      <Popover.Dropdown p={6}>
        <FilterEditor
          filter={filter}
          value={value}
          onSet={(next) => change({ [name]: next })}
          onClose={() => setOpened(false)}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

/** Chooses a filter's value: several of a list, a text, or a day. */
export function FilterEditor({
  filter,
  value,
  onSet,
  onClose,
}: {
  filter: Filter;
  value: string;
  onSet: (value: string) => void;
  onClose: () => void;
}) {
  const [text, setText] = useState(value);
  if (filter.type === "flag") return null;
  if (filter.type === "select") {
    const chosen = text === "" ? [] : text.split(",");
    const flip = (option: string) => {
      if (filter.single === true) {
        onSet(option);
        return onClose();
      }
      const next = chosen.includes(option) ? chosen.filter((each) => each !== option) : [...chosen, option];
      setText(next.join(","));
      onSet(next.join(","));
    };
    return (
      <div className={classes.menuList} style={{ padding: 6 }}>
        {filter.options.map((option) => (
          <Checkbox
            key={option.value}
            {...(filter.single === true ? { type: "radio", radius: "xl" } : {})}
            label={option.label}
            checked={chosen.includes(option.value)}
            onChange={() => flip(option.value)}
            py={4}
          />
        ))}
      </div>
    );
  }
  return (
    <form
      className={classes.textFilter}
      onSubmit={(event) => {
        event.preventDefault();
        onSet(text.trim());
        onClose();
      }}
    >
      <TextInput
        size="xs"
        data-autofocus
        aria-label={filter.label}
        type={filter.type === "day" ? "date" : "text"}
        placeholder={filter.type === "text" ? (filter.placeholder ?? filter.label) : ""}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit">Filter</Button>
    </form>
  );
}
