import type { PublicRoute } from "../platform/http/public-route.ts";
import type { ProtocolRoute, Route } from "../platform/http/route.ts";
import { modules } from "./modules.ts";

/** Every route of our own API that a logged-in caller can use. */
export const routes: readonly Route[] = modules.flatMap((m) => m.routes ?? []);

/** Every route of our own API that nobody has to be logged in for. */
export const publicRoutes: readonly PublicRoute[] = modules.flatMap((m) => m.publicRoutes ?? []);

/** The routes of foreign protocols, for one server. */
export function protocolRoutes(): ProtocolRoute[] {
  return modules.flatMap((m) => m.protocolRoutes?.() ?? []);
}
