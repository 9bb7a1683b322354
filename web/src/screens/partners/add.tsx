import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api } from "../../lib/api.ts";
import { Page, reportDone } from "../../ui/index.ts";
import { partnersChanged, partnersPath } from "./data.ts";
import { useNotMySettings } from "./may.ts";
import { PartnerForm } from "./partner-form.tsx";

/** A new partner; its page, where it is tested, comes next. */
export function Screen() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return (
    <Page
      title="Add partner"
      line="What the partner gave: an address and credentials. And what it wants to be told."
      back={{ to: "/settings/partners", label: "Partners" }}
    >
      <PartnerForm
        partner={null}
        submitLabel="Add partner"
        notNow={useNotMySettings()}
        onCancel={() => void navigate({ to: "/settings/partners" })}
        onSave={async (body) => {
          const { partnerId } = await api.post<{ partnerId: string }>(partnersPath, body);
          await partnersChanged(client);
          reportDone("Added. Test it next.");
          await navigate({ to: "/settings/partners/$partnerId", params: { partnerId } });
        }}
      />
    </Page>
  );
}
