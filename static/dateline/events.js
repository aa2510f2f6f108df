// Reported events: rows of the events file, the marks that stand for them, and finding a mark.
"use strict";
(function (dl) {
  const NEAR = 17; // marks closer than this (pixels) become one, with a count and a list
  const RADIUS = 7;
  const SMALL = 48; // an area with a smaller radius (pixels) joins a mark as near as that

  // The events file with an object per row and each row's position in the unit square.
  dl.decodeEvents = function (file) {
    const columns = file.events || { id: [] };
    const names = Object.keys(columns);
    const n = columns.id.length;
    const rows = new Array(n);
    const homes = new Map(); // spots by number: cheaper than their words, for many rows
    for (let i = 0; i < n; i++) {
      const row = { row: i };
      for (const name of names) row[name] = columns[name][i];
      row.x = dl.x(row.lon);
      row.y = dl.y(row.lat);
      row.spot = row.place + "@" + row.lat + "," + row.lon;
      row.home = homes.get(row.spot);
      if (row.home === undefined) homes.set(row.spot, (row.home = homes.size));
      row.lead = file.actors[row.lead] || null;
      rows[i] = row;
    }
    return {
      actors: file.actors || [],
      reports: file.reports || [],
      rows: rows,
      byId: new Map(rows.map((row) => [row.id, row])),
    };
  };
  // The rows a state of the filters shows, oldest first: the file is in that order.
  dl.shownRows = function (file, state) {
    let rows = file.rows;
    if (state.ids) {
      const wanted = new Set(state.ids);
      rows = rows.filter((row) => wanted.has(row.id));
    } else if (state.mask) {
      rows = dl.flagged(rows, state.mask);
    }
    return rows;
  };
  dl.colourOf = function (row) {
    return dl.tone(row.lead ? row.lead.colour : "#777777");
  };

  // The places of these rows: points first, then areas and lines, busy ones before quiet ones.
  dl.placesOf = function (rows) {
    const places = [];
    const known = [];
    for (const row of rows) {
      let place = known[row.home];
      if (!place) {
        place = known[row.home] = { key: row.spot, rows: [], kind: row.kind, x: row.x, y: row.y };
        places.push(place);
      }
      place.rows.push(row);
      place.top = row; // rows come oldest first, so the newest speaks for the place
    }
    const flat = (place) => (place.kind === "point" ? 0 : 1);
    return places.sort(
      (a, b) => flat(a) - flat(b) || b.rows.length - a.rows.length
    );
  };

  // Marks for a frame. Point places nearer than a mark's width join; areas and lines get a chip.
  dl.layout = function (frame, places) {
    const groups = [];
    const grid = new Map();
    for (const place of places) {
      const x = frame.px(dl.nearX(place.x, frame));
      const y = frame.py(place.y);
      const seen = x > -60 && y > -60 && x < frame.width + 60 && y < frame.height + 60;
      if (!seen && place.kind === "point") continue;
      const i = Math.floor(x / NEAR);
      const j = Math.floor(y / NEAR);
      let home = null;
      if (place.kind === "point") {
        for (let di = -1; di <= 1 && !home; di++) {
          for (let dj = -1; dj <= 1 && !home; dj++) {
            for (const g of grid.get((i + di) * 65536 + j + dj) || []) {
              if (Math.hypot(g.x - x, g.y - y) < NEAR) {
                home = g;
                break;
              }
            }
          }
        }
      } else if ((place.top.precision_km * 1000) / dl.metresPerPixel(place.top.lat, frame.zoom) < SMALL) {
        // From afar an area is no larger than a mark: it joins the nearest one.
        let least = SMALL;
        for (const g of groups) {
          const far = Math.hypot(g.x - x, g.y - y);
          if (g.kind === "point" && far < least) {
            least = far;
            home = g;
          }
        }
      }
      if (home) {
        home.places.push(place);
        continue;
      }
      const group = { x: x, y: y, kind: place.kind, places: [place], seen: seen };
      groups.push(group);
      if (place.kind === "point") {
        const cell = i * 65536 + j;
        if (!grid.has(cell)) grid.set(cell, []);
        grid.get(cell).push(group);
      }
    }
    for (const group of groups) {
      group.count = group.places.reduce((sum, place) => sum + place.rows.length, 0);
      group.top = group.places[0].top;
      group.key = group.places[0].key;
      group.radius = RADIUS;
      group.precise = group.top.precision_km || 0;
      group.ring = (group.precise * 1000) / dl.metresPerPixel(group.top.lat, frame.zoom);
      group.others = group.places.length - 1;
    }
    return groups.sort((a, b) => a.y - b.y);
  };

  // The mark that stands for a row, if it is in view.
  dl.groupOf = function (groups, row) {
    return (row && groups.find((g) => g.places.some((place) => place.key === row.spot))) || null;
  };

  // Room beside the marks that many reports are about: their names come before the chips.
  function roomForNames(context, groups, taken) {
    context.font = "600 13.5px " + dl.font;
    const busy = groups.filter((g) => g.kind === "point" && g.seen && g.count > 3);
    for (const g of busy.sort((a, b) => b.count - a.count).slice(0, 40)) {
      const wide = dl.measure(context, g.top.name + (g.others ? " +" + g.others : ""));
      const gap = g.radius + 4;
      const sides = [[g.x + gap, g.x + gap + wide], [g.x - gap - wide, g.x - gap]];
      const box = sides.map(([x0, x1]) => [x0, g.y - 16, x1, g.y + 16]).find((side) => taken.free(side));
      if (box) taken.add(box);
    }
  }
  function chipText(group, most) {
    const name = group.top.name;
    const cut = name.length > most ? name.slice(0, most - 1).trimEnd() + "…" : name;
    return cut + (group.count > 1 ? "  " + group.count : "");
  }
  // Chips for areas and lines find their box here, because labels must keep off them. Where a
  // whole name has no room, its beginning may; the words are told on pointing at it.
  dl.layoutChips = function (context, groups, taken, frame) {
    const kept = taken.copy();
    roomForNames(context, groups, kept);
    context.font = "600 11.5px " + dl.font;
    const tall = 22;
    for (const group of groups) {
      if (group.kind === "point") continue;
      let box = null;
      for (const most of [60, 16]) {
        const text = chipText(group, most);
        const wide = dl.measure(context, text) + 27;
        const at = (dx, dy) => [
          group.x + dx - wide / 2, group.y + dy - tall / 2, group.x + dx + wide / 2, group.y + dy + tall / 2,
        ];
        box = freeSpot(at, kept, frame);
        group.text = text;
        group.chip = box || at(0, 0);
        if (box) break;
      }
      taken.add(group.chip);
      kept.add(group.chip);
    }
  };
  function freeSpot(at, taken, frame) {
    for (let ring = 0; ring < 8; ring++) {
      for (const [i, j] of ring ? [[0, 1], [0, -1], [1, 0.5], [-1, 0.5], [1, -0.5], [-1, -0.5]] : [[0, 0]]) {
        const box = at(i * ring * 30, j * ring * 26);
        const roomy = [box[0] - 9, box[1] - 9, box[2] + 9, box[3] + 9];
        if (taken.free(ring < 5 ? roomy : box) && !dl.cut(frame, box)) return box;
      }
    }
    return null;
  }

  function disc(context, x, y, radius) {
    context.beginPath();
    context.arc(x, y, radius, 0, 7);
  }
  // A mark: its colour is the actor's, its form the tier's.
  dl.drawMark = function (context, x, y, radius, tier, colour) {
    const p = dl.palette;
    disc(context, x, y + 0.6, radius + 2.6); // a shade cheaper than a blurred shadow
    context.fillStyle = p.shade;
    context.fill();
    disc(context, x, y, radius + 1.8);
    context.fillStyle = p.casing;
    context.fill();
    context.save();
    context.lineCap = "butt";
    if (tier === "assessed") {
      disc(context, x, y, radius);
      context.fillStyle = colour;
      context.fill();
    } else {
      context.strokeStyle = colour;
      context.lineWidth = 2.6;
      disc(context, x, y, radius - 1.3);
      if (tier === "claimed") {
        const turn = 2 * Math.PI * (radius - 1.3);
        context.setLineDash([turn / 12 + 0.6, turn / 12 - 0.6]);
      }
      if (tier === "denied") context.lineWidth = 1.8;
      context.stroke();
      context.setLineDash([]);
      if (tier === "reported") {
        disc(context, x, y, radius * 0.4);
        context.fillStyle = colour;
        context.fill();
      }
      if (tier === "denied") {
        context.lineWidth = 2.2;
        context.lineCap = "round";
        context.beginPath();
        context.moveTo(x - radius * 0.85, y + radius * 0.85);
        context.lineTo(x + radius * 0.85, y - radius * 0.85);
        context.stroke();
      }
    }
    context.restore();
  };
  function badge(context, x, y, n) {
    const text = n > 999 ? "999+" : String(n);
    context.font = "700 10px " + dl.font;
    const wide = Math.max(14, context.measureText(text).width + 7);
    context.beginPath();
    context.roundRect(x - wide / 2, y - 7, wide, 14, 7);
    context.fillStyle = dl.palette.ink;
    context.fill();
    context.strokeStyle = dl.palette.casing;
    context.lineWidth = 1.5;
    context.stroke();
    context.fillStyle = dl.palette.paper;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.direction = "ltr";
    context.fillText(text, x, y + 0.5);
  }
  dl.ringStyle = function (context, colour, strong) {
    context.setLineDash([3, 4]);
    context.lineWidth = strong ? 1.6 : 1;
    context.strokeStyle = dl.alpha(colour, strong ? 0.9 : 0.4);
    context.fillStyle = dl.alpha(colour, strong ? 0.1 : 0.03);
  };

  // Everything above the ground: rings, marks, chips, and the way to the border of the open one.
  dl.paintEvents = function (context, frame, groups, focus, ground) {
    for (const group of groups) {
      if (group.kind !== "point") continue;
      const strong = group === focus.group || group === focus.hover;
      const wide = group.precise > 3 && group.ring > RADIUS + 4;
      if (!wide && !(strong && group.ring > RADIUS + 2)) continue;
      dl.ringStyle(context, dl.colourOf(group.top), strong);
      disc(context, group.x, group.y, group.ring);
      context.fill();
      context.stroke();
      context.setLineDash([]);
    }
    for (const group of groups) {
      const strong = group === focus.group || group === focus.hover;
      if (group.kind !== "point") chip(context, group, dl.colourOf(group.top), strong);
    }
    for (const siege of (ground && ground.sieges) || []) {
      const at = [frame.px(dl.nearX(siege.x, frame)), frame.py(siege.y)];
      dl.drawSiege(context, at[0], at[1], RADIUS + 9, dl.tone(ground.colours[siege.by[0]] || "#777777"));
    }
    if (focus.row && focus.row.border && focus.row.kind === "point") borderLine(context, frame, focus.row);
    for (const group of groups) {
      if (group.kind !== "point") continue;
      const strong = group === focus.group;
      const colour = dl.colourOf(group.top);
      const radius = RADIUS + (strong ? 2.5 : group === focus.hover ? 1.2 : 0);
      if (strong) {
        disc(context, group.x, group.y, radius + 5);
        context.strokeStyle = dl.palette.ink;
        context.lineWidth = 2;
        context.stroke();
      }
      dl.drawMark(context, group.x, group.y, radius, group.top.tier, colour);
      if (group.count > 1) {
        badge(context, group.x + radius + 2, group.y - radius - 1, group.count);
      }
    }
  };
  function chip(context, group, colour, strong) {
    const [x0, y0, x1, y1] = group.chip;
    context.beginPath();
    context.roundRect(x0 - 1, y0 - 0.2, x1 - x0 + 2, y1 - y0 + 2, 12);
    context.fillStyle = dl.palette.shade;
    context.fill();
    context.beginPath();
    context.roundRect(x0, y0, x1 - x0, y1 - y0, 11);
    context.fillStyle = dl.palette.paper;
    context.fill();
    context.beginPath();
    context.roundRect(x0, y0, x1 - x0, y1 - y0, 11);
    context.lineWidth = strong ? 2.2 : 1.3;
    context.strokeStyle = strong ? dl.palette.ink : colour;
    context.stroke();
    dl.drawMark(context, x0 + 11, (y0 + y1) / 2, 5, group.top.tier, colour);
    context.font = "600 11.5px " + dl.font;
    context.fillStyle = dl.palette.ink;
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.direction = "ltr";
    context.fillText(group.text, x0 + 20, (y0 + y1) / 2 + 0.5);
  }
  function borderLine(context, frame, row) {
    const x0 = frame.px(dl.nearX(row.x, frame));
    const y0 = frame.py(row.y);
    const x1 = frame.px(dl.nearX(dl.x(row.border.lon), frame));
    const y1 = frame.py(dl.y(row.border.lat));
    const length = Math.hypot(x1 - x0, y1 - y0);
    if (length < 14) return;
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.lineWidth = 4;
    context.strokeStyle = dl.palette.halo;
    context.stroke();
    context.lineWidth = 1.8;
    context.setLineDash([5, 4]);
    context.strokeStyle = dl.palette.ink;
    context.stroke();
    context.setLineDash([]);
    disc(context, x1, y1, 3.2);
    context.fillStyle = dl.palette.ink;
    context.fill();
    if (length < 70) return;
    context.font = "600 11px " + dl.font;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineWidth = 4;
    context.strokeStyle = dl.palette.halo;
    const words = dl.km(row.border.km);
    context.strokeText(words, (x0 + x1) / 2, (y0 + y1) / 2 - 9);
    context.fillText(words, (x0 + x1) / 2, (y0 + y1) / 2 - 9);
  }
  dl.km = function (km) {
    if (km < 1) return Math.round(km * 100) * 10 + " m";
    return (km < 20 ? km.toFixed(1) : Math.round(km).toLocaleString("en")) + " km";
  };

  // The mark at a pixel of the frame, the nearest first; chips by their box.
  dl.pick = function (groups, x, y, reach) {
    let best = null;
    let least = Infinity;
    for (const group of groups) {
      if (group.chip) {
        const [x0, y0, x1, y1] = group.chip;
        if (x >= x0 - 3 && x <= x1 + 3 && y >= y0 - 3 && y <= y1 + 3) return group;
        continue;
      }
      const far = Math.hypot(group.x - x, group.y - y);
      if (far < group.radius + reach && far < least) {
        least = far;
        best = group;
      }
    }
    return best;
  };
})(window.dateline);
