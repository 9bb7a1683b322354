import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const here = fileURLToPath(new URL(".", import.meta.url));
// The API a developer's browser talks to while Vite serves the screens.
const apiUrl = "http://127.0.0.1:8080";

// Vite reads its configuration from the default export.
export default defineConfig({
  root: here,
  plugins: [react()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2023",
    // Measured: reporting gzip sizes of some hundred chunks costs more than a second of each build.
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
  server: { port: 5173, strictPort: false, proxy: { "/api": apiUrl, "/health": apiUrl } },
});
