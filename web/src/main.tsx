import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/fonts.css";
import "@mantine/core/styles.layer.css";
import "@mantine/notifications/styles.layer.css";
import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "./lib/query.ts";
import { createAppRouter } from "./routes.tsx";
import { cssVariables, theme } from "./ui/theme.ts";
import { TipLayer } from "./ui/tip-layer.tsx";

const client = createQueryClient();
const router = createAppRouter(client);
// The same key that scheme.js reads before the first paint.
const schemes = localStorageColorSchemeManager({ key: "godown.scheme" });

const place = document.getElementById("root");
if (place === null) throw new Error("index.html has an element with the id root");
createRoot(place).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={schemes}
      defaultColorScheme="auto"
    >
      <QueryClientProvider client={client}>
        <Notifications position="bottom-right" limit={4} />
        <TipLayer />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
