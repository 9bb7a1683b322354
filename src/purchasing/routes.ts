import type { Route } from "../platform/http/route.ts";
import { grnRoutes } from "./grn-routes.ts";
import { purchaseOrderRoutes } from "./purchase-order-routes.ts";
import { vendorRoutes } from "./vendor-routes.ts";

export const purchasingRoutes: Route[] = [...vendorRoutes, ...purchaseOrderRoutes, ...grnRoutes];
