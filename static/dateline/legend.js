// The legend says only what is on the map now; beside it the count of events, for eyes and ears.
"use strict";
(function (dl) {
  const KINDS = {
    held: ["held", "held, as far as is reported"],
    claimed: ["claimed", "only the side that gains says it holds this"],
    contested: ["contested", "fought over, or sources contradict each other"],
  };

  // An actor's colour; for one that holds ground, as its zones look, texture included.
  dl.swatch = function (actor, holds) {
    const canvas = dl.el("canvas", "dl-swatch");
    const dpr = Math.min(window.devicePixelRatio || 1, 3);
    const [wide, tall] = [22, 13];
    canvas.width = wide * dpr;
    canvas.height = tall * dpr;
    const context = canvas.getContext("2d");
    context.scale(dpr, dpr);
    const colour = dl.tone(actor.colour);
    context.fillStyle = holds ? dl.alpha(colour, 0.45) : colour;
    context.fillRect(0, 0, wide, tall);
    const frame = { dpr: dpr, origin: { x: 0, y: 0 } };
    context.fillStyle = (holds && dl.actorTexture(context, frame, actor.pattern, dl.alpha(colour, 0.9))) || "transparent";
    context.fillRect(0, 0, wide, tall);
    if (holds) {
      context.fillStyle = colour;
      context.fillRect(0, 0, 5, tall);
    }
    return canvas;
  };

  dl.Legend = L.Control.extend({
    options: { position: "bottomleft" },
    onAdd: function () {
      const node = dl.el("section", "dl-legend");
      node.setAttribute("aria-label", "Legend");
      this.head = dl.button("dl-legend-head", "", "", () => this.fold(this.body.hidden === false));
      this.words = dl.el("span", "dl-counts", "Loading events…");
      this.arrow = dl.el("span", "dl-arrow", "▾");
      this.arrow.setAttribute("aria-hidden", "true");
      const words = dl.el("span", "dl-legend-words");
      words.append(dl.el("b", "", "Legend"), this.words);
      this.head.append(words, this.arrow);
      this.body = dl.el("div", "dl-legend-body");
      this.body.id = "dl-legend-body";
      this.head.setAttribute("aria-controls", this.body.id);
      node.append(this.head, this.body);
      L.DomEvent.disableClickPropagation(node);
      L.DomEvent.disableScrollPropagation(node);
      this.live = dl.el("div", "dl-unseen");
      this.live.setAttribute("role", "status");
      this.live.setAttribute("aria-live", "polite");
      node.append(this.live);
      this.fold(window.innerWidth < 720);
      return node;
    },
    fold: function (away) {
      this.body.hidden = away;
      this.head.setAttribute("aria-expanded", String(!away));
      this.arrow.textContent = away ? "▸" : "▾";
    },
    say: function (words) {
      if (this.words.textContent !== words) {
        this.words.textContent = words;
        this.live.textContent = words;
      }
    },
    // rows: the events shown; zones: decoded zones or null; state: the filters' state.
    fill: function (rows, zones, state) {
      this.body.replaceChildren();
      const actors = new Map();
      for (const actor of zones ? zones.actors : []) actors.set(actor.id, actor);
      for (const row of rows) if (row.lead && !actors.has(row.lead.id)) actors.set(row.lead.id, row.lead);
      if (actors.size) {
        const holders = new Set((zones ? zones.zones : []).flatMap((zone) => zone.holders));
        const list = this._part("Who acts or holds");
        for (const actor of actors.values()) {
          this._row(list, dl.swatch(actor, holders.has(actor.id)), actor.short);
        }
      }
      const tiers = ["assessed", "reported", "claimed", "denied"].filter((t) => rows.some((r) => r.tier === t));
      if (tiers.length) {
        const list = this._part("How sure an event is");
        for (const tier of tiers) {
          const item = this._row(list, dl.mark(tier, dl.palette.ink, 15), tier);
          item.title = dl.tierWords[tier];
        }
      }
      const kinds = ["held", "claimed", "contested"].filter(
        (kind) => zones && zones.zones.some((zone) => zone.kind === kind)
      );
      if (kinds.length) {
        const list = this._part("Land near reported places" + (state.on ? ", " + dl.day(state.on) : ""));
        for (const kind of kinds) {
          this._row(list, dl.el("i", "dl-zone dl-zone-" + kind), KINDS[kind][0]).title = KINDS[kind][1];
        }
        this._row(list, dl.el("i", "dl-zone"), "no report").title = "nothing is known here";
      }
      const notes = [];
      if (rows.some((row) => row.kind === "point" && row.precision_km > 3)) {
        notes.push("Dashed ring: somewhere inside.");
      }
      if (rows.some((row) => row.kind !== "point")) {
        notes.push("Framed name: an area or a line.");
      }
      if (state && state.band) notes.push("Only places within " + state.band + " km of a border.");
      for (const note of notes) this.body.append(dl.el("p", "dl-note", note));
    },
    _part: function (title) {
      const list = dl.el("ul", "");
      list.setAttribute("aria-label", title);
      this.body.append(dl.el("h3", "", title), list);
      return list;
    },
    _row: function (list, sign, words) {
      const item = dl.el("li", "");
      item.append(sign, dl.el("span", "", words));
      list.append(item);
      return item;
    },
  });

  // The scale: a round number of kilometres measured at the middle of the view, and miles.
  dl.Scale = L.Control.Scale.extend({
    options: { position: "bottomright", maxWidth: 110, metric: true, imperial: true, updateWhenIdle: true },
  });

  dl.Share = L.Control.extend({
    options: { position: "topright" },
    onAdd: function () {
      const node = dl.button("dl-share", "Share", "Share this map as a picture, a link or a file", this.options.press);
      L.DomEvent.disableClickPropagation(node);
      return node;
    },
  });

  // Where the base map comes from: its main source always in sight, the others behind it.
  dl.Credits = L.Control.extend({
    options: { position: "bottomright" },
    onAdd: function () {
      const box = dl.el("details", "dl-credits");
      box.append(dl.el("summary", "", "© OpenStreetMap and others"));
      this.list = dl.el("ul", "");
      box.append(this.list);
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      return box;
    },
    fill: function (sources) {
      this.list.replaceChildren();
      for (const source of sources) {
        const words = typeof source === "string" ? source
          : [source.name || source.title, source.licence].filter(Boolean).join(" · ");
        this.list.append(dl.el("li", "", words));
      }
      this.list.append(dl.el("li", "", "Boundaries and names shown do not imply endorsement."));
    },
  });
})(window.dateline);
