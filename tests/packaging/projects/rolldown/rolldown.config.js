export default {
  input: "main.js",
  output: { dir: "public", minify: true },
  experimental: { resolveNewUrlToAsset: true },
};
