import { Button, Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { formatCount } from "../../lib/format.ts";
import { useFacility } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { Instant } from "../../ui/index.ts";
import { ages, type ReturnKind } from "./return-data.ts";
import classes from "./returns.module.css";

/** Expected returns of one channel and courier. */
interface AgeingRow {
  readonly channelId: string;
  readonly channel: string;
  readonly courier: string | null;
  readonly days0to3: number;
  readonly days4to7: number;
  readonly days8to15: number;
  readonly daysOver15: number;
  readonly total: number;
  readonly oldestAt: string;
}

const toneOf = { "0-3": undefined, "4-7": undefined, "8-15": "attention", ">15": "failed" } as const;

/** How long goods have been on their way back: a press shows only those. */
export function ExpectedAges({ kind }: { kind: ReturnKind }) {
  const { id } = useFacility();
  const [params, change] = useUrlState();
  const [open, setOpen] = useState(false);
  const { data } = useQuery({
    queryKey: ["returns-ageing", kind, id],
    queryFn: ({ signal }) =>
      api.get<{ rows: readonly AgeingRow[] }>("/api/v1/returns/ageing", { kind, facilityId: id }, signal),
    refetchInterval: 15_000,
  });
  const rows = data?.rows ?? [];
  return (
    <fieldset className={classes.ages} aria-label="Days since it was announced">
      <span className={classes.agesOf}>{kind === "CIR" ? "Open or picked up, announced" : "Announced"}</span>
      {ages.map(({ value, label, key }) => {
        const count = rows.reduce((sum, row) => sum + row[key], 0);
        const pressed = params.age === value;
        return (
          <button
            key={value}
            type="button"
            className={classes.age}
            aria-pressed={pressed}
            data-tone={count > 0 ? toneOf[value] : undefined}
            onClick={() => change({ age: pressed ? null : value })}
          >
            <strong>{data === undefined ? "–" : formatCount(count)}</strong> {label}
          </button>
        );
      })}
      {rows.length > 0 && (
        <Button variant="subtle" size="compact-sm" style={{ alignSelf: "center" }} onClick={() => setOpen(true)}>
          By channel and courier
        </Button>
      )}
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        size="lg"
        title={<strong>Days since it was announced</strong>}
      >
        <div className={classes.scroll}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th>Channel</th>
                <th>Courier</th>
                {ages.map(({ value, label }) => (
                  <th key={value} className={classes.number}>
                    {label}
                  </th>
                ))}
                <th className={classes.number}>All</th>
                <th className={classes.number}>Oldest</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={`${row.channelId} ${row.courier}`}>
                  <td>{row.channel}</td>
                  <td>{row.courier ?? "not known"}</td>
                  {ages.map(({ value, key }) => (
                    <td key={value} className={classes.number}>
                      {row[key] === 0 ? "–" : formatCount(row[key])}
                    </td>
                  ))}
                  <td className={classes.number}>{formatCount(row.total)}</td>
                  <td className={classes.number}>
                    <Instant at={row.oldestAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Modal>
    </fieldset>
  );
}
