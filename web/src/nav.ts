import {
  IconAlertCircle,
  IconBarcode,
  IconBox,
  IconBuildingStore,
  IconBuildingWarehouse,
  IconClipboardList,
  IconFileAlert,
  IconHome,
  IconLink,
  IconListCheck,
  IconPackageImport,
  IconPercentage,
  IconSettings,
  IconShieldSearch,
  IconShoppingBag,
  IconStack3,
  IconTruckDelivery,
  IconUsers,
} from "@tabler/icons-react";
import type { NavGroup } from "./ui/frame/app-frame.tsx";

/** The rail. `count` names a queue of the board: how many wait for a person there. */
export const navigation: readonly NavGroup[] = [
  { label: null, entries: [{ to: "/", label: "Home", icon: IconHome }] },
  {
    label: "Orders",
    entries: [
      { to: "/orders", label: "Orders", icon: IconShoppingBag },
      { to: "/failed-orders", label: "Failed orders", icon: IconFileAlert, count: "failedOrders", tone: "failed" },
      { to: "/exceptions", label: "Exceptions", icon: IconAlertCircle, count: "exceptions", tone: "attention" },
    ],
  },
  {
    label: "Fulfilment",
    entries: [
      { to: "/shipments", label: "Shipments", icon: IconBox, count: "shipmentsOpen" },
      { to: "/picklists", label: "Picklists", icon: IconListCheck },
      { to: "/manifests", label: "Manifests", icon: IconClipboardList, count: "manifestsOpen" },
    ],
  },
  {
    label: "Returns",
    entries: [{ to: "/putaway", label: "Putaway", icon: IconPackageImport, count: "putawayPending" }],
  },
  {
    label: "Inventory",
    entries: [
      { to: "/stock", label: "Stock", icon: IconStack3 },
      { to: "/products", label: "Products", icon: IconBarcode },
      { to: "/listings", label: "Listings", icon: IconLink, count: "listingsUnmapped", tone: "attention" },
    ],
  },
  {
    label: "Settings",
    entries: [
      { to: "/settings/channels", label: "Channels", icon: IconBuildingStore, count: "channelsBroken", tone: "failed" },
      { to: "/settings/facilities", label: "Facilities & series", icon: IconBuildingWarehouse },
      { to: "/settings/shipping-providers", label: "Shipping providers", icon: IconTruckDelivery },
      { to: "/settings/tax-classes", label: "Tax classes", icon: IconPercentage },
      { to: "/settings/users", label: "Users", icon: IconUsers },
      { to: "/settings/audit", label: "Audit", icon: IconShieldSearch },
      { to: "/settings/tenant", label: "Tenant", icon: IconSettings },
    ],
  },
];

/** The page of a thing that search found, by the type the server names. */
export const pageOf: Readonly<Record<string, { word: string; path: (id: string) => string }>> = {
  ORDER: { word: "Order", path: (id) => `/orders/${id}` },
  PACKAGE: { word: "Package", path: (id) => `/shipments/${id}` },
  AWB: { word: "AWB", path: (id) => `/shipments/${id}` },
  INVOICE: { word: "Invoice", path: (id) => `/shipments/${id}` },
  MANIFEST: { word: "Manifest", path: (id) => `/manifests/${id}` },
  SKU: { word: "SKU", path: (id) => `/products/${id}` },
  LISTING: { word: "Listing", path: (id) => `/listings?listingId=${id}&open=${id}` },
};
