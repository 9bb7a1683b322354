import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./problem.ts";

// A refusal is an answer: asking again gives the same. Only silence and 5xx are worth a second try.
function worthRepeating(failures: number, error: unknown): boolean {
  return failures < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500);
}

/** Reads are live: refreshed on focus and on reconnect, and kept on screen (marked "as of") when a refresh fails. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: worthRepeating,
        retryDelay: (attempt) => 500 * 2 ** attempt,
        staleTime: 3_000,
        gcTime: 10 * 60_000,
        refetchOnWindowFocus: true,
        // Offline detection of browsers is wrong behind some proxies; the request itself tells the truth.
        networkMode: "always",
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
}
