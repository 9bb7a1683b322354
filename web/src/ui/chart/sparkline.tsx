import { sparklinePath } from "./sparkline-path.ts";

export interface SparklineProps {
  readonly values: readonly number[];
  /** "Orders per hour, last 24 h: 12 now, 40 at most": for those who do not see it. */
  readonly label: string;
  readonly width?: number;
  readonly height?: number;
}

/** A line without axes beside a number, from zero, so that two of them can be compared. */
export function Sparkline({ values, label, width = 96, height = 28 }: SparklineProps) {
  const { line, area, end } = sparklinePath(values, width, height);
  return (
    <svg
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
      style={{ display: "block", overflow: "visible" }}
    >
      <title>{label}</title>
      <path d={area} fill="var(--g-accent)" opacity={0.1} />
      <path
        d={line}
        fill="none"
        stroke="var(--g-accent)"
        strokeWidth={1.5}
        strokeLinejoin="round"
        strokeLinecap="round"
      />
      {end !== null && <circle cx={end.x} cy={end.y} r={2.25} fill="var(--g-accent)" />}
    </svg>
  );
}
