import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { api } from "../../lib/api.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { DeclaredForm, type FormValues, nested } from "../../ui/form/index.ts";
import { reportDone } from "../../ui/problem-toast.tsx";
import { Refusal } from "../../ui/refusal.tsx";
import { Outside } from "../shared/outside.tsx";
import { samePasswords } from "../shared/password-fields.ts";
import { firstRunFields, firstRunSections, suggestCode } from "./fields.ts";

/** The one-time link of an empty installation: tenant, administrator, facility and series, all or nothing. */
export function Screen() {
  const params: { token?: string } = useParams({ strict: false });
  const [search] = useUrlState();
  const token = params.token ?? search.token ?? "";
  const navigate = useNavigate();
  const link = useQuery({
    queryKey: ["first-run", token],
    queryFn: ({ signal }) => api.get<{ needed: boolean }>("/api/v1/first-run", { token }, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (link.error !== null)
    return (
      <Outside title="This link cannot be used">
        <Refusal error={link.error} />
      </Outside>
    );
  if (link.data === undefined)
    return (
      <Outside title="Reading the link">
        <span />
      </Outside>
    );
  if (!link.data.needed || token === "")
    return (
      <Outside
        title={link.data.needed ? "The link is not whole" : "Godown is set up already"}
        line={link.data.needed ? "Open the link exactly as the server printed it." : "The one-time link has been used."}
      >
        <a href="/login">Log in</a>
      </Outside>
    );
  return (
    <Outside
      wide
      title="Set up Godown"
      line="Five minutes: the business, you, the first facility, and its invoice numbers. All of it can be changed later, except what says so."
    >
      <DeclaredForm
        fields={firstRunFields}
        sections={firstRunSections}
        submitLabel="Set up"
        onChange={(values, changed): FormValues =>
          changed === "tenant.name" ? { ...values, "tenant.code": suggestCode(values, "tenant.code") } : values
        }
        onSubmit={async (values) => {
          samePasswords(values, "admin.password");
          const { repeated: _repeated, ...sent } = values;
          await api.post("/api/v1/first-run", nested({ token, ...sent }));
          reportDone("Godown is set up. Log in as its administrator.");
          await navigate({ to: "/login" });
        }}
      />
    </Outside>
  );
}
