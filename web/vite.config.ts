import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const here = fileURLToPath(new URL(".", import.meta.url));
// What the contract suite proved of each source in this build: the screen shows this very page.
const coveragePage = fileURLToPath(new URL("../docs/generated/coverage.md", import.meta.url));
// The API a developer's browser talks to while Vite serves the screens.
const apiUrl = "http://127.0.0.1:8080";

// Vite reads its configuration from the default export.
export default defineConfig({
  root: here,
  plugins: [react()],
  resolve: { alias: [{ find: /^coverage-page/, replacement: coveragePage }] },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2023",
    // Measured: reporting gzip sizes of some hundred chunks costs more than a second of each build.
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
  server: {
    port: 5173,
    strictPort: false,
    fs: { allow: [here, coveragePage, `${here}../node_modules`] },
    proxy: { "/api": apiUrl, "/health": apiUrl },
  },
});
