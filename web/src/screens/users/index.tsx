import { IconUserPlus } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import { ActionButton, Code, type Column, DataTable, Instant, Page, StateChip } from "../../ui/index.ts";
import { userStates } from "../shared/states.ts";
import { UserPanel } from "./panel.tsx";
import { type RoleInfo, rolesInWords, type UserRow } from "./user-data.ts";
import { UserForm } from "./user-form.tsx";

const columnsWith = (names: ReadonlyMap<string, string>): readonly Column<UserRow>[] => [
  { id: "name", header: "Name", width: 180, always: true, sort: "name", card: "title", cell: (row) => row.name },
  {
    id: "username",
    header: "User name",
    width: 190,
    sort: "username",
    card: "meta",
    cell: (row) => <Code>{row.username}</Code>,
  },
  {
    id: "state",
    header: "State",
    width: 110,
    card: "trailing",
    cell: (row) => <StateChip state={row.lockedUntil === null ? row.state : "LOCKED"} table={userStates} />,
  },
  { id: "roles", header: "Roles", width: 220, grow: true, card: "meta", cell: (row) => rolesInWords(row.roles, names) },
  { id: "email", header: "Email", width: 180, hidden: true, cell: (row) => row.email ?? "–" },
  {
    id: "lastLoginAt",
    header: "Last login",
    width: 120,
    align: "right",
    cell: (row) => <Instant at={row.lastLoginAt} />,
  },
];

export function Screen() {
  const may = useMay();
  const client = useQueryClient();
  const [inviting, setInviting] = useState(false);
  const mayManage = may("users.manage");
  const { data: roles = [] } = useQuery({
    queryKey: ["roles"],
    queryFn: ({ signal }) => api.get<readonly RoleInfo[]>("/api/v1/roles", {}, signal),
    enabled: mayManage,
    staleTime: 600_000,
  });
  const names = new Map(roles.map(({ role, name }) => [role, name]));
  const refresh = () => void client.invalidateQueries({ queryKey: ["list", "/api/v1/users"] });
  const invite = (
    <ActionButton
      primary
      label="Invite user"
      icon={IconUserPlus}
      notNow={mayManage ? null : "Only an administrator invites people."}
      onClick={() => setInviting(true)}
    />
  );
  return (
    <Page fill title="Users" line="Who may log in, and what each may do where." actions={invite}>
      <DataTable<UserRow>
        id="users"
        endpoint="/api/v1/users"
        rowId={(row) => row.userId}
        noun={["user", "users"]}
        columns={columnsWith(names)}
        tabFilter="state"
        tabs={[
          { value: "all", label: "All" },
          { value: "ENABLED", label: "Enabled" },
          { value: "INVITED", label: "Invited" },
          { value: "DISABLED", label: "Disabled" },
        ]}
        filters={[
          {
            name: "role",
            label: "Role",
            type: "select",
            single: true,
            options: roles.map(({ role, name }) => ({ value: role, label: name })),
            sentence: (_value, label) => label,
          },
        ]}
        searchHint="Name or user name"
        rowTone={(row) => (row.lockedUntil === null ? undefined : "attention")}
        panelTitle={(row) => row.name}
        panel={(row) => <UserPanel key={row.userId} user={row} roles={roles} onChanged={refresh} />}
        empty={{ title: "No users", cause: "An administrator invites people with a one-time link.", action: invite }}
      />
      {inviting && <UserForm user={null} roles={roles} onClose={() => setInviting(false)} onChanged={refresh} />}
    </Page>
  );
}
