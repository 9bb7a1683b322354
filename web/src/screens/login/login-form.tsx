import { Button, PasswordInput, TextInput } from "@mantine/core";
import { type SubmitEvent, useState } from "react";
import { api } from "../../lib/api.ts";
import { Refusal } from "../../ui/refusal.tsx";

/** User name and password; what was refused is said in place and what was typed stays. */
export function LoginForm({ username: given = "", onDone }: { username?: string; onDone: () => unknown }) {
  const [username, setUsername] = useState(given);
  const [password, setPassword] = useState("");
  const [working, setWorking] = useState(false);
  const [refused, setRefused] = useState<{ error: unknown } | null>(null);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setWorking(true);
    setRefused(null);
    try {
      await api.post("/api/v1/session", { username, password });
      await onDone();
    } catch (error) {
      setRefused({ error });
    } finally {
      setWorking(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} style={{ display: "flex", flexDirection: "column", gap: 14 }}>
      <TextInput
        label="User name"
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus={given === ""}
        required
        withAsterisk={false}
        value={username}
        onChange={(event) => setUsername(event.currentTarget.value)}
      />
      <PasswordInput
        label="Password"
        name="password"
        autoComplete="current-password"
        autoFocus={given !== ""}
        required
        withAsterisk={false}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      {refused !== null && <Refusal error={refused.error} />}
      <Button type="submit" size="sm" loading={working} fullWidth>
        Log in
      </Button>
    </form>
  );
}
