import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, type ListPage } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";

/** A vendor as forms and filters name it. */
export interface VendorChoice {
  readonly vendorId: string;
  readonly code: string;
  readonly name: string;
  readonly gstin: string | null;
  readonly enabled: boolean;
}

const vendorsQuery = queryOptions({
  queryKey: ["choices", "vendors"],
  queryFn: ({ signal }) => api.get<ListPage<VendorChoice>>("/api/v1/vendors", { limit: 200, sort: "name" }, signal),
  staleTime: 30_000,
});

const none: readonly VendorChoice[] = [];

/** Vendors by name, at most the first 200; none where this person may not see them, or as long as they are not read. */
export const useVendorChoices = (): readonly VendorChoice[] => useVendorList() ?? none;

/** As `useVendorChoices`; undefined while they are being read: a form is not drawn twice. */
export function useVendorList(): readonly VendorChoice[] | undefined {
  const may = useMay()("purchasing.view");
  const { data } = useQuery({ ...vendorsQuery, enabled: may });
  return may ? data?.rows : none;
}

/** The vendors to choose from, and the one that an order or an address names where it is beyond the first 200. */
export function useVendorListWith(vendorId: string | null): readonly VendorChoice[] | undefined {
  const list = useVendorList();
  const beyond = vendorId !== null && list !== undefined && !list.some((each) => each.vendorId === vendorId);
  const named = useQuery({
    queryKey: ["vendor", vendorId],
    queryFn: ({ signal }) => api.get<VendorChoice>(`/api/v1/vendors/${vendorId}`, {}, signal),
    enabled: beyond,
    retry: false,
  });
  if (list === undefined || (beyond && named.isPending)) return undefined;
  return beyond && named.data !== undefined ? [...list, named.data] : list;
}
