import { catalogRoutes, registerJobs as registerCatalogJobs } from "../catalog/index.ts";
import {
  authenticate,
  firstRunRoutes,
  identityPublicRoutes,
  identityRoutes,
  registerJobs as registerIdentityJobs,
} from "../identity/index.ts";
import { importAdjustments, stockRoutes } from "../inventory/index.ts";
import { registerJobs as registerOrderJobs } from "../orders/index.ts";
import { type AlarmCheck, alarmRoutes } from "../platform/alarms.ts";
import type { PublicRoute } from "../platform/http/public-route.ts";
import type { ProtocolRoute, Route } from "../platform/http/route.ts";
import type { JobRegistry } from "../platform/jobs.ts";
import type { GaugeSource } from "../platform/metrics.ts";
import { workRoutes } from "../platform/work-routes.ts";
import { awbsLowCheck, importPincodes, shippingRoutes } from "../shipping/index.ts";
import { oauthRoutes } from "../uniware-api/index.ts";
import { seriesMissingCheck, warehouseRoutes } from "../warehouse/index.ts";
import { firstPlace } from "./first-place.ts";

/** What a module brings into the house. */
interface Module {
  readonly name: string;
  readonly routes?: readonly Route[];
  readonly publicRoutes?: readonly PublicRoute[];
  /** Routes in somebody else's protocol; made once for each server, for they may hold a queue. */
  readonly protocolRoutes?: () => readonly ProtocolRoute[];
  readonly registerJobs?: (registry: JobRegistry) => void;
  readonly alarmChecks?: readonly AlarmCheck[];
  readonly gauges?: readonly GaugeSource[];
}

/** Every module, in the order in which they may import each other. */
export const modules: readonly Module[] = [
  { name: "platform", routes: [...workRoutes, ...alarmRoutes] },
  {
    name: "identity",
    routes: identityRoutes,
    publicRoutes: [...identityPublicRoutes, ...firstRunRoutes(firstPlace)],
    registerJobs: registerIdentityJobs,
  },
  { name: "catalog", routes: catalogRoutes, registerJobs: registerCatalogJobs },
  { name: "warehouse", routes: warehouseRoutes, alarmChecks: [seriesMissingCheck] },
  {
    name: "shipping",
    routes: shippingRoutes,
    registerJobs: importPincodes.register,
    alarmChecks: [awbsLowCheck],
  },
  { name: "inventory", routes: stockRoutes, registerJobs: importAdjustments.register },
  { name: "orders", registerJobs: registerOrderJobs },
  { name: "uniware-api", protocolRoutes: () => oauthRoutes },
];

export { authenticate };
