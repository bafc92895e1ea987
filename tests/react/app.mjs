// A page as its author would write it: it starts from what its server has decided, and decides itself once module and snapshot
// are there. Every component notes what it has shown.
import { OpenFeature, OpenFeatureProvider, useFlag } from "@openfeature/react-sdk";
import { createElement as h, useEffect } from "react";
import { createRoot } from "react-dom/client";
import { Tidegate } from "tidegate";
import { TidegateProvider } from "tidegate/openfeature-web";

const shown = { headline: [], layout: [], untouched: [] };

function Shown({ flag }) {
  const { value } = useFlag(flag, "fallback");
  // What was committed: React may call a component once more than it renders it.
  useEffect(() => {
    shown[flag].push(value);
  });
  return h("p", { id: flag }, value);
}

/** Shows every flag, and answers with the two steps of a page's life. */
export async function start(bootstrap, context) {
  const tide = Tidegate.start(bootstrap);
  await OpenFeature.setContext(context);
  await OpenFeature.setProviderAndWait(new TidegateProvider(tide));
  const flags = Object.keys(shown).map((flag) => h(Shown, { flag, key: flag }));
  createRoot(document.body).render(h(OpenFeatureProvider, null, flags));
  await settled();
  const first = structuredClone(shown);
  return {
    first,
    /** Brings the snapshot. */
    async arrive(snapshot) {
      await Tidegate.init();
      tide.update(snapshot, { context });
      await settled();
      return structuredClone(shown);
    },
    /** Brings another one later, which nobody has started from. */
    async update(snapshot) {
      tide.update(snapshot);
      await settled();
      return structuredClone(shown);
    },
  };
}

/** React renders in tasks of its own: two frames later nothing is left to do. */
function settled() {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 50))));
}
