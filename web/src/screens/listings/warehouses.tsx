import { IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import { formatCount } from "../../lib/format.ts";
import { Instant, StateChip } from "../../ui/index.ts";
import type { Figure, WarehouseFigure } from "./data.ts";
import { Formula } from "./formula.tsx";
import { publishOutcomes } from "./outcomes.ts";
import classes from "./warehouses.module.css";

/** The figure of each warehouse of the channel: what it is now, and what was told and answered; its formula opens in place. */
export function Warehouses({ figure }: { figure: Figure }) {
  return (
    <ul className={classes.warehouses} aria-label="By warehouse">
      {figure.warehouses.map((each) => (
        <Warehouse key={each.warehouse ?? ""} each={each} figure={figure} />
      ))}
    </ul>
  );
}

function Warehouse({ each, figure }: { each: WarehouseFigure; figure: Figure }) {
  const [open, setOpen] = useState(false);
  const opens = each.components.length > 0;
  return (
    <li className={classes.warehouse}>
      <button
        type="button"
        className={classes.head}
        aria-expanded={opens ? open : undefined}
        disabled={!opens}
        onClick={() => setOpen(!open)}
      >
        <span className={classes.figure} data-zero={each.figure === 0 || undefined}>
          {formatCount(each.figure)}
        </span>
        <span className={classes.name}>
          {each.warehouse === null ? "All facilities together" : <code>{each.warehouse}</code>}
          <span className={classes.place}>
            {each.mapped ? `stock of ${each.facilityCode ?? "all facilities"}` : "mapped no more: told 0"}
          </span>
        </span>
        {opens && <IconChevronDown size={14} data-open={open || undefined} aria-hidden />}
      </button>
      <div className={classes.told}>
        {each.publishedAt === null ? (
          "Nothing told yet."
        ) : (
          <>
            {each.published === null ? "A figure" : formatCount(each.published)} told <Instant at={each.publishedAt} />{" "}
            {each.publishOutcome !== null && <StateChip state={each.publishOutcome} table={publishOutcomes} />}
          </>
        )}
        {each.publishMessage !== null && <p>“{each.publishMessage}”</p>}
      </div>
      {open && (
        <Formula
          {...{ components: each.components, buffer: figure.buffer, cap: figure.cap, told: each.figure }}
          place={each.facilityCode ?? "no facility"}
          shared
        />
      )}
    </li>
  );
}
