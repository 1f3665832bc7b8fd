// Pages of crowd safety that stay open. A large screen asks for itself anew; each of them notices
// when the server does not answer, or when what was counted gets old, without a clock of its own:
// only time that passed since the last answer counts.
const PATIENCE_MS = 10_000; // for an answer
const MISSES = 2; // refreshes without an answer until the screen says so

const find = () => document.getElementById("crowd");
let answered = performance.now();
let clock = find().dataset.clock;

function look() {
  const { age, stale, refresh } = find().dataset;
  const passed = (performance.now() - answered) / 1000;
  const silent = refresh && passed > MISSES * Number(refresh) + PATIENCE_MS / 1000;
  const old = age !== "" && Number(age) + passed > Number(stale);
  const wasOld = age === "" || Number(age) > Number(stale); // then the page itself says so
  const banner = document.getElementById("crowd-banner");
  const kind = silent ? "dead" : old && !wasOld ? "old" : "";
  if (banner.dataset.kind === kind) return;
  banner.dataset.kind = kind;
  banner.hidden = kind === "";
  banner.querySelector("[data-say]").textContent = kind === "" ? "" : banner.dataset[`say${kind}`].replace("{time}", clock);
  document.body.classList.toggle("is-old", kind !== "");
}

async function refresh() {
  try {
    const answer = await fetch(location.href, { signal: AbortSignal.timeout(PATIENCE_MS), cache: "no-store" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const content = fresh.getElementById("crowd");
    if (!content) return;
    find().replaceWith(document.adoptNode(content));
    clock = content.dataset.clock;
    answered = performance.now();
  } catch {
    // look() says so when it lasts
  } finally {
    look();
  }
}

setInterval(look, 1000);
if (find().dataset.refresh) setInterval(refresh, 1000 * Number(find().dataset.refresh));
document.addEventListener("visibilitychange", look);
