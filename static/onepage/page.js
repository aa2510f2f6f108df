// A page in one file: the map of the dashboard with its data beside it in the same file, filters,
// a table that shows the same events, and an address after the # that keeps what the reader chose.
"use strict";
(function (dl) {
  const node = (id) => document.getElementById(id);
  const block = (name) => node("dl-file-" + name);
  const root = document.documentElement;

  // Files stand in blocks of the page. Each is read once; what the scripts make of it is kept too.
  const read = new Map();
  dl.json = function (url) {
    const name = url.replace(/\?.*$/, "").replace("/detail/", "/").replace(/\.json$/, "");
    if (name.startsWith("day|")) {
      const [, on, holders] = name.split("|");
      return Promise.resolve({ on: on, holders: holders ? holders.split(" ") : null });
    }
    if (!read.has(name)) {
      const found = block(name);
      read.set(name, found
        ? Promise.resolve().then(() => JSON.parse(found.textContent))
        : Promise.reject(new Error(name + " is not in this file")));
    }
    return read.get(name);
  };
  dl.patient = (url) => dl.json(url);
  const once = function (make) {
    let made = null;
    return function (file) {
      if (!made) made = make(file);
      return made;
    };
  };
  dl.decodeEvents = once(dl.decodeEvents);
  dl.decodeTimeline = once(dl.decodeTimeline);

  const state = JSON.parse(block("state").textContent);

  // What the reader chose, in the words of a permalink, after the #.
  let chosen = new URLSearchParams(location.hash.slice(1));
  function keep() {
    const text = chosen.toString().replace(/%2C/gi, ",").replace(/%2F/gi, "/").replace(/%3A/gi, ":");
    const url = location.pathname + location.search + (text ? "#" + text : "");
    try {
      history.replaceState(null, "", url);
    } catch (error) {
      // Some readers of saved files may not change their address; the page works without.
    }
    told();
  }
  dl.readParameter = (name) => chosen.get(name);
  dl.writeParameter = function (name, value) {
    if (value === null) chosen.delete(name);
    else chosen.set(name, value);
    keep();
  };
  function choose(name, values) {
    chosen.delete(name);
    for (const value of values) if (value) chosen.append(name, value);
  }
  const known = (name, allowed) => chosen.getAll(name).filter((value) => allowed.has(value));

  let file = null; // the events, decoded
  let days = null; // the areas of all days, decoded
  let board = null;
  let offered = [];
  const TIERS = ["assessed", "reported", "claimed", "denied"];
  const tiers = new Set(TIERS);

  function reader() {
    const actors = new Set(Object.keys(state.families));
    const day = chosen.getAll("when").pop() || "";
    const real = /^\d{4}-\d\d-\d\d$/.test(day) && day >= state.first && day <= state.last;
    return {
      actors: known("actor", actors),
      tiers: known("tier", tiers),
      text: (chosen.get("q") || "").slice(0, 200),
      on: real ? day : state.on,
    };
  }
  function cast(row) {
    if (!row.cast) row.cast = row.agents.concat(row.allies, row.targets).map((n) => file.actors[n]).filter(Boolean);
    return row.cast;
  }
  function haystack(row) {
    if (row.hay === undefined) {
      const report = row.span ? file.reports[row.span[0]] : null;
      const names = cast(row).flatMap((actor) => [actor.name, actor.short, actor.ar || ""]);
      const quote = report ? report.text.slice(row.span[1], row.span[2]) : "";
      row.hay = [row.summary, quote, row.name, row.ar || "", row.words, row.speaker,
        report ? report.title : "", report ? report.publisher : ""].concat(names).join(" ").toLowerCase();
    }
    return row.hay;
  }
  function family(actors) {
    return new Set(actors.flatMap((id) => state.families[id]));
  }
  // The rows that pass the reader's filters, days aside.
  function passing(now) {
    const wanted = now.actors.length ? family(now.actors) : null;
    const words = now.text.toLowerCase().split(/\s+/).filter(Boolean);
    return file.rows.filter((row) =>
      (!wanted || cast(row).some((actor) => wanted.has(actor.id))) &&
      (!now.tiers.length || now.tiers.includes(row.tier)) &&
      words.every((word) => haystack(row).includes(word)));
  }
  function bits(rows) {
    const bytes = new Uint8Array(Math.ceil(file.rows.length / 8));
    for (const row of rows) bytes[row.row >> 3] |= 1 << (row.row & 7);
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return { n: file.rows.length, bits: btoa(text) };
  }

  let turn = 0;
  function apply(how) {
    const now = reader();
    const pool = passing(now);
    const since = state.since && state.since > now.on ? now.on : state.since;
    const shown = pool.filter((row) => dl.within(row, since, now.on));
    let holders = state.holders;
    if (now.actors.length) {
      const own = family(now.actors);
      holders = holders ? holders.filter((id) => own.has(id)) : Array.from(own);
    }
    if (how && how.open) turn += 1;
    board.show({
      ids: shown.map((row) => row.id),
      events: "events",
      areas: "areas",
      zones: days ? "day|" + now.on + "|" + (holders ? holders.join(" ") : "") : "",
      on: now.on,
      since: state.since,
      band: state.band,
      bandOf: state.bandOf,
      strip: block("strip") ? "strip" : "",
      selected: (how && how.open) || null,
      turn: turn,
      dark: dark,
      change: block("change") && now.on === state.on ? "change" : "",
      lines: block("lines") ? "lines" : "",
      time: state.first === state.last ? null : {
        url: days ? "days" : "", first: state.first, last: state.last, pool: bits(pool), holders: holders,
      },
    });
    table(new Set(shown.map((row) => row.row)));
    controls(now, shown.length);
    told();
  }

  // The table holds every event of the file; those not on the map are hidden.
  const lines = new Map();
  function table(shown) {
    for (const [number, line] of lines) line.hidden = !shown.has(number);
  }
  function controls(now, count) {
    for (const chip of offered) {
      const on = now[chip.dataset.kind].includes(chip.dataset.value);
      chip.setAttribute("aria-pressed", String(on));
      const dot = chip.querySelector(".dl-dot");
      if (dot) dot.style.background = dl.tone(dot.dataset.colour); // to be seen on dark as on light
    }
    if (document.activeElement !== search && search.value !== now.text) search.value = now.text;
    const total = file.rows.length;
    node("dl-count").textContent = count.toLocaleString("en") + " of " + dl.count(total, "event", "events") +
      " in this file shown, as of " + dl.day(now.on);
    clear.hidden = !now.actors.length && !now.tiers.length && !now.text && now.on === state.on;
    const head = node("dl-as-of");
    head.textContent = now.on === state.on ? asOf : "As of " + dl.day(now.on);
  }
  const asOf = node("dl-as-of").textContent;

  // The same view for Dateline itself: the file's own filters with the reader's inside them.
  function told() {
    if (!file) return;
    const now = reader();
    const view = new URLSearchParams(state.view);
    const put = function (name, values) {
      if (!values.length) return;
      view.delete(name);
      for (const value of values) view.append(name, value);
    };
    put("actor", now.actors);
    put("tier", now.tiers);
    const words = [view.get("q"), now.text].filter(Boolean).join(" ");
    put("q", words ? [words] : []);
    const since = state.since && state.since > now.on ? now.on : state.since;
    put("when", since ? [since, now.on] : [now.on]);
    for (const name of ["map", "event"]) put(name, chosen.has(name) ? [chosen.get(name)] : []);
    node("dl-view").textContent = "?" + view.toString().replace(/%2C/gi, ",").replace(/%2F/gi, "/").replace(/%3A/gi, ":");
  }

  // The filters.
  const search = dl.el("input", "dl-search");
  const clear = dl.button("dl-chip dl-clear", "Show everything", "", function () {
    for (const name of ["actor", "tier", "q", "when"]) chosen.delete(name);
    search.value = "";
    keep();
    apply();
  });
  function chip(kind, value, sign, words, label) {
    const made = dl.button("dl-chip", "", label, function () {
      const now = reader()[kind];
      const next = now.includes(value) ? now.filter((one) => one !== value) : now.concat(value);
      choose(kind === "actors" ? "actor" : "tier", next);
      keep();
      apply();
    });
    made.dataset.kind = kind;
    made.dataset.value = value;
    const name = dl.el("span", "", words);
    name.dir = "auto";
    made.append(sign, name);
    offered.push(made);
    return made;
  }
  function group(title, parts) {
    const box = dl.el("div", "dl-filter");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", title);
    box.append(dl.el("span", "dl-filter-name", title), ...parts);
    return box;
  }
  function build() {
    const taking = new Set(file.rows.flatMap((row) => cast(row).map((actor) => actor.id)));
    const told = new Set(file.rows.map((row) => row.tier));
    const actors = file.actors.filter((actor) => taking.has(actor.id)).map(function (actor) {
      const swatch = dl.el("i", "dl-dot");
      swatch.dataset.colour = actor.colour;
      return chip("actors", actor.id, swatch, actor.short, "Only what involves " + actor.name);
    });
    const sure = TIERS.filter((tier) => told.has(tier)).map((tier) =>
      chip("tiers", tier, dl.mark(tier, "currentColor", 15), tier, "Only " + tier + ": " + dl.tierWords[tier]));
    search.type = "search";
    search.placeholder = "Search words, places, speakers";
    search.setAttribute("aria-label", "Search words, places, speakers");
    search.maxLength = 200;
    search.dir = "auto";
    let due = 0;
    search.addEventListener("input", function () {
      clearTimeout(due);
      due = setTimeout(function () {
        choose("q", [search.value.trim()]);
        keep();
        apply();
      }, 180);
    });
    const theme = dl.button("dl-chip dl-theme", "", "", () => setTheme(!dark, true));
    themeButton = theme;
    const tail = dl.el("div", "dl-filter dl-filter-tail");
    tail.append(search, clear, theme);
    const box = node("dl-filters");
    if (actors.length > 1) box.append(group("Who", actors));
    if (sure.length > 1) box.append(group("How sure", sure));
    box.append(tail);
    const role = (name, value) => document.querySelectorAll(name).forEach((one) => one.setAttribute("role", value));
    role("#dl-events table", "table");
    role("#dl-events thead, #dl-events tbody", "rowgroup");
    role("#dl-events thead tr", "row");
    role("#dl-events th", "columnheader");
    for (const line of document.querySelectorAll("#dl-events tr[data-row]")) {
      const number = Number(line.dataset.row);
      lines.set(number, line);
      const row = file.rows[number];
      const go = dl.button("dl-go", "On the map", "Show on the map: " + row.summary, function () {
        node("dl-map").scrollIntoView({ block: "center", behavior: dl.calm() ? "auto" : "smooth" });
        board.open(board.file.rows[number], null);
      });
      line.cells[0].append(go);
      // A table drawn as blocks on a phone stays a table for a screen reader.
      line.setAttribute("role", "row");
      for (const cell of line.cells) cell.setAttribute("role", "cell");
    }
  }

  // Dark or light: the system's choice until the reader makes one.
  const night = window.matchMedia("(prefers-color-scheme: dark)");
  let dark = night.matches;
  let themed = false;
  let themeButton = null;
  function setTheme(to, own) {
    dark = to;
    themed = themed || !!own;
    root.classList.toggle("dl-night", dark);
    root.classList.toggle("dl-day", !dark);
    if (themeButton) themeButton.textContent = dark ? "Light" : "Dark";
    if (board && file) apply();
  }
  night.addEventListener("change", function () {
    if (!themed) setTheme(night.matches);
  });

  // On paper: the composed picture, or, if the reader changed anything, the map as it stands.
  const SHEET = [1000, 620];
  function paper() {
    const now = reader();
    const changed = now.actors.length || now.tiers.length || now.text || now.on !== state.on || chosen.has("map");
    const home = node("dl-print");
    home.replaceChildren();
    home.hidden = !changed;
    root.classList.toggle("dl-reader-print", !!changed);
    if (!changed || !board.stack.frame) return;
    // Drawn anew at about the width of a sheet, so that names keep a size that can be read.
    const box = node("dl-map");
    box.style.width = SHEET[0] + "px";
    box.style.height = SHEET[1] + "px";
    board.map.invalidateSize({ animate: false });
    repaint(false);
    const frame = board.stack.frame;
    if (frame.size.x < 2) { // the map is not laid out: the picture must do
      box.style.width = box.style.height = "";
      home.hidden = true;
      root.classList.remove("dl-reader-print");
      return;
    }
    const sheet = dl.el("canvas", "dl-sheet");
    sheet.width = frame.size.x * frame.dpr;
    sheet.height = frame.size.y * frame.dpr;
    const context = sheet.getContext("2d");
    for (const layer of board.stack._sheets) {
      context.drawImage(layer.canvas, -frame.pad.x * frame.dpr, -frame.pad.y * frame.dpr);
    }
    box.style.width = box.style.height = "";
    const legend = dl.el("div", "dl-map dl-print-legend dl-legend");
    const from = board.legend.body;
    const copy = from.cloneNode(true);
    copy.hidden = false;
    copy.removeAttribute("id");
    const canvases = from.querySelectorAll("canvas");
    copy.querySelectorAll("canvas").forEach((canvas, n) => canvas.getContext("2d").drawImage(canvases[n], 0, 0));
    legend.append(copy);
    const said = [];
    if (now.actors.length) said.push("only " + now.actors.map((id) => file.actors.find((a) => a.id === id).name).join(" or "));
    if (now.tiers.length) said.push("only " + now.tiers.join(" or "));
    if (now.text) said.push("only with the words “" + now.text + "”");
    home.append(sheet, legend, dl.el("figcaption", "", "As of " + dl.day(now.on) + ", as a reader set it" +
      (said.length ? ": " + said.join("; ") : "") + "."));
  }
  function repaint(to) {
    board.theme(to);
    board.stack._moved = true;
    board.stack._draw();
    board._key();
  }
  window.addEventListener("beforeprint", paper);
  window.addEventListener("afterprint", function () {
    if (!root.classList.contains("dl-reader-print")) return;
    board.map.invalidateSize({ animate: false });
    repaint(dark);
  });

  const copy = node("dl-copy");
  copy.addEventListener("click", function () {
    const words = node("dl-view");
    const select = function () {
      const range = document.createRange();
      range.selectNodeContents(words);
      const selection = window.getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
    };
    if (navigator.clipboard) {
      navigator.clipboard.writeText(words.textContent).then(() => (copy.textContent = "Copied"), select);
    } else select();
  });

  function place(map) {
    const size = map.getSize();
    const [west, south, east, north] = state.extent;
    if (state.map) {
      const zoom = state.map[2] - (size.x < 700 ? 1 : 0);
      map.setView([state.map[0], state.map[1]], Math.max(2, Math.min(13, zoom)), { animate: false });
    } else {
      map.fitBounds([[south, west], [north, east < west ? east + 360 : east]], { animate: false, maxZoom: 10 });
    }
  }

  async function start() {
    file = dl.decodeEvents(await dl.json("events"));
    if (block("days")) {
      days = dl.decodeTimeline(await dl.json("days"));
      dl.decodeZones = (wanted) => days.at(wanted.on, wanted.holders);
    }
    build();
    setTheme(dark);
    const map = L.map(node("dl-map"), {
      center: [0, 0], zoom: 2, minZoom: 2, maxZoom: 13, zoomControl: false, attributionControl: false,
      zoomSnap: 0.5, wheelPxPerZoomLevel: 90, worldCopyJump: true, scrollWheelZoom: false,
    });
    place(map);
    dl.start(map, {
      basemap: "base", events: "", areas: "", dark: dark, label: "Map of reported events",
      told: function (news) {
        if (!news.day || reader().on === news.day.on) return;
        choose("when", [news.day.on === state.on ? "" : news.day.on]);
        keep();
        apply();
      },
    });
    board = dl.board;
    // The wheel scrolls the page until the reader has taken hold of the map.
    map.on("focus click", () => map.scrollWheelZoom.enable());
    map.on("blur", () => map.scrollWheelZoom.disable());
    const first = !chosen.has("event") && state.event ? state.event : null;
    apply(first ? { open: first } : null);
    window.addEventListener("hashchange", function () {
      chosen = new URLSearchParams(location.hash.slice(1));
      const at = (chosen.get("map") || "").split(",").map(Number);
      if (at.length === 3 && at.every(Number.isFinite)) map.setView([at[0], at[1]], at[2], { animate: false });
      search.value = chosen.get("q") || "";
      apply(chosen.has("event") ? { open: chosen.get("event") } : null);
    });
    root.dataset.ready = "yes";
  }
  start().catch(function (error) {
    // Without the map the picture and the table still say what there is.
    root.className = "";
    throw error;
  });
})(window.dateline);
