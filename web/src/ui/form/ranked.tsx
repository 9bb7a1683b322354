import { ActionIcon, Input, Select } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconX } from "@tabler/icons-react";
import type { FieldDeclaration } from "./fields.ts";
import classes from "./ranked.module.css";

interface RankedProps {
  readonly field: FieldDeclaration;
  readonly id: string;
  readonly value: readonly string[];
  readonly fault: string | null;
  readonly description?: string;
  readonly onChange: (value: readonly string[]) => void;
}

/** Some of the options, in an order of their own: the first comes first. */
export function Ranked({ field, id, value, fault, description, onChange }: RankedProps) {
  const options = field.options ?? [];
  const rest = options.filter((option) => !value.includes(option.value) && option.unavailable === undefined);
  const swap = (at: number, by: number) => {
    const [moved, other] = [value[at], value[at + by]];
    if (moved === undefined || other === undefined) return;
    onChange(value.map((each, i) => (i === at ? other : i === at + by ? moved : each)));
  };
  return (
    <Input.Wrapper
      label={field.label}
      labelElement="div"
      withAsterisk={field.required === true}
      error={fault === null ? null : fault.charAt(0).toUpperCase() + fault.slice(1)}
      errorProps={{ role: "alert" }}
      inputWrapperOrder={["label", "input", "error", "description"]}
      {...(description === undefined ? {} : { description })}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would be drawn inside the form's own and lose its label */}
      <div role="group" aria-label={field.label} id={id} tabIndex={-1} className={classes.ranked}>
        {value.length > 0 && (
          <ol className={classes.list}>
            {value.map((each, i) => {
              const option = options.find((one) => one.value === each);
              return (
                <li key={each} className={classes.row}>
                  <span className={classes.rank}>{i + 1}</span>
                  <span className={classes.name}>
                    {option?.label ?? each}
                    {option?.unavailable !== undefined && <span className={classes.bad}>{option.unavailable}</span>}
                  </span>
                  <span className={classes.note}>{option?.note}</span>
                  <span className={classes.moves}>
                    <ActionIcon aria-label={`Move ${each} up`} disabled={i === 0} onClick={() => swap(i, -1)}>
                      <IconArrowUp size={15} />
                    </ActionIcon>
                    <ActionIcon
                      aria-label={`Move ${each} down`}
                      disabled={i === value.length - 1}
                      onClick={() => swap(i, 1)}
                    >
                      <IconArrowDown size={15} />
                    </ActionIcon>
                    <ActionIcon
                      aria-label={`Remove ${each}`}
                      onClick={() => onChange(value.filter((_, at) => at !== i))}
                    >
                      <IconX size={15} />
                    </ActionIcon>
                  </span>
                </li>
              );
            })}
          </ol>
        )}
        {rest.length > 0 ? (
          <Select
            aria-label={`Add to ${field.label}`}
            placeholder={value.length === 0 ? "Choose" : "Add another"}
            data={rest.map((option) => ({ value: option.value, label: option.label }))}
            value={null}
            error={fault !== null}
            searchable={rest.length > 8}
            onChange={(added) => added !== null && onChange([...value, added])}
          />
        ) : (
          <p className={classes.all}>{options.length === 0 ? "There is none to choose." : "All are chosen."}</p>
        )}
      </div>
    </Input.Wrapper>
  );
}
