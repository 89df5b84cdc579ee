// What the local pages share, after common.js: a complaint that is shown for a moment, and the way a change reaches the page.
const vitaleLive = (() => {
  "use strict";

  const { one, english } = vitalePage;

  function complain(problem) {
    const what = english() ? [problem.message_en, problem.next_step_en] : [problem.message, problem.next_step];
    const toast = one("#toast");
    toast.textContent = what.filter(Boolean).join(" ") || problem.title || "";
    toast.hidden = false;
    clearTimeout(complain.timer);
    complain.timer = setTimeout(() => { toast.hidden = true; }, 8000);
  }

  // The end of a request that is never answered: without it the page would wait for ever, and ask nothing else.
  const within = (seconds) => AbortSignal.timeout(seconds * 1000);

  // Calls `changed` with each state that the server tells. When it is gone, calls `lost` and tries again, more and more rarely.
  // `renew` fetches what is at `address` and hands it to `put`, never twice at once: whoever asks meanwhile gets one more afterwards.
  function follow({ address, put, changed, lost }) {
    let source = null;
    let wait = 500;
    let timer = 0;
    let ended = false;
    let asking = false;
    let again = false;

    async function renew() {
      if (asking) { again = true; return; }
      asking = true;
      try {
        const answer = await fetch(address, { signal: within(20) });
        if (!answer.ok) throw new Error(String(answer.status));
        put(await answer.json());
        connected();
      } catch {
        cutOff();
      } finally {
        asking = false;
        if (again) { again = false; renew(); }
      }
    }

    function listen() {
      if (ended) return;
      source?.close();
      source = new EventSource("api/events");
      source.addEventListener("state", (event) => changed(JSON.parse(event.data)));
      source.addEventListener("error", cutOff);
    }

    function cutOff() {
      if (ended) return;
      one("#lost").hidden = false;
      lost();
      source?.close();
      source = null;
      clearTimeout(timer);
      timer = setTimeout(listen, wait);
      wait = Math.min(wait * 2, 8000);
    }

    function connected() {
      wait = 500;
      one("#lost").hidden = true;
    }

    function end() {
      ended = true;
      source?.close();
      clearTimeout(timer);
    }

    return { renew, listen, cutOff, end };
  }

  return { complain, follow, within };
})();
