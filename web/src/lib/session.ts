import { queryOptions, useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { api, setCsrf } from "./api.ts";
import { ApiError } from "./problem.ts";
import { useUrlState } from "./url-state.ts";

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
    readonly currency?: string;
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

/** The facility chosen in the top bar: its code, or null for All. It is in the address and stays there from page to page. */
export function useFacility(): [string | null, (code: string | null) => void] {
  const [params, change] = useUrlState();
  return [params.facility ?? null, useCallback((code) => change({ facility: code }), [change])];
}
