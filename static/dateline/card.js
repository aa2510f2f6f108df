// The card: what one event says, who says it and in which words; or a list of the events that
// share a mark. A drawer at the side, a sheet from below on a narrow screen.
"use strict";
(function (dl) {
  dl.tierWords = {
    assessed: "two independent sources say so, or the side that lost admits it, or an analyst has confirmed it",
    reported: "one independent source says so",
    claimed: "only the side that gains by it says so",
    denied: "it has been denied",
  };
  const LONGEST = 300; // entries in one list
  const cap = (text) => text.charAt(0).toUpperCase() + text.slice(1);

  // The mark of a tier as a small drawing, the same as on the map.
  dl.mark = function (tier, colour, size) {
    const parts = [];
    const stroke = { fill: "none", stroke: colour, "stroke-width": 2.4, cx: 9, cy: 9, r: 5.8 };
    if (tier === "assessed") parts.push(dl.svg("circle", { cx: 9, cy: 9, r: 7, fill: colour }));
    else {
      if (tier === "claimed") stroke["stroke-dasharray"] = "3.6 2.47";
      parts.push(dl.svg("circle", stroke));
      if (tier === "reported") parts.push(dl.svg("circle", { cx: 9, cy: 9, r: 2.8, fill: colour }));
      if (tier === "denied") {
        parts.push(dl.svg("path", { d: "M3.5 14.5 14.5 3.5", stroke: colour, "stroke-width": 2.2, "stroke-linecap": "round" }));
      }
    }
    const wide = size || 18;
    return dl.svg("svg", { viewBox: "0 0 18 18", width: wide, height: wide, "aria-hidden": "true", class: "dl-mark" }, parts);
  };
  function auto(node) {
    node.dir = "auto";
    return node;
  }

  // owner: {file(), rows(), open(row, group), close(), showGroup(group)}
  dl.Card = function (container, owner) {
    this.owner = owner;
    this.node = dl.el("aside", "dl-card");
    this.node.hidden = true;
    this.node.tabIndex = -1;
    this.node.setAttribute("role", "dialog");
    this.node.setAttribute("aria-modal", "false");
    container.appendChild(this.node);
    L.DomEvent.disableClickPropagation(this.node);
    // Leaflet looks for the card above a clicked button, which by then may be gone from it.
    L.DomEvent.on(this.node, "click", L.DomEvent.stopPropagation);
    L.DomEvent.disableScrollPropagation(this.node);
    this.node.addEventListener("keydown", (event) => this._key(event));
    this.row = null;
    this.group = null;
  };
  dl.Card.prototype = {
    _key: function (event) {
      event.stopPropagation(); // the map underneath pans on arrow keys
      if (event.key === "Escape") {
        event.preventDefault();
        this.owner.close();
      } else if (this.row && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
        event.preventDefault();
        this.step(event.key === "ArrowRight" ? 1 : -1);
      }
    },
    step: function (by) {
      const rows = this.owner.rows();
      const at = rows.indexOf(this.row);
      const next = rows[at + by];
      if (at >= 0 && next) this.owner.open(next, null);
    },
    _reset: function (label) {
      this.node.replaceChildren();
      this.node.setAttribute("aria-label", label);
      this.node.hidden = false;
      this.node.scrollTop = 0;
    },
    _head: function (left) {
      const head = dl.el("div", "dl-card-head");
      head.append(...left, dl.el("span", "dl-space"),
        dl.button("dl-icon dl-close", "×", "Close", () => this.owner.close()));
      this.node.appendChild(head);
    },
    hide: function () {
      this.node.hidden = true;
      this.node.replaceChildren();
      this.row = null;
      this.group = null;
    },

    // Several events under one mark.
    list: function (group) {
      this.row = null;
      this.group = group;
      const names = group.places.map((place) => place.rows[0].name);
      this._reset(dl.count(group.count, "event", "events") + " at " + names.join(", "));
      this._head([dl.el("span", "dl-kicker", dl.count(group.count, "event", "events"))]);
      let room = LONGEST;
      for (const place of group.places) {
        if (room <= 0) break;
        const one = place.rows[0];
        const title = dl.el("h2", "dl-place");
        title.append(auto(dl.el("span", "", one.name)));
        if (one.ar) title.append(this._arabic(one.ar));
        this.node.appendChild(title);
        const list = dl.el("ol", "dl-list");
        for (const row of place.rows.slice(-room).reverse()) list.appendChild(this._entry(row));
        room -= place.rows.length;
        this.node.appendChild(list);
      }
      if (group.count > LONGEST) {
        this.node.append(dl.el("p", "dl-note", "The other " + (group.count - LONGEST).toLocaleString("en") +
          " are a zoom or a filter away."));
      }
      this._focus(".dl-list button");
    },
    _entry: function (row) {
      const item = dl.el("li", "");
      const button = dl.button("dl-entry", "", "", () => this.owner.open(row, this.group));
      const words = dl.el("span", "dl-entry-words");
      words.append(auto(dl.el("span", "dl-entry-title", row.summary)),
        dl.el("span", "dl-entry-foot", row.when + " · " + row.tier + " · " + (row.speaker || row.publisher)));
      button.append(dl.mark(row.tier, dl.colourOf(row)), words);
      item.appendChild(button);
      return item;
    },
    _arabic: function (text) {
      const node = dl.el("span", "dl-arabic", text);
      node.lang = "ar";
      node.dir = "rtl";
      return node;
    },

    // One event. `group` is the mark it was opened from, if that holds several.
    event: function (row, group, still) {
      const focused = this.node.contains(document.activeElement) && document.activeElement;
      const kept = focused && focused.dataset.step;
      this.row = row;
      this.group = group;
      const file = this.owner.file();
      const rows = this.owner.rows();
      const at = rows.indexOf(row);
      this._reset(row.summary);
      const back = dl.button("dl-icon", "‹", "Earlier event (left arrow key)", () => this.step(-1));
      const on = dl.button("dl-icon", "›", "Later event (right arrow key)", () => this.step(1));
      back.dataset.step = "back";
      on.dataset.step = "on";
      back.disabled = at <= 0;
      on.disabled = at < 0 || at >= rows.length - 1;
      const where = dl.el("span", "dl-kicker", at >= 0 ? at + 1 + " of " + rows.length : "hidden by the filters");
      const left = [back, on, where];
      this._head(left);
      if (group && group.count > 1) {
        this.node.appendChild(dl.button("dl-all", "All " + group.count + " events here", "",
          () => this.owner.showGroup(group)));
      }
      const place = dl.el("p", "dl-place");
      place.append(auto(dl.el("span", "", row.name)));
      if (row.ar) place.append(this._arabic(row.ar));
      this.node.append(place, auto(dl.el("h2", "dl-title", row.summary)));
      const report = row.span ? file.reports[row.span[0]] : null;
      if (report) this.node.appendChild(this._quote(row, report));
      this.node.appendChild(this._facts(row, file));
      if (report) this._report(row, report);
      const again = kept && this.node.querySelector('[data-step="' + kept + '"]:not(:disabled)');
      if (again) again.focus({ preventScroll: true });
      else if (!still) this._focus(null);
    },
    _focus: function (selector) {
      const target = (selector && this.node.querySelector(selector)) || this.node;
      target.focus({ preventScroll: true });
    },
    _quote: function (row, report) {
      const words = report.text.slice(row.span[1], row.span[2]);
      const figure = dl.el("figure", "dl-quote");
      if (!words) {
        // Left out on purpose before sharing; an empty pair of quotes would look like a fault.
        figure.append(dl.el("figcaption", "", "The words are left out. " + report.publisher + ", " + report.published));
        return figure;
      }
      const block = auto(dl.el("blockquote", ""));
      const at = row.words ? words.indexOf(row.words) : -1;
      block.append("“");
      if (at < 0) block.append(words);
      else {
        block.append(words.slice(0, at), dl.el("strong", "", row.words), words.slice(at + row.words.length));
      }
      block.append("”");
      const source = dl.el("figcaption", "", report.publisher + ", " + report.published);
      figure.append(block, source);
      return figure;
    },
    _facts: function (row, file) {
      const list = dl.el("dl", "dl-facts");
      const fact = function (name, ...content) {
        const value = dl.el("dd", "");
        value.append(...content);
        list.append(dl.el("dt", "", name), value);
      };
      const said = auto(dl.el("span", "", row.speaker || row.publisher));
      const party = row.party >= 0 ? file.actors[row.party] : null;
      fact("Who says so", said, party ? dl.el("span", "dl-note", "speaks for " + party.short) : "");
      const tier = dl.el("span", "dl-tier");
      tier.append(dl.mark(row.tier, dl.colourOf(row), 16), dl.el("b", "", cap(row.tier)), ": " + dl.tierWords[row.tier] + ".");
      fact("How sure", tier, row.note ? auto(dl.el("span", "dl-note", row.note)) : "");
      fact("Who", this._actors(row, file));
      if (row.numbers) fact("How many", row.numbers);
      fact("When", row.when, dl.el("span", "dl-note", this._dates(row)));
      const area = [row.feature, row.region, row.country].filter((part) => part && part !== row.name).join(", ");
      const wide = row.kind === "point"
        ? "The point is good to about " + dl.km(row.precision_km) + "."
        : row.kind === "area" ? "An area; no point is meant." : "A line; no point is meant.";
      fact("Where", auto(dl.el("span", "", row.name + " (" + area + ")")), dl.el("span", "dl-note", wide),
        row.words && row.words !== row.name ? dl.el("span", "dl-note", "The report writes “" + row.words + "”.") : "");
      if (row.border && row.kind === "point") fact("To the border", ...dl.borderWords(row.border));
      if (row.candidates.length > 1) fact("Places considered", this._candidates(row));
      fact("Checked", auto(dl.el("span", "", row.checked)));
      return list;
    },
    _actors: function (row, file) {
      const node = dl.el("span", "dl-actors");
      const add = function (word, ids) {
        ids.forEach(function (id, i) {
          const actor = file.actors[id];
          const swatch = dl.el("i", "dl-swatch");
          swatch.style.background = dl.tone(actor.colour);
          const one = dl.el("span", "dl-actor");
          if (word && i === 0) one.append(dl.el("span", "dl-note-inline", word));
          one.append(swatch, auto(dl.el("span", "", actor.name)));
          node.append(one);
        });
      };
      add("", row.agents);
      add("with", row.allies);
      add(row.type === "agreement" ? "and" : "against", row.targets);
      if (!node.childNodes.length) node.append("not said");
      return node;
    },
    _dates: function (row) {
      if (!row.start && !row.end) return "The report gives no date.";
      if (!row.start) return "Only the latest day is known.";
      if (!row.end) return "Only the first day is known.";
      const days = Math.round((Date.parse(row.end) - Date.parse(row.start)) / 86400000) + 1;
      return days === 1 ? "Known to the day." : "Some time within these " + days + " days.";
    },
    _candidates: function (row) {
      const box = dl.el("details", "dl-more");
      box.append(dl.el("summary", "", row.candidates.length + " places of this name were weighed"));
      const list = dl.el("ol", "dl-candidates");
      for (const c of row.candidates) {
        const item = dl.el("li", c.chosen ? "dl-chosen" : "");
        item.append(auto(dl.el("b", "", c.name)), " " + [c.feature, c.country].filter(Boolean).join(", ") +
          " · score " + c.score.toFixed(2) + (c.chosen ? " · chosen" : ""));
        if (c.reasons.length) item.append(auto(dl.el("span", "dl-note", c.reasons.join("; "))));
        list.append(item);
      }
      box.append(list);
      return box;
    },
    _report: function (row, report) {
      const source = dl.el("p", "dl-source");
      source.append(dl.el("span", "", "Report: "), auto(dl.link(report.url, report.title)),
        ". " + report.publisher + ", " + report.published + ".");
      if (!report.url && report.note) source.append(auto(dl.el("span", "dl-note", report.note)));
      if (!report.text) {
        this.node.append(source);
        return;
      }
      const box = dl.el("details", "dl-report");
      box.append(dl.el("summary", "", "Read the report"));
      const text = auto(dl.el("div", "dl-text"));
      text.lang = report.language;
      const mark = dl.el("mark", "", report.text.slice(row.span[1], row.span[2]));
      text.append(report.text.slice(0, row.span[1]), mark, report.text.slice(row.span[2]));
      box.append(text);
      if (report.licence) box.append(dl.el("p", "dl-note", "Text: " + report.licence));
      box.addEventListener("toggle", function () {
        if (box.open) mark.scrollIntoView({ block: "center", behavior: dl.calm() ? "auto" : "smooth" });
      });
      this.node.append(source, box);
    },
  };
})(window.dateline);
