// Shared ground for the map's scripts: colours, projection, text and document helpers.
// Text from reports only ever reaches the document through textContent.
"use strict";
window.dateline = window.dateline || {};
(function (dl) {
  // Streamlit-Folium loads scripts one after the other; this one, the first, asks for the rest
  // at once, so that each is there when its turn comes.
  const here = document.currentScript && document.currentScript.src;
  for (const name of [
    "../vendor/leaflet/leaflet.js", "basemap.js", "canvas.js", "labels.js", "along.js",
    "zones.js", "events.js", "card.js", "legend.js", "borders.js", "timeline.js", "player.js", "change.js", "pointing.js", "map.js",
  ]) {
    if (!here) break;
    const link = document.createElement("link");
    link.rel = "preload";
    link.as = "script";
    link.href = new URL(name, here).href;
    document.head.appendChild(link);
  }

  dl.palettes = {
    light: {
      sea: "#d6e2e9", land: "#f6f3ed", lake: "#c9dae3", river: "#8fb3c6", coast: "#8fa6b3",
      admin: "#c9c1b4", border: "#7a6f66", borderGlow: "rgba(122,111,102,0.13)",
      country: "#978b7d", region: "#aaa092", town: "#45413c", dot: "#6d675f",
      water: "#4f819d", halo: "rgba(247,244,238,0.9)", ink: "#1f1d1a", paper: "#ffffff",
      casing: "#ffffff", shade: "rgba(40,34,28,0.35)", fill: 1,
    },
    dark: {
      sea: "#0e161d", land: "#20272d", lake: "#14212a", river: "#3b5d74", coast: "#3f5260",
      admin: "#3a444d", border: "#9a948c", borderGlow: "rgba(200,195,188,0.08)",
      country: "#87919a", region: "#69747d", town: "#cdd2d6", dot: "#8d979f",
      water: "#6d9cb8", halo: "rgba(24,30,35,0.88)", ink: "#eef0f2", paper: "#171d22",
      casing: "#11171c", shade: "rgba(0,0,0,0.6)", fill: 1.15,
    },
  };
  dl.palette = dl.palettes.light;
  dl.font = '"Noto Sans", "Noto Sans Arabic", system-ui, -apple-system, "Segoe UI", sans-serif';
  dl.arabicFont = '"Noto Sans Arabic", "Noto Sans", system-ui, sans-serif';

  // Web Mercator (EPSG:3857) with the world as the unit square, y downwards.
  dl.x = function (lon) {
    return (lon + 180) / 360;
  };
  dl.y = function (lat) {
    const s = Math.sin((Math.max(-85.0511, Math.min(85.0511, lat)) * Math.PI) / 180);
    return 0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI);
  };
  // Ground metres per pixel at a latitude and zoom.
  dl.metresPerPixel = function (lat, zoom) {
    return (40075016.686 * Math.cos((lat * Math.PI) / 180)) / (256 * Math.pow(2, zoom));
  };

  // A line or ring in the unit square with its box, from flat lon, lat, lon, lat …
  dl.line = function (flat) {
    const n = flat.length >> 1;
    const xy = new Float64Array(n * 2);
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < n; i++) {
      const x = dl.x(flat[2 * i]);
      const y = dl.y(flat[2 * i + 1]);
      xy[2 * i] = x;
      xy[2 * i + 1] = y;
      if (x < box[0]) box[0] = x;
      if (y < box[1]) box[1] = y;
      if (x > box[2]) box[2] = x;
      if (y > box[3]) box[3] = y;
    }
    return { xy: xy, box: box };
  };
  // The same from the base map's form: integers, each point as a step from the one before.
  dl.deltaLine = function (steps, q) {
    const flat = new Float64Array(steps.length);
    let x = 0;
    let y = 0;
    for (let i = 0; i < steps.length; i += 2) {
      x += steps[i];
      y += steps[i + 1];
      flat[i] = x / q;
      flat[i + 1] = y / q;
    }
    return dl.line(flat);
  };
  dl.boxOf = function (lines) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const line of lines) {
      box[0] = Math.min(box[0], line.box[0]);
      box[1] = Math.min(box[1], line.box[1]);
      box[2] = Math.max(box[2], line.box[2]);
      box[3] = Math.max(box[3], line.box[3]);
    }
    return box;
  };
  dl.meets = function (a, b) {
    return a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];
  };

  function channels(colour) {
    const found = /^#([0-9a-f]{6})$/i.exec(colour || "");
    const n = found ? parseInt(found[1], 16) : 0x777777;
    return [n >> 16, (n >> 8) & 255, n & 255];
  }
  function luminance(rgb) {
    const f = rgb.map(function (v) {
      const c = v / 255;
      return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
    });
    return 0.2126 * f[0] + 0.7152 * f[1] + 0.0722 * f[2];
  }
  function contrast(a, b) {
    const [hi, lo] = [luminance(a), luminance(b)].sort((p, q) => q - p);
    return (hi + 0.05) / (lo + 0.05);
  }
  // An actor's colour, moved towards white (dark theme) or black (light theme) until it stands
  // 3:1 against the land, the WCAG minimum for a mark that carries meaning.
  const toned = new Map();
  dl.tone = function (colour) {
    const key = colour + dl.palette.land;
    if (!toned.has(key)) {
      const land = channels(dl.palette.land);
      const towards = luminance(land) > 0.4 ? 0 : 255;
      let rgb = channels(colour);
      for (let step = 0; step < 20 && contrast(rgb, land) < 3; step++) {
        rgb = rgb.map((v) => Math.round(v + (towards - v) * 0.08));
      }
      toned.set(key, "#" + rgb.map((v) => v.toString(16).padStart(2, "0")).join(""));
    }
    return toned.get(key);
  };
  dl.alpha = function (colour, alpha) {
    return "rgba(" + channels(colour).join(",") + "," + Math.max(0, Math.min(1, alpha)) + ")";
  };

  dl.el = function (tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined && text !== null) node.textContent = String(text);
    return node;
  };
  dl.button = function (className, text, label, onClick) {
    const node = dl.el("button", className, text);
    node.type = "button";
    if (label) {
      node.setAttribute("aria-label", label);
      node.title = label;
    }
    node.addEventListener("click", onClick);
    return node;
  };
  dl.svg = function (tag, attributes, children) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const name in attributes) node.setAttribute(name, attributes[name]);
    for (const child of children || []) node.appendChild(child);
    return node;
  };
  // A link only if it is plain http or https; otherwise the words alone.
  dl.link = function (url, words) {
    let parsed = null;
    try {
      parsed = new URL(url);
    } catch (error) {
      parsed = null;
    }
    if (!parsed || !/^https?:$/.test(parsed.protocol)) return dl.el("span", "", words);
    const node = dl.el("a", "", words);
    node.href = parsed.href;
    node.target = "_blank";
    node.rel = "noopener noreferrer";
    return node;
  };
  dl.isArabic = function (text) {
    return /[\u0590-\u08ff\ufb1d-\ufefc]/.test(text || "");
  };
  dl.count = function (n, one, many) {
    return n.toLocaleString("en") + " " + (n === 1 ? one : many);
  };
  // 2017-11-09 as 9 Nov 2017; a calendar date, so no time zone may touch it.
  dl.day = function (iso) {
    const [year, month, day] = iso.split("-").map(Number);
    return day + " " + "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ")[month - 1] + " " + year;
  };
  dl.calm = function () {
    return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  };

  const fetched = new Map();
  // JSON by address, fetched once; a failure is forgotten so that the next need tries again.
  dl.json = function (url) {
    if (!fetched.has(url)) {
      const promise = fetch(url).then(function (answer) {
        if (!answer.ok) throw new Error(url + " answered " + answer.status);
        return answer.json();
      });
      promise.catch(() => fetched.delete(url));
      fetched.set(url, promise);
    }
    return fetched.get(url);
  };

  // The page around the frame keeps the address bar; without one (a saved file) it is our own.
  function page() {
    try {
      if (window.parent.location.href) return window.parent;
    } catch (error) {
      return window;
    }
    return window;
  }
  dl.readParameter = function (name) {
    return new URLSearchParams(page().location.search).get(name);
  };
  dl.writeParameter = function (name, value) {
    try {
      const home = page();
      const url = new URL(home.location.href);
      if (value === null) url.searchParams.delete(name);
      else url.searchParams.set(name, value);
      url.search = url.search.replace(/%2C/gi, ",").replace(/%2F/gi, "/"); // readable, and the same
      if (url.href !== home.location.href) {
        home.history.replaceState(home.history.state, "", url.href);
      }
    } catch (error) {
      // A saved file may not change its address; the map works without.
    }
  };
})(window.dateline);
