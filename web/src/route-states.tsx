import { Button, Skeleton } from "@mantine/core";
import { IconMapOff } from "@tabler/icons-react";
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { Empty } from "./ui/empty.tsx";
import { Refusal } from "./ui/refusal.tsx";

/** A page could not be read or drawn. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const again = async () => {
    reset();
    await router.invalidate();
  };
  return (
    <div style={{ padding: 28, maxWidth: 720 }}>
      <Refusal
        error={error}
        title="This page could not be shown"
        action={
          <Button variant="default" onClick={() => void again()}>
            Try again
          </Button>
        }
      />
    </div>
  );
}

export function NotFound() {
  return (
    <Empty
      icon={IconMapOff}
      title="There is no page at this address"
      cause="The link may be old, or a letter may be missing."
      action={
        <Button component={Link} to="/" variant="default">
          Go to Home
        </Button>
      }
    />
  );
}

/** A page's code is being fetched: the shape of every page, a title and what is below it. */
export function PageOnItsWay() {
  return (
    <div style={{ padding: "24px 28px" }} aria-busy>
      <Skeleton height={20} width={180} radius="sm" />
      <Skeleton height={12} width={320} mt={12} radius="sm" />
    </div>
  );
}
