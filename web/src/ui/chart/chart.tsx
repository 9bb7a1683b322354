import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { Area, Bar, CartesianGrid, ComposedChart, Line, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { formatCount } from "../../lib/format.ts";
import classes from "./chart.module.css";

export interface ChartSeries {
  readonly key: string;
  readonly label: string;
  readonly kind: "bar" | "line" | "area";
  /** Colours by what the series is; by default the accent first, then grey. */
  readonly color?: "accent" | "grey" | "working" | "attention" | "failed" | "done";
}
export type ChartPoint = Readonly<Record<string, string | number>>;

export interface ChartProps {
  /** The question it answers: "Are we dispatching as fast as orders arrive?" */
  readonly question: string;
  /** The answer in words, if it can be said: "Yes: 12 more went out than came in." */
  readonly answer?: string;
  /** Of the values: "orders per hour". */
  readonly unit: string;
  readonly points: readonly ChartPoint[];
  /** The member of a point that stands on the axis. */
  readonly x: string;
  readonly xLabel: string;
  readonly series: readonly ChartSeries[];
  readonly format?: (value: number) => string;
  readonly height?: number;
}

const colorOf = (series: ChartSeries, at: number): string => {
  const color = series.color ?? (at === 0 ? "accent" : "grey");
  return color === "accent" ? "var(--g-accent)" : color === "grey" ? "var(--g-waiting-mark)" : `var(--g-${color}-mark)`;
};

/** A chart that answers a question: units named, from zero, series labelled beside the title, the table behind a tab. */
export function Chart({
  question,
  answer,
  unit,
  points,
  x,
  xLabel,
  series,
  format = formatCount,
  height = 200,
}: ChartProps) {
  const [view, setView] = useState("chart");
  return (
    <figure className={classes.chart}>
      <figcaption className={classes.head}>
        <div>
          <div className={classes.question}>{question}</div>
          {answer !== undefined && <div className={classes.answer}>{answer}</div>}
        </div>
        <SegmentedControl
          size="xs"
          value={view}
          onChange={setView}
          data={[
            { value: "chart", label: "Chart" },
            { value: "table", label: "Table" },
          ]}
        />
      </figcaption>
      <div className={classes.keys}>
        <span>{unit}</span>
        {series.map((each, i) => (
          <span key={each.key}>
            <i style={{ background: colorOf(each, i) }} data-kind={each.kind} /> {each.label}
          </span>
        ))}
      </div>
      {view === "table" ? (
        <DataBehind points={points} x={x} xLabel={xLabel} series={series} format={format} />
      ) : (
        <div style={{ height }}>
          <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 600, height }}>
            <ComposedChart data={[...points]} margin={{ top: 6, right: 6, bottom: 0, left: 0 }} barCategoryGap="22%">
              <CartesianGrid vertical={false} stroke="var(--g-line)" />
              <XAxis
                dataKey={x}
                tickLine={false}
                axisLine={{ stroke: "var(--g-line-strong)" }}
                tick={{ fontSize: 11, fill: "var(--g-text-3)" }}
                minTickGap={18}
              />
              <YAxis
                width={44}
                domain={[0, "auto"]}
                tickLine={false}
                axisLine={false}
                allowDecimals={false}
                tick={{ fontSize: 11, fill: "var(--g-text-3)" }}
                tickFormatter={(value) => format(Number(value))}
              />
              <Tooltip
                cursor={{ fill: "var(--g-hover)", stroke: "var(--g-line-strong)" }}
                contentStyle={{
                  background: "var(--g-raised)",
                  border: "1px solid var(--g-line)",
                  borderRadius: 6,
                  fontSize: 12,
                  boxShadow: "var(--g-shadow)",
                }}
                labelStyle={{ color: "var(--g-text-3)" }}
                itemStyle={{ color: "var(--g-text)", padding: 0 }}
                formatter={(value) => format(Number(value))}
                isAnimationActive={false}
              />
              {series.map((each, i) => draw(each, colorOf(each, i)))}
            </ComposedChart>
          </ResponsiveContainer>
        </div>
      )}
    </figure>
  );
}

function draw(series: ChartSeries, color: string) {
  const common = { key: series.key, dataKey: series.key, name: series.label, isAnimationActive: false };
  const { key, ...rest } = common;
  switch (series.kind) {
    case "bar":
      return <Bar key={key} {...rest} fill={color} radius={[2, 2, 0, 0]} maxBarSize={26} />;
    case "area":
      return (
        <Area key={key} {...rest} type="linear" stroke={color} strokeWidth={1.75} fill={color} fillOpacity={0.12} />
      );
    case "line":
      return <Line key={key} {...rest} type="linear" stroke={color} strokeWidth={1.75} dot={false} />;
  }
}

function DataBehind({
  points,
  x,
  xLabel,
  series,
  format,
}: Required<Pick<ChartProps, "points" | "x" | "xLabel" | "series" | "format">>) {
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th>{xLabel}</th>
            {series.map((each) => (
              <th key={each.key}>{each.label}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr key={String(point[x])}>
              <td>{point[x]}</td>
              {series.map((each) => (
                <td key={each.key}>{point[each.key] === undefined ? "–" : format(Number(point[each.key]))}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
