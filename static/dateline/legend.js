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

  // A small canvas painted by `draw(context, frame)`.
  dl.sign = function (wide, tall, draw) {
    const canvas = dl.el("canvas", "dl-sign");
    const dpr = Math.min(window.devicePixelRatio || 1, 3);
    canvas.width = wide * dpr;
    canvas.height = tall * dpr;
    canvas.style.width = wide + "px";
    canvas.style.height = tall + "px";
    const context = canvas.getContext("2d");
    context.scale(dpr, dpr);
    draw(context, { dpr: dpr, origin: { x: 0, y: 0 } });
    return canvas;
  };
  dl.siegeSign = function () {
    return dl.sign(22, 20, (context) => dl.drawSiege(context, 11, 10, 8, dl.palette.ink));
  };
  dl.changeSign = function (kind) {
    return dl.sign(22, 13, function (context, frame) {
      if (kind !== "left") {
        context.fillStyle = dl.changeTexture(context, frame, kind, dl.palette.country);
        context.fillRect(0, 0, 22, 13);
      }
      context.strokeStyle = dl.palette.country;
      context.setLineDash(dl.changeDash(kind));
      context.strokeRect(0.5, 0.5, 21, 12);
    });
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
    say: function (words, trouble) {
      this.words.classList.toggle("dl-trouble", !!trouble);
      if (this.words.textContent !== words) {
        this.words.textContent = words;
        this.live.textContent = words;
      }
    },
    // rows: the events shown; zones: decoded zones or null; state: the filters' state; change: a
    // decoded difference or null; layers: the lines of others that speak of the day.
    fill: function (rows, zones, state, change, layers) {
      this.body.replaceChildren();
      const actors = new Map();
      for (const actor of zones ? zones.actors : []) actors.set(actor.id, actor);
      for (const actor of change ? change.actors : []) if (!actors.has(actor.id)) actors.set(actor.id, actor);
      for (const layer of layers || []) {
        for (const area of layer.areas) if (area.actor && !actors.has(area.actor.id)) actors.set(area.actor.id, area.actor);
      }
      const told = new Set();
      let [ringed, framed] = [false, false];
      for (const row of rows) {
        if (row.lead && !actors.has(row.lead.id)) actors.set(row.lead.id, row.lead);
        told.add(row.tier);
        if (row.kind !== "point") framed = true;
        else if (row.precision_km > 3) ringed = true;
      }
      if (actors.size) {
        const holders = new Set((zones ? zones.zones : []).flatMap((zone) => zone.holders));
        const list = this._part("Who acts or holds");
        for (const actor of actors.values()) {
          this._row(list, dl.swatch(actor, holders.has(actor.id)), actor.short);
        }
      }
      const tiers = ["assessed", "reported", "claimed", "denied"].filter((t) => told.has(t));
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
      if (change && change.items.length) this._change(change);
      if (layers && layers.length) {
        const list = this._part("Drawn by others");
        list.classList.add("dl-wide");
        for (const layer of layers) {
          this._row(list, dl.linesSign(), layer.title).title = layer.source + ", " + layer.tier;
        }
      }
      const notes = [];
      if (zones && zones.sieges && zones.sieges.length) {
        const list = this._part("Round a place");
        const row = this._row(list, dl.siegeSign(), "besieged");
        row.title = "a ring in the colour of those who besiege it";
      }
      if (ringed) {
        notes.push("Dashed ring: somewhere inside.");
      }
      if (framed) {
        notes.push("Framed name: an area or a line.");
      }
      if (state && state.band) {
        const words = dl.bandWords(state.band, state.bandOf);
        notes.push("Only places that are or may be " + words + ".");
        if (state.strip) {
          const list = this._part("Borders");
          list.classList.add("dl-wide");
          this._row(list, dl.bandSign(), words);
          if (!state.bandOf) notes.push("The strip lies along borders that reported places are near.");
        }
      }
      for (const note of notes) this.body.append(dl.el("p", "dl-note", note));
    },
    _change: function (change) {
      const list = this._part(change.title || "Changed");
      for (const kind of ["gained", "left", "lost", "claimed", "contested"]) {
        if (!change.items.some((item) => item.kind === kind)) continue;
        this._row(list, dl.changeSign(kind), change.words[kind] || kind);
      }
      if (change.note) this.body.append(dl.el("p", "dl-note", change.note));
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
