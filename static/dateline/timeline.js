// The file of all days: areas on any day without asking the server, and the events up to it.
"use strict";
(function (dl) {
  const DAY_MS = 86400000;
  dl.dayNumber = function (iso) {
    const [year, month, day] = iso.split("-").map(Number);
    return Math.round(Date.UTC(year, month - 1, day) / DAY_MS);
  };
  dl.dayIso = function (number) {
    return new Date(number * DAY_MS).toISOString().slice(0, 10);
  };

  // The rows of the events file that base64 bits mark, the lowest bit of the first byte being row
  // 0. The last answer is kept, since the player and the map mostly ask for the same; it is nobody's
  // to change.
  let kept = { rows: null, bits: null, found: null };
  dl.flagged = function (rows, packed) {
    if (kept.rows === rows && kept.bits === packed.bits) return kept.found;
    const bytes = atob(packed.bits);
    const found = [];
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes.charCodeAt(i);
      for (let bit = 0; byte >> bit; bit++) {
        const row = (byte >> bit) & 1 && rows[8 * i + bit];
        if (row) found.push(row);
      }
    }
    kept = { rows: rows, bits: packed.bits, found: found };
    return found;
  };
  // Whether an event can have happened between two days, both included; the same as on the server.
  dl.within = function (row, since, until) {
    if (until && row.start && row.start > until) return false;
    return !since || !row.end || row.end >= since;
  };

  // answers.at(day, holders): what decodeZones gives for one day, or null where no day is known.
  dl.decodeTimeline = function (file) {
    const rings = new Map();
    const built = { zones: new Map(), edges: new Map(), fronts: new Map() };
    const colours = {};
    const patterns = {};
    for (const actor of file.actors || []) {
      colours[actor.id] = actor.colour;
      patterns[actor.id] = actor.pattern;
    }
    const ring = function (number) {
      if (!rings.has(number)) rings.set(number, dl.deltaLine(file.rings[number], file.q));
      return rings.get(number);
    };
    const once = function (kind, number, make) {
      if (!built[kind].has(number)) built[kind].set(number, make(file[kind][number]));
      return built[kind].get(number);
    };
    const shaped = function (group, numbers, more) {
      const lines = numbers.map(ring);
      const [holders, kind] = file.groups[group];
      return Object.assign({ holders: holders, kind: kind, lines: lines, box: dl.boxOf(lines) }, more);
    };
    const days = file.days || [];
    let last = null;
    return {
      days: days.map((day) => day.on),
      at: function (iso, holders) {
        let low = 0;
        let high = days.length;
        while (low < high) {
          const middle = (low + high) >> 1;
          if (days[middle].on <= iso) low = middle + 1;
          else high = middle;
        }
        if (!low) return null;
        const key = low + "|" + (holders ? holders.join() : "");
        if (last && last.key === key) return last.ground;
        const day = days[low - 1];
        const wanted = holders && new Set(holders);
        const seen = (group) => !wanted || file.groups[group][0].some((holder) => wanted.has(holder));
        const zones = day.z.filter((n) => seen(file.zones[n][0]));
        const edges = day.e.filter((n) => seen(file.edges[n][0]));
        const fronts = day.f.filter((n) => seen(file.fronts[n][0]) && seen(file.fronts[n][1]));
        const ground = {
          colours: colours,
          patterns: patterns,
          zones: zones.map((n) => once("zones", n, ([group, sure, numbers]) => shaped(group, numbers, { certainty: sure }))),
          edges: edges.map((n) => once("edges", n, ([group, numbers]) => shaped(group, numbers))),
          fronts: fronts.flatMap((n) => once("fronts", n, ([, , numbers]) => numbers.map(ring))),
          sieges: day.s.map((n) => dl.siege(file.sieges[n])),
        };
        const named = new Set(ground.zones.flatMap((zone) => zone.holders).concat(ground.sieges.flatMap((s) => s.by)));
        ground.actors = file.actors.filter((actor) => named.has(actor.id));
        last = { key: key, ground: ground };
        return ground;
      },
    };
  };
})(window.dateline);
