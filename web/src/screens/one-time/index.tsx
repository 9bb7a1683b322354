import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { api } from "../../lib/api.ts";
import { DeclaredForm } from "../../ui/form/index.ts";
import { reportDone } from "../../ui/problem-toast.tsx";
import { Refusal } from "../../ui/refusal.tsx";
import { Instant } from "../../ui/values.tsx";
import { Outside } from "../shared/outside.tsx";
import { passwordFields, samePasswords } from "../shared/password-fields.ts";

interface Link {
  readonly purpose: "INVITATION" | "PASSWORD_RESET";
  readonly username: string;
  readonly name: string;
  readonly expiresAt: string;
}

/** An invitation or a password reset: the link works once and sets a password. */
export function Screen() {
  const { token = "" }: { token?: string } = useParams({ strict: false });
  const navigate = useNavigate();
  const link = useQuery({
    queryKey: ["one-time", token],
    queryFn: ({ signal }) => api.get<Link>(`/api/v1/one-time/${encodeURIComponent(token)}`, {}, signal),
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
  const { purpose, username, name, expiresAt } = link.data;
  return (
    <Outside
      title={purpose === "INVITATION" ? `Welcome, ${name}` : `A new password for ${name}`}
      line={
        <>
          Your user name is <strong>{username}</strong>. The link works once and ends <Instant at={expiresAt} />.
        </>
      }
    >
      <DeclaredForm
        fields={passwordFields}
        submitLabel="Set password"
        onSubmit={async (values) => {
          samePasswords(values);
          await api.post(`/api/v1/one-time/${encodeURIComponent(token)}`, { password: values.password });
          reportDone("The password is set. Log in with it.");
          await navigate({ to: "/login" });
        }}
      />
    </Outside>
  );
}
