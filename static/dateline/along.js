// Names that run along a line: rivers beside their water, countries on their side of a border.
"use strict";
(function (dl) {
  const STEP = 5; // pixels between the points of a resampled line

  dl.labelRivers = function (context, frame, sources, taken) {
    if (frame.zoom < 5) return;
    const limit = Math.max(1, dl.riverRank(frame.zoom) - 1);
    const rivers = [];
    for (const source of sources) {
      for (const f of source.data.rivers) {
        if (f.n && (f.r || 6) <= limit && dl.meets(f.box, frame.box)) rivers.push(f);
      }
    }
    rivers.sort((a, b) => (a.r || 6) - (b.r || 6));
    const size = frame.zoom < 7 ? 11 : 12.5;
    const style = { font: "italic 400 " + size + "px " + dl.font, size: size, gap: 1.6, lift: size * 0.8, colour: dl.palette.water };
    const done = new Map();
    for (const river of rivers) {
      for (const line of river.lines) {
        if (!dl.meets(line.box, frame.box)) continue;
        spread(context, frame, taken, line, done, river.n, 480, 0.86, function (track) {
          return write(context, taken, track, river.n, style);
        });
      }
    }
  };

  // Close in, where a country's own label is out of sight, its name stands along the border.
  dl.labelSides = function (context, frame, sources, taken) {
    if (frame.zoom < 7.5) return;
    const home = new Map();
    for (const source of sources) {
      for (const row of source.data.countries) home.set(row[5], row);
    }
    for (const row of dl.board.basemap.world.countries) if (!home.has(row[5])) home.set(row[5], row);
    const size = frame.zoom < 9 ? 10.5 : 12;
    const style = { font: "500 " + size + "px " + dl.font, size: size, gap: 3.2, colour: dl.palette.country };
    const done = new Map();
    for (const source of sources) {
      for (const border of source.data.borders) {
        const one = home.get(border.a);
        const other = home.get(border.b);
        if (!one || !other || !dl.meets(border.box, frame.box)) continue;
        const named = (row) => dl.inside(frame, frame.px(row[0]), frame.py(row[1]), -40);
        if (frame.zoom <= 9 && named(one) && named(other)) continue;
        const long = one[2].length > other[2].length ? one[2] : other[2];
        for (const line of border.lines) {
          if (!dl.meets(line.box, frame.box)) continue;
          spread(context, frame, taken, line, done, long.toUpperCase(), 420, 0.93, function (track) {
            const a = track[0];
            const b = track[track.length - 1];
            const side = (row) => (b[0] - a[0]) * (frame.py(row[1]) - a[1]) - (b[1] - a[1]) * (frame.px(row[0]) - a[0]) < 0;
            if (side(one) === side(other)) return false;
            const [above, below] = side(one) === a[0] <= b[0] ? [one, other] : [other, one];
            const lift = size * 1.15;
            const up = write(context, taken, track, above[2].toUpperCase(), Object.assign({ lift: lift }, style));
            const down = write(context, taken, track, below[2].toUpperCase(), Object.assign({ lift: -lift }, style));
            return up || down;
          }, style);
        }
      }
    }
  };

  // Offer the straightest free stretch of a line to `put`, at most once per `apart` pixels.
  function spread(context, frame, taken, line, done, text, apart, least, put, style) {
    const spots = done.get(text) || [];
    done.set(text, spots);
    context.font = style ? style.font : "italic 400 12.5px " + dl.font;
    const gap = style ? style.gap : 1.6;
    const wide = Array.from(text).reduce((sum, c) => sum + dl.measure(context, c) + gap, 0);
    const need = Math.ceil(wide / STEP) + 3;
    const track = resample(line.xy, frame);
    const found = [];
    for (let i = 0; i + need < track.length; i += 6) {
      const a = track[i];
      const b = track[i + need];
      const mid = track[i + (need >> 1)];
      if (!dl.inside(frame, mid[0], mid[1], -20)) continue;
      const straight = Math.hypot(b[0] - a[0], b[1] - a[1]) / (need * STEP);
      if (straight > least) found.push({ i: i, straight: straight, mid: mid });
    }
    found.sort((a, b) => b.straight - a.straight);
    for (const { i, mid } of found.slice(0, 40)) {
      if (spots.some((s) => Math.hypot(s[0] - mid[0], s[1] - mid[1]) < apart)) continue;
      if (put(track.slice(i, i + need + 1))) spots.push(mid);
    }
  }

  // Points every STEP pixels along a line in view, smoothed so that letters do not dance.
  function resample(xy, frame) {
    const raw = [];
    let px = null;
    let py = 0;
    let rest = 0;
    for (let i = 0; i < xy.length; i += 2) {
      const x = frame.px(xy[i]);
      const y = frame.py(xy[i + 1]);
      if (px !== null) {
        const length = Math.hypot(x - px, y - py);
        const far = !dl.inside(frame, x, y, 200) && !dl.inside(frame, px, py, 200);
        if (far && length < 400) rest = 0;
        else {
          let at = STEP - rest;
          for (; at <= length && raw.length < 6000; at += STEP) {
            raw.push([px + ((x - px) * at) / length, py + ((y - py) * at) / length]);
          }
          rest = length - (at - STEP);
        }
      }
      px = x;
      py = y;
    }
    const half = 7;
    return raw.map(function (point, i) {
      const from = Math.max(0, i - half);
      const to = Math.min(raw.length - 1, i + half);
      let sx = 0;
      let sy = 0;
      for (let j = from; j <= to; j++) {
        sx += raw[j][0];
        sy += raw[j][1];
      }
      return [sx / (to - from + 1), sy / (to - from + 1)];
    });
  }

  // Letter by letter (Latin script only: joined scripts must not be cut). False if it collides.
  function write(context, taken, track, text, style) {
    const path = track[0][0] <= track[track.length - 1][0] ? track : track.slice().reverse();
    context.font = style.font;
    context.direction = "ltr";
    context.textAlign = "center";
    context.textBaseline = "middle";
    const letters = Array.from(text);
    const steps = letters.map((c) => dl.measure(context, c) + style.gap);
    const wide = steps.reduce((a, b) => a + b, 0);
    const glyphs = [];
    let index = 0;
    let covered = 0;
    let want = Math.max(0, (path.length - 1) * STEP - wide) / 2;
    for (let k = 0; k < letters.length; k++) {
      want += steps[k] / 2;
      while (index < path.length - 2 && covered < want) {
        covered += Math.hypot(path[index + 1][0] - path[index][0], path[index + 1][1] - path[index][1]);
        index++;
      }
      const a = path[Math.max(0, index - 3)];
      const b = path[Math.min(path.length - 1, index + 3)];
      const angle = Math.atan2(b[1] - a[1], b[0] - a[0]);
      const over = covered - want;
      const x = path[index][0] - Math.cos(angle) * over + Math.sin(angle) * style.lift;
      const y = path[index][1] - Math.sin(angle) * over - Math.cos(angle) * style.lift;
      if (glyphs.length && Math.abs(angle - glyphs[glyphs.length - 1].angle) > 0.4) return false;
      glyphs.push({ letter: letters[k], x: x, y: y, angle: angle });
      want += steps[k] / 2;
    }
    const half = style.size / 2;
    const boxes = glyphs.map((g) => [g.x - half, g.y - half, g.x + half, g.y + half]);
    if (!boxes.every((box) => taken.free(box))) return false;
    boxes.forEach((box) => taken.add(box));
    context.lineJoin = "round";
    context.lineWidth = 2.5;
    context.strokeStyle = dl.palette.halo;
    context.fillStyle = style.colour;
    for (const pass of ["strokeText", "fillText"]) {
      for (const g of glyphs) {
        context.save();
        context.translate(g.x, g.y);
        context.rotate(g.angle);
        context[pass](g.letter, 0, 0);
        context.restore();
      }
    }
    return true;
  }
})(window.dateline);
