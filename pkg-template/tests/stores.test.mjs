// The stores: what is kept, what is noticed, and that nothing they meet breaks anything.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, it, mock } from "node:test";
import { cookieStore, localStorageStore, memoryStore } from "tidegate/stores";

const KEY = "a secret of sixteen bytes, or more";
const NASTY = 'ключ\u001fa=b&c;d,"e"\\ %41 ä\n';

let reports;

beforeEach(() => {
  reports = [];
  mock.method(console, "error", (thrown) => reports.push(thrown));
});

afterEach(() => mock.restoreAll());

function reported(...messages) {
  assert.equal(reports.length, messages.length, reports.map(String).join("\n"));
  for (const [at, message] of messages.entries()) {
    assert.equal(reports[at].code, "STORE_FAILED");
    assert.match(reports[at].message, message);
  }
}

/** Stands for a browser between two requests: takes `Set-Cookie` values, gives a `Cookie` header. */
function cookiesAfter(...values) {
  const jar = new Map();
  for (const value of values) {
    const [pair] = value.split(";");
    jar.set(pair.slice(0, pair.indexOf("=")), pair);
  }
  return Array.from(jar.values()).join("; ");
}

/** A page's globals, while an action runs. */
function inPage(globals, action) {
  for (const [name, value] of Object.entries(globals))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  try {
    action();
  } finally {
    for (const name of Object.keys(globals)) delete globalThis[name];
  }
}

/** A page's cookies as its scripts see them. */
function pageCookies() {
  const jar = new Map();
  return {
    written: [],
    get cookie() {
      return Array.from(jar, ([name, value]) => `${name}=${value}`).join("; ");
    },
    set cookie(cookie) {
      this.written.push(cookie);
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      jar.set(name, value);
    },
  };
}

describe("the store in memory", () => {
  it("keeps what was set, as much as it may", () => {
    const store = memoryStore({ entries: 2 });
    assert.equal(store.get("a"), undefined);
    for (const [key, value] of [
      ["a", "1"],
      ["b", "2"],
      ["a", "3"],
      ["c", "4"],
    ])
      store.set(key, value);
    assert.deepEqual(["a", "b", "c", "__proto__"].map(store.get), ["3", undefined, "4", undefined]);
  });
});

describe("the store in localStorage", () => {
  it("keeps what was set, under its prefix", () => {
    const kept = new Map([["other", "x"]]);
    const localStorage = {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => kept.set(key, value),
    };
    inPage({ localStorage }, () => {
      const [store, other] = [localStorageStore(), localStorageStore({ prefix: "shop/" })];
      store.set(NASTY, "on");
      other.set("a", "off");
      assert.equal(store.get(NASTY), "on");
      assert.equal(store.get("a"), null);
      assert.equal(other.get("a"), "off");
    });
    assert.deepEqual([...kept.keys()], ["other", `tidegate:${NASTY}`, "shop/a"]);
    reported();
  });

  it("is none where there is none, it is forbidden or full, and says so once", () => {
    inPage({ localStorage: undefined }, () => {
      const store = localStorageStore();
      for (let i = 0; i < 3; i++) {
        store.set("a", "on");
        assert.equal(store.get("a"), undefined);
      }
    });
    reported(/`localStorage` can't be written/);
    reports = [];
    const forbidden = {
      getItem() {
        throw new Error("forbidden");
      },
      setItem() {
        throw new Error("full");
      },
    };
    inPage({ localStorage: forbidden }, () => {
      const store = localStorageStore();
      assert.equal(store.get("a"), undefined);
      store.set("a", "on");
    });
    reported(/can't be read: forbidden/);
  });
});

describe("the cookie store on a server", () => {
  it("gives what the browser brings back", () => {
    for (const key of [undefined, KEY, new Uint8Array(32).fill(7)]) {
      const first = cookieStore({ key, header: null });
      assert.equal(first.get("a"), undefined);
      assert.deepEqual(first.setCookie(), []);
      first.set("a", "on");
      first.set(NASTY, NASTY);
      first.set("__proto__", "x");
      assert.equal(first.get("a"), "on");
      const values = first.setCookie();
      assert.equal(values.length, 1);
      // What RFC 6265 lets a cookie have.
      assert.match(values[0].split(";")[0], /^tidegate=[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/);
      assert.match(values[0], /; Max-Age=34560000; Path=\/; SameSite=Lax; Secure$/);
      const header = `theme=dark; ${cookiesAfter(...values)}; tidegate2=x`;
      const second = cookieStore({ key, header });
      assert.deepEqual(["a", NASTY, "__proto__", "theme", "b"].map(second.get), [
        "on",
        NASTY,
        "x",
        undefined,
        undefined,
      ]);
      // Nothing to be said where nothing changed.
      second.set("a", "on");
      assert.deepEqual(second.setCookie(), []);
      second.set("a", "off");
      const third = cookieStore({ key, header: cookiesAfter(...second.setCookie()) });
      assert.deepEqual(["a", NASTY].map(third.get), ["off", NASTY]);
    }
    reported();
  });

  it("has attributes", () => {
    const options = {
      name: "__Host-t",
      maxAge: 60,
      path: "/a",
      domain: "shop.example",
      sameSite: "None",
      secure: true,
    };
    const store = cookieStore({ header: null, httpOnly: true, ...options });
    store.set("a", "b");
    assert.deepEqual(store.setCookie(), [
      "__Host-t=a=b; Max-Age=60; Path=/a; Domain=shop.example; SameSite=None; Secure; HttpOnly",
    ]);
    const plain = cookieStore({ header: null, secure: false });
    plain.set("a", "b");
    assert.deepEqual(plain.setCookie(), ["tidegate=a=b; Max-Age=34560000; Path=/; SameSite=Lax"]);
  });

  it("is sealed with HMAC-SHA-256 over name and value", () => {
    const store = cookieStore({ key: KEY, header: null });
    store.set("flag", "on");
    const [, seal] = store.setCookie()[0].split(";")[0].split(".");
    assert.equal(seal, createHmac("sha256", KEY).update("tidegate=flag=on").digest("hex"));
  });

  it("takes nothing that somebody else wrote, and says so once", () => {
    const store = cookieStore({ key: KEY, header: null });
    store.set("flag", "on");
    store.set("other", "off");
    const [cookie] = store.setCookie()[0].split(";");
    const seal = cookie.slice(cookie.lastIndexOf("."));
    const others = cookieStore({ key: `${KEY}!`, header: null });
    others.set("flag", "on");
    const elsewhere = cookieStore({ key: KEY, header: null, name: "other" });
    elsewhere.set("flag", "on");
    const flipped = Array.from(cookie.slice("tidegate=".length), (character, at) => {
      const at0 = "tidegate=".length + at;
      return `${cookie.slice(0, at0)}${character === "0" ? "1" : "0"}${cookie.slice(at0 + 1)}`;
    });
    for (const header of [
      ...flipped,
      "tidegate=flag=on",
      "tidegate=",
      "tidegate",
      "tidegate=.",
      `tidegate=${seal}`,
      `tidegate=flag=on${seal}`,
      `${cookie}0`,
      cookie.slice(0, -1),
      cookie.toUpperCase().replace("TIDEGATE", "tidegate"),
      others.setCookie()[0].split(";")[0],
      elsewhere.setCookie()[0].split(";")[0].replace("other=", "tidegate="),
    ]) {
      reports = [];
      const store = cookieStore({ key: KEY, header });
      for (let i = 0; i < 2; i++) assert.deepEqual(["flag", "other"].map(store.get), [undefined, undefined], header);
      if (header === "tidegate") reported();
      else reported(/cookie `tidegate` can't be read/);
      // It is written anew.
      store.set("flag", "on");
      assert.equal(cookieStore({ key: KEY, header: store.setCookie()[0].split(";")[0] }).get("flag"), "on");
    }
  });

  it("takes the cookie of several with its name that is its own", () => {
    const store = cookieStore({ key: KEY, header: null });
    store.set("flag", "on");
    const [cookie] = store.setCookie()[0].split(";");
    assert.equal(cookieStore({ key: KEY, header: `tidegate=flag=off; ${cookie}; tidegate=x` }).get("flag"), "on");
    reported();
  });

  it("takes what is damaged for none, and says so once", () => {
    for (const value of ["a", "a=b=c", "a=%", "a=%ff", "&", "a=b&", "a=b&c"]) {
      reports = [];
      const store = cookieStore({ header: `tidegate=${value}` });
      assert.equal(store.get("a"), undefined);
      reported(/can't be read/);
    }
    reports = [];
    assert.equal(cookieStore({ header: ";;=; =a; tidegate" }).get("a"), undefined);
    assert.equal(cookieStore({ header: "tidegate=" }).get("a"), undefined);
    reported();
  });

  it("fits into 4 kB: what was set first leaves first", () => {
    for (const key of [undefined, KEY]) {
      let store = cookieStore({ key, header: null });
      store.set("kept", "0");
      for (let i = 0; i < 500; i++) {
        store.set(`flag-${i}`, `variant ${i}`);
        if (i % 50 === 0) store.set("kept", String(i));
        const [cookie] = store.setCookie();
        assert.ok(Buffer.byteLength(cookie) <= 4096, String(cookie.length));
        if (i % 100 === 99) store = cookieStore({ key, header: cookie.split(";")[0] });
        if (i % 100 === 99) store.set("again", String(i));
      }
      const present = Array.from({ length: 500 }, (_, i) => store.get(`flag-${i}`) !== undefined);
      const first = present.indexOf(true);
      assert.ok(first > 300 && first < 420, String(first));
      assert.ok(present.slice(first).every(Boolean));
      assert.equal(store.get("kept"), "450");
      assert.ok(Buffer.byteLength(store.setCookie()[0]) > 4096 - 30);
    }
    reported();
  });

  it("keeps the others where one has no room at all", () => {
    const store = cookieStore({ header: null });
    store.set("a", "on");
    for (let i = 0; i < 2; i++) store.set("b", "x".repeat(4_096));
    assert.deepEqual(["a", "b"].map(store.get), ["on", undefined]);
    reported(/no room for an assignment of 4097 characters/);
  });

  it("refuses options that make no cookie", () => {
    for (const options of [
      { key: "too short" },
      { key: new Uint8Array(15) },
      { name: "" },
      { name: "a b" },
      { name: "a=b" },
      { name: "a;b" },
      { path: "/; Domain=evil.example" },
      { domain: "a\r\nSet-Cookie: b" },
    ])
      assert.throws(() => cookieStore({ header: null, ...options }), {
        name: "TidegateError",
        code: "INVALID_ARGUMENT",
      });
  });

  it("survives a lone surrogate", () => {
    const store = cookieStore({ header: null });
    store.set("\ud800", "\udfff");
    assert.equal(cookieStore({ header: store.setCookie()[0].split(";")[0] }).get("\ufffd"), "\ufffd");
  });
});

describe("the cookie store in a page", () => {
  it("shares the page's cookies with other tabs", () => {
    const document = pageCookies();
    inPage({ document }, () => {
      document.cookie = "theme=dark";
      const [store, tab] = [cookieStore(), cookieStore()];
      store.set("a", "1");
      tab.set("b", "2");
      assert.deepEqual(
        [store, tab].map(({ get }) => [get("a"), get("b"), get("theme")]),
        [
          ["1", "2", undefined],
          ["1", "2", undefined],
        ],
      );
      store.set("a", "1");
      assert.equal(document.written.length, 3);
      assert.equal(document.written[2], "tidegate=a=1&b=2; Max-Age=34560000; Path=/; SameSite=Lax; Secure");
    });
    reported();
  });

  it("keeps assignments for the visit where cookies are blocked", () => {
    inPage({ document: { cookie: "" } }, () => {
      Object.defineProperty(document, "cookie", { get: () => "", set: () => {} });
      const store = cookieStore();
      store.set("a", "on");
      assert.equal(store.get("a"), "on");
    });
    reported();
  });

  it("is none where there is no page, or it may have no cookies, and says so once", () => {
    for (const globals of [
      {},
      {
        document: Object.defineProperty({}, "cookie", {
          get() {
            throw new Error("sandboxed");
          },
          set() {
            throw new Error("sandboxed");
          },
        }),
      },
    ]) {
      reports = [];
      inPage(globals, () => {
        const store = cookieStore();
        for (let i = 0; i < 2; i++) {
          assert.equal(store.get("b"), undefined);
          store.set("a", "on");
        }
      });
      reported(/can't be read/);
    }
  });
});
