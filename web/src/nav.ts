import {
  IconAlertCircle,
  IconArrowBackUp,
  IconBarcode,
  IconBox,
  IconBuildingFactory2,
  IconBuildingStore,
  IconBuildingWarehouse,
  IconCertificate,
  IconClipboardCheck,
  IconClipboardList,
  IconDoorExit,
  IconEyeCheck,
  IconFileAlert,
  IconFileCertificate,
  IconHome,
  IconLink,
  IconListCheck,
  IconListNumbers,
  IconPackageImport,
  IconPercentage,
  IconReceiptRefund,
  IconReportMoney,
  IconRoute,
  IconScan,
  IconSettings,
  IconShieldSearch,
  IconShoppingBag,
  IconShoppingCart,
  IconStack3,
  IconTruckDelivery,
  IconTruckLoading,
  IconTruckReturn,
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
      { to: "/under-review", label: "Under review", icon: IconEyeCheck },
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
      { to: "/e-invoices", label: "E-invoices", icon: IconFileCertificate, count: "eInvoicesBlocked", tone: "failed" },
    ],
  },
  {
    label: "Returns",
    entries: [
      { to: "/returns/desk", label: "Returns desk", icon: IconScan },
      { to: "/return-manifests", label: "Return manifests", icon: IconClipboardCheck },
      { to: "/rto", label: "RTO", icon: IconTruckReturn, count: "rtoExpected" },
      { to: "/reverse-pickups", label: "Reverse Pickup", icon: IconArrowBackUp, count: "reversePickups" },
      { to: "/putaway", label: "Putaway", icon: IconPackageImport, count: "putawayPending" },
      { to: "/credit-notes", label: "Credit notes", icon: IconReceiptRefund },
    ],
  },
  {
    label: "Inventory",
    entries: [
      { to: "/stock", label: "Stock", icon: IconStack3 },
      { to: "/cycle-counts", label: "Cycle counts", icon: IconListNumbers },
      { to: "/gatepasses", label: "Gatepasses", icon: IconDoorExit },
      { to: "/products", label: "Products", icon: IconBarcode },
      { to: "/listings", label: "Listings", icon: IconLink, count: "listingsUnmapped", tone: "attention" },
    ],
  },
  {
    label: "Purchasing",
    entries: [
      {
        to: "/purchase-orders",
        label: "Purchase orders",
        icon: IconShoppingCart,
        count: "purchaseOrdersToApprove",
        tone: "attention",
      },
      { to: "/grns", label: "Goods received", icon: IconTruckLoading, count: "grnsOpen" },
      { to: "/vendors", label: "Vendors", icon: IconBuildingFactory2 },
    ],
  },
  { label: "Finance", entries: [{ to: "/registers", label: "Registers", icon: IconReportMoney }] },
  {
    label: "Settings",
    entries: [
      { to: "/settings/channels", label: "Channels", icon: IconBuildingStore, count: "channelsBroken", tone: "failed" },
      { to: "/settings/facilities", label: "Facilities & series", icon: IconBuildingWarehouse },
      { to: "/settings/return-facilities", label: "Return mapping", icon: IconRoute },
      { to: "/settings/shipping-providers", label: "Shipping providers", icon: IconTruckDelivery },
      { to: "/settings/tax-classes", label: "Tax classes", icon: IconPercentage },
      { to: "/settings/e-invoicing", label: "E-invoicing", icon: IconCertificate },
      { to: "/settings/users", label: "Users", icon: IconUsers },
      { to: "/settings/audit", label: "Audit", icon: IconShieldSearch },
      { to: "/settings/tenant", label: "Tenant", icon: IconSettings },
    ],
  },
];

/** What search found, in words, by the type the server names. */
export const hitWords: Readonly<Record<string, string>> = {
  ORDER: "Order",
  PACKAGE: "Package",
  AWB: "AWB",
  INVOICE: "Invoice",
  MANIFEST: "Manifest",
  GATEPASS: "Gatepass",
  PURCHASE_ORDER: "Purchase order",
  GRN: "Goods receipt",
  SKU: "SKU",
};
