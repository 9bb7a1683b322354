import { Modal } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useState } from "react";
import { api, whenSessionLost } from "./lib/api.ts";
import { boardQuery, type ChannelHealth, syncHealthQuery } from "./lib/board.ts";
import { sessionQuery, useFacility, useMay, useSession } from "./lib/session.ts";
import { hitWords, navigationOf } from "./nav.ts";
import { LoginForm } from "./screens/login/login-form.tsx";
import { AppFrame } from "./ui/frame/app-frame.tsx";
import type { SearchHit } from "./ui/frame/search-field.tsx";
import type { Tone } from "./ui/tone.ts";

const healthTone: Record<ChannelHealth["state"], Tone> = {
  OK: "done",
  LAGGING: "attention",
  BROKEN: "failed",
  OFF: "waiting",
};

/** `GET /api/v1/search?q=`: what has this code, and its page. */
async function find(text: string, signal: AbortSignal): Promise<readonly SearchHit[]> {
  const { hits } = await api.get<{
    hits: readonly { type: string; code: string; detail?: string; path: string }[];
  }>("/api/v1/search", { q: text }, signal);
  return hits.map(({ type, code, detail, path }) => ({
    type: hitWords[type] ?? type,
    code,
    href: path,
    ...(detail === undefined ? {} : { detail }),
  }));
}

/** The frame with this app's own parts: session, counts, search, sync health. */
export function Shell() {
  const session = useSession();
  const facility = useFacility();
  const navigate = useNavigate();
  const client = useQueryClient();
  const board = useQuery(boardQuery(facility.id));
  const health = useQuery(syncHealthQuery);
  const counts = useMemo(
    () => Object.fromEntries((board.data?.queues ?? []).map((queue) => [queue.key, queue.count])),
    [board.data],
  );
  const may = useMay();
  const nav = useMemo(() => navigationOf(may), [may]);
  const go = useCallback((href: string) => void navigate({ href }), [navigate]);
  const logOut = async () => {
    await api.del("/api/v1/session");
    client.clear();
    await navigate({ to: "/login" });
  };
  return (
    <>
      <AppFrame
        name="Godown"
        tenant={session.tenant.name}
        nav={nav}
        counts={counts}
        facility={{ facilities: session.facilities, chosen: facility.code, onChoose: facility.choose }}
        search={{ hint: "Search or scan: order, package, AWB, SKU", find, onGo: go }}
        sync={{
          lines: health.data?.channels.map((channel) => ({
            id: channel.channelId,
            name: channel.code,
            tone: healthTone[channel.state],
            words: channel.message,
            href: `/settings/channels/${channel.channelId}`,
          })),
          asOf: health.data?.asOf,
          error: health.error,
        }}
        person={{
          name: session.user.name,
          detail: session.user.roles.join(", "),
          version: session.version,
          onLogOut: logOut,
        }}
        {...(session.tenant.live
          ? {}
          : {
              notice: (
                <>
                  This tenant is not live yet: no sync runs, and pushed orders wait in intake.{" "}
                  <Link to="/settings/tenant">Go live</Link> when the set-up is done.
                </>
              ),
            })}
      >
        <Outlet />
      </AppFrame>
      <SessionLost username={session.user.username} />
    </>
  );
}

/** The session ended under an open page: log in again over it, so that what was typed is kept. */
function SessionLost({ username }: { username: string }) {
  const [lost, setLost] = useState(false);
  const client = useQueryClient();
  useEffect(() => {
    whenSessionLost(() => setLost(true));
    return () => whenSessionLost(() => {});
  }, []);
  return (
    <Modal
      opened={lost}
      onClose={() => {}}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={<strong>Log in again</strong>}
    >
      <p style={{ margin: "0 0 16px", color: "var(--g-text-2)" }}>
        The session has ended. What you typed on this page is kept.
      </p>
      <LoginForm
        username={username}
        onDone={async () => {
          await client.refetchQueries({ queryKey: sessionQuery.queryKey });
          setLost(false);
          await client.invalidateQueries();
        }}
      />
    </Modal>
  );
}
