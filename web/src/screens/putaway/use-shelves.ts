import { useQuery } from "@tanstack/react-query";
import { api, type ListPage } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";

const shelvesMax = 200;

/** Codes of the enabled shelves of a facility, to offer while one is typed; the first few hundred, none where they may not be seen. */
export function useShelves(facilityId: string | null): readonly string[] {
  const may = useMay();
  const { data } = useQuery({
    queryKey: ["shelves", facilityId],
    queryFn: ({ signal }) =>
      api.get<ListPage<{ code: string }>>("/api/v1/shelves", { facilityId, enabled: true, limit: shelvesMax }, signal),
    enabled: facilityId !== null && may("warehouse.view"),
    staleTime: 60_000,
  });
  return data?.rows.map((row) => row.code) ?? [];
}
