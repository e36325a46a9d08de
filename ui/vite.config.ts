import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig(({ mode }) => ({
  plugins: [svelte()],
  resolve: {
    alias: { $lib: here("./src/lib"), $words: here("../assets/words"), $fonts: here("../assets/fonts") },
    // Vitest runs Svelte in jsdom, which needs its browser build.
    conditions: mode === "test" ? ["browser"] : undefined,
  },
  build: {
    target: "safari16",
    // The CSP takes fonts and pictures from the program's own origin only, never from data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 400,
  },
  server: { port: 5199, strictPort: true, fs: { allow: [here(".."), here(".")] } },
  test: {
    environment: "jsdom",
    include: ["src/test/**/*.test.ts"],
    setupFiles: ["src/test/setup.ts"],
    restoreMocks: true,
    pool: "threads",
    isolate: false,
  },
}));
