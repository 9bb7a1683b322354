import { useQuery } from "@tanstack/react-query";
import { api, type ListPage } from "../../lib/api.ts";
import type { ShelfType } from "./facility-data.ts";

/** All shelf types of the tenant: a seller has a handful. */
export function useShelfTypes() {
  return useQuery({
    queryKey: ["shelf-types"],
    queryFn: ({ signal }) => api.get<ListPage<ShelfType>>("/api/v1/shelf-types", { limit: 200 }, signal),
  });
}
