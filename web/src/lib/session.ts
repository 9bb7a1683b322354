import { queryOptions, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { api, setCsrf } from "./api.ts";
import { ApiError } from "./problem.ts";
import { type UrlParams, useUrlState } from "./url-state.ts";

export interface Session {
  readonly user: {
    readonly id: string;
    readonly name: string;
    readonly username: string;
    readonly roles: readonly string[];
    readonly permissions: readonly string[];
    readonly facilities: "all" | readonly string[];
  };
  readonly tenant: {
    readonly code: string;
    readonly name: string;
    readonly edition: string;
    readonly live: boolean;
    readonly sandbox: boolean;
  };
  readonly csrf: string;
  readonly facilities: readonly { readonly id: string; readonly code: string; readonly name: string }[];
  readonly publicUrl: string;
  readonly version: string;
}

/** Who is logged in, or null. Any other failure is thrown: "logged out" must never stand for "server down". */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      const session = await api.get<Session>("/api/v1/session", {}, signal);
      setCsrf(session.csrf);
      return session;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      setCsrf(null);
      return null;
    }
  },
  staleTime: 60_000,
});

/** The session inside the frame, where there is always one. */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  if (data === null || data === undefined) throw new Error("useSession is called only on pages behind the login");
  return data;
}

/** May this person do it? The server decides again; this only decides what to grey out. */
export function useMay(): (permission: string) => boolean {
  const { user } = useSession();
  return useCallback(
    (permission) => user.permissions.includes("*") || user.permissions.includes(permission),
    [user.permissions],
  );
}

/** The facility chosen in the top bar, or null for All. Its code is in the address and stays there from page to page. */
export function useFacility(): { code: string | null; id: string | null; choose: (code: string | null) => void } {
  const [params] = useUrlState();
  const navigate = useNavigate();
  const { data } = useQuery({ ...sessionQuery, enabled: false });
  // A code this person may not see (an old link) reads as All, in the switcher as in the lists.
  const chosen = data?.facilities.find((facility) => facility.code === params.facility);
  const code = chosen?.code ?? null;
  const id = chosen?.id ?? null;
  const choose = useCallback(
    (next: string | null) => {
      // Empty, not absent: an absent one is carried over from the page before (see the frame's route).
      void navigate({ to: ".", search: (now: UrlParams) => ({ ...now, facility: next ?? "" }), replace: true });
    },
    [navigate],
  );
  return { code, id, choose };
}
