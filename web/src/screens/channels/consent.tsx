import { IconCircleCheck, IconPlugConnected } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { api } from "../../lib/api.ts";
import { ApiError, toProblem } from "../../lib/problem.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { ActionButton, Empty, Page, Refusal } from "../../ui/index.ts";
import { Banner } from "./banner.tsx";
import classes from "./channel.module.css";

interface Redeemed {
  readonly channelId: string;
  readonly channel: string;
}

/** Parameters of this page's own, once what came back is taken: a code must not stay in the address. */
const done = { id: "authorized", code: "channel" } as const;

/** Where the browser comes back to from a marketplace's own page: takes what it brought, once, and leads on to Connect. */
export function Screen() {
  const [params] = useUrlState();
  const channelId = params[done.id];
  return (
    <Page title="Access to a marketplace" back={{ to: "/settings/channels", label: "Channels" }} narrow>
      {channelId !== undefined ? (
        <Given channelId={channelId} channel={params[done.code] ?? ""} />
      ) : Object.keys(params).length === 0 ? (
        <NothingCame />
      ) : (
        <Redeem parameters={params} />
      )}
    </Page>
  );
}

function Redeem({ parameters }: { parameters: Readonly<Record<string, string>> }) {
  const navigate = useNavigate();
  // What came back is good for one question: it is sent once however often the page is drawn.
  const { data, error } = useQuery({
    queryKey: ["channel-consent", parameters.state ?? ""],
    queryFn: () => api.post<Redeemed>("/api/v1/channel-consents/redeem", { parameters }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  useEffect(() => {
    if (data !== undefined)
      void navigate({
        to: "/channels/consent",
        search: { [done.id]: data.channelId, [done.code]: data.channel },
        replace: true,
      });
  }, [data, navigate]);
  if (error !== null)
    return (
      <Refusal
        error={error}
        title="Access was not taken"
        action={<BackToChannel channelId={toProblem(error).facts?.channelId} />}
      />
    );
  return (
    <Empty title="Taking what the marketplace gave" cause="Its answer is turned into credentials of the channel." />
  );
}

/** To the form whose button asked; to the list where nobody knows which it was. */
function BackToChannel({ channelId }: { channelId: unknown }) {
  if (typeof channelId !== "string") return <Link to="/settings/channels">Open the channels</Link>;
  return (
    <Link to="/settings/channels/$channelId" params={{ channelId }} search={{ view: "connectors" }}>
      Open the channel’s connectors
    </Link>
  );
}

function Given({ channelId, channel }: { channelId: string; channel: string }) {
  const navigate = useNavigate();
  return (
    <div className={classes.form}>
      <Banner
        tone="done"
        icon={<IconCircleCheck size={18} />}
        action={
          <ActionButton
            label="Go on to Connect"
            icon={IconPlugConnected}
            primary
            onClick={() =>
              void navigate({
                to: "/settings/channels/$channelId",
                params: { channelId },
                search: { view: "connectors" },
              })
            }
          />
        }
      >
        <strong>Access to {channel === "" ? "the channel" : channel} was given.</strong> It is kept encrypted. Press
        Connect next: it tries the credentials step by step, and the syncs begin.
      </Banner>
    </div>
  );
}

function NothingCame() {
  return (
    <Refusal
      error={
        new ApiError(400, {
          code: "CONSENT_NOTHING_CAME",
          message:
            "Nothing came back with the browser: this page is opened by a marketplace after a seller gave access.",
          whatToDo: "Open the channel, choose Connectors and press the button that begins with Authorize.",
        })
      }
      action={<Link to="/settings/channels">Open the channels</Link>}
    />
  );
}
