import { IconPlugConnected, IconPower, IconRefresh, IconRepeat, IconTrash } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { useNow } from "../../lib/clock.ts";
import { formatDuration, formatSpan } from "../../lib/format.ts";
import { useSession } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import {
  ActionButton,
  AsOf,
  Code,
  Empty,
  Facts,
  Instant,
  Page,
  Refusal,
  reportDone,
  Section,
  StatCard,
  StateChip,
  StatRow,
  Tabs,
} from "../../ui/index.ts";
import { useChannels } from "../shared/channels.ts";
import { partnerLineStates } from "../shared/states.ts";
import {
  type EventChoice,
  type Partner,
  partnersChanged,
  partnersPath,
  partnersQuery,
  type TestAnswer,
} from "./data.ts";
import { DiscardWaiting, RepeatFailed, SwitchPartner } from "./dialogs.tsx";
import { SchemaLink } from "./event-list.tsx";
import { useNotMyResend, useNotMySettings } from "./may.ts";
import { PartnerForm } from "./partner-form.tsx";
import classes from "./partners.module.css";
import { TestResult, TestUnderWay } from "./test-now.tsx";
import { authWords, lineStateOf } from "./words.ts";

const back = { to: "/settings/partners", label: "Partners" };

/** One partner: how the line to it is, what it is told, and its settings. */
export function Screen() {
  const { partnerId } = useParams({ strict: false });
  const { data, error, dataUpdatedAt, refetch } = useQuery(partnersQuery);
  const partner = data?.partners.find((each) => each.partnerId === partnerId);
  if (data !== undefined && partner !== undefined)
    return (
      <Found
        // What was typed or tested for one partner must not show at another.
        key={partner.partnerId}
        partner={partner}
        events={data.events}
        asOf={<AsOf at={dataUpdatedAt} error={error} onRetry={refetch} />}
      />
    );
  return (
    <Page title="Partner" back={back}>
      {error !== null ? (
        <Refusal error={error} title="The partner could not be read" />
      ) : data === undefined ? (
        <div className={classes.bones} aria-busy="true" aria-hidden />
      ) : (
        <Empty
          title="No such partner"
          cause="Nothing is here under this address."
          action={<Link to={back.to}>To the partners</Link>}
        />
      )}
    </Page>
  );
}

type Dialog = "switch" | "repeat" | "discard" | null;

function Found({ partner, events, asOf }: { partner: Partner; events: readonly EventChoice[]; asOf: React.ReactNode }) {
  const [{ view = "line" }] = useUrlState();
  const [dialog, setDialog] = useState<Dialog>(null);
  const { test, tested, testing } = useTest(partner);
  const close = () => setDialog(null);
  return (
    <Page
      back={back}
      documentTitle={partner.name}
      title={
        <>
          <span className={classes.name}>{partner.name}</span>
          <StateChip state={lineStateOf(partner)} table={partnerLineStates} size="md" />
          {asOf}
        </>
      }
      line={
        <>
          <Code>{partner.code}</Code> · <Code>{partner.baseUrl}</Code>
        </>
      }
      actions={<Actions partner={partner} onTest={test} testing={testing} onDialog={setDialog} />}
    >
      <Tabs
        param="view"
        tabs={[
          { value: "line", label: "How it does" },
          { value: "settings", label: "Settings" },
        ]}
      />
      {view === "settings" ? (
        <Settings partner={partner} />
      ) : (
        <Line partner={partner} events={events} tested={tested} testing={testing} onDialog={setDialog} />
      )}
      {dialog === "switch" && <SwitchPartner partner={partner} onClose={close} />}
      {dialog === "repeat" && <RepeatFailed partners={[partner]} partnerId={partner.partnerId} onClose={close} />}
      {dialog === "discard" && <DiscardWaiting partner={partner} onClose={close} />}
    </Page>
  );
}

/** "Test now", and what it brought. */
function useTest({ partnerId }: Partner) {
  const client = useQueryClient();
  const [, change] = useUrlState();
  const [tested, setTested] = useState<TestAnswer | null>(null);
  const [testing, setTesting] = useState(false);
  const test = async () => {
    change({ view: null });
    setTested(null);
    setTesting(true);
    try {
      setTested(await api.post<TestAnswer>(`${partnersPath}/${partnerId}/test`));
      await partnersChanged(client); // a good test opens a line that was held
    } finally {
      setTesting(false);
    }
  };
  return { test, tested, testing };
}

function Actions({
  partner,
  onTest,
  testing,
  onDialog,
}: {
  partner: Partner;
  onTest: () => unknown;
  testing: boolean;
  onDialog: (dialog: Dialog) => void;
}) {
  const client = useQueryClient();
  const notMine = useNotMySettings();
  const notMyResend = useNotMyResend();
  const { partnerId, name, enabled, line } = partner;
  const tryNow = async () => {
    await api.post(`${partnersPath}/${partnerId}/try-now`);
    await partnersChanged(client);
    reportDone(`${name} is tried now.`);
  };
  return (
    <>
      {enabled && line.held !== null && (
        <ActionButton primary label="Try now" icon={IconRefresh} notNow={notMyResend} onClick={tryNow} />
      )}
      <ActionButton
        primary={line.held === null}
        label="Test now"
        icon={IconPlugConnected}
        notNow={notMine}
        busy={testing}
        onClick={onTest}
      />
      <ActionButton
        label={enabled ? "Disable" : "Enable"}
        icon={IconPower}
        notNow={notMine}
        onClick={() => onDialog("switch")}
      />
    </>
  );
}

function Settings({ partner }: { partner: Partner }) {
  const client = useQueryClient();
  const [, change] = useUrlState();
  return (
    <div className={classes.form}>
      <PartnerForm
        partner={partner}
        submitLabel="Save"
        notNow={useNotMySettings()}
        onSave={async (body) => {
          await api.put(`${partnersPath}/${partner.partnerId}`, { ...body, enabled: partner.enabled });
          await partnersChanged(client);
          reportDone("Saved. Test it next.");
          change({ view: null });
        }}
      />
    </div>
  );
}

function Line({
  partner,
  events,
  tested,
  testing,
  onDialog,
}: {
  partner: Partner;
  events: readonly EventChoice[];
  tested: TestAnswer | null;
  testing: boolean;
  onDialog: (dialog: Dialog) => void;
}) {
  const notMyResend = useNotMyResend();
  const { waiting, flagged } = partner;
  return (
    <div className={classes.view}>
      <Trouble partner={partner} />
      {(testing || tested !== null) && (
        <Section title="Test">
          {tested === null ? <TestUnderWay name={partner.name} /> : <TestResult result={tested} auth={partner.auth} />}
        </Section>
      )}
      <Figures partner={partner} />
      <div className={classes.buttons}>
        <Link to="/partner-deliveries" search={{ partnerId: partner.partnerId }}>
          All deliveries
        </Link>
        {flagged > 0 && (
          <ActionButton
            label="Repeat all failed since …"
            icon={IconRepeat}
            notNow={notMyResend}
            onClick={() => onDialog("repeat")}
          />
        )}
        {waiting > 0 && (
          <ActionButton
            danger
            label="Discard what waits"
            icon={IconTrash}
            notNow={notMyResend}
            onClick={() => onDialog("discard")}
          />
        )}
      </div>
      <Told partner={partner} events={events} />
    </div>
  );
}

/** Why nothing is sent just now, and when somebody looks again. */
function Trouble({ partner: { enabled, waiting, line } }: { partner: Partner }) {
  if (!enabled)
    return (
      <p className={classes.note}>
        It is off: nothing is queued for it{waiting === 0 ? "." : ", and what waits from before is not sent."}
      </p>
    );
  if (line.held === null)
    return line.failures === 0 ? null : (
      <p className={classes.note} data-tone="attention">
        {line.failures} tries in a row brought no answer, since <Instant at={line.failingSince} />. After five it is
        held back as a whole. {line.lastMessage}
      </p>
    );
  return (
    <div className={classes.note} data-tone="failed" role="status">
      <p>
        {line.held === "DOWN"
          ? "It does not answer. Everything for it waits, in order, and is sent by itself when it answers again."
          : "It refuses our credentials. Nothing is sent until they are right: enter them under Settings and test."}
      </p>
      <p>
        Held back <Instant at={line.heldSince} />
        {line.lastMessage === null ? "" : `: ${line.lastMessage}`}
      </p>
      <p>
        Looked at again <Instant at={line.nextLookAt} />, or by “Try now” at once.
      </p>
    </div>
  );
}

function Figures({ partner }: { partner: Partner }) {
  const now = useNow(5_000);
  const { partnerId, waiting, oldestWaitingAt, flagged, deliveredToday, medianMs, p99Ms, line } = partner;
  const list = (tab: string) => ({ to: "/partner-deliveries", search: { partnerId, tab } });
  return (
    <StatRow>
      <StatCard
        label="Waiting"
        value={waiting}
        tone={line.held === null ? undefined : "attention"}
        detail={oldestWaitingAt === null ? " " : `oldest ${formatSpan(now - Date.parse(oldestWaitingAt))}`}
        {...list("PENDING")}
      />
      <StatCard label="Failed" value={flagged} tone="failed" detail="refused or given up" {...list("flagged")} />
      <StatCard
        label="Delivered today"
        value={deliveredToday}
        detail={
          line.lastDeliveredAt === null ? (
            "none ever"
          ) : (
            <>
              last <Instant at={line.lastDeliveredAt} />
            </>
          )
        }
        {...list("DELIVERED")}
      />
      <StatCard
        label="Latency, p99"
        value={p99Ms === null ? null : formatDuration(p99Ms)}
        detail={medianMs === null ? "nothing in the last hour" : `half within ${formatDuration(medianMs)}, last hour`}
      />
    </StatRow>
  );
}

/** What it is told of, of which channels and facilities, and how we prove who we are. */
function Told({ partner, events }: { partner: Partner; events: readonly EventChoice[] }) {
  const channels = useChannels();
  const { facilities } = useSession();
  const named = (ids: readonly string[] | null, name: (id: string) => string | undefined): string =>
    ids === null ? "all" : ids.map((id) => name(id) ?? "one you may not see").join(", ");
  const told = events.filter(({ event }) => partner.events.includes(event));
  const missing = events.filter(({ event }) => !partner.events.includes(event));
  return (
    <Section title="What it is told">
      <Facts
        facts={[
          ["Channels", named(partner.channelIds, (id) => channels.find((each) => each.channelId === id)?.name)],
          ["Facilities", named(partner.facilityIds, (id) => facilities.find((each) => each.id === id)?.code)],
          ["Authentication", authWords[partner.auth]],
          ["Header", <Code key="header">{partner.headerName}</Code>],
          ...(partner.username === null ? [] : [["User name", <Code key="user">{partner.username}</Code>] as const]),
          [
            partner.auth === "STATIC_HEADER" ? "Key" : "Password",
            <span key="secret">
              set <Instant at={partner.secretSetAt} /> by {partner.secretSetBy}
            </span>,
          ],
        ]}
      />
      <ul className={classes.told}>
        {told.map(({ event, title }) => (
          <li key={event}>
            <span>
              {title} <code className={classes.path}>/{event}</code>
            </span>
            <SchemaLink event={event} title={title} />
          </li>
        ))}
      </ul>
      {missing.length > 0 && (
        <p className={classes.quiet}>Not told: {missing.map(({ title }) => title.toLowerCase()).join(", ")}.</p>
      )}
    </Section>
  );
}
