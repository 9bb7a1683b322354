import type { FacilityId } from "../kernel/index.ts";

/** Every right of the product. A route needs exactly one; a role gives several. Reading is always "<module>.view". */
export const PERMISSIONS = [
  "catalog.view",
  "catalog.edit",
  "warehouse.view",
  "warehouse.edit",
  "shipping.view",
  "shipping.edit",
  "inventory.view",
  "inventory.adjust",
  "channels.view",
  "channels.manage",
  "listings.view",
  "listings.edit",
  "orders.view",
  "orders.create",
  "orders.edit",
  "orders.verify",
  "orders.hold",
  "orders.cancel",
  "intake.view",
  "intake.retry",
  "exceptions.view",
  "exceptions.resolve",
  "customfields.manage",
  "shipments.view",
  "shipments.invoice",
  "shipments.label",
  "shipments.manage",
  "picklists.view",
  "picklists.manage",
  "manifests.view",
  "manifests.manage",
  "putaway.view",
  "putaway.manage",
  "gatepasses.view",
  "gatepasses.manage",
  "gatepasses.issue",
  "cyclecounts.view",
  "cyclecounts.manage",
  "cyclecounts.count",
  "cyclecounts.accept",
  "purchasing.view",
  "purchasing.manage",
  "purchasing.approve",
  "grn.receive",
  "billing.view",
  "billing.manage",
  "billing.fetch",
  "finance.view",
  "returns.view",
  "returns.manage",
  "returns.receive",
  "returns.override",
  "partners.view",
  "partners.resend",
  "settings.partners",
  "work.view",
  "alarms.view",
  "users.manage",
  "audit.view",
  "tenant.manage",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** Rights over records that belong to no facility: a role held in one facility alone does not give them. */
const TENANT_WIDE: ReadonlySet<Permission> = new Set<Permission>([
  "catalog.edit",
  "channels.manage",
  "listings.edit",
  "customfields.manage",
  "users.manage",
  "audit.view",
  "tenant.manage",
]);

/** What everybody who works in a facility must see to understand what they hold in their hands. */
const FLOOR: readonly Permission[] = [
  "catalog.view",
  "warehouse.view",
  "inventory.view",
  "orders.view",
  "shipments.view",
  "work.view",
  "alarms.view",
];

const EVERYTHING_READ = PERMISSIONS.filter((p) => p.endsWith(".view") && p !== "audit.view");

export interface Role {
  readonly name: string;
  readonly does: string;
  readonly permissions: readonly Permission[];
}

/** The eleven roles of behaviours.md section 8. Basic and professional editions use them as they are; they are the same in all. */
export const ROLES = {
  ADMIN: { name: "Admin", does: "Everything, users and settings included.", permissions: PERMISSIONS },
  CHANNEL_MANAGER: {
    name: "Channel manager",
    does: "Connects channels, maps listings, watches syncs, repairs failed orders.",
    permissions: [
      ...FLOOR,
      "channels.view",
      "channels.manage",
      "listings.view",
      "listings.edit",
      "catalog.edit",
      "intake.view",
      "intake.retry",
      "exceptions.view",
      "exceptions.resolve",
      "customfields.manage",
      "shipping.view",
      "returns.view",
      "returns.override",
      "billing.view",
      "partners.view",
      "partners.resend",
      "settings.partners",
    ],
  },
  ORDER_DESK: {
    name: "Order desk",
    does: "Verifies, holds, edits and cancels orders; enters orders by hand.",
    permissions: [
      ...FLOOR,
      "orders.create",
      "orders.edit",
      "orders.verify",
      "orders.hold",
      "orders.cancel",
      "intake.view",
      "intake.retry",
      "exceptions.view",
      "exceptions.resolve",
      "channels.view",
      "listings.view",
      "shipping.view",
      "returns.view",
      "billing.view",
      "manifests.view",
      "partners.view",
    ],
  },
  PICKER: {
    name: "Picker",
    does: "Prints pick lists and fetches the goods; counts shelves.",
    permissions: [...FLOOR, "picklists.view", "picklists.manage", "cyclecounts.view", "cyclecounts.count"],
  },
  PACKER: {
    name: "Packer / Invoicer",
    does: "Packs, invoices and labels; changes box, weight and courier before the manifest.",
    permissions: [
      ...FLOOR,
      "shipping.view",
      "picklists.view",
      "shipments.invoice",
      "shipments.label",
      "shipments.manage",
      "billing.view",
      "manifests.view",
    ],
  },
  DISPATCHER: {
    name: "Dispatcher",
    does: "Makes and closes manifests, hands parcels over, keeps couriers and their AWBs.",
    permissions: [
      ...FLOOR,
      "shipping.view",
      "shipping.edit",
      "shipments.label",
      "shipments.manage",
      "manifests.view",
      "manifests.manage",
      "billing.view",
      "partners.view",
      "partners.resend",
    ],
  },
  RETURNS: {
    name: "Returns & putaway",
    does: "Receives what comes back, grades it and puts it on shelves.",
    permissions: [
      ...FLOOR,
      "returns.view",
      "returns.manage",
      "returns.receive",
      "billing.view",
      "billing.fetch",
      "putaway.view",
      "putaway.manage",
      "gatepasses.view",
      "gatepasses.manage",
      "manifests.view",
      "exceptions.view",
    ],
  },
  INVENTORY: {
    name: "Inventory / cycle count",
    does: "Adjusts stock, counts shelves, confirms putaways, sends goods out by gatepass.",
    permissions: [
      ...FLOOR,
      "inventory.adjust",
      "cyclecounts.view",
      "cyclecounts.manage",
      "cyclecounts.count",
      "cyclecounts.accept",
      "putaway.view",
      "putaway.manage",
      "gatepasses.view",
      "gatepasses.manage",
      "gatepasses.issue",
      "purchasing.view",
      "grn.receive",
      "listings.view",
    ],
  },
  PURCHASE: {
    name: "Purchase",
    does: "Keeps the catalogue and the vendors, orders what is short and receives it. Approving orders is a right of its own.",
    permissions: [
      ...FLOOR,
      "catalog.edit",
      "purchasing.view",
      "purchasing.manage",
      "gatepasses.view",
      "gatepasses.manage",
      "gatepasses.issue",
      "grn.receive",
      "putaway.view",
      "listings.view",
    ],
  },
  FINANCE: {
    name: "Finance / GST",
    does: "Invoices, credit notes, number series and taxes; approves purchase orders.",
    permissions: [
      ...FLOOR,
      "gatepasses.view",
      "purchasing.view",
      "purchasing.approve",
      "billing.view",
      "billing.manage",
      "billing.fetch",
      "finance.view",
      "warehouse.edit",
      "returns.view",
      "manifests.view",
      "channels.view",
      "exceptions.view",
      "partners.view",
      "partners.resend",
    ],
  },
  READ_ONLY: {
    name: "Read-only",
    does: "Sees everything except users and the audit trail.",
    permissions: EVERYTHING_READ,
  },
} as const satisfies Record<string, Role>;

export type RoleCode = keyof typeof ROLES;

export function isRole(text: string): text is RoleCode {
  return Object.hasOwn(ROLES, text);
}

export const ROLE_CODES: readonly RoleCode[] = Object.keys(ROLES).filter(isRole);

/** A role given everywhere (`facilityId` null) or in one facility. */
export interface RoleGrant {
  readonly role: RoleCode;
  readonly facilityId: FacilityId | null;
}

/**
 * What a person may do where: by right, everywhere or in the named facilities. A role held in a facility gives no
 * tenant-wide right. A right that is absent is not held.
 */
export function rightsOf(grants: readonly RoleGrant[]): ReadonlyMap<Permission, "all" | readonly FacilityId[]> {
  const rights = new Map<Permission, "all" | readonly FacilityId[]>();
  for (const { role, facilityId } of grants)
    for (const permission of ROLES[role].permissions) {
      const held = rights.get(permission);
      if (facilityId === null) rights.set(permission, "all");
      else if (held !== "all" && !TENANT_WIDE.has(permission))
        rights.set(permission, [...new Set([...(held ?? []), facilityId])]);
    }
  return rights;
}

/** The facilities a person works in: everywhere, or those in which any role is held. */
export function facilitiesOf(grants: readonly RoleGrant[]): "all" | readonly FacilityId[] {
  if (grants.some((grant) => grant.facilityId === null)) return "all";
  return [...new Set(grants.flatMap((grant) => (grant.facilityId === null ? [] : [grant.facilityId])))];
}
