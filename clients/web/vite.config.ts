import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The page itself is a Django template, so the entry is a script, and the manifest tells its name. */
export default defineConfig({
  root: here("."),
  base: "/static/messenger/",
  publicDir: false,
  resolve: {
    alias: [
      { find: "react/jsx-runtime", replacement: "preact/jsx-runtime" },
      { find: /^react(-dom)?$/, replacement: "preact/compat" },
    ],
  },
  build: {
    target: "es2022",
    outDir: here("../../src/steelyard/portal/static/messenger"),
    emptyOutDir: true,
    manifest: "manifest.json",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    rollupOptions: {
      input: here("src/main.tsx"),
      output: {
        entryFileNames: "[name]-[hash].js",
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: "[name]-[hash][extname]",
        advancedChunks: {
          groups: [
            // What the first page needs must not be drawn into the large chunk because that needs it too.
            { name: "start", test: /preload-helper|node_modules\/preact/, priority: 2 },
            // The library changes seldom: a chunk of its own stays in people's caches.
            { name: "matrix", test: /node_modules\/(matrix-|@matrix-org)/, priority: 1 },
          ],
        },
      },
    },
  },
});
