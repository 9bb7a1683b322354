import { formatCount } from "../../lib/format.ts";
import type { FigureComponent } from "./data.ts";
import classes from "./figure.module.css";

type Part = readonly [sign: string, label: string, of: (component: FigureComponent) => number, always?: boolean];

interface FormulaProps {
  readonly components: readonly FigureComponent[];
  readonly buffer: number;
  readonly cap: number | null;
  /** What comes out of it. */
  readonly told: number;
  /** Whose shelves the good stock lies on. */
  readonly place: string;
  /** The cap is of several such formulas together. */
  readonly shared?: boolean;
}

/** The formula as one would do it on paper; a bundle has a column for each of its parts. */
export function Formula({ components, buffer, cap, told, place, shared = false }: FormulaProps) {
  const bundle = components.length > 1 || components.some((c) => c.perListing > 1);
  const parts: readonly Part[] = [
    ["", `Good stock at ${place}`, (c) => c.good, true],
    ["+", "Virtual", (c) => c.virtual],
    ["−", "On shelves being counted", (c) => c.counting],
    ["−", "Promised to orders (blocked)", (c) => c.blocked, true],
    ["−", "Sold, not blocked yet", (c) => c.openSale, true],
    ["−", "Reserved for other channels", (c) => c.reservedForOthers],
  ];
  const shown = parts.filter(([, , of, always]) => always === true || components.some((c) => of(c) > 0));
  const whole = Math.min(...components.map((c) => Math.floor(c.free / c.perListing)));
  return (
    <table className={classes.formula}>
      {bundle && (
        <thead>
          <tr>
            <td />
            {components.map((c) => (
              <th key={c.sku} scope="col">
                {c.sku}
              </th>
            ))}
          </tr>
        </thead>
      )}
      <tbody>
        {shown.map(([sign, label, of]) => (
          <tr key={label}>
            <th scope="row">
              <span className={classes.sign}>{sign}</span>
              {label}
            </th>
            {components.map((c) => (
              <td key={c.sku} data-zero={of(c) === 0 || undefined}>
                {formatCount(of(c))}
              </td>
            ))}
          </tr>
        ))}
        <Row sign="=" label="Free" sum values={components.map((c) => c.free)} />
        {bundle && <Row sign="÷" label="In one bundle" values={components.map((c) => c.perListing)} />}
        {bundle && <Row sign="=" label="Bundles, by the scarcest part" sum values={[whole]} span={components.length} />}
        <Row sign="−" label="Buffer of this listing" values={[buffer]} span={components.length} />
        {cap !== null && (
          <Row
            sign="≤"
            label={shared ? "Cap, shared by all warehouses" : "Cap: never more than"}
            values={[cap]}
            span={components.length}
          />
        )}
        {whole - buffer < 0 && <Row sign="≥" label="Never below" values={[0]} span={components.length} />}
        <Row sign="=" label="Told" sum values={[told]} span={components.length} />
      </tbody>
    </table>
  );
}

function Row({
  sign,
  label,
  values,
  sum = false,
  span = 1,
}: {
  sign: string;
  label: string;
  values: readonly number[];
  sum?: boolean;
  span?: number;
}) {
  return (
    <tr data-sum={sum || undefined}>
      <th scope="row">
        <span className={classes.sign}>{sign}</span>
        {label}
      </th>
      {values.map((value, i) => (
        <td
          // biome-ignore lint/suspicious/noArrayIndexKey: columns of a formula have no other name and never move
          key={i}
          data-zero={(value === 0 && !sum) || undefined}
          {...(values.length === 1 && span > 1 ? { colSpan: span } : {})}
        >
          {formatCount(value)}
        </td>
      ))}
    </tr>
  );
}
