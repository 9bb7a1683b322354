import { ActionIcon, Select, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconX } from "@tabler/icons-react";
import type { Facility, FacilityChoice } from "./data.ts";
import classes from "./facility-ranks.module.css";

interface FacilityRanksProps {
  readonly facilities: readonly Facility[];
  readonly chosen: readonly FacilityChoice[];
  readonly sourceLabel: string;
  /**
   * What the channel calls a facility: typed here; given by a field of the connectors, whose label this is; or nothing, where
   * all orders go to one store.
   */
  readonly theirCode: "typed" | { readonly from: string } | "none";
  /** Code of the one store, where the channel has one. */
  readonly store: string | null;
  /** What is wrong with the choice, or null. */
  readonly fault: string | null;
  readonly onChange: (chosen: readonly FacilityChoice[]) => void;
}

/** Where a fault of the choice is jumped to. */
export const facilityFieldId = "channel-add-facility";

/** Facilities of a channel in the order in which orders are routed to them, each with the channel's own code for it. */
export function FacilityRanks(props: FacilityRanksProps) {
  const { facilities, chosen, fault, onChange } = props;
  const rest = facilities.filter((f) => f.enabled && !chosen.some((c) => c.facilityId === f.facilityId));
  const swap = (at: number, by: number) => {
    const moved = chosen[at];
    const other = chosen[at + by];
    if (moved === undefined || other === undefined) return;
    onChange(chosen.map((each, i) => (i === at ? other : i === at + by ? moved : each)));
  };
  const rename = (at: number, channelWarehouse: string) =>
    onChange(chosen.map((each, i) => (i === at ? { ...each, channelWarehouse } : each)));
  return (
    <div className={classes.ranks}>
      {chosen.length > 0 && (
        <>
          <div className={classes.head} aria-hidden>
            <span />
            <span>Facility</span>
            <span>{props.theirCode === "none" ? "" : "Their warehouse code"}</span>
          </div>
          <ol className={classes.list}>
            {chosen.map((choice, i) => {
              const facility = facilities.find((each) => each.facilityId === choice.facilityId);
              const code = facility?.code ?? "?";
              return (
                <li key={choice.facilityId} className={classes.row}>
                  <span className={classes.rank}>{i + 1}</span>
                  <span className={classes.name} title={facility?.name}>
                    <code>{code}</code> <span>{facility?.name ?? "No facility you may see"}</span>
                  </span>
                  <TheirCode {...props} code={code} choice={choice} onType={(typed) => rename(i, typed)} />
                  <span className={classes.moves}>
                    <ActionIcon aria-label={`Move ${code} up`} disabled={i === 0} onClick={() => swap(i, -1)}>
                      <IconArrowUp size={15} />
                    </ActionIcon>
                    <ActionIcon
                      aria-label={`Move ${code} down`}
                      disabled={i === chosen.length - 1}
                      onClick={() => swap(i, 1)}
                    >
                      <IconArrowDown size={15} />
                    </ActionIcon>
                    <ActionIcon
                      aria-label={`Remove ${code}`}
                      onClick={() => onChange(chosen.filter((_, at) => at !== i))}
                    >
                      <IconX size={15} />
                    </ActionIcon>
                  </span>
                </li>
              );
            })}
          </ol>
        </>
      )}
      {rest.length > 0 ? (
        <Select
          id={facilityFieldId}
          aria-label="Add a facility"
          error={fault}
          placeholder={chosen.length === 0 ? "Choose a facility" : "Add another facility"}
          data={rest.map((f) => ({ value: f.facilityId, label: `${f.code} · ${f.name}` }))}
          value={null}
          searchable={rest.length > 8}
          onChange={(facilityId) =>
            facilityId !== null && onChange([...chosen, { facilityId, channelWarehouse: null }])
          }
        />
      ) : (
        <p
          className={classes.none}
          role={fault === null ? undefined : "alert"}
          data-fault={fault !== null || undefined}
        >
          {fault !== null && `${fault} `}
          {facilities.length === 0
            ? "There is no facility yet: make one under Facilities & series."
            : "All facilities are chosen."}
        </p>
      )}
    </div>
  );
}

/** What the channel calls a facility, in the third column of its row. */
function TheirCode({
  theirCode,
  store,
  sourceLabel,
  code,
  choice,
  onType,
}: Pick<FacilityRanksProps, "theirCode" | "store" | "sourceLabel"> & {
  readonly code: string;
  readonly choice: FacilityChoice;
  readonly onType: (text: string) => void;
}) {
  if (theirCode === "none")
    return <span className={classes.note}>{code === store ? "the store of this channel" : ""}</span>;
  if (theirCode !== "typed")
    return choice.channelWarehouse === null ? (
      <span className={classes.note}>not in {theirCode.from}</span>
    ) : (
      <code className={classes.theirs}>{choice.channelWarehouse}</code>
    );
  return (
    <TextInput
      size="xs"
      aria-label={`${sourceLabel}'s warehouse code of ${code}`}
      placeholder="no code"
      maxLength={60}
      value={choice.channelWarehouse ?? ""}
      onChange={(event) => onType(event.currentTarget.value)}
    />
  );
}
