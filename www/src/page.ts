// The page: what is typed, pasted or dropped goes to the session, and what the session decides goes on show.
import { type Decision, Tidegate, TidegateError } from "tidegate";
import { count, make, Pause, pick } from "./dom.js";
import { Editor } from "./editor.js";
import { CHANGED_FOR, FlagList } from "./flags.js";
import { catchDrops, type Intake, read } from "./intake.js";
import { outline } from "./json.js";
import { type Preset, Presets } from "./presets.js";
import { prose } from "./prose.js";
import { type Complaint, Session } from "./session.js";
import { Stories } from "./stories.js";
import { type Story, storiesOf } from "./story.js";
import { rounded, Stopwatch } from "./timing.js";
import { Why } from "./why.js";

/** Half-written JSON is wrong at nearly every key; it is called wrong only once the typing stops. */
const PATIENCE = 450;

const session = new Session();
const contextEditor = new Editor(pick("context-editor", HTMLElement), contextTyped);
const snapshotEditor = new Editor(pick("snapshot-editor", HTMLElement), snapshotTyped);
const presets = new Presets(pick("presets", HTMLElement), takePreset);
const list = new FlagList(
  pick("flags", HTMLElement),
  pick("filter", HTMLInputElement),
  pick("flags-empty", HTMLElement),
  selected,
  variantsOf,
);
const why = new Why(pick("why", HTMLElement));
const stopwatch = new Stopwatch();
const patience = { context: new Pause(PATIENCE), snapshot: new Pause(PATIENCE) };
const typing = new Pause(80);
const quiet = new Pause(700);
const announcing = new Pause(600);
const forgetting = new Pause(CHANGED_FOR);
let samples: { readonly snapshot: Intake; readonly stories: readonly Story[] } | undefined;
const stories = new Stories({
  get tide() {
    return session.tide;
  },
  variants: variantsOf,
  about: (flag) => session.about(flag).layer ?? "",
  picked(story) {
    if (samples !== undefined && !canTell(story)) receive(samples.snapshot);
    list.feature(story.flags);
    list.select(story.flags[0] ?? "");
  },
  get now() {
    return session.now;
  },
  set now(now) {
    session.now = now;
  },
  decide,
  emptied() {
    session.forget();
    load({ name: "", bytes: new TextEncoder().encode(snapshotEditor.text), text: snapshotEditor.text });
  },
});
session.onRollback = (rollback) => stories.rolledBack(rollback);

/** Whether the snapshot in use has the flags that a story is about. */
function canTell({ flags }: Story): boolean {
  const keys = session.tide.keys();
  return flags.every((flag) => keys.includes(flag));
}

/** Decides every flag anew, and shows what came of it. */
function decide(): void {
  if (!session.ready) return;
  const decisions = session.decide();
  const changed = list.show(decisions);
  explain();
  showParameters();
  showReport(decisions);
  if (changed.length > 0) showChanged(changed.length);
  if (changed.length > 0) {
    const names = changed.length > 3 ? "" : `: ${changed.join(", ")}`;
    announce(`${count(changed.length, "flag")} changed${names}`);
  }
  quiet.before(measure);
}

function variantsOf(flag: string): readonly string[] {
  return session.about(flag).variants ?? [];
}

/** What the flags of the story's namespace set together for the context. */
function showParameters(): void {
  const namespace = stories.told?.namespace;
  const box = pick("parameters", HTMLElement);
  box.hidden = namespace === undefined;
  if (namespace === undefined) return;
  const parameters = session.tide.parameters(namespace, session.context);
  box.replaceChildren(
    ...["For the context below, the parameters of ", make("code", "", namespace), " are "],
    make("code", "", JSON.stringify(parameters)),
  );
}

function explain(): void {
  const key = list.selection;
  if (key === "") why.clear();
  else why.show(session.decideOne(key), session.explain(key), session.about(key), session.tide.metadata(key));
}

function selected(_key: string, byPointer: boolean): void {
  explain();
  if (byPointer) why.bringIntoSight();
}

function contextTyped(): void {
  presets.edited();
  const complaint = session.put(contextEditor.text);
  settle("context", complaint);
  if (complaint === undefined) decide();
}

function snapshotTyped(): void {
  const { text } = snapshotEditor;
  typing.before(() => load({ name: "", bytes: new TextEncoder().encode(text), text }));
}

function takePreset({ text }: Preset): void {
  contextEditor.text = text;
  settle("context", session.put(text));
  decide();
}

/** Loads a snapshot; one that is refused is complained about, and the one before stays. */
function load({ name, bytes, text }: Intake): void {
  const complaint = session.load(bytes, text);
  settle("snapshot", complaint, name || undefined);
  if (complaint !== undefined) return;
  const { told } = stories;
  if (told === undefined || !canTell(told)) {
    stories.leave();
    list.feature([]);
    decide();
  } else stories.refresh();
  showRefused(text);
}

/** The same, for one that was not typed. */
function receive(intake: Intake): void {
  typing.cancel();
  snapshotEditor.text = intake.text;
  snapshotEditor.field.placeholder =
    intake.text === "" ? `${intake.name} is too long to be edited here. Paste another snapshot to replace it.` : "";
  load(intake);
}

async function receiveFile(file: File): Promise<void> {
  let intake: Intake;
  try {
    intake = await read(file);
  } catch (refused) {
    const message = refused instanceof Error ? refused.message : String(refused);
    settle("snapshot", { code: "FETCH_FAILED", message, place: "" }, file.name, "could not be read");
    return;
  }
  receive(intake);
}

/** Shows what is wrong with a text, once the typing stops; takes it back at once where nothing is. */
function settle(
  which: "context" | "snapshot",
  complaint: Complaint | undefined,
  name = `This ${which}`,
  fate = "is refused",
): void {
  const box = pick(`${which}-problem`, HTMLElement);
  const editor = which === "context" ? contextEditor : snapshotEditor;
  patience[which].cancel();
  if (complaint === undefined) {
    box.hidden = true;
    box.replaceChildren();
    editor.mark();
    editor.field.ariaInvalid = "false";
    return;
  }
  patience[which].before(() => {
    const stays = staying(which);
    const what = `${name} ${fate}`;
    const place = complaint.place === "" ? undefined : make("span", "place", complaint.place);
    box.replaceChildren(
      make("p", "what", `${what}. `, stays),
      make("p", "message", make("code", "code", complaint.code), " ", prose(complaint.message)),
    );
    if (place) box.append(make("p", "where", place));
    box.hidden = false;
    editor.mark(complaint.offset);
    editor.field.ariaInvalid = "true";
    announce(`${what}: ${complaint.message}. ${stays}`);
  });
}

function staying(which: "context" | "snapshot"): string {
  if (which === "context") return "The one before still decides.";
  return session.ready ? `Revision ${session.report.revision} still decides.` : "";
}

/** The snapshot's name and number of flags, over the list and beside the editor. */
function showReport(decisions: readonly Decision[]): void {
  const { revision, environment, flags } = session.report;
  const place = environment === undefined ? "" : ` · ${environment}`;
  pick("snapshot-note", HTMLElement).textContent = `revision ${revision}${place}`;
  const refusedFlags = decisions.length - flags;
  const rest = refusedFlags === 0 ? "" : `, ${refusedFlags.toLocaleString("en")} refused`;
  pick("flags-count", HTMLElement).textContent = `${count(flags, "flag")} decided${rest}`;
}

function showChanged(number: number): void {
  const note = pick("flags-changed", HTMLElement);
  note.textContent = `${number.toLocaleString("en")} just changed`;
  forgetting.before(() => {
    note.textContent = "";
  });
}

/** Flags and segments that were refused, each with a way to its place in the editor. */
function showRefused(text: string): void {
  const { refused } = session.report;
  const box = pick("refused", HTMLElement);
  box.hidden = refused.length === 0;
  if (refused.length === 0) {
    box.replaceChildren();
    return;
  }
  const { places } = outline(text);
  const items = refused.slice(0, 100).map(({ code, path, message, suggestion }) => {
    const hint = suggestion === undefined ? "" : `; did you mean \`${suggestion}\`?`;
    const place = make(places.has(path) ? "button" : "span", "place", path);
    place.addEventListener("click", () => reveal(path));
    return make("li", "", make("code", "code", code), " ", prose(message + hint), " ", place);
  });
  const title = make(
    "p",
    "what",
    `${count(refused.length, "problem")}: what is refused answers with the fallback, the rest decides.`,
  );
  box.replaceChildren(title, make("ul", "", ...items));
  if (refused.length > items.length)
    box.append(make("p", "note", `${count(refused.length - items.length, "more problem")}.`));
  announce(`${count(refused.length, "problem")} in this snapshot; the rest of it decides`);
}

/** Leads to a place in the snapshot's text, as it stands now. */
function reveal(path: string): void {
  const offset = outline(snapshotEditor.text).places.get(path);
  if (offset === undefined) return;
  pick("source", HTMLDetailsElement).open = true;
  snapshotEditor.reveal(offset);
}

function announce(message: string): void {
  announcing.before(() => {
    pick("announcer", HTMLElement).textContent = message;
  });
}

async function measure(): Promise<void> {
  if (!session.ready || document.hidden) return;
  const timing = await stopwatch.measure(session.tide, session.context);
  if (timing === undefined) return;
  const { nanoseconds, runs, decisions } = timing;
  pick("speed", HTMLOutputElement).textContent = `${rounded(nanoseconds)} ns`;
  pick("method", HTMLElement).textContent =
    `median of ${runs} runs of ${decisions.toLocaleString("en")} decisions in this browser: every flag in turn, with this context`;
}

async function fetched(name: string): Promise<Uint8Array> {
  const response = await fetch(name);
  if (!response.ok) throw new Error(`\`${name}\` could not be fetched: status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

async function start(): Promise<void> {
  const [snapshot, told, contexts] = await Promise.all([
    fetched("snapshot.json"),
    fetched("stories.json"),
    fetched("contexts.json"),
    Tidegate.init(),
  ]);
  const decoder = new TextDecoder();
  samples = {
    snapshot: { name: "the sample", bytes: snapshot, text: decoder.decode(snapshot) },
    stories: storiesOf(decoder.decode(told)),
  };
  stories.fill(samples.stories);
  const [first] = presets.fill(decoder.decode(contexts));
  // What was typed while the page loaded, or kept by the browser over a reload, comes first.
  if (contextEditor.text === "" && first) {
    contextEditor.text = first.text;
    presets.press(first);
  }
  settle("context", session.put(contextEditor.text));
  tellSample();
}

/** The sample with its first story, or with the one that is being told. */
function tellSample(): void {
  if (samples === undefined) return;
  const story = stories.told ?? samples.stories[0];
  if (story !== undefined) session.now = Date.parse(story.at);
  receive(samples.snapshot);
  if (story !== undefined) stories.tell(story);
}

pick("sample", HTMLButtonElement).addEventListener("click", tellSample);
pick("measure", HTMLButtonElement).addEventListener("click", () => void measure());
const chooser = pick("file", HTMLInputElement);
chooser.addEventListener("change", () => {
  const [file] = chooser.files ?? [];
  if (file) void receiveFile(file);
  // Choosing the same file again is a change as well.
  chooser.value = "";
});
catchDrops(pick("veil", HTMLElement), (file) => void receiveFile(file));
// On a phone the snapshot's text would push everything else out of sight.
pick("source", HTMLDetailsElement).open = matchMedia("(min-width: 46rem)").matches;

start().catch((failure: unknown) => {
  const message = failure instanceof Error ? failure.message : String(failure);
  const code = failure instanceof TidegateError ? failure.code : "FETCH_FAILED";
  settle("snapshot", { code, message, place: "" }, "The page", "could not start");
});
