import page from "coverage-page?raw";
import { IconCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Page, Section } from "../../ui/index.ts";
import { type Source, sourcesQuery, standingOf } from "../channels/data.ts";
import { Tile } from "../channels/tile.tsx";
import { sourceStates } from "../shared/states.ts";
import classes from "./coverage.module.css";
import { type Cell, type CoverageTable, readCoverage } from "./read-coverage.ts";

const tables = readCoverage(page);
const lines: Readonly<Record<string, string>> = {
  Operations: "What can be asked of the source, or comes from it.",
  "Statuses that it reports": "What the source tells by itself of an order after it was taken.",
};

/** Settings > Channels > What each marketplace can do. */
export function Screen() {
  const { data } = useQuery(sourcesQuery("all"));
  const known = new Set(tables.flatMap((table) => table.rows.map((row) => row.source)));
  const others = (data?.sources ?? []).filter((source) => !known.has(source.id));
  return (
    <Page
      title="What each marketplace can do"
      line="By operation, and by the statuses that it reports."
      back={{ to: "/settings/channels", label: "Channels" }}
    >
      <dl className={classes.key}>
        <div>
          <dt>
            <Mark cell="proved" />
          </dt>
          <dd>
            proved: in the tests of this build, every scenario of the contract suite for it passed against the source's
            simulator
          </dd>
        </div>
        <div>
          <dt>
            <Mark cell="declared" />
          </dt>
          <dd>only declared: the connector says so, and no run of the suite has proved it</dd>
        </div>
        <div>
          <dt>
            <Mark cell="none" />
          </dt>
          <dd>the source does not have it</dd>
        </div>
      </dl>
      {tables.map((table) => (
        <Section key={table.title} title={table.title} line={lines[table.title]}>
          <Coverage table={table} sourceOf={(id) => data?.sources.find((each) => each.id === id)} />
        </Section>
      ))}
      {others.length > 0 && (
        <p className={classes.others}>
          Nothing is recorded in this build for {others.map((source) => source.label).join(", ")}: no run of the
          contract suite has proved anything of it.
        </p>
      )}
    </Page>
  );
}

/** Operations down, sources across: there are more of the former, and a phone is narrow. */
function Coverage({ table, sourceOf }: { table: CoverageTable; sourceOf: (id: string) => Source | undefined }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <section className={classes.scroll} tabIndex={0} aria-label={table.title}>
      <table className={classes.table}>
        <thead>
          <tr>
            <td />
            {table.rows.map((row) => (
              <th key={row.source} scope="col">
                <Heading label={row.label} source={sourceOf(row.source)} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.columns.map((column, i) => (
            <tr key={column}>
              <th scope="row">{column}</th>
              {table.rows.map((row) => (
                <td key={row.source}>
                  <Mark cell={row.cells[i] ?? "none"} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** A source's tile and name; whatever is not live says so, or its column would read as an offer. */
function Heading({ label, source }: { label: string; source: Source | undefined }) {
  return (
    <>
      {source === undefined ? <span className={classes.noTile} /> : <Tile tile={source.tile} size={24} />}
      <span className={classes.label}>{label}</span>
      {source !== undefined && source.state !== "live" && (
        <span className={classes.standing}>{sourceStates[standingOf(source)]?.word}</span>
      )}
    </>
  );
}

function Mark({ cell }: { cell: Cell }) {
  if (cell === "proved")
    return <IconCheck size={17} stroke={2.4} className={classes.proved} role="img" aria-label="proved" />;
  if (cell === "declared") return <span className={classes.declared}>declared</span>;
  return (
    <span className={classes.none}>
      <span aria-hidden>–</span>
      <span className={classes.spoken}>no</span>
    </span>
  );
}
