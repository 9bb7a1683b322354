import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, redirect } from "@tanstack/react-router";
import { sessionQuery } from "./lib/session.ts";
import type { UrlParams } from "./lib/url-state.ts";
import { NotFound, PageFailed } from "./route-states.tsx";
import { Shell } from "./shell.tsx";

interface Context {
  readonly client: QueryClient;
}

/** Everything hangs below it. */
export const root = createRootRouteWithContext<Context>()({
  notFoundComponent: NotFound,
  errorComponent: PageFailed,
});

/** Pages behind the login. The chosen facility stays in the address from page to page; an empty one takes it away. */
export const frame = createRoute({
  getParentRoute: () => root,
  id: "frame",
  component: Shell,
  validateSearch: (search: Record<string, unknown>): UrlParams =>
    Object.fromEntries(
      Object.entries(search).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
    ),
  search: {
    middlewares: [
      ({ search, next }) => {
        const wanted = next(search);
        const kept = search.facility;
        return "facility" in wanted || kept === undefined ? wanted : { ...wanted, facility: kept };
      },
    ],
  },
  beforeLoad: async ({ context, location }) => {
    const session = await context.client.ensureQueryData(sessionQuery);
    if (session === null) throw redirect({ to: "/login", search: { next: location.href } });
  },
});
