// Labels: each tries a few places and yields to what was put down before it.
"use strict";
(function (dl) {
  const widths = new Map();
  dl.measure = measure;
  function measure(context, text) {
    const key = context.font + (context.letterSpacing || "") + text;
    if (!widths.has(key)) {
      if (widths.size > 8000) widths.clear();
      widths.set(key, context.measureText(text).width);
    }
    return widths.get(key);
  }

  // Boxes already taken, in a coarse grid so that many labels stay cheap.
  dl.Taken = function () {
    this.cells = new Map();
  };
  dl.Taken.prototype = {
    _each: function (box, visit) {
      for (let i = Math.floor(box[0] / 64); i <= Math.floor(box[2] / 64); i++) {
        for (let j = Math.floor(box[1] / 64); j <= Math.floor(box[3] / 64); j++) {
          if (visit(i * 4096 + j) === false) return false;
        }
      }
      return true;
    },
    free: function (box) {
      return this._each(box, (cell) => !(this.cells.get(cell) || []).some(
        (o) => o[0] < box[2] && o[2] > box[0] && o[1] < box[3] && o[3] > box[1]
      ));
    },
    copy: function () {
      const twin = new dl.Taken();
      for (const [cell, boxes] of this.cells) twin.cells.set(cell, boxes.slice());
      return twin;
    },
    add: function (box) {
      this._each(box, (cell) => {
        if (!this.cells.has(cell)) this.cells.set(cell, []);
        this.cells.get(cell).push(box);
      });
    },
  };

  function write(context, text, x, y, colour, halo) {
    context.direction = dl.isArabic(text) ? "rtl" : "ltr";
    context.lineJoin = "round";
    context.lineWidth = halo || 3;
    context.strokeStyle = dl.palette.halo;
    context.strokeText(text, x, y);
    context.fillStyle = colour;
    context.fillText(text, x, y);
  }
  function spacing(context, value) {
    if ("letterSpacing" in context) context.letterSpacing = value;
  }

  // A reported place: bold name, Arabic below, beside its marker. Returns whether it fits.
  dl.placeLabel = function (context, taken, item) {
    const size = item.strong ? 13.5 : 12.5;
    const latin = "600 " + size + "px " + dl.font;
    const arabic = "500 " + (size - 1) + "px " + dl.arabicFont;
    context.font = latin;
    let wide = measure(context, item.name);
    context.font = arabic;
    if (item.ar) wide = Math.max(wide, measure(context, item.ar));
    const tall = item.ar ? size * 2.35 : size * 1.25;
    const spots = [];
    // Only an important name may stand a little off, where it could be read as another's.
    for (const gap of item.roams ? [item.radius + 4, (item.radius + 4) * 1.7] : [item.radius + 4]) {
      const slant = gap * 0.7;
      spots.push(
        [item.x + gap, item.y - tall / 2, "left"],
        [item.x - gap - wide, item.y - tall / 2, "right"],
        [item.x - wide / 2, item.y - gap - tall, "center"],
        [item.x - wide / 2, item.y + gap, "center"],
        [item.x + slant, item.y - slant - tall, "left"],
        [item.x + slant, item.y + slant, "left"],
        [item.x - slant - wide, item.y - slant - tall, "right"],
        [item.x - slant - wide, item.y + slant, "right"]
      );
    }
    // Near the edge of the view a name may stand above or below, moved in until it is whole.
    const [first, last] = [item.frame.pad.x + 4, item.frame.pad.x + item.frame.size.x - wide - 4];
    const moved = Math.max(first, Math.min(last, item.x - wide / 2));
    spots.push([moved, item.y - item.radius - 4 - tall, "center"], [moved, item.y + item.radius + 4, "center"]);
    for (const [left, top, align] of spots) {
      const box = [left - 1, top, left + wide + 1, top + tall];
      if (!taken.free(box) || dl.cut(item.frame, box)) continue;
      taken.add(box);
      const x = align === "left" ? left : align === "right" ? left + wide : left + wide / 2;
      context.textAlign = align;
      context.textBaseline = "middle";
      context.font = latin;
      write(context, item.name, x, top + size * 0.62, dl.palette.ink, 3.5);
      if (item.ar) {
        context.font = arabic;
        write(context, item.ar, x, top + size * 1.75, dl.palette.ink, 3.5);
      }
      return true;
    }
    return false;
  };

  function centred(context, frame, taken, text, x, y, font, colour, options) {
    context.font = font;
    spacing(context, options.spacing || "0px");
    const lines = options.wrap ? dl.wrap(text, options.wrap) : [text];
    const size = options.size;
    const wide = Math.max(...lines.map((line) => measure(context, line)));
    const tall = lines.length * size * 1.2;
    let fits = false;
    for (const [dx, dy] of options.spots || [[0, 0]]) {
      const [cx, cy] = [x + dx, y + dy];
      const box = [cx - wide / 2 - 2, cy - tall / 2, cx + wide / 2 + 2, cy + tall / 2];
      if (!taken.free(box) || dl.cut(frame, box)) continue;
      fits = true;
      taken.add(box);
      context.textAlign = "center";
      context.textBaseline = "middle";
      lines.forEach(function (line, i) {
        write(context, line, cx, cy - tall / 2 + (i + 0.5) * size * 1.2, colour, 2.5);
      });
      break;
    }
    spacing(context, "0px");
    return fits;
  }
  // Break a long name into lines of at most about n letters.
  dl.wrap = function (text, n) {
    const lines = [];
    for (const word of text.split(" ")) {
      const last = lines[lines.length - 1];
      if (last !== undefined && last.length + word.length < n) lines[lines.length - 1] = last + " " + word;
      else lines.push(word);
    }
    return lines;
  };

  dl.inside = inside;
  function inside(frame, x, y, margin) {
    return x > -margin && y > -margin && x < frame.width + margin && y < frame.height + margin;
  }
  function eachLabel(frame, sources, layer, visit, wanted) {
    const seen = new Set();
    for (const copy of dl.copies(frame)) {
      for (const source of sources) {
        for (const row of source.data[layer]) {
          if (wanted && !wanted(row)) continue;
          const x = frame.px(row[0] + copy);
          const y = frame.py(row[1]);
          if (!inside(frame, x, y, 40)) continue;
          if (source.box && !dl.meets(source.box, [row[0], row[1], row[0], row[1]])) continue;
          const key = row[2] + Math.round(x) + "," + Math.round(y);
          if (seen.has(key)) continue;
          seen.add(key);
          visit(row, x, y);
        }
      }
    }
  }

  dl.labelCountries = function (context, frame, sources, taken) {
    const zoom = frame.zoom;
    eachLabel(frame, sources, "countries", function (row, x, y) {
      const rank = row[4] || 6;
      if (rank > zoom - 0.5 || zoom > 9) return;
      const size = Math.min(19, 8.5 + zoom * 1.1 - rank * 0.6);
      const far = zoom < 5 ? 0 : zoom < 6.5 ? 34 : 60; // a big country has room to step aside
      const spots = [[0, 0], [0, far], [0, -far], [-far, 0], [far, 0], [-far, far], [far, far], [-far, -far], [far, -far]];
      centred(context, frame, taken, row[2].toUpperCase(), x, y, "500 " + size + "px " + dl.font,
        dl.palette.country, { size: size, spacing: size * 0.22 + "px", wrap: 16, spots: far ? spots : null });
    });
  };
  dl.labelRegions = function (context, frame, sources, taken, covered) {
    if (frame.zoom < 7) return;
    eachLabel(frame, sources, "regions", function (row, x, y) {
      const size = frame.zoom < 8 ? 10.5 : 12;
      if (covered(row[2])) return;
      centred(context, frame, taken, row[2], x, y, "italic 400 " + size + "px " + dl.font,
        dl.palette.region, { size: size, spacing: "0.6px", wrap: 18 });
    });
  };

  // Towns of the base map: a small dot and a quiet name, big towns first.
  dl.labelTowns = function (context, frame, sources, taken, covered) {
    const zoom = frame.zoom;
    if (zoom < 4) return;
    const least = 1.2e6 / Math.pow(3, zoom - 5) - 300;
    const room = Math.round((frame.width * frame.height) / 12000);
    const towns = [];
    const weigh = (row) => row[4] * (row[5] === 0 ? 6 : row[5] === 1 ? 2.5 : 1);
    eachLabel(frame, sources, "towns", (row, x, y) => towns.push([weigh(row), x, y, row]),
      (row) => weigh(row) >= least);
    towns.sort((a, b) => b[0] - a[0]);
    for (const [weight, x, y, row] of towns.slice(0, room)) {
      if (covered(x, y, row[2])) continue;
      const major = row[5] === 0 || weight > least * 25;
      const size = major ? 12 : 11;
      const radius = major ? 2.6 : 2;
      const dot = [x - radius, y - radius, x + radius, y + radius];
      if (!taken.free(dot)) continue;
      context.font = (row[5] === 0 ? "500 " : "400 ") + size + "px " + dl.font;
      const wide = measure(context, row[2]);
      const gap = radius + 3;
      const spots = [
        [x + gap, y - size * 0.6, "left", x + gap],
        [x - gap - wide, y - size * 0.6, "right", x - gap],
        [x - wide / 2, y - gap - size * 1.1, "center", x],
        [x - wide / 2, y + gap - 1, "center", x],
      ];
      for (const [left, top, align, at] of spots) {
        const box = [left, top, left + wide, top + size * 1.2];
        if (!taken.free(box) || dl.cut(frame, box)) continue;
        taken.add(box);
        taken.add(dot);
        context.beginPath();
        context.arc(x, y, radius, 0, 7);
        context.fillStyle = dl.palette.dot;
        context.fill();
        context.lineWidth = 1;
        context.strokeStyle = dl.palette.halo;
        context.stroke();
        context.textAlign = align;
        context.textBaseline = "middle";
        write(context, row[2], at, top + size * 0.6, dl.palette.town);
        break;
      }
    }
  };
})(window.dateline);
