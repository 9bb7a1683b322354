import { Code, type Column, DataTable, Instant, Page, StateChip } from "../../ui/index.ts";
import { userStates } from "../shared/states.ts";

/** A row of `GET /api/v1/users`. */
interface UserRow {
  readonly userId: string;
  readonly username: string;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly state: string;
  readonly roles: readonly {
    readonly role: string;
    readonly facilityId: string | null;
    readonly facilityCode: string | null;
  }[];
  readonly lastLoginAt: string | null;
  readonly lockedUntil: string | null;
  readonly createdAt: string;
}

const rolesOf = (row: UserRow): string =>
  row.roles.map(({ role, facilityCode }) => (facilityCode === null ? role : `${role} at ${facilityCode}`)).join(", ");

const columns: readonly Column<UserRow>[] = [
  { id: "name", header: "Name", width: 180, always: true, card: "title", cell: (row) => row.name },
  { id: "username", header: "User name", width: 190, card: "meta", cell: (row) => <Code>{row.username}</Code> },
  {
    id: "state",
    header: "State",
    width: 110,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={userStates} />,
  },
  { id: "roles", header: "Roles", width: 220, grow: true, cell: rolesOf },
  { id: "email", header: "Email", width: 180, hidden: true, cell: (row) => row.email ?? "–" },
  {
    id: "lastLoginAt",
    header: "Last login",
    width: 120,
    align: "right",
    card: "meta",
    cell: (row) => <Instant at={row.lastLoginAt} />,
  },
];

export function Screen() {
  return (
    <Page fill title="Users" line="Who may log in, and what each may do where.">
      <DataTable<UserRow>
        id="users"
        endpoint="/api/v1/users"
        rowId={(row) => row.userId}
        noun={["user", "users"]}
        columns={columns}
        tabFilter="state"
        tabs={[
          { value: "all", label: "All" },
          { value: "ENABLED", label: "Enabled" },
          { value: "INVITED", label: "Invited" },
          { value: "DISABLED", label: "Disabled" },
        ]}
        searchHint="Name or user name"
        rowTone={(row) => (row.lockedUntil === null ? undefined : "attention")}
        empty={{ title: "No users", cause: "An administrator invites people with a one-time link." }}
      />
    </Page>
  );
}
