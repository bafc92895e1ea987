// Applies a merge patch to a document, which it may change.
declare module "json-merge-patch/lib/apply.js" {
  export default function apply(target: unknown, patch: unknown): unknown;
}
