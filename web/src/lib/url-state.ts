import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

export type UrlParams = Readonly<Record<string, string>>;
export type UrlPatch = Readonly<Record<string, string | null | undefined>>;

/** The address bar's parameters as flat strings: readable, and the same when sent to a colleague. */
export function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

export function stringifySearch(params: Readonly<Record<string, unknown>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params))
    if (typeof value === "string" && value !== "") search.set(name, value);
  // Commas, colons and slashes are allowed in a query and far easier to read unescaped.
  const text = search.toString().replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%2F", "/");
  return text === "" ? "" : `?${text}`;
}

/** Applies a patch: null, undefined and "" remove a parameter. */
export function patchParams(params: UrlParams, patch: UrlPatch): UrlParams {
  const next: Record<string, string> = { ...params };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null || value === undefined || value === "") delete next[name];
    else next[name] = value;
  }
  return next;
}

/** State kept in the address. A change replaces the entry, so that Back leaves the page; `push` makes a place to come back to. */
export function useUrlState(): [UrlParams, (patch: UrlPatch, how?: { push?: boolean }) => void] {
  const params: UrlParams = useSearch({ strict: false });
  const navigate = useNavigate();
  const change = useCallback(
    (patch: UrlPatch, how?: { push?: boolean }) => {
      void navigate({ to: ".", search: (now: UrlParams) => patchParams(now, patch), replace: how?.push !== true });
    },
    [navigate],
  );
  return [params, change];
}
