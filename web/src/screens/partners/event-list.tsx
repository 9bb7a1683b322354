import { Button, Checkbox } from "@mantine/core";
import type { EventChoice } from "./data.ts";
import { schemaPath } from "./data.ts";
import classes from "./partners.module.css";
import { eventGroups, eventWords } from "./words.ts";

/** Which events a partner is told of: what each tells, where it goes, and its published schema. */
export function EventList({
  events,
  chosen,
  onChange,
}: {
  events: readonly EventChoice[];
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
}) {
  // One that no group names shows as well: nothing that can be chosen is hidden.
  const grouped = new Set(eventGroups.flatMap((group) => group.events));
  const groups = [
    ...eventGroups,
    { title: "Others", events: events.map(({ event }) => event).filter((event) => !grouped.has(event)) },
  ];
  const flip = (event: string, on: boolean) =>
    onChange(events.map((each) => each.event).filter((each) => (each === event ? on : chosen.includes(each))));
  return (
    <div>
      <div className={classes.eventsHead}>
        <span>
          {chosen.length} of {events.length} chosen
        </span>
        <Button variant="subtle" size="compact-sm" onClick={() => onChange(events.map(({ event }) => event))}>
          All
        </Button>
        <Button variant="subtle" size="compact-sm" onClick={() => onChange([])}>
          None
        </Button>
      </div>
      {groups.map((group) => {
        const own = events.filter(({ event }) => group.events.includes(event));
        if (own.length === 0) return null;
        return (
          <section key={group.title}>
            <h3 className={classes.groupTitle}>{group.title}</h3>
            {own.map(({ event, title }) => (
              <div key={event} className={classes.event}>
                <Checkbox
                  checked={chosen.includes(event)}
                  onChange={(change) => flip(event, change.currentTarget.checked)}
                  label={
                    <>
                      {title} <code className={classes.path}>/{event}</code>
                    </>
                  }
                  description={eventWords[event]}
                />
                <SchemaLink event={event} title={title} />
              </div>
            ))}
          </section>
        );
      })}
    </div>
  );
}

/** The published JSON schema of what an event sends. */
export function SchemaLink({ event, title }: { event: string; title: string }) {
  return (
    <a
      className={classes.schema}
      href={schemaPath(event)}
      target="_blank"
      rel="noreferrer"
      aria-label={`JSON schema of ${title}`}
    >
      JSON schema
    </a>
  );
}
