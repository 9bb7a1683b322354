import { Button, Select, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { plural } from "../../lib/format.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { Empty, Refusal } from "../../ui/index.ts";
import classes from "./add.module.css";
import type { Source } from "./data.ts";
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
];
const stateNotes: Readonly<Record<Source["state"], string | null>> = {
  live: null,
  private: "Private",
  discontinued: "Discontinued",
};

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
  const found = (sources ?? []).filter(
    (source) =>
      (words === "" || [source.label, source.id, source.category].some((text) => text.toLowerCase().includes(words))) &&
      (edition === "" || source.editions === null || source.editions.includes(edition)),
  );
  const categories = [...new Set(found.map((source) => source.category))].sort((a, b) => a.localeCompare(b, "en"));
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
      {sources !== undefined && found.length === 0 && (
        <Empty
          title={words === "" ? "No source here" : `No source matches “${text.trim()}”`}
          cause="Sources come with Godown, one folder each. Another edition or state may have it; orders from anywhere else can be entered in a Custom channel."
          action={
            <Button
              variant="default"
              onClick={() => {
                setText("");
                change({ q: null, edition: null, state: null });
              }}
            >
              Show all sources
            </Button>
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

function SourceTile({ source, onSelect }: { source: Source; onSelect: () => void }) {
  const { unavailable } = source;
  const note = stateNotes[source.state] ?? (source.channels > 0 ? plural(source.channels, "channel") : null);
  return (
    <button
      type="button"
      className={classes.source}
      // `disabled` would take the tile out of the tab order, and with it the reason.
      aria-disabled={unavailable !== null}
      aria-label={unavailable === null ? source.label : `${source.label}, cannot be added: ${unavailable.message}`}
      onClick={() => unavailable === null && onSelect()}
    >
      <Tile tile={source.tile} size={44} />
      <span className={classes.label}>
        {source.label}
        {note !== null && <span className={classes.note}>{note}</span>}
      </span>
      <span className={classes.about}>{source.about}</span>
      {unavailable !== null && (
        <span className={classes.reason}>
          {unavailable.message} {unavailable.whatToDo}
        </span>
      )}
    </button>
  );
}
