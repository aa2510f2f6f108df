// The map itself: joins base map, zones, events, card and legend, and answers to the page.
// dateline.start(map, settings) runs once; dateline.show(map, state) on every change of filters.
"use strict";
(function (dl) {
  function Board(map, settings) {
    this.map = map;
    this.settings = settings;
    this.state = {};
    this.turn = 0;
    this.file = null;
    this.shown = [];
    this.places = [];
    this.groups = [];
    this.zones = null; // of the page's day
    this.ground = null; // of the day on the map, which the player moves
    this.change = null;
    this.layers = []; // lines of others
    this.areas = {};
    this.urls = {};
    this.seen = { selected: null, pan: null };
    this.focus = { row: null, group: null, hover: null };
    this._build();
  }
  Board.prototype = {
    _build: function () {
      const map = this.map;
      const container = map.getContainer();
      container.classList.add("dl-map");
      container.setAttribute("role", "region");
      container.setAttribute("aria-label", this.settings.label);
      this.theme(this.settings.dark);
      if (dl.calm()) {
        map.options.inertia = false;
        map._zoomAnimated = false;
      }
      this._position();

      this.basemap = new dl.Basemap(this.settings.basemap, () => this.redraw());
      this.basemap.ready.then(
        () => this.credits.fill(this.basemap.credits),
        () => this._trouble("The base map did not load; reload the page to try again.")
      );
      const stack = [
        { name: "ground", z: 200, paint: (c, f) => dl.paintGround(c, f, this.basemap.sources(f)) },
        { name: "middle", z: 300, paint: (c, f) => this._paintMiddle(c, f) },
        { name: "events", z: 450, paint: (c, f) => dl.paintEvents(c, f, this.groups, this.focus, this.ground) },
      ];
      this.stack = new dl.Stack(stack, (frame) => this._layout(frame));
      this.stack.onplace = (point, scale) => this._carryKeys(point, scale);
      this.keys = dl.el("div", "dl-keys");
      this.keys.setAttribute("role", "group");
      this.keys.setAttribute("aria-label", "Places with events in view");
      // Leaflet would take a key press on a button for a click on the map.
      L.DomEvent.on(this.keys, "click dblclick keypress", L.DomEvent.stopPropagation);
      map.createPane("dateline-keys").appendChild(this.keys);
      map.getPane("dateline-keys").style.zIndex = 460;

      L.control.zoom({ position: "topleft", zoomInTitle: "Zoom in", zoomOutTitle: "Zoom out" }).addTo(map);
      if (window.Streamlit) new dl.Share({ press: () => this._share() }).addTo(map);
      this.legend = new dl.Legend().addTo(map);
      this.credits = new dl.Credits().addTo(map);
      new dl.Scale().addTo(map);
      this.player = new dl.Player(container, {
        preview: () => this._preview(),
        tell: (day) => this._tell({ day: { n: this._count(), on: day } }),
      });
      this.tip = dl.el("div", "dl-tip");
      this.tip.hidden = true;
      container.appendChild(this.tip);
      this.card = new dl.Card(container, {
        file: () => this.file,
        rows: () => this.shown,
        open: (row, group) => this.open(row, group),
        close: () => this.close(),
        showGroup: (group) => this.openGroup(group),
      });

      map.on("click", (event) => this._click(event));
      map.on("mousemove", (event) => this._hover(event));
      map.on("mouseout movestart zoomstart", () => this._leave());
      map.on("moveend", () => this._remember());
      map.on("moveend resize", () => {
        if (this.settled) this._key();
      });
      container.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && !this.card.node.hidden) this.close();
      });
      // With the card the scale and the credits move: words must keep off where they come to rest.
      container.addEventListener("transitionend", (event) => {
        if (event.propertyName === "right" && event.target.classList.contains("leaflet-bottom")) {
          this.stack.rearrange(["middle", "events"]);
        }
      });
      map.on("dateline:drawn", () => {
        container.dataset.painted = container.dataset.on || "";
      });
      // The frame gets its size from the page a moment after it starts, and again on folding.
      new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(container);
      this.stack.addTo(map);
      const faces = ["400 12px", "600 12px", "700 12px"].map((f) => document.fonts.load(f + ' "Noto Sans"'));
      faces.push(document.fonts.load('600 12px "Noto Sans Arabic"', "ا"), document.fonts.load('400 12px "Noto Sans Arabic"', "ا"));
      Promise.allSettled(faces).then(() => this.redraw());
    },
    redraw: function () {
      if (this.stack) this.stack.redraw();
    },
    theme: function (dark) {
      dl.palette = dark ? dl.palettes.dark : dl.palettes.light;
      this.map.getContainer().classList.toggle("dl-dark", !!dark);
      this.dark = !!dark;
    },
    // All that the page is told: that "Share" was pressed, and where the map stands; and the day
    // that the reader stopped at. Both go each time, since the page keeps the last word only.
    _share: function () {
      this._tell({ share: { n: this._count(), map: this._where() } });
    },
    _tell: function (news) {
      this.told = Object.assign({}, this.told, news);
      if (window.Streamlit) window.Streamlit.setComponentValue(this.told);
      if (this.settings.told) this.settings.told(this.told); // a page in one file
    },
    _count: function () {
      this.counter = (this.counter || 0) + 1;
      return Date.now() + "." + this.counter;
    },
    _where: function () {
      const at = this.map.getCenter().wrap();
      return [at.lat.toFixed(4), at.lng.toFixed(4), String(Math.round(this.map.getZoom() * 100) / 100)].join(",");
    },
    _trouble: function (words) {
      this.legend.say(words, true);
    },

    // The page's map=lat,lon,zoom, read once and kept up to date without ever asking the server.
    _position: function () {
      const parts = (dl.readParameter("map") || "").split(",").map(Number);
      if (parts.length === 3 && parts.every(Number.isFinite) && Math.abs(parts[0]) <= 90 &&
          Math.abs(parts[1]) <= 180 && parts[2] >= 0 && parts[2] <= 14) { // the same as on the server
        const zoom = Math.max(this.map.getMinZoom(), Math.min(this.map.getMaxZoom(), parts[2]));
        this.map.setView([parts[0], parts[1]], zoom, { animate: false });
      }
      this.settled = false;
    },
    _remember: function () {
      if (!this.settled) return; // the first placing is nobody's choice
      this.moved = true;
      clearTimeout(this.due);
      this.due = setTimeout(() => {
        dl.writeParameter("map", this._where());
      }, 250);
    },

    // Take a new state of the filters: fetch what is new, then change everything at once.
    show: async function (state) {
      const turn = ++this.turn;
      if (typeof state.dark === "boolean" && state.dark !== this.dark) {
        this.theme(state.dark); // at once: a dark page must not flash
        this.themed = true;
        this.redraw();
      }
      const urls = {
        events: state.events || this.settings.events,
        areas: state.areas || this.settings.areas,
        zones: state.zones || "",
        change: state.change || "",
        lines: state.lines || "",
      };
      try {
        const [events, areas, zones, change, lines] = await Promise.all(
          ["events", "areas", "zones", "change", "lines"].map((kind) => (urls[kind] ? dl.json(urls[kind]) : null))
        );
        if (turn !== this.turn) return; // a newer state is already on its way
        if (urls.events !== this.urls.events) this.file = events ? dl.decodeEvents(events) : null;
        if (urls.areas !== this.urls.areas) this.areas = areas ? dl.decodeAreas(areas) : {};
        if (urls.zones !== this.urls.zones) this.zones = zones ? dl.decodeZones(zones) : null;
        if (urls.change !== this.urls.change) this.change = change ? dl.decodeChange(change) : null;
        if (urls.lines !== this.urls.lines) this.layers = lines ? dl.decodeLines(lines) : [];
        this.urls = urls;
      } catch (error) {
        this._trouble("The events did not load; change a filter or reload the page to try again.");
        return;
      }
      this._apply(state);
      this._strip(state.strip || "", turn);
    },
    // The strip along a border is made while the page is read: ask until it is there.
    _strip: async function (url, turn) {
      if (url === this.stripUrl) return;
      const file = url && (await dl.patient(url, () => turn === this.turn));
      if (turn !== this.turn) return;
      this.stripUrl = url;
      this.strip = file ? dl.decodeBand(file) : null;
      this.stack.rearrange(["middle"]);
    },
    _apply: function (state) {
      const first = !this.settled;
      const themed = this.themed;
      this.themed = false;
      this.state = state;
      this.player.take(state, this.file ? this.file.rows : []);
      this._fill();
      if (this.card.row && !this.shown.includes(this.focus.row)) this.close({ still: true });
      else if (this.card.group && !this.card.row) this.close({ still: true });
      else if (this.card.row && (themed || this.focus.row !== this.card.row)) this.open(this.focus.row, null, { still: true });
      if (themed || first) this.stack.redraw();
      else this.stack.rearrange(["middle", "events"]);

      const pan = state.pan ? JSON.stringify([state.pan, state.turn]) : null;
      if (state.pan && pan !== this.seen.pan && !(first && dl.readParameter("map"))) {
        const zoom = state.pan.length > 2 ? state.pan[2] : Math.max(this.map.getZoom(), 8);
        this.map.setView([state.pan[0], state.pan[1]], zoom, { animate: !first && !dl.calm() });
      }
      this.seen.pan = pan;
      const chosen = state.selected ? JSON.stringify([state.selected, state.turn]) : null;
      const wanted = chosen !== this.seen.selected && state.selected ? state.selected : first && dl.readParameter("event");
      this.seen.selected = chosen;
      const row = wanted && this.file ? this.file.byId.get(wanted) : null;
      this.settled = true;
      // Going back, or the page writing its own part of the address, can undo what the map wrote.
      if (this.moved) dl.writeParameter("map", this._where());
      if (!first) dl.writeParameter("event", this.card.row ? this.card.row.id : null);
      if (row && this.shown.includes(row)) this.open(row, null, { still: first && !!dl.readParameter("map") });
    },

    // What is on the map on the day it stands at: the page's, or the one the player has come to.
    _fill: function () {
      const state = this.state;
      const moved = this.player.day && this.file;
      this.shown = !this.file ? [] : moved ? this.player.shown() : dl.shownRows(this.file, state);
      this.ground = !moved ? this.zones : state.time.url ? this.player.ground() : null;
      this.places = dl.placesOf(this.shown);
      const total = this.file ? this.file.rows.length : 0;
      const hidden = total - this.shown.length;
      const on = moved ? this.player.day : state.on;
      this.dayOn = on;
      this._key();
      this.legend.say(dl.count(this.shown.length, "event", "events") + " shown, " + hidden.toLocaleString("en") + " hidden");
      const data = this.map.getContainer().dataset;
      data.shown = this.shown.length;
      data.on = on || "";
    },
    // The legend names what is in view: it is filled again when the map has moved.
    _key: function () {
      const size = this.map.getSize();
      const at = this.map.getBounds();
      const view = [dl.x(at.getWest()), dl.y(at.getNorth()), dl.x(at.getEast()), dl.y(at.getSouth())];
      const turn = Math.round((view[0] + view[2]) / 2 - 0.5); // how often round the world
      const seen = (box) => size.x < 2 || [turn - 1, turn, turn + 1].some((k) =>
        dl.meets(box, [view[0] - k, view[1], view[2] - k, view[3]]));
      const spot = (item) => seen([item.x, item.y, item.x, item.y]);
      const boxed = (item) => seen(item.box);
      const on = this.dayOn;
      const known = []; // by place, since many rows can share one
      const here = (row) => known[row.home] === undefined ? (known[row.home] = spot(row)) : known[row.home];
      const rows = this.shown.filter((row) => row.kind !== "point" || here(row));
      const change = this.player.day ? null : this.change;
      this.legend.fill(rows, dl.groundIn(this.ground, boxed, spot), Object.assign({}, this.state, { on: on }),
        change && dl.changeIn(change, boxed),
        dl.linesOn(this.layers, on).filter((layer) => layer.areas.some(boxed)));
    },
    _preview: function () {
      if (!this.file) return;
      this._fill();
      if (this.card.row ? !this.shown.includes(this.focus.row) : this.card.group) this.close({ still: true });
      else this.stack.rearrange(["middle", "events"]);
    },

    // Marks for the frame, then the painting of zones, borders and labels around them.
    _layout: function (frame) {
      this.groups = dl.layout(frame, this.places);
      const of = (old) => dl.groupOf(this.groups, old && old.top);
      this.focus.hover = of(this.focus.hover);
      if (!this.focus.hover) this.tip.hidden = true; // its mark is gone
      this.focus.group = dl.groupOf(this.groups, this.focus.row) || of(this.focus.group);
      const taken = new dl.Taken();
      for (const g of this.groups) {
        if (g.kind !== "point") continue;
        const r = g.radius + 2;
        taken.add([g.x - r, g.y - r, g.x + r, g.y + r]);
        if (g.count > 1) taken.add([g.x + 2, g.y - 16, g.x + 18, g.y - 2]);
      }
      this._keepClear(frame, taken);
      dl.layoutChips(this.stack._sheets[2].context, this.groups, taken, frame);
      this.marks = taken;
      this._layKeys(frame);
    },
    // Words under the legend, a button or the card could not be read: keep them out from under.
    _keepClear: function (frame, taken) {
      const home = this.map.getContainer().getBoundingClientRect();
      for (const control of this.map.getContainer().querySelectorAll(".leaflet-control, .dl-card:not([hidden])")) {
        const at = control.getBoundingClientRect();
        if (!at.width) continue;
        const [x, y] = [at.left - home.left + frame.pad.x, at.top - home.top + frame.pad.y];
        taken.add([x - 3, y - 3, x + at.width + 3, y + at.height + 3]);
      }
    },
    _paintMiddle: function (context, frame) {
      const sources = this.basemap.sources(frame);
      const change = this.player.day ? null : this.change;
      context.globalAlpha = change ? 0.3 : 1; // the difference must be read before the state
      dl.paintZones(context, frame, this.ground);
      context.globalAlpha = 1;
      dl.paintBand(context, frame, this.strip);
      dl.paintChange(context, frame, change);
      dl.paintLines(context, frame, dl.linesOn(this.layers, this.player.day || this.state.on));
      // a line without a shape gets no circle: no width is meant
      const flat = (g) => g.kind === "area" || (g.kind === "line" && this.areas[g.top.place]);
      const areas = this.groups.filter(flat).map((g) => ({
        colour: dl.colourOf(g.top), shape: this.areas[g.top.place], x: g.x, y: g.y,
        radius: Math.max(14, g.ring), strong: g === this.focus.group || g === this.focus.hover,
      }));
      dl.paintAreas(context, frame, areas);
      dl.paintBorders(context, frame, sources);
      const taken = this.marks.copy(); // labels keep off the marks and off each other
      const labelled = this.groups.filter((g) => g.kind === "point" && g.seen);
      const rank = (g) => (g === this.focus.group ? 1e9 : 0) + g.count;
      const names = new Map();
      for (const g of labelled.sort((a, b) => rank(b) - rank(a)).slice(0, 150)) {
        const fits = dl.placeLabel(context, taken, {
          name: g.top.name + (g.others ? " +" + g.others : ""), ar: frame.zoom >= 6.5 ? g.top.ar : null,
          x: g.x, y: g.y, radius: g.radius + (g === this.focus.group ? 7 : 0), strong: g === this.focus.group || g.count > 2,
          roams: g === this.focus.group || g.count > 3, frame: frame,
        });
        if (fits) for (const place of g.places) names.set(place.rows[0].name.toLowerCase(), g);
      }
      dl.labelCountries(context, frame, sources, taken);
      dl.labelRivers(context, frame, sources, taken);
      if (this.basemap.world) dl.labelSides(context, frame, sources, taken);
      const covered = (x, y, name) => names.has(name.toLowerCase()) ||
        labelled.some((g) => Math.hypot(g.x - x, g.y - y) < 12);
      dl.labelTowns(context, frame, sources, taken, covered);
      const framed = this.groups.filter((g) => g.chip).map((g) => g.top.name);
      dl.labelRegions(context, frame, sources, taken, (name) => framed.some((f) => f.startsWith(name)));
      this.map.getContainer().dataset.drawn = this.basemap.complete() ? "all" : "part";
    },
  };

  Object.assign(Board.prototype, dl.pointing);

  dl.start = function (map, settings) {
    dl.board = new Board(map, settings);
  };
  dl.show = function (map, state) {
    if (dl.board) dl.board.show(state);
  };
})(window.dateline);
