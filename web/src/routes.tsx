import type { QueryClient } from "@tanstack/react-query";
import { createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { parseSearch, stringifySearch } from "./lib/url-state.ts";
import { frame, root } from "./route-frame.tsx";
import { NotFound, PageFailed, PageOnItsWay } from "./route-states.tsx";

// One line a screen: its address and its folder. Each folder's index.tsx exports `Screen` and becomes a file of its own in the build.
const screens = [
  createRoute({
    getParentRoute: () => frame,
    path: "/",
    component: lazyRouteComponent(() => import("./screens/home/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/orders",
    component: lazyRouteComponent(() => import("./screens/orders/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/orders/new",
    component: lazyRouteComponent(() => import("./screens/orders/new.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/under-review",
    component: lazyRouteComponent(() => import("./screens/orders/under-review.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/orders/$orderId",
    component: lazyRouteComponent(() => import("./screens/orders/detail.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/e-invoices",
    component: lazyRouteComponent(() => import("./screens/e-invoices/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/settings/e-invoicing",
    component: lazyRouteComponent(() => import("./screens/e-invoices/settings.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/failed-orders",
    component: lazyRouteComponent(() => import("./screens/failed-orders/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/exceptions",
    component: lazyRouteComponent(() => import("./screens/exceptions/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/shipments",
    component: lazyRouteComponent(() => import("./screens/shipments/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/shipments/$code",
    component: lazyRouteComponent(() => import("./screens/shipments/detail.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/picklists",
    component: lazyRouteComponent(() => import("./screens/picklists/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/picklists/$picklistId",
    component: lazyRouteComponent(() => import("./screens/picklists/picklist.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/manifests",
    component: lazyRouteComponent(() => import("./screens/manifests/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/manifests/$manifestId",
    component: lazyRouteComponent(() => import("./screens/manifests/manifest.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/gatepasses",
    component: lazyRouteComponent(() => import("./screens/gatepasses/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/gatepasses/$gatepassId",
    component: lazyRouteComponent(() => import("./screens/gatepasses/gatepass.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/returns/desk",
    component: lazyRouteComponent(() => import("./screens/returns/desk.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/ndr",
    component: lazyRouteComponent(() => import("./screens/ndr/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/rto",
    component: lazyRouteComponent(() => import("./screens/returns/rto.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/reverse-pickups",
    component: lazyRouteComponent(() => import("./screens/returns/reverse-pickups.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/returns/$returnCaseId",
    component: lazyRouteComponent(() => import("./screens/returns/detail.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/credit-notes",
    component: lazyRouteComponent(() => import("./screens/credit-notes/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/credit-notes/$creditNoteId",
    component: lazyRouteComponent(() => import("./screens/credit-notes/credit-note.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/reverse-pickups/new",
    component: lazyRouteComponent(() => import("./screens/returns/new-pickup.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/return-manifests",
    component: lazyRouteComponent(() => import("./screens/return-manifests/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/return-manifests/$returnManifestId",
    component: lazyRouteComponent(() => import("./screens/return-manifests/return-manifest.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/putaway",
    component: lazyRouteComponent(() => import("./screens/putaway/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/putaway/transfer",
    component: lazyRouteComponent(() => import("./screens/putaway/transfer.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/putaway/$putawayId",
    component: lazyRouteComponent(() => import("./screens/putaway/putaway.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/stock",
    component: lazyRouteComponent(() => import("./screens/stock/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/shortages",
    component: lazyRouteComponent(() => import("./screens/status-sync/shortages.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/status-sync",
    component: lazyRouteComponent(() => import("./screens/status-sync/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/cycle-counts",
    component: lazyRouteComponent(() => import("./screens/cycle-counts/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/cycle-counts/$cycleCountId",
    component: lazyRouteComponent(() => import("./screens/cycle-counts/count.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/cycle-counts/$cycleCountId/station",
    component: lazyRouteComponent(() => import("./screens/cycle-counts/station.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/products",
    component: lazyRouteComponent(() => import("./screens/products/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/products/$skuId",
    component: lazyRouteComponent(() => import("./screens/products/product.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/listings",
    component: lazyRouteComponent(() => import("./screens/listings/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/vendors",
    component: lazyRouteComponent(() => import("./screens/vendors/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/vendors/$vendorId",
    component: lazyRouteComponent(() => import("./screens/vendors/vendor.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/purchase-orders",
    component: lazyRouteComponent(() => import("./screens/purchase-orders/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/purchase-orders/new",
    component: lazyRouteComponent(() => import("./screens/purchase-orders/order-form.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/purchase-orders/$purchaseOrderId",
    component: lazyRouteComponent(() => import("./screens/purchase-orders/order.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/purchase-orders/$purchaseOrderId/edit",
    component: lazyRouteComponent(() => import("./screens/purchase-orders/order-form.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/grns",
    component: lazyRouteComponent(() => import("./screens/grns/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/grns/$grnId",
    component: lazyRouteComponent(() => import("./screens/grns/grn.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/settings/channels",
    component: lazyRouteComponent(() => import("./screens/channels/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/settings/channels/add",
    component: lazyRouteComponent(() => import("./screens/channels/add.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/settings/channels/sources/$sourceId",
    component: lazyRouteComponent(() => import("./screens/channels/source.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    // Where a marketplace's own page sends the browser back: this address is registered there.
    path: "/channels/consent",
    component: lazyRouteComponent(() => import("./screens/channels/consent.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/settings/channels/coverage",
    component: lazyRouteComponent(() => import("./screens/source-coverage/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/settings/channels/$channelId",
    component: lazyRouteComponent(() => import("./screens/channels/channel.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/settings/partners",
    component: lazyRouteComponent(() => import("./screens/partners/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/settings/partners/add",
    component: lazyRouteComponent(() => import("./screens/partners/add.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/settings/partners/$partnerId",
    component: lazyRouteComponent(() => import("./screens/partners/partner.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/partner-deliveries",
    component: lazyRouteComponent(() => import("./screens/partners/deliveries.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/partner-deliveries/$partnerDeliveryId",
    component: lazyRouteComponent(() => import("./screens/partners/delivery.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/settings/facilities",
    component: lazyRouteComponent(() => import("./screens/facilities/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/settings/facilities/$facilityId",
    component: lazyRouteComponent(() => import("./screens/facilities/facility.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/settings/return-facilities",
    component: lazyRouteComponent(() => import("./screens/return-routes/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/registers",
    component: lazyRouteComponent(() => import("./screens/registers/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/settings/shipping-providers",
    component: lazyRouteComponent(() => import("./screens/shipping-providers/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/settings/shipping-providers/$providerId",
    component: lazyRouteComponent(() => import("./screens/shipping-providers/provider.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/settings/shipping-providers/serviceability",
    component: lazyRouteComponent(() => import("./screens/shipping-providers/serviceability.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/settings/shipping-rules",
    component: lazyRouteComponent(() => import("./screens/shipping-rules/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/settings/tax-classes",
    component: lazyRouteComponent(() => import("./screens/tax-classes/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/settings/custom-fields",
    component: lazyRouteComponent(() => import("./screens/custom-fields/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/settings/custom-fields/values",
    component: lazyRouteComponent(() => import("./screens/custom-fields/values.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/settings/users",
    component: lazyRouteComponent(() => import("./screens/users/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/settings/audit",
    component: lazyRouteComponent(() => import("./screens/audit/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => frame,
    path: "/settings/tenant",
    component: lazyRouteComponent(() => import("./screens/tenant/index.tsx"), "Screen"),
  }),
];

const outside = [
  createRoute({
    getParentRoute: () => root,
    path: "/login",
    component: lazyRouteComponent(() => import("./screens/login/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/first-run",
    component: lazyRouteComponent(() => import("./screens/first-run/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/first-run/$token",
    component: lazyRouteComponent(() => import("./screens/first-run/index.tsx"), "Screen"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/one-time/$token",
    component: lazyRouteComponent(() => import("./screens/one-time/index.tsx"), "Screen"),
  }),
];

// The build replaces DEV by false and drops the gallery with all it imports.
const gallery = import.meta.env.DEV
  ? [
      createRoute({
        getParentRoute: () => root,
        path: "/_gallery",
        component: lazyRouteComponent(() => import("./ui/gallery/index.tsx"), "Screen"),
      }),
    ]
  : [];

export function createAppRouter(client: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([frame.addChildren(screens), ...outside, ...gallery]),
    context: { client },
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    defaultPendingMs: 300,
    defaultPendingComponent: PageOnItsWay,
    defaultErrorComponent: PageFailed,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
    scrollToTopSelectors: ["#page"],
  });
}
