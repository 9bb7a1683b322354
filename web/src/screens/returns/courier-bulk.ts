import { IconTruck } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { ApiError } from "../../lib/problem.ts";
import { useMay } from "../../lib/session.ts";
import { type BulkAction, reportDone, reportProblem } from "../../ui/index.ts";
import type { ReturnRow } from "./return-data.ts";

const RETURNS_MAX = 500;
/** More of them would cover the page; each return says it itself. */
const TOLD_MAX = 5;

interface Answer {
  readonly results: readonly {
    readonly code: string | null;
    readonly outcome: "WAITING" | "FAILED";
    readonly refusal: { readonly message: string; readonly whatToDo: string; readonly code: string } | null;
  }[];
}

/** Couriers by rules for many reverse pickups. */
export function useCourierBulk(): readonly BulkAction<ReturnRow>[] {
  const may = useMay();
  const client = useQueryClient();
  const isAllowed = may("returns.manage");
  return useMemo(
    () =>
      !isAllowed
        ? []
        : [
            {
              label: "Allocate courier",
              icon: IconTruck,
              applies: (row: ReturnRow) =>
                row.state !== "CREATED" && row.state !== "COURIER_ALLOCATED"
                  ? "on its way or here"
                  : row.awb === null || "has its courier",
              run: async (rows: readonly ReturnRow[]) => {
                const returnCaseIds = rows.slice(0, RETURNS_MAX).map((row) => row.returnCaseId);
                const { results } = await api.post<Answer>("/api/v1/returns/allocate-couriers", { returnCaseIds });
                const asked = results.filter((each) => each.outcome === "WAITING");
                if (asked.length > 0)
                  reportDone(`Couriers are asked for ${plural(asked.length, "return")}, by the shipping rules.`);
                const refused = results.filter((each) => each.refusal !== null);
                for (const { code, refusal } of refused.slice(0, TOLD_MAX))
                  if (refusal !== null)
                    reportProblem(new ApiError(409, refusal), `Choose the courier of ${code ?? "a return"}`);
                await client.invalidateQueries({ queryKey: ["list"] });
                return undefined;
              },
            },
          ],
    [isAllowed, client],
  );
}
