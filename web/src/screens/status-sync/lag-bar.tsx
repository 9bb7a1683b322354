import { formatCount, formatShortTime, plural } from "../../lib/format.ts";
import { type ChannelSync, formatLag, isLate, type Lag, type LagHour } from "./data.ts";
import classes from "./lag-bar.module.css";

/** How late words were, against the ceiling that they must not pass: most of them, nearly all, the slowest. */
export function LagBar({ lag, ceilingSeconds, hours }: { lag: Lag | null; ceilingSeconds: number; hours: number }) {
  if (lag === null)
    return <p className={classes.none}>None came in the last {hours} hours: there is nothing to measure.</p>;
  // The ceiling stands at three quarters, so that what passed it is seen to pass it.
  const span = Math.max(ceilingSeconds / 0.75, lag.maxSeconds * 1.04);
  const at = (seconds: number) => `${Math.min(100, (100 * seconds) / span)}%`;
  const late = lag.maxSeconds > ceilingSeconds;
  const words = `Half came within ${formatLag(lag.p50Seconds)}, 95 of 100 within ${formatLag(lag.p95Seconds)}, the slowest after ${formatLag(lag.maxSeconds)}; the ceiling is ${formatLag(ceilingSeconds)}`;
  return (
    <div>
      <div className={classes.track} role="img" aria-label={words} data-tip={words}>
        <span className={classes.max} data-late={late || undefined} style={{ width: at(lag.maxSeconds) }} />
        <span
          className={classes.most}
          data-late={lag.p95Seconds > ceilingSeconds || undefined}
          style={{ width: at(lag.p95Seconds) }}
        />
        <span className={classes.half} style={{ left: at(lag.p50Seconds) }} />
        <span className={classes.ceiling} style={{ left: at(ceilingSeconds) }}>
          <span>{formatLag(ceilingSeconds)}</span>
        </span>
      </div>
      <dl className={classes.figures}>
        <Figure label="p50" seconds={lag.p50Seconds} ceiling={ceilingSeconds} />
        <Figure label="p95" seconds={lag.p95Seconds} ceiling={ceilingSeconds} />
        <Figure label="slowest" seconds={lag.maxSeconds} ceiling={ceilingSeconds} />
        <div>
          <dt>of</dt>
          <dd>
            {formatCount(lag.count)} in {hours} h
          </dd>
        </div>
      </dl>
    </div>
  );
}

function Figure({ label, seconds, ceiling }: { label: string; seconds: number; ceiling: number }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd data-late={seconds > ceiling || undefined}>{formatLag(seconds)}</dd>
    </div>
  );
}

const hourMs = 3_600_000;
const [width, height] = [240, 34];

/** The slowest word of each hour, against the same ceiling. An hour without a word has no column. */
export function LagHours({ channel, hours, asOf }: { channel: ChannelSync; hours: number; asOf: string }) {
  if (channel.lagHours.length === 0) return null;
  const { lagHours, ceilingSeconds } = channel;
  const last = Math.floor(Date.parse(asOf) / hourMs);
  const byHour = new Map(lagHours.map((hour) => [Math.floor(Date.parse(hour.at) / hourMs), hour]));
  const top = Math.max(ceilingSeconds * 1.15, ...lagHours.map((hour) => hour.maxSeconds));
  const step = width / hours;
  const lateHours = lagHours.filter((hour) => hour.maxSeconds > ceilingSeconds).length;
  const label = isLate(channel)
    ? `Past the ceiling in ${plural(lateHours, "hour")} of the last ${hours}`
    : `Within the ceiling in each of the last ${hours} hours`;
  return (
    <figure className={classes.hours}>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label} preserveAspectRatio="none">
        <title>{label}</title>
        {Array.from({ length: hours }, (_, i) => last - hours + 1 + i).map((hour, i) => (
          <Column key={hour} hour={byHour.get(hour)} x={i * step} step={step} top={top} ceiling={ceilingSeconds} />
        ))}
        <line
          x1={0}
          x2={width}
          y1={height * (1 - ceilingSeconds / top)}
          y2={height * (1 - ceilingSeconds / top)}
          className={classes.line}
        />
      </svg>
      <figcaption>
        <span>{label}</span>
      </figcaption>
    </figure>
  );
}

interface ColumnProps {
  readonly hour: LagHour | undefined;
  readonly x: number;
  readonly step: number;
  readonly top: number;
  readonly ceiling: number;
}

function Column({ hour, x, step, top, ceiling }: ColumnProps) {
  if (hour === undefined) return null;
  const tall = Math.max(2, (height * hour.maxSeconds) / top);
  return (
    <rect
      x={x + step * 0.14}
      width={step * 0.72}
      y={height - tall}
      height={tall}
      rx={1}
      className={classes.column}
      data-late={hour.maxSeconds > ceiling || undefined}
    >
      <title>{`From ${formatShortTime(hour.at)}: slowest ${formatLag(hour.maxSeconds)} of ${formatCount(hour.count)}`}</title>
    </rect>
  );
}
