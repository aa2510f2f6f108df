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
    this.zones = null;
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
        { name: "events", z: 450, paint: (c, f) => dl.paintEvents(c, f, this.groups, this.focus) },
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
      container.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && !this.card.node.hidden) this.close();
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
    // The one thing the page is told: that "Share" was pressed, and where the map stands.
    _share: function () {
      this.shares = (this.shares || 0) + 1;
      window.Streamlit.setComponentValue({ share: { n: Date.now() + "." + this.shares, map: this._where() } });
    },
    _where: function () {
      const at = this.map.getCenter().wrap();
      return [at.lat.toFixed(4), at.lng.toFixed(4), String(Math.round(this.map.getZoom() * 100) / 100)].join(",");
    },
    _trouble: function (words) {
      this.legend.say(words);
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
      };
      try {
        const [events, areas, zones] = await Promise.all(
          ["events", "areas", "zones"].map((kind) => (urls[kind] ? dl.json(urls[kind]) : null))
        );
        if (turn !== this.turn) return; // a newer state is already on its way
        if (urls.events !== this.urls.events) this.file = events ? dl.decodeEvents(events) : null;
        if (urls.areas !== this.urls.areas) this.areas = areas ? dl.decodeAreas(areas) : {};
        if (urls.zones !== this.urls.zones) this.zones = zones ? dl.decodeZones(zones) : null;
        this.urls = urls;
      } catch (error) {
        this._trouble("The events did not load; change a filter or reload the page to try again.");
        return;
      }
      this._apply(state);
    },
    _apply: function (state) {
      const first = !this.settled;
      const themed = this.themed;
      this.themed = false;
      this.state = state;
      this.shown = this.file ? dl.shownRows(this.file, state) : [];
      this.places = dl.placesOf(this.shown);
      const total = this.file ? this.file.rows.length : 0;
      const hidden = total - this.shown.length;
      this.legend.fill(this.shown, this.zones, state);
      this.legend.say(dl.count(this.shown.length, "event", "events") + " shown, " + hidden.toLocaleString("en") + " hidden");
      this.map.getContainer().dataset.shown = this.shown.length;
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
      dl.paintZones(context, frame, this.zones);
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

    // A real button over each mark, for the keyboard and for readers that cannot see a canvas.
    _layKeys: function (frame) {
      const focused = document.activeElement && document.activeElement.dataset.spot;
      const nodes = this.groups.filter((g) => g.seen || g.chip).slice(0, 200).map((group) => {
        const row = group.top;
        const words = group.count > 1
          ? row.name + ": " + group.count + " events. Latest: " : row.name + ": ";
        const node = dl.button("dl-key", "", "", () => this.openGroup(group));
        node.setAttribute("aria-label", words + row.summary + ", " + row.tier + ", " + row.when);
        node.dataset.spot = group.key;
        node.style.left = (group.chip ? (group.chip[0] + group.chip[2]) / 2 : group.x) + "px";
        node.style.top = (group.chip ? (group.chip[1] + group.chip[3]) / 2 : group.y) + "px";
        node.addEventListener("focus", () => this._point(group));
        node.addEventListener("blur", () => this._leave());
        return node;
      });
      this.keys.replaceChildren(...nodes);
      const again = focused && nodes.find((node) => node.dataset.spot === focused);
      if (again) again.focus({ preventScroll: true });
    },
    _carryKeys: function (point, scale) {
      L.DomUtil.setTransform(this.keys, point, scale);
    },

    _spot: function (event) {
      const frame = this.stack.frame;
      const p = this.map.project(event.latlng, frame.zoom).subtract(frame.origin);
      return dl.pick(this.groups, p.x, p.y, event.originalEvent && event.originalEvent.pointerType === "touch" ? 14 : 5);
    },
    _click: function (event) {
      const group = this.stack.frame && this._spot(event);
      if (group) this.openGroup(group);
      else if (!this.card.node.hidden) this.close();
    },
    _hover: function (event) {
      if (!this.stack.frame || this.map._animatingZoom) return;
      this._point(this._spot(event));
    },
    _point: function (group) {
      if (group === this.focus.hover) return;
      this.focus.hover = group || null;
      this.map.getContainer().style.cursor = group ? "pointer" : "";
      this.stack.repaint(group && group.kind === "point" ? ["events"] : ["middle", "events"]);
      this.tip.hidden = !group;
      if (!group) return;
      this.tip.replaceChildren(dl.el("b", "", group.top.name), dl.el("span", "", group.count > 1
        ? group.count + " events; latest: " + group.top.summary : group.top.summary),
      dl.el("span", "dl-note", group.top.when + " · " + group.top.tier));
      const frame = this.stack.frame;
      const at = this.map.latLngToContainerPoint(this.map.unproject(L.point(group.x, group.y).add(frame.origin), frame.zoom));
      const size = this.map.getSize();
      this.tip.style.left = Math.max(8, Math.min(at.x + 16, size.x - this.tip.offsetWidth - 8)) + "px";
      this.tip.style.top = Math.max(8, Math.min(at.y + 16, size.y - this.tip.offsetHeight - 8)) + "px";
    },
    _leave: function () {
      if (this.focus.hover) this._point(null);
    },

    openGroup: function (group) {
      this._leave();
      if (group.count === 1) {
        this.open(group.top, group);
        return;
      }
      this.focus.row = null;
      this.focus.group = group;
      this._opened();
      this.card.list(group);
      this._reveal(group.top);
      this.stack.rearrange(["middle", "events"]);
      dl.writeParameter("event", null);
    },
    open: function (row, group, how) {
      this.focus.row = row;
      this.focus.group = dl.groupOf(this.groups, row);
      this._opened();
      const still = !!how && how.still; // nobody asked for it: leave the view and the focus alone
      this.card.event(row, group && group.count > 1 ? group : this.focus.group, still);
      if (!still) this._reveal(row);
      this.stack.rearrange(["middle", "events"]);
      dl.writeParameter("event", row.id);
    },
    _opened: function () {
      const active = document.activeElement;
      if (this.card.node.hidden) this.back = active && active.dataset.spot ? active.dataset.spot : null;
      this.map.getContainer().classList.add("dl-open");
    },
    close: function (how) {
      this.card.hide();
      this.focus.row = this.focus.group = null;
      this.map.getContainer().classList.remove("dl-open");
      this.stack.rearrange(["middle", "events"]);
      dl.writeParameter("event", null);
      if (how && how.still) return; // a filter closed it: the reader's focus is there
      const again = Array.from(this.keys.children).find((node) => node.dataset.spot === this.back);
      (again || this.map.getContainer()).focus({ preventScroll: true });
    },
    // Bring a place into the part of the map the card leaves free.
    _reveal: function (row) {
      const size = this.map.getSize();
      const narrow = size.x < 640;
      const right = narrow ? size.x : size.x - this.card.node.offsetWidth;
      const bottom = narrow ? size.y - this.card.node.offsetHeight : size.y;
      const lon = dl.nearX(row.x, this.stack.frame) * 360 - 180;
      const at = this.map.latLngToContainerPoint([row.lat, lon]);
      if (at.x > 40 && at.x < right - 40 && at.y > 40 && at.y < bottom - 40) return;
      this.map.panBy([at.x - right / 2, at.y - bottom / 2], { animate: !dl.calm() });
    },
  };

  dl.start = function (map, settings) {
    dl.board = new Board(map, settings);
  };
  dl.show = function (map, state) {
    if (dl.board) dl.board.show(state);
  };
})(window.dateline);
