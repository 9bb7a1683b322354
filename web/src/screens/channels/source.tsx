import { Button } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconPlus, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { plural } from "../../lib/format.ts";
import { ApiError } from "../../lib/problem.ts";
import { ActionButton, Page, Refusal, Section, StateChip } from "../../ui/index.ts";
import { sourceStates } from "../shared/states.ts";
import { Banner } from "./banner.tsx";
import { type Source, sourcesQuery, standingOf } from "./data.ts";
import { useMayManage } from "./may.ts";
import classes from "./source.module.css";
import {
  cancelLines,
  type Line,
  limitLines,
  orderLines,
  paperLines,
  reportLines,
  scheduleWords,
  toldLines,
} from "./source-words.ts";
import { Tile } from "./tile.tsx";

const back = { to: "/settings/channels/add", label: "Add channel" };

/** One source: all that its declaration says, in words, before a channel of it is added. */
export function Screen() {
  const { sourceId } = useParams({ strict: false });
  const sources = useQuery(sourcesQuery("all"));
  if (sources.error !== null && sources.data === undefined)
    return (
      <Page title="Source" back={back}>
        <Refusal
          error={sources.error}
          title="The sources could not be read"
          action={
            <Button variant="default" onClick={() => void sources.refetch()}>
              Try again
            </Button>
          }
        />
      </Page>
    );
  if (sources.data === undefined)
    return (
      <Page title="Source" back={back}>
        <div className={classes.bones} aria-hidden>
          {[0, 1, 2, 3].map((i) => (
            <span key={i} />
          ))}
        </div>
      </Page>
    );
  const source = sources.data.sources.find((each) => each.id === sourceId);
  if (source !== undefined) return <Loaded source={source} />;
  return (
    <Page title="Source" back={back}>
      <Refusal
        error={
          new ApiError(404, {
            code: "SOURCE_UNKNOWN",
            message: `There is no source ${sourceId ?? ""} here.`,
            whatToDo: "Go back and select one from the list.",
          })
        }
      />
    </Page>
  );
}

function Loaded({ source }: { source: Source }) {
  const navigate = useNavigate();
  const notNow = useMayManage();
  const { unavailable } = source;
  return (
    <Page
      title={
        <>
          <Tile tile={source.tile} />
          <span className={classes.name}>{source.label}</span>
          <StateChip state={standingOf(source)} table={sourceStates} size="md" />
        </>
      }
      documentTitle={source.label}
      line={source.about}
      back={back}
      actions={
        <ActionButton
          label="Add a channel"
          icon={IconPlus}
          primary
          onClick={() => void navigate({ to: "/settings/channels/add", search: { source: source.id } })}
          notNow={notNow ?? unavailable?.message ?? null}
        />
      }
    >
      <div className={classes.page}>
        {unavailable !== null && (
          <Banner tone="attention" icon={<IconAlertTriangle size={18} />}>
            <strong>It cannot be added here now.</strong> {unavailable.message} {unavailable.whatToDo}
          </Banner>
        )}
        {unavailable === null && source.state === "discontinued" && (
          <Banner tone="attention" icon={<IconAlertTriangle size={18} />}>
            <strong>Its marketplace no longer trades.</strong> It can be added here for trials alone: whoever runs this
            installation has set an address that answers in its place.
          </Banner>
        )}
        {unavailable === null && !source.addressSet && (
          <Banner tone="attention" icon={<IconAlertTriangle size={18} />}>
            <strong>Its address is not set.</strong> A channel can be added, and cannot be connected until whoever runs
            this installation sets the address of {source.label} in GODOWN_SOURCE_URLS.
          </Banner>
        )}
        <div className={classes.columns}>
          <div>
            <Part title="Orders" lines={orderLines(source)} />
            <Part title="Shipping and papers" lines={paperLines(source)} />
            <Reports source={source} />
            <Part title="Cancellations" lines={cancelLines(source)} />
          </div>
          <div>
            <Part title="What goes there" lines={toldLines(source)} />
            <SetUp source={source} />
            {source.schedules.length > 0 && <Pace source={source} />}
          </div>
        </div>
        <p className={classes.more}>
          {source.channels > 0 && (
            <>
              <Link to="/settings/channels">{plural(source.channels, "channel")} of it</Link> ·{" "}
            </>
          )}
          <Link to="/settings/channels/coverage">What of this is proved by tests</Link>
        </p>
      </div>
    </Page>
  );
}

/** How often it is asked, and how fast. */
function Pace({ source }: { source: Source }) {
  return (
    <>
      <Part
        title="Syncs"
        line="At best; limits or a slower pace of your own stretch them."
        lines={source.schedules.map((sync): Line => [sync.title, scheduleWords(sync.schedule)])}
      />
      <Part
        title="Limits"
        line={`How fast ${source.label} is asked at most, for each channel.`}
        lines={limitLines(source.limits)}
        mono={source.limits.operations.length > 0}
      />
    </>
  );
}

function Part({
  title,
  line,
  lines,
  mono = false,
}: {
  title: string;
  line?: string;
  lines: readonly Line[];
  mono?: boolean;
}) {
  return (
    <Section title={title} line={line}>
      <dl className={classes.lines} data-mono={mono || undefined}>
        {lines.map(([label, words]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

/** All four statuses: those that it never tells are as important as the others. */
function Reports({ source }: { source: Source }) {
  if (source.rules.ordersArrive === "by hand")
    return <Part title="What it reports" lines={[["Statuses", "Nothing: nobody is there who could."]]} />;
  return (
    <Section title="What it reports">
      <ul className={classes.reports}>
        {reportLines(source).map(({ status, told, words }) => (
          <li key={status} data-told={told || undefined}>
            {told ? (
              <IconCheck size={16} role="img" aria-label="told" />
            ) : (
              <IconX size={16} role="img" aria-label="not told" />
            )}
            <strong>{status}</strong>
            <span>{words}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** What will be asked for, so that it can be got ready before. */
function SetUp({ source }: { source: Source }) {
  const { consent } = source.abilities;
  if (source.fields.length === 0)
    return <Part title="To connect" lines={[["Credentials", "None are needed: it works as soon as it is added."]]} />;
  const gives = consent === null ? [] : consent.gives;
  return (
    <Part
      title="To connect"
      {...(consent === null ? {} : { line: `${gives.join(" and ")}: the button “${consent.label}” brings it.` })}
      lines={source.fields.map(
        (field): Line => [field.required ? field.label : `${field.label} (if there is one)`, field.help],
      )}
    />
  );
}
