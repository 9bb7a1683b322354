import { Button, Select, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { plural } from "../../lib/format.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { Empty, Refusal, StateChip } from "../../ui/index.ts";
import { sourceStates } from "../shared/states.ts";
import classes from "./add.module.css";
import { EXAMPLES, type Source, sourcesQuery, standingOf } from "./data.ts";
import { tileLine } from "./source-words.ts";
import { Tile } from "./tile.tsx";

const editionOptions = [
  { value: "", label: "Any edition" },
  { value: "STANDARD", label: "Standard" },
  { value: "PROFESSIONAL", label: "Professional" },
  { value: "ENTERPRISE", label: "Enterprise" },
];
const stateOptions = [
  { value: "", label: "Offered now" },
  { value: "live", label: "Live" },
  { value: "private", label: "Private" },
  { value: "discontinued", label: "Discontinued" },
  { value: "all", label: "All, discontinued too" },
];

interface SourceGridProps {
  /** Undefined while they are read. */
  readonly sources: readonly Source[] | undefined;
  readonly error: unknown;
  readonly onRetry: () => void;
  readonly onSelect: (source: Source) => void;
}

/** Sources as tiles, by category; what cannot be added stays in sight and says why. */
export function SourceGrid({ sources, error, onRetry, onSelect }: SourceGridProps) {
  const [params, change] = useUrlState();
  // Typed here first and then into the address: a field must never wait for the router.
  const [text, setText] = useState(params.q ?? "");
  const type = (next: string) => {
    setText(next);
    change({ q: next.trim() });
  };
  const words = text.trim().toLowerCase();
  const edition = params.edition ?? "";
  const category = params.category ?? "";
  const fits = (source: Source): boolean =>
    (words === "" || [source.label, source.id, source.category].some((text) => text.toLowerCase().includes(words))) &&
    (edition === "" || source.editions === null || source.editions.includes(edition)) &&
    (category === "" || source.category === category);
  const found = (sources ?? []).filter(fits);
  const categories = categoriesOf(found);
  // What the state filter hides is looked for only where nothing else is left.
  const nothing = sources !== undefined && found.length === 0;
  const all = useQuery({ ...sourcesQuery("all"), enabled: nothing });
  const hidden = nothing ? (all.data?.sources ?? []).filter(fits) : [];
  const clear = () => {
    setText("");
    change({ q: null, edition: null, state: null, category: null });
  };
  return (
    <div>
      <search className={classes.tools}>
        <TextInput
          aria-label="Search sources"
          placeholder="Search, like Jupiter Money"
          leftSection={<IconSearch size={16} />}
          data-autofocus
          autoFocus
          value={text}
          onChange={(event) => type(event.currentTarget.value)}
          onKeyDown={(event) => {
            const [only] = found;
            if (event.key === "Enter" && found.length === 1 && only?.unavailable === null) onSelect(only);
          }}
        />
        <Select
          aria-label="Category"
          data={[
            { value: "", label: "Any category" },
            ...categoriesOf(sources ?? []).map((each) => ({ value: each, label: each })),
          ]}
          value={category}
          onChange={(value) => change({ category: value })}
        />
        <Select
          aria-label="Edition"
          data={editionOptions}
          value={edition}
          onChange={(value) => change({ edition: value })}
        />
        <Select
          aria-label="State of the source"
          data={stateOptions}
          value={params.state ?? ""}
          onChange={(value) => change({ state: value })}
        />
      </search>
      {error !== null && sources === undefined && (
        <Refusal
          error={error}
          title="The sources could not be read"
          action={
            <Button variant="default" onClick={onRetry}>
              Try again
            </Button>
          }
        />
      )}
      {nothing && (
        <Empty
          title={words === "" ? "No source here" : `No source matches “${text.trim()}”`}
          cause={
            hidden.length === 0
              ? "Sources come with Godown, one folder each. Another edition or state may have it; orders from anywhere else can be entered in a Custom channel."
              : `${hidden.map((source) => `${source.label} is ${sourceStates[standingOf(source)]?.word.toLowerCase()}`).join(", ")}: this filter leaves it out.`
          }
          action={
            hidden.length === 0 ? (
              <Button variant="default" onClick={clear}>
                Show all sources
              </Button>
            ) : (
              <Button variant="default" onClick={() => change({ state: "all" })}>
                Show {hidden.map((source) => source.label).join(", ")}
              </Button>
            )
          }
        />
      )}
      {categories.map((category) => (
        <section key={category} aria-label={category}>
          <h2 className={classes.category}>{category}</h2>
          <div className={classes.grid}>
            {found
              .filter((source) => source.category === category)
              .map((source) => (
                <SourceTile key={source.id} source={source} onSelect={() => onSelect(source)} />
              ))}
          </div>
        </section>
      ))}
    </div>
  );
}

const categoriesOf = (sources: readonly Source[]): readonly string[] =>
  [...new Set(sources.map((source) => source.category))].sort(
    (a, b) => Number(a === EXAMPLES) - Number(b === EXAMPLES) || a.localeCompare(b, "en"),
  );

function SourceTile({ source, onSelect }: { source: Source; onSelect: () => void }) {
  const { unavailable } = source;
  return (
    <article className={classes.source} aria-label={source.label} data-unavailable={unavailable !== null || undefined}>
      <span className={classes.mark}>
        <Tile tile={source.tile} size={44} />
      </span>
      <div className={classes.head}>
        {/* The whole tile is the button's; the link below stands above it. */}
        <button
          type="button"
          className={classes.label}
          // `disabled` would take the tile out of the tab order, and with it the reason.
          aria-disabled={unavailable !== null}
          aria-label={unavailable === null ? source.label : `${source.label}, cannot be added: ${unavailable.message}`}
          onClick={() => unavailable === null && onSelect()}
        >
          {source.label}
        </button>
        <StateChip state={standingOf(source)} table={sourceStates} />
      </div>
      <span className={classes.about}>{source.about}</span>
      {unavailable !== null && (
        <span className={classes.reason} title={`${unavailable.message} ${unavailable.whatToDo}`}>
          {unavailable.message} {unavailable.whatToDo}
        </span>
      )}
      <span className={classes.foot}>
        <span>{tileLine(source)}</span>
        <Link
          to="/settings/channels/sources/$sourceId"
          params={{ sourceId: source.id }}
          className={classes.details}
          aria-label={`What ${source.label} can do`}
        >
          What it can do
        </Link>
        {source.channels > 0 && <span className={classes.note}>{plural(source.channels, "channel")} here</span>}
      </span>
    </article>
  );
}
