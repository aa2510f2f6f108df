// The days on the map: a slider over the reports of each day, and a player. All of it runs in the
// page; where the reader stops, that day is told to the page around the map, so both agree.
"use strict";
(function (dl) {
  const SPEEDS = [["Slow", 1800], ["Normal", 900], ["Fast", 400]];
  const SETTLE_MS = 450; // after the last step, before the page is told
  const RETRY_MS = 1200; // the server makes the file of days beside the page
  const TRIES = 150;
  const THUMB = 16;
  const ICONS = {
    play: "M4 2.5v11l9-5.5z",
    pause: "M4 2.5h3v11H4zM9 2.5h3v11H9z",
    back: "M10.5 2.5v11L4 8zM3 2.5h1.6v11H3z",
    next: "M5.5 2.5v11L12 8zM11.4 2.5H13v11h-1.6z",
  };
  function icon(name) {
    return dl.svg("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" }, [
      dl.svg("path", { d: ICONS[name], fill: "currentColor" }),
    ]);
  }
  function press(name, words, act) {
    const node = dl.button("dl-step", "", words, act);
    node.append(icon(name));
    return node;
  }

  // board: preview() repaints for `day`; tell(day) sends it to the page.
  dl.Player = function (container, board) {
    this.board = board;
    this.day = null; // the day the reader is at, where it is not the page's
    this.pageDay = null;
    this.sent = null;
    this.file = null;
    this.tries = 0;
    this._build(container);
  };
  dl.Player.prototype = {
    _build: function (container) {
      const node = dl.el("div", "dl-player");
      node.setAttribute("role", "group");
      node.setAttribute("aria-label", "Days on the map");
      node.hidden = true;
      this.back = press("back", "To the day before with a report", () => this.step(-1));
      this.play = press("play", "Play from day to day", () => (this.timer ? this.pause() : this.start()));
      this.next = press("next", "To the next day with a report", () => this.step(1));
      this.words = dl.el("output", "dl-player-day");
      this.note = dl.el("span", "dl-player-note");
      const head = dl.el("div", "dl-player-words");
      head.append(this.words, this.note);
      this.speed = dl.el("select", "dl-speed");
      this.speed.setAttribute("aria-label", "Speed of play");
      for (const [name, ms] of SPEEDS) {
        const option = dl.el("option", "", name);
        option.value = ms;
        this.speed.append(option);
      }
      this.speed.value = String(SPEEDS[dl.calm() ? 0 : 1][1]);
      const track = dl.el("div", "dl-track");
      this.chart = dl.el("canvas", "dl-track-days");
      this.chart.setAttribute("aria-hidden", "true");
      this.slider = dl.el("input", "dl-slider");
      this.slider.type = "range";
      this.slider.step = "1";
      this.slider.setAttribute("aria-label", "Day shown on the map");
      this.slider.addEventListener("input", () => this._slide());
      this.slider.addEventListener("change", () => this._later());
      track.append(this.chart, this.slider);
      node.append(this.back, this.play, this.next, head, track, this.speed);
      L.DomEvent.disableClickPropagation(node);
      L.DomEvent.disableScrollPropagation(node);
      // Arrow keys on the slider must not move the map as well.
      L.DomEvent.on(node, "keydown keypress keyup mousemove", L.DomEvent.stopPropagation);
      for (const near of ["pointerenter", "focusin"]) node.addEventListener(near, () => this.load());
      new ResizeObserver(() => this.paint()).observe(track);
      container.append(node);
      this.node = node;
    },

    // The page's new state. Afterwards `day` is null, or a day that the reader is still on.
    take: function (state, rows) {
      const time = state.time || null;
      this.node.hidden = !time;
      this.node.parentNode.classList.toggle("dl-timed", !!time);
      if (!time) {
        this.pause({ still: true });
        this.time = null;
        this.day = null;
        return;
      }
      const moved = state.on !== this.pageDay;
      if (moved && state.on !== this.sent) { // the page's own dates, or a link, said so
        this.pause({ still: true });
        this.day = null;
      }
      if (this.day === state.on && !this.timer) this.day = null;
      this.pageDay = state.on;
      if (!this.time || this.time.url !== time.url) {
        this.file = null;
        this.tries = 0;
        this.wanted = false;
      }
      this.time = time;
      this.since = state.since;
      this.first = dl.dayNumber(time.first);
      this.last = dl.dayNumber(time.last);
      this.rows = dl.flagged(rows, time.pool);
      this.counts = new Map();
      let [last, n] = [null, 0]; // rows of a day stand together: a sum for each run of them
      const sum = () => last && this.counts.set(last, (this.counts.get(last) || 0) + n);
      for (const row of this.rows) {
        const day = row.end || row.start;
        if (day !== last) {
          sum();
          [last, n] = [day, 0];
        }
        n += 1;
      }
      sum();
      this._stops();
      this.slider.min = this.first;
      this.slider.max = this.last;
      this._say();
      this.paint();
    },
    at: function () {
      return this.day || this.pageDay;
    },
    // The events up to the day; a day before the first one asked for moves that one as well.
    shown: function () {
      const since = this.since && this.since > this.day ? this.day : this.since;
      return this.rows.filter((row) => dl.within(row, since, this.day));
    },
    ground: function () {
      return this.file ? this.file.at(this.day, this.time.holders) : null;
    },
    // The file of areas is asked for when the reader comes near, and again until it is made.
    load: function () {
      if (!this.time || !this.time.url || this.wanted) return;
      this.wanted = true;
      const url = this.time.url;
      dl.json(url).then(
        (file) => {
          if (!this.time || url !== this.time.url) return;
          this.file = dl.decodeTimeline(file);
          this._stops();
          this._say();
          if (this.day) this.board.preview();
        },
        () => {
          if (!this.time || url !== this.time.url) return;
          this.tries += 1;
          if (this.tries < TRIES) {
            setTimeout(() => {
              this.wanted = false;
              this.load();
            }, RETRY_MS);
          }
          this._say();
        }
      );
    },
    // Days to step to: those with a report that passes the filters, and those on which areas change.
    _stops: function () {
      const days = new Set([this.time.first, this.time.last]);
      for (const day of this.counts.keys()) days.add(day);
      if (this.file) for (const day of this.file.days) days.add(day);
      this.stops = Array.from(days).filter((d) => d >= this.time.first && d <= this.time.last).sort();
    },
    _go: function (iso) {
      this.load();
      this.day = iso;
      this._say();
      this.paint();
      if (!this.due) {
        this.due = requestAnimationFrame(() => {
          this.due = 0;
          if (this.day) this.board.preview();
        });
      }
    },
    _slide: function () {
      this.pause({ still: true });
      this._go(dl.dayIso(Number(this.slider.value)));
    },
    step: function (by) {
      this.pause({ still: true });
      const to = this._beside(by);
      if (!to) return;
      this._go(to);
      this._later();
    },
    _beside: function (by) {
      const now = this.at();
      if (by > 0) return this.stops.find((day) => day > now) || null;
      return this.stops.filter((day) => day < now).pop() || null;
    },
    start: function () {
      if (!this._beside(1)) this._go(this.since && this.since < this.at() ? this.since : this.time.first);
      this._face("pause", "Pause");
      const tick = () => {
        this.timer = setTimeout(() => {
          const to = this._beside(1);
          if (to) this._go(to);
          if (this._beside(1)) tick();
          else this.pause();
        }, Number(this.speed.value));
      };
      tick();
    },
    pause: function (how) {
      if (!this.timer) return;
      clearTimeout(this.timer);
      this.timer = null;
      this._face("play", "Play from day to day");
      if (!how || !how.still) this._tell();
      else this._later();
    },
    _face: function (name, words) {
      this.play.replaceChildren(icon(name));
      this.play.setAttribute("aria-label", words);
      this.play.title = words;
    },
    _later: function () {
      clearTimeout(this.telling);
      this.telling = setTimeout(() => this._tell(), SETTLE_MS);
    },
    _tell: function () {
      clearTimeout(this.telling);
      if (!this.day || this.timer) return;
      if (this.day === this.pageDay) {
        this.day = null;
        this.board.preview();
        return;
      }
      this.sent = this.day;
      this.board.tell(this.day);
    },
    _say: function () {
      const day = this.at();
      if (!day) return;
      const count = this.counts.get(day) || 0;
      const reports = count ? dl.count(count, "event", "events") : "no event";
      this.words.textContent = dl.day(day);
      let note = reports + " on this day";
      if (this.day && this.time.url && !this.file) {
        note = this.tries < TRIES ? "working out areas…" : "areas did not load";
      }
      this.note.textContent = note;
      this.slider.value = dl.dayNumber(day);
      this.slider.setAttribute("aria-valuetext", dl.day(day) + ", " + reports);
      this.back.disabled = !this._beside(-1);
      this.next.disabled = !this._beside(1);
    },

    // Bars: how many events a day brings. Dark: those on the map now.
    paint: function () {
      const wide = this.chart.clientWidth;
      const tall = this.chart.clientHeight;
      if (!this.time || wide < 20) return;
      const dpr = Math.min(window.devicePixelRatio || 1, 3);
      this.chart.width = Math.round(wide * dpr);
      this.chart.height = Math.round(tall * dpr);
      const context = this.chart.getContext("2d");
      context.scale(dpr, dpr);
      const style = getComputedStyle(this.node);
      const colour = (name) => style.getPropertyValue(name).trim();
      const span = Math.max(1, this.last - this.first);
      const x = (number) => THUMB / 2 + ((number - this.first) / span) * (wide - THUMB);
      const base = 22;
      const most = Math.max(1, ...this.counts.values());
      const bar = Math.max(1.5, Math.min(7, (wide - THUMB) / span - 1));
      const now = this.at();
      context.fillStyle = colour("--line");
      context.fillRect(THUMB / 2, base, wide - THUMB, 2);
      const from = this.since && this.since < now ? x(dl.dayNumber(this.since)) : THUMB / 2;
      context.fillStyle = colour("--accent");
      context.fillRect(from, base, Math.max(0, x(dl.dayNumber(now)) - from), 2);
      for (const [day, count] of this.counts) {
        const number = dl.dayNumber(day);
        if (number < this.first || number > this.last) continue;
        const inside = day <= now && (!this.since || day >= this.since);
        context.fillStyle = inside ? colour("--accent") : colour("--faint");
        const high = Math.max(2.5, (count / most) * (base - 3));
        context.fillRect(x(number) - bar / 2, base - high, bar, high);
      }
      this._ticks(context, x, wide, colour("--soft"));
    },
    _ticks: function (context, x, wide, ink) {
      context.font = "400 10px " + dl.font;
      context.fillStyle = ink;
      context.textBaseline = "alphabetic";
      const names = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
      let [year, month] = this.time.first.split("-").map(Number);
      let free = -Infinity;
      let told = null;
      for (let guard = 0; guard < 2400; guard++) {
        const iso = year + "-" + String(month).padStart(2, "0") + "-01";
        const number = Math.max(dl.dayNumber(iso), this.first);
        if (number > this.last) break;
        const words = names[month - 1] + (told === year ? "" : " " + year);
        const room = context.measureText(words).width;
        const at = x(number);
        if (at >= free && at + room < wide) {
          context.fillRect(at - 0.5, 24, 1, 3);
          context.fillText(words, at + 2, 35);
          free = at + room + 18;
          told = year;
        }
        month += 1;
        if (month > 12) {
          month = 1;
          year += 1;
        }
      }
    },
  };
})(window.dateline);
