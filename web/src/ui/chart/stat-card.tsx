import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { formatCount } from "../../lib/format.ts";
import { type Tone, toneColor } from "../tone.ts";
import { Sparkline } from "./sparkline.tsx";
import classes from "./stat-card.module.css";

export interface StatCardProps {
  readonly label: string;
  /** A count, or words already formatted (money). Null: not known, and then it does not say zero. */
  readonly value: number | string | null;
  /** The colour of the number when it means something: late, waiting for a person. */
  readonly tone?: Tone | undefined;
  /** "oldest 3 h 12 min", "2 due before 16:00". */
  readonly detail?: ReactNode;
  readonly trend?: { readonly values: readonly number[]; readonly label: string };
  /** The list behind the number, with its filters. */
  readonly to?: string;
  readonly search?: Readonly<Record<string, string>>;
}

/** A number that leads somewhere: how many, how old, by when. */
export function StatCard({ label, value, tone, detail, trend, to, search }: StatCardProps) {
  const body = (
    <>
      <span className={classes.label}>{label}</span>
      <span className={classes.line}>
        <span
          className={classes.value}
          style={tone === undefined || value === 0 ? undefined : { color: toneColor(tone) }}
          data-zero={value === 0 || value === null || undefined}
        >
          {value === null ? "–" : typeof value === "number" ? formatCount(value) : value}
        </span>
        {trend !== undefined && <Sparkline {...trend} />}
      </span>
      <span className={classes.detail}>{detail}</span>
    </>
  );
  return to === undefined ? (
    <div className={classes.card}>{body}</div>
  ) : (
    <Link to={to} {...(search === undefined ? {} : { search })} className={classes.card} data-link>
      {body}
    </Link>
  );
}

/** Cards side by side, as many as fit. */
export function StatRow({ children }: { children: ReactNode }) {
  return <div className={classes.row}>{children}</div>;
}
