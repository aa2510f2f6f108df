// Zones of control and the outlines of reported areas. Colour says who, texture says how sure,
// and an edge is only as hard as what is known: fills are drawn small and soft.
"use strict";
(function (dl) {
  dl.decodeZones = function (file) {
    const colours = {};
    const patterns = {};
    for (const actor of file.actors || []) {
      colours[actor.id] = actor.colour;
      patterns[actor.id] = actor.pattern;
    }
    const shaped = (item) => {
      const lines = item.shape.map(dl.line);
      return Object.assign({}, item, { lines: lines, box: dl.boxOf(lines) });
    };
    return {
      actors: file.actors || [],
      colours: colours,
      patterns: patterns,
      zones: (file.zones || []).map(shaped),
      edges: (file.edges || []).map(shaped),
      fronts: (file.fronts || []).map(dl.line),
      sieges: (file.sieges || []).map(dl.siege),
    };
  };
  // The part of a day's ground for which `boxed(zone)` or `spot(siege)` holds, and its actors.
  dl.groundIn = function (ground, boxed, spot) {
    if (!ground) return ground;
    const zones = ground.zones.filter(boxed);
    const sieges = (ground.sieges || []).filter(spot);
    const named = new Set(zones.concat(sieges).flatMap((item) => item.holders || item.by));
    const actors = ground.actors.filter((actor) => named.has(actor.id));
    return Object.assign({}, ground, { zones: zones, sieges: sieges, actors: actors });
  };
  // A besieged place: who is round it, and where, in the unit square.
  dl.siege = function (row) {
    return { name: row.name, by: row.by, x: dl.x(row.lon), y: dl.y(row.lat) };
  };
  dl.decodeAreas = function (file) {
    const out = {};
    for (const id in file.areas || {}) {
      const lines = file.areas[id].shape.map(dl.line);
      out[id] = { kind: file.areas[id].kind, lines: lines, box: dl.boxOf(lines) };
    }
    return out;
  };

  const swatches = new Map();
  // A repeating texture: `draw` paints one tile of `size` css pixels.
  function texture(context, frame, key, size, draw) {
    const name = key + "@" + frame.dpr;
    if (!swatches.has(name)) {
      if (swatches.size > 200) swatches.clear();
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = Math.round(size * frame.dpr);
      const c = canvas.getContext("2d");
      c.scale(canvas.width / size, canvas.width / size);
      draw(c, size);
      swatches.set(name, canvas);
    }
    const canvas = swatches.get(name);
    const pattern = context.createPattern(canvas, "repeat");
    // Hold the texture to the ground, so that it does not swim when the map is redrawn.
    const k = size / canvas.width;
    const mod = (v) => -(((v % size) + size) % size);
    pattern.setTransform(new DOMMatrix([k, 0, 0, k, mod(frame.origin.x), mod(frame.origin.y)]));
    return pattern;
  }
  function rule(c, size, lines, colour, width) {
    c.strokeStyle = colour;
    c.lineWidth = width;
    c.beginPath();
    for (const [x0, y0, x1, y1] of lines) {
      c.moveTo(x0 * size, y0 * size);
      c.lineTo(x1 * size, y1 * size);
    }
    c.stroke();
  }
  const RISING = [[-0.25, 0.25, 0.25, -0.25], [-0.25, 1.25, 1.25, -0.25], [0.75, 1.25, 1.25, 0.75]];
  const FALLING = RISING.map(([a, b, c, d]) => [1 - a, b, 1 - c, d]);
  const LINES = {
    "diagonal-right": RISING,
    "diagonal-left": FALLING,
    horizontal: [[0, 0.5, 1, 0.5]],
    vertical: [[0.5, 0, 0.5, 1]],
    cross: [[0, 0.5, 1, 0.5], [0.5, 0, 0.5, 1]],
  };
  // The actor's own quiet texture, so that a zone can be told without its colour.
  dl.actorTexture = function (context, frame, pattern, colour) {
    if (!pattern || pattern === "solid") return null;
    return texture(context, frame, pattern + colour, 9, function (c, size) {
      if (pattern === "dots") {
        c.fillStyle = colour;
        c.beginPath();
        c.arc(size / 4, size / 4, 0.85, 0, 7);
        c.moveTo((3 * size) / 4, (3 * size) / 4);
        c.arc((3 * size) / 4, (3 * size) / 4, 0.85, 0, 7);
        c.fill();
      } else {
        rule(c, size, LINES[pattern] || [], colour, 0.8);
      }
    });
  };
  dl.claimTexture = function (context, frame, colour) {
    return texture(context, frame, "claim" + colour, 11, function (c, size) {
      rule(c, size, RISING, colour, 2.4);
    });
  };
  dl.contestTexture = function (context, frame, one, other) {
    return texture(context, frame, "contest" + one + other, 16, function (c, size) {
      c.fillStyle = one;
      c.fillRect(0, 0, size, size);
      c.beginPath();
      for (const at of [-1, 0, 1]) {
        const x = at * size;
        c.moveTo(x, size);
        c.lineTo(x + size / 2, size);
        c.lineTo(x + size * 1.5, 0);
        c.lineTo(x + size, 0);
        c.closePath();
      }
      c.clip();
      c.clearRect(0, 0, size, size);
      c.fillStyle = other;
      c.fillRect(0, 0, size, size);
    });
  };

  // Hatches of a difference: strokes rise for what is gained, fall for what is lost, cross for
  // what has become contested.
  dl.changeTexture = function (context, frame, kind, colour) {
    return texture(context, frame, "change" + kind + colour, 8, function (c, size) {
      const up = { gained: 1.8, claimed: 0.9, contested: 1.1 }[kind];
      if (up) rule(c, size, RISING, dl.alpha(colour, 0.9), up);
      if (kind === "lost" || kind === "contested") rule(c, size, FALLING, dl.alpha(colour, 0.9), 1.1);
    });
  };
  // A ring round a besieged place in the besieger's colour, its teeth turned inward.
  dl.drawSiege = function (context, x, y, radius, colour) {
    context.save();
    context.lineCap = "butt";
    const teeth = function () {
      context.beginPath();
      context.arc(x, y, radius, 0, 7);
      const count = radius > 10 ? 12 : 8;
      const inner = radius * 0.72;
      for (let i = 0; i < count; i++) {
        const turn = (i * 2 * Math.PI) / count;
        const [dx, dy] = [Math.cos(turn), Math.sin(turn)];
        context.moveTo(x + dx * radius, y + dy * radius);
        context.lineTo(x + dx * inner, y + dy * inner);
      }
      context.stroke();
    };
    if (radius > 10) { // on the map; a sign in the legend needs no casing
      context.lineWidth = 4.6;
      context.strokeStyle = dl.palette.casing;
      teeth();
    }
    context.lineWidth = radius > 10 ? 2 : 1.5;
    context.strokeStyle = colour;
    teeth();
    context.restore();
  };

  function path(context, frame, item) {
    context.beginPath();
    for (const copy of dl.copies(frame)) dl.trace(context, item.lines, frame, copy, true);
  }
  function inView(frame, box) {
    return dl.copies(frame).some((k) =>
      dl.meets(box, [frame.box[0] - k, frame.box[1], frame.box[2] - k, frame.box[3]])
    );
  }

  let soft = null;
  dl.paintZones = function (context, frame, file) {
    if (!file) return;
    const strength = dl.palette.fill;
    const shown = file.zones.filter((zone) => inView(frame, zone.box));
    if (!shown.length) return;
    const colour = (id) => dl.tone(file.colours[id] || "#777777");

    // Fills on a half-size sheet, added up (so bands that share an edge leave no seam), then
    // laid down enlarged and blurred.
    soft = soft || document.createElement("canvas");
    soft.width = Math.ceil(frame.width / 2);
    soft.height = Math.ceil(frame.height / 2);
    const sheet = soft.getContext("2d");
    sheet.setTransform(0.5, 0, 0, 0.5, 0, 0);
    sheet.globalCompositeOperation = "lighter";
    for (const zone of shown) {
      if (zone.kind !== "held") continue;
      path(sheet, frame, zone);
      sheet.fillStyle = dl.alpha(colour(zone.holders[0]), 0.5 * strength * zone.certainty);
      sheet.fill("evenodd");
    }
    context.save();
    const blur = Math.max(1.5, Math.min(5, frame.zoom - 5));
    if ("filter" in context) context.filter = "blur(" + blur + "px)";
    context.drawImage(soft, 0, 0, soft.width * 2, soft.height * 2);
    context.restore();

    for (const zone of shown) {
      const sure = 0.35 + 0.65 * zone.certainty;
      const first = colour(zone.holders[0]);
      path(context, frame, zone);
      if (zone.kind === "held") {
        const ink = dl.alpha(first, 0.34 * sure * strength);
        context.fillStyle = dl.actorTexture(context, frame, file.patterns[zone.holders[0]], ink) || "transparent";
      } else if (zone.kind === "contested" && zone.holders.length > 1) {
        context.fillStyle = dl.contestTexture(context, frame,
          dl.alpha(first, 0.4 * sure), dl.alpha(colour(zone.holders[1]), 0.4 * sure));
      } else {
        context.fillStyle = dl.alpha(first, 0.1 * sure);
        context.fill("evenodd");
        context.fillStyle = dl.claimTexture(context, frame, dl.alpha(first, 0.5 * sure));
      }
      context.fill("evenodd");
    }

    context.lineJoin = "round";
    context.lineCap = "round";
    context.beginPath();
    for (const copy of dl.copies(frame)) dl.trace(context, file.fronts, frame, copy, false);
    context.strokeStyle = dl.palette.halo;
    context.lineWidth = 2.6;
    context.stroke();
    for (const edge of file.edges) {
      if (!inView(frame, edge.box)) continue;
      context.beginPath();
      for (const copy of dl.copies(frame)) dl.trace(context, edge.lines, frame, copy, false);
      context.setLineDash(edge.kind === "claimed" ? [6, 4] : [2, 4]);
      context.lineWidth = 1.5;
      context.strokeStyle = dl.alpha(colour(edge.holders[0]), 0.85);
      context.stroke();
    }
    context.setLineDash([]);
  };

  // Places that are areas or lines: their own outline where we have it, else a faint circle as
  // wide as the place is uncertain. Filled only while pointed at, so that many stay readable. items: [{colour, shape, x, y, radius, strong}] in pixels.
  dl.paintAreas = function (context, frame, items) {
    context.save();
    context.lineJoin = "round";
    for (const item of items) {
      const line = item.shape && item.shape.kind === "line";
      context.beginPath();
      if (item.shape) {
        for (const copy of dl.copies(frame)) dl.trace(context, item.shape.lines, frame, copy, !line);
      } else {
        context.arc(item.x, item.y, item.radius, 0, 7);
      }
      if (!line && item.strong) {
        context.fillStyle = dl.alpha(item.colour, 0.12);
        context.fill("evenodd");
      }
      context.setLineDash(line ? [] : [1.5, 5]);
      context.lineCap = "round";
      context.lineWidth = line ? (item.strong ? 7 : 5) : item.strong ? 2.2 : 1.4;
      const loud = item.strong ? 0.9 : item.shape ? 0.38 : 0.28;
      context.strokeStyle = dl.alpha(item.colour, line ? loud * 0.6 : loud);
      context.stroke();
    }
    context.restore();
  };
})(window.dateline);
