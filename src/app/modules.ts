import {
  billingPublicRoutes,
  billingRoutes,
  creditNoteChecks,
  creditNoteRoutes,
  registerCreditNoteJobs,
  seriesAlarmCheck,
} from "../billing/index.ts";
import { boardRoutes } from "../board/index.ts";
import { catalogRoutes, registerJobs as registerCatalogJobs } from "../catalog/index.ts";
import {
  alarmChecks as channelAlarms,
  channelRoutes,
  hookRoute,
  registerJobs as registerChannelJobs,
  syncLagGauge,
} from "../channels/index.ts";
import { cycleCountRoutes } from "../cycle-counts/index.ts";
import { eInvoiceChecks, eInvoiceRoutes, registerJobs as registerEInvoiceJobs } from "../e-invoice/index.ts";
import { exceptionRoutes } from "../exceptions/index.ts";
import { financeRoutes } from "../finance/index.ts";
import {
  adoptionChecks,
  channelStepChecks,
  courierChecks,
  handOverChecks,
  manifestRoutes,
  orderActionRoutes,
  picklistRoutes,
  registerJobs as registerFulfilmentJobs,
  ruleDryRunRoutes,
  shipmentRoutes,
  shortageRoutes,
} from "../fulfilment/index.ts";
import { gatepassRoutes } from "../gatepasses/index.ts";
import {
  authenticate,
  firstRunRoutes,
  identityPublicRoutes,
  identityRoutes,
  registerJobs as registerIdentityJobs,
} from "../identity/index.ts";
import { registerJobs as registerInventoryJobs, stockResultChecks, stockRoutes } from "../inventory/index.ts";
import { marketplaceRoutes } from "../marketplace-api/index.ts";
import { orderRoutes, registerJobs as registerOrderJobs } from "../orders/index.ts";
import {
  partnerChecks,
  partnerEventRoutes,
  partnerGauges,
  partnerRoutes,
  registerJobs as registerPartnerJobs,
} from "../partners/index.ts";
import { type AlarmCheck, alarmRoutes } from "../platform/alarms.ts";
import type { PublicRoute } from "../platform/http/public-route.ts";
import type { ProtocolRoute, Route } from "../platform/http/route.ts";
import type { JobRegistry } from "../platform/jobs.ts";
import type { GaugeSource } from "../platform/metrics.ts";
import { workRoutes } from "../platform/work-routes.ts";
import { purchasingRoutes, registerJobs as registerPurchasingJobs } from "../purchasing/index.ts";
import { putawayRoutes } from "../putaway/index.ts";
import { registerJobs as registerReturnJobs, returnRoutes } from "../returns/index.ts";
import {
  awbsLowCheck,
  importPincodes,
  importRules,
  importServiceability,
  registerCourierAccounts,
  shippingRoutes,
} from "../shipping/index.ts";
import { registerJobs as registerStatusJobs, statusChecks, statusSyncRoutes } from "../status-sync/index.ts";
import { oauthRoutes } from "../uniware-api/index.ts";
import { warehouseRoutes } from "../warehouse/index.ts";
import { firstPlace } from "./first-place.ts";
import { registerWiring } from "./wiring.ts";

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
  { name: "warehouse", routes: warehouseRoutes },
  {
    name: "e-invoice",
    routes: eInvoiceRoutes,
    registerJobs: registerEInvoiceJobs,
    alarmChecks: eInvoiceChecks,
  },
  {
    name: "shipping",
    routes: shippingRoutes,
    registerJobs: (registry) => {
      for (const { register } of [importPincodes, importServiceability, importRules]) register(registry);
      registerCourierAccounts(registry);
    },
    alarmChecks: [awbsLowCheck],
  },
  {
    name: "channels",
    routes: channelRoutes,
    protocolRoutes: () => [hookRoute],
    registerJobs: registerChannelJobs,
    alarmChecks: channelAlarms,
    gauges: [syncLagGauge],
  },
  { name: "inventory", routes: stockRoutes, registerJobs: registerInventoryJobs, alarmChecks: stockResultChecks },
  { name: "orders", routes: orderRoutes, registerJobs: registerOrderJobs },
  { name: "putaway", routes: putawayRoutes },
  { name: "purchasing", routes: purchasingRoutes, registerJobs: registerPurchasingJobs },
  {
    name: "fulfilment",
    routes: [
      ...orderActionRoutes,
      ...shipmentRoutes,
      ...picklistRoutes,
      ...manifestRoutes,
      ...shortageRoutes,
      ...ruleDryRunRoutes,
    ],
    registerJobs: registerFulfilmentJobs,
    alarmChecks: [...handOverChecks, ...channelStepChecks, ...courierChecks, ...adoptionChecks],
  },
  {
    name: "billing",
    routes: [...billingRoutes, ...creditNoteRoutes],
    publicRoutes: billingPublicRoutes,
    registerJobs: registerCreditNoteJobs,
    alarmChecks: [seriesAlarmCheck, ...creditNoteChecks],
  },
  { name: "gatepasses", routes: gatepassRoutes },
  { name: "cycle-counts", routes: cycleCountRoutes },
  { name: "returns", routes: returnRoutes, registerJobs: registerReturnJobs },
  { name: "exceptions", routes: exceptionRoutes },
  { name: "finance", routes: financeRoutes },
  {
    name: "status-sync",
    routes: statusSyncRoutes,
    registerJobs: registerStatusJobs,
    alarmChecks: statusChecks,
  },
  {
    name: "partners",
    routes: partnerRoutes,
    publicRoutes: partnerEventRoutes,
    registerJobs: registerPartnerJobs,
    alarmChecks: partnerChecks,
    gauges: partnerGauges,
  },
  { name: "uniware-api", protocolRoutes: () => oauthRoutes },
  { name: "marketplace-api", protocolRoutes: marketplaceRoutes },
  { name: "board", routes: boardRoutes },
  { name: "app", registerJobs: registerWiring },
];

export { authenticate };
