// The base map: files of land, water and lines, fetched for the view and painted on canvas.
"use strict";
(function (dl) {
  const WORLD_ZOOM = 5.6; // below this the world file is sharper than a pixel
  const RETRY_MS = 20000;
  const LINES = ["coast", "rivers", "borders", "admin1"];
  const AREAS = ["land", "lakes"];
  const LABELS = ["towns", "countries", "regions"];

  // One file: lines in the unit square; labels as [x, y, name, arabic, …the rest].
  function decode(file) {
    const q = file.q;
    const out = {};
    for (const name of AREAS.concat(LINES)) {
      out[name] = (file.layers[name] || []).map(function (feature) {
        const lines = feature.c.map((steps) => dl.deltaLine(steps, q));
        return Object.assign({}, feature, { c: null, lines: lines, box: dl.boxOf(lines) });
      });
    }
    for (const name of LABELS) {
      out[name] = (file.layers[name] || []).map(function (row) {
        return [dl.x(row[0] / q), dl.y(row[1] / q)].concat(row.slice(2));
      });
    }
    return out;
  }
  function empty() {
    const out = {};
    for (const name of AREAS.concat(LINES, LABELS)) out[name] = [];
    return out;
  }
  function tileBox(ix, iy) {
    const west = ix * 10 - 180;
    const south = iy * 10 - 90;
    return [dl.x(west), dl.y(south + 10), dl.x(west + 10), dl.y(south)];
  }

  dl.Basemap = function (url, changed) {
    this.url = url;
    this.changed = changed;
    this.world = null;
    this.tiles = new Map(); // "x22y12" -> decoded, or null while it is on its way
    this.pending = 0;
    this.credits = [];
    this.ready = this._open();
  };
  dl.Basemap.prototype = {
    _open: async function () {
      const index = await dl.json(this.url + "/index.json");
      this.version = "?v=" + encodeURIComponent(index.version || "");
      this.detail = new Set(index.detail || []);
      this.osm = new Set(index.osm_detail || []);
      this.credits = index.sources || [];
      this.changed(); // tiles for the view can come while the world file is on its way
      this.world = decode(await dl.json(this.url + "/world.json" + this.version));
      this.changed();
    },
    _load: async function (key) {
      this.tiles.set(key, null);
      const wanted = [];
      if (this.detail.has(key)) wanted.push("/detail/");
      if (this.osm.has(key)) wanted.push("/osm/");
      this.pending += 1;
      const parts = await Promise.allSettled(
        wanted.map((folder) => dl.json(this.url + folder + key + ".json" + this.version))
      );
      this.pending -= 1;
      const tile = empty();
      for (const part of parts) {
        if (part.status !== "fulfilled") continue;
        const found = decode(part.value);
        for (const name in found) tile[name] = tile[name].concat(found[name]);
      }
      // Where a file failed, the world file stands in, and a move after a while tries again.
      const failed = parts.some((part) => part.status === "rejected");
      this.tiles.set(key, failed ? null : tile);
      if (failed) setTimeout(() => this.tiles.delete(key), RETRY_MS);
      this.changed();
    },
    // What to paint for a frame: [{data, box or null}], the box a limit in the unit square.
    sources: function (frame) {
      if (!this.detail) return [];
      if (frame.zoom < WORLD_ZOOM) return this.world ? [{ data: this.world, box: null }] : [];
      const found = [];
      for (const copy of dl.copies(frame)) {
        const x0 = Math.max(0, Math.floor((frame.box[0] - copy) * 36));
        const x1 = Math.min(35, Math.floor((frame.box[2] - copy) * 36));
        for (let ix = x0; ix <= x1; ix++) {
          for (let iy = 0; iy < 18; iy++) {
            const box = tileBox(ix, iy);
            if (box[3] < frame.box[1] || box[1] > frame.box[3]) continue;
            const key = "x" + ix + "y" + iy;
            const known = this.detail.has(key) || this.osm.has(key);
            if (known && !this.tiles.has(key)) this._load(key);
            const tile = known && this.tiles.get(key);
            if (tile) found.push({ data: tile, box: null });
            else if (this.world) found.push({ data: this.world, box: box });
          }
        }
      }
      return found;
    },
    // Whether every file asked for so far has come.
    complete: function () {
      return !!this.world && this.pending === 0;
    },
  };

  // Run paint once per copy of the world and limit, with the lines of a layer that fit.
  function each(frame, sources, layer, paint) {
    for (const copy of dl.copies(frame)) {
      const view = [frame.box[0] - copy, frame.box[1], frame.box[2] - copy, frame.box[3]];
      for (const source of sources) {
        if (source.box && !dl.meets(source.box, view)) continue;
        for (const feature of source.data[layer]) {
          if (dl.meets(feature.box, view)) paint(feature, copy, source.box);
        }
      }
    }
  }
  // Clip to the tiles the world file stands in for. Runs draw once with all whole sources and
  // once per limited one, so that neighbouring tiles share a path and show no seam.
  function parted(context, frame, sources, draw) {
    draw(sources.filter((source) => !source.box));
    const limited = sources.filter((source) => source.box);
    if (!limited.length) return;
    context.save();
    context.beginPath();
    for (const copy of dl.copies(frame)) {
      for (const source of limited) {
        const [x0, y0, x1, y1] = source.box;
        context.rect(
          frame.px(x0 + copy), frame.py(y0), (x1 - x0) * frame.scale, (y1 - y0) * frame.scale
        );
      }
    }
    context.clip();
    draw([{ data: limited[0].data, box: null }]);
    context.restore();
  }
  function fill(context, frame, sources, layer, colour) {
    context.beginPath();
    each(frame, sources, layer, (f, copy) => dl.trace(context, f.lines, frame, copy, true));
    context.fillStyle = colour;
    context.fill("evenodd");
  }
  function stroke(context, frame, sources, layer, style, test) {
    context.beginPath();
    each(frame, sources, layer, function (feature, copy) {
      if (!test || test(feature)) dl.trace(context, feature.lines, frame, copy, false);
    });
    context.strokeStyle = style.colour;
    context.lineWidth = style.width;
    context.setLineDash(style.dash || []);
    context.stroke();
    context.setLineDash([]);
  }
  // Rivers by rank: 1 is big, 6 small; the far view keeps the big ones.
  dl.riverRank = function (zoom) {
    return Math.max(1, Math.min(6, Math.floor(zoom - 3)));
  };

  // Ground: sea, land, lakes, rivers, coast.
  dl.paintGround = function (context, frame, sources) {
    const p = dl.palette;
    const zoom = frame.zoom;
    context.fillStyle = p.sea;
    context.fillRect(0, 0, frame.width, frame.height);
    context.lineJoin = "round";
    context.lineCap = "round";
    parted(context, frame, sources, function (some) {
      fill(context, frame, some, "land", p.land);
      const limit = dl.riverRank(zoom);
      for (let rank = 6; rank >= 1; rank--) {
        if (rank > limit) continue;
        const width = Math.max(0.5, (7 - rank) * 0.2 * Math.pow(1.22, zoom - 6) + 0.25);
        stroke(context, frame, some, "rivers", { colour: p.river, width: Math.min(width, 5) },
          (f) => (f.r || 6) === rank);
      }
      fill(context, frame, some, "lakes", p.lake);
      stroke(context, frame, some, "coast", { colour: p.coast, width: zoom < 6 ? 0.7 : 1 });
    });
  };
  // Lines that stay legible above the zones: provinces and borders.
  dl.paintBorders = function (context, frame, sources) {
    const p = dl.palette;
    const zoom = frame.zoom;
    context.lineJoin = "round";
    parted(context, frame, sources, function (some) {
      context.lineCap = "butt";
      if (zoom >= 5) {
        const width = zoom < 7 ? 0.6 : 0.9;
        stroke(context, frame, some, "admin1", { colour: p.admin, width: width, dash: [4, 3] });
      }
      context.lineCap = "round";
      const width = zoom < 4 ? 0.7 : zoom < 6 ? 1 : zoom < 9 ? 1.4 : 1.7;
      const settled = (f) => f.k !== "disputed";
      if (zoom >= 6) {
        const glow = { colour: p.borderGlow, width: width + 6 };
        stroke(context, frame, some, "borders", glow, settled);
      }
      stroke(context, frame, some, "borders", { colour: p.border, width: width }, settled);
      stroke(context, frame, some, "borders",
        { colour: p.border, width: width, dash: [2, 4] }, (f) => !settled(f));
    });
  };
})(window.dateline);
