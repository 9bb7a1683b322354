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

/** Vendors by name, at most the first 200; none where this person may not see them. */
export function useVendorChoices(): readonly VendorChoice[] {
  const may = useMay();
  return useQuery({ ...vendorsQuery, enabled: may("purchasing.view") }).data?.rows ?? none;
}
