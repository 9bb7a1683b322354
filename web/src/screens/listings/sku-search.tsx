import { Combobox, Loader, TextInput, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Thumb } from "../shared/thumb.tsx";
import { type SkuHit, skuSearchQuery } from "./data.ts";
import classes from "./listings.module.css";

/** Finds a SKU by code or name; Enter takes the one under the cursor. */
export function SkuSearch({ label, onChoose }: { label: string; onChoose: (hit: SkuHit) => void }) {
  const combobox = useCombobox();
  const [text, setText] = useState("");
  const [asked] = useDebouncedValue(text.trim(), 150);
  const { data, isFetching } = useQuery({ ...skuSearchQuery(asked), enabled: asked !== "" });
  const hits = asked === "" ? [] : (data?.rows ?? []).filter((hit) => hit.enabled);
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(code) => {
        const hit = hits.find((each) => each.code === code);
        combobox.closeDropdown();
        setText("");
        if (hit !== undefined) onChoose(hit);
      }}
    >
      <Combobox.Target>
        <TextInput
          aria-label={label}
          placeholder={label}
          value={text}
          rightSection={isFetching ? <Loader size={14} /> : null}
          onChange={(event) => {
            setText(event.currentTarget.value);
            combobox.openDropdown();
            combobox.updateSelectedOptionIndex();
          }}
          onFocus={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={asked === ""}>
        <Combobox.Options>
          {hits.map((hit, i) => (
            <Combobox.Option key={hit.skuId} value={hit.code} active={i === 0}>
              <span className={classes.hit}>
                <Thumb name={hit.name} imageUrl={hit.imageUrl} size={26} />
                <span>
                  <code>{hit.code}</code>
                  <span className={classes.hitName}>
                    {hit.name}
                    {hit.isBundle && " · bundle"}
                  </span>
                </span>
              </span>
            </Combobox.Option>
          ))}
          {hits.length === 0 && !isFetching && (
            <Combobox.Empty>No enabled SKU has “{asked}” in its code or name. Make it under Products.</Combobox.Empty>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
