import {
  IconAffiliate,
  IconAlertCircle,
  IconArrowBackUp,
  IconArrowsSort,
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
  IconForms,
  IconHome,
  IconLink,
  IconListCheck,
  IconListNumbers,
  IconPackageImport,
  IconPackageOff,
  IconPercentage,
  IconReceiptRefund,
  IconRefreshDot,
  IconReportMoney,
  IconRoute,
  IconScan,
  IconSend,
  IconSettings,
  IconShieldSearch,
  IconShoppingBag,
  IconShoppingCart,
  IconStack3,
  IconTruckDelivery,
  IconTruckLoading,
  IconTruckOff,
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
      {
        ...{ to: "/exceptions", label: "Exceptions", icon: IconAlertCircle, needs: "exceptions.view" },
        ...{ count: "exceptions", tone: "attention" },
      },
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
      { to: "/ndr", label: "Failed deliveries", icon: IconTruckOff, count: "ndrOpen", tone: "attention" },
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
      { to: "/shortages", label: "Shortages", icon: IconPackageOff },
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
      { to: "/status-sync", label: "Status sync", icon: IconRefreshDot, needs: "channels.view" },
      { to: "/settings/partners", label: "Partners", icon: IconAffiliate, count: "partnersHeld", tone: "failed" },
      {
        to: "/partner-deliveries",
        label: "Partner deliveries",
        icon: IconSend,
        count: "partnerDeliveriesFailed",
        tone: "failed",
      },
      { to: "/settings/facilities", label: "Facilities & series", icon: IconBuildingWarehouse },
      { to: "/settings/return-facilities", label: "Return mapping", icon: IconRoute },
      { to: "/settings/shipping-providers", label: "Shipping providers", icon: IconTruckDelivery },
      { to: "/settings/shipping-rules", label: "Shipping rules", icon: IconArrowsSort },
      { to: "/settings/tax-classes", label: "Tax classes", icon: IconPercentage },
      { to: "/settings/custom-fields", label: "Custom Fields", icon: IconForms },
      { to: "/settings/e-invoicing", label: "E-invoicing", icon: IconCertificate },
      { to: "/settings/users", label: "Users", icon: IconUsers },
      { to: "/settings/audit", label: "Audit", icon: IconShieldSearch },
      { to: "/settings/tenant", label: "Tenant", icon: IconSettings },
    ],
  },
];

/** The rail of a person: without the pages that his roles do not open. Pure. */
export const navigationOf = (may: (permission: string) => boolean): readonly NavGroup[] =>
  navigation
    .map(({ label, entries }) => ({ label, entries: entries.filter(({ needs }) => needs === undefined || may(needs)) }))
    .filter(({ entries }) => entries.length > 0);

/** What search found, in words, by the type the server names. */
export const hitWords: Readonly<Record<string, string>> = {
  ORDER: "Order",
  PACKAGE: "Package",
  AWB: "AWB",
  INVOICE: "Invoice",
  MANIFEST: "Manifest",
  GATEPASS: "Gatepass",
  RETURN: "Return",
  RETURN_MANIFEST: "Return manifest",
  CREDIT_NOTE: "Credit note",
  PUTAWAY: "Putaway",
  PURCHASE_ORDER: "Purchase order",
  GRN: "Goods receipt",
  SKU: "SKU",
};
