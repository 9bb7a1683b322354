import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { api } from "../../lib/api.ts";
import { sessionQuery } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { Outside } from "../shared/outside.tsx";
import { LoginForm } from "./login-form.tsx";
import { safeNext } from "./safe-next.ts";

export function Screen() {
  const [params] = useUrlState();
  const client = useQueryClient();
  const router = useRouter();
  const firstRun = useQuery({
    queryKey: ["first-run"],
    queryFn: ({ signal }) => api.get<{ needed: boolean }>("/api/v1/first-run", {}, signal),
  });
  useEffect(() => {
    document.title = "Log in · Godown";
  }, []);
  if (firstRun.data?.needed === true)
    return (
      <Outside
        title="Not set up yet"
        line="Open the one-time link that the server printed when it started. It makes the tenant, its administrator and the first facility."
      >
        <span />
      </Outside>
    );
  return (
    <Outside title="Log in to Godown">
      <LoginForm
        onDone={async () => {
          await client.fetchQuery({ ...sessionQuery, staleTime: 0 });
          router.history.push(safeNext(params.next));
        }}
      />
    </Outside>
  );
}
